"""How a person's decisions on single questions stand in the review chain, and what they settle."""

from __future__ import annotations

from evaluators.context import SessionContext
from logs.events import Adjudicated


def diagnosed_subject(task: str, item: str) -> str:
    """Subject of "did the candidate name the mechanism?"; decisions `yes` and `no`."""
    return f"diagnosed/{task}/{item}"


def grade_subject(task: str, item: str) -> str:
    """Subject of a correction grade that no machine can give; decisions `0` to `3`."""
    return f"grade/{task}/{item}"


def challenge_subject(seq: int) -> str:
    """Subject of a challenge that fits no item, by its place in the session chain.

    Decisions `natural` (a real mistake), `preference`, `fabricated`.
    """
    return f"challenge/{seq}"


def decisions(context: SessionContext) -> dict[str, str]:
    """Subject to the latest decision on it."""
    return {h.event.subject: h.event.decision for h in context.reviewed if isinstance(h.event, Adjudicated)}
