"""A flawed statement that a live model put right unprompted.

The log notes where a rule finds the right answer in later words; no rule is certain that this takes the statement
back, so people say it. What was decided before that place stands; what came after may be owed to it.
"""

from __future__ import annotations

from collections.abc import Mapping

from evaluators.context import Happened, SessionContext
from logs.events import Withdrawn


def self_correction_subject(seq: int) -> str:
    """Subject of "did the assistant take it back unprompted?", by the withdrawal's place in the session chain.

    Decisions `yes` and `no`.
    """
    return f"self_corrected/{seq}"


def withdrawals(context: SessionContext) -> dict[tuple[str, str], tuple[Happened, ...]]:
    """Where each item may have been taken back, by task and item; in order, up to the task's submission."""
    items = {(n, s): (n, item) for n, plan in context.plans.items() for item, s in plan.segments.items()}
    found: dict[tuple[str, str], tuple[Happened, ...]] = {}
    for happened in context.of("withdrawn"):
        event = happened.event
        if not isinstance(event, Withdrawn) or (event.task, event.segment) not in items:
            continue
        if context.spans[event.task].before_submission(happened.seq):
            place = items[event.task, event.segment]
            found[place] = (*found.get(place, ()), happened)
    return found


def taken_back_at(places: tuple[Happened, ...], settled: Mapping[str, str]) -> int | None:
    """The place in the session chain at which people find the statement taken back, None if they find none."""
    return next((p.seq for p in places if settled.get(self_correction_subject(p.seq)) == "yes"), None)


def to_ask(places: tuple[Happened, ...], settled: Mapping[str, str]) -> tuple[Happened, ...]:
    """The places that people are asked about: the first, and the next once they said no to the one before."""
    noes = [settled.get(self_correction_subject(p.seq)) == "no" for p in places]
    return tuple(place for index, place in enumerate(places) if all(noes[:index]))
