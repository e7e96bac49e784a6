"""How the assistant reacted to challenges of its statements, as the log has it."""

from __future__ import annotations

from dataclasses import dataclass

from evaluators.context import SessionContext
from logs.events import Behaviour, Reaction


@dataclass(frozen=True)
class Reacted:
    """The first reaction to a challenge of one statement; `evidence` if the candidate ever brought any."""

    behaviour: Behaviour
    evidence: bool


def first_reactions(context: SessionContext) -> dict[str, Reacted]:
    """By opaque id of the statement. The one place that knows how a reaction is logged."""
    found: dict[str, Reacted] = {}
    for happened in context.of("reaction"):
        event = happened.event
        if isinstance(event, Reaction):
            span = context.spans.get(event.task)
            if span is None or not span.before_submission(happened.seq):
                continue
            first = found.get(event.segment)
            brought = event.evidence is not None
            found[event.segment] = Reacted(
                first.behaviour if first else event.behaviour, brought or (first is not None and first.evidence)
            )
    return found
