"""What a live model got wrong by itself: its code failed a check, and nobody had planted that."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from evaluators.evidence.statements import Statement
from logs.events import Natural


class NaturalFlaw(BaseModel):
    """A check that a statement fails. `about` names what is checked, `detail` says why in the check's words."""

    model_config = ConfigDict(frozen=True)
    item: str
    about: str
    detail: str


Places = Mapping[tuple[str, str], tuple[NaturalFlaw, ...]]
"""By task and opaque id of the statement."""


def natural_flaws(context: SessionContext) -> Places:
    """The natural flaws that the log notes, each check once a statement, in order."""
    found: dict[tuple[str, str], dict[str, NaturalFlaw]] = {}
    for happened in context.of("natural"):
        event = happened.event
        if isinstance(event, Natural) and event.task in context.tasks:
            about = context.tasks[event.task].task.item(event.item).id.replace("-", " ")
            flaw = NaturalFlaw(item=event.item, about=about, detail=event.detail)
            found.setdefault((event.task, event.segment), {}).setdefault(event.item, flaw)
    return {place: tuple(flaws.values()) for place, flaws in found.items()}


def disputed(statement: Statement) -> bool:
    """Whether the candidate challenged it at any time, by a disposition or a comment."""
    return any(d.challenges for d in statement.decisions) or any(r.kind == "comment" for r in statement.remarks)


def met(places: Places, said: tuple[Statement, ...]) -> tuple[int, int]:
    """Natural flaws in statements that came into view, and how many of them stand in one that was challenged."""
    shown = [(s, places.get((s.task, s.segment), ())) for s in said if s.exposed_seq is not None]
    return sum(len(flaws) for _, flaws in shown), sum(len(flaws) for s, flaws in shown if disputed(s))
