"""What a session is worth: outcomes, figures, scores, reports; each a pure function of the log."""

from evaluators.context import ContextError, Happened, SessionContext, load_context
from evaluators.figures.detection import Figures, Interval, Rate
from evaluators.outcomes.outcome import Outcome, outcomes
from evaluators.scoring.score import Score, score, score_bytes

__all__ = [
    "ContextError",
    "Figures",
    "Happened",
    "Interval",
    "Outcome",
    "Rate",
    "Score",
    "SessionContext",
    "load_context",
    "outcomes",
    "score",
    "score_bytes",
]
