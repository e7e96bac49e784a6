"""Keys that were found wrong: recorded once, applied to every session that drew the same version of the task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlmodel import Session, col, select

from evaluators.context import ContextError, SessionContext, load_context
from evaluators.figures.detection import Figures
from evaluators.rules import CORRECTIONS, Correction, Rekeying, Rules
from evaluators.scoring.score import score
from harness import assessment
from harness.home import Home
from harness.tables import RekeyedRow
from harness.versions import kept_in
from logs import ErasedError
from logs.events import Created
from tasks import Task, TaskError, task_named, version_of

LONGEST = 2_000
"""Characters of a reason."""


class RekeyingError(Exception):
    """A key that cannot be corrected so; the message says why and what to do."""


@dataclass(frozen=True)
class House:
    """What the house decided, read once for many sessions: adjudicators by assessment, corrections in order."""

    adjudicators: Mapping[str, int]
    rekeyed: tuple[Rekeying, ...]

    @property
    def version(self) -> tuple[object, ...]:
        """Changes whenever a score could."""
        return (*sorted(self.adjudicators.items()), len(self.rekeyed))

    def rules(self, created: Created) -> Rules:
        """What holds for a session."""
        drawn = {(plan.task, plan.digest) for plan in created.tasks}
        return Rules(
            self.adjudicators.get(created.assessment, 2),
            tuple(r for r in self.rekeyed if (r.task, r.digest) in drawn),
        )


@dataclass(frozen=True)
class Affected:
    """A session that drew the item: its figures before and after; `why` says why there are none."""

    session: str
    assessment: str
    simulated: bool
    twin: str
    before: Figures | None
    after: Figures | None
    why: str | None


def house(home: Home) -> House:
    """The rules of the house as they stand."""
    return House({each.name: each.adjudicators for each in assessment.every(home)}, rekeyings(home))


def ruled_context(home: Home, session_id: str, rules: House | None = None) -> SessionContext:
    """The session under the rules of the house. Raises ContextError."""
    context = load_context(home.log, session_id)
    return context.under((rules or house(home)).rules(context.created))


def rekeyings(home: Home) -> tuple[Rekeying, ...]:
    """Every correction, in order of time."""
    with Session(home.engine) as db:
        return tuple(map(_read, db.exec(select(RekeyedRow).order_by(col(RekeyedRow.id)))))


def proposed(
    home: Home,
    task: str,
    item: str,
    decision: str,
    author: str,
    reason: str,
    now: int,
    version: str | None = None,
) -> Rekeying:
    """The correction of an item, not yet recorded. Raises RekeyingError.

    `version` is the digest of the task's version, or how it begins; by default the present one. When nobody drew
    that and others were drawn, one of these has to be named: a correction is for those who met the item.
    """
    if decision not in CORRECTIONS:
        raise RekeyingError(f"{decision!r} is no correction; the corrections are {', '.join(CORRECTIONS)}.")
    if not reason.strip() or len(reason) > LONGEST:
        raise RekeyingError(f"Give a reason of 1 to {LONGEST:,} characters; candidates read it in their debrief.")
    found = _version(home, task, item, version)
    _fits(found, item, decision)
    return Rekeying(task, found.digest, item, decision, author[:64], reason.strip(), now)


def rekey(home: Home, correction: Rekeying) -> None:
    """Records a correction; from now on every score of its sessions is by it."""
    with Session(home.engine) as db:
        db.add(
            RekeyedRow(
                task=correction.task,
                digest=correction.digest,
                item=correction.item,
                decision=correction.decision,
                author=correction.author,
                reason=correction.reason,
                at=correction.at,
            )
        )
        db.commit()


def drawn_in(home: Home, task: str, item: str) -> dict[str, list[str]]:
    """The sessions whose plan has the item, by digest of the task's version, in the order of their making."""
    found: dict[str, list[str]] = {}
    for first in home.log.firsts():
        if first.payload is None or not isinstance(event := first.event, Created) or event.practice:
            continue
        for plan in event.tasks:
            if plan.task == task and item in plan.segments:
                found.setdefault(plan.digest, []).append(first.session_id)
    return found


def affected(home: Home, correction: Rekeying, most: int | None = None) -> list[Affected]:
    """Every session that drew the item, scored as it stands and as it would stand; runs no check.

    With `most`, only the first that many are scored; of the others the names alone are given.
    """
    rules = house(home)
    found: list[Affected] = []
    drawn = drawn_in(home, correction.task, correction.item).get(correction.digest, [])
    for place, name in enumerate(drawn):
        if most is not None and place >= most:
            found.append(Affected(name, "", False, "", None, None, "not worked out beforehand"))
            continue
        try:
            context = ruled_context(home, name, rules)
            after = context.under(Rules(context.rules.adjudicators, (*context.rules.rekeyed, correction)))
            was, becomes = score(context), score(after)
        except (ContextError, ErasedError) as error:
            found.append(Affected(name, "", False, "", None, None, str(error)))
            continue
        plan = next(plan for plan in context.created.tasks if plan.task == correction.task)
        found.append(
            Affected(
                session=name,
                assessment=context.created.assessment,
                simulated=context.created.simulated,
                twin=plan.form.get(correction.item, "decoy"),
                before=was.figures,
                after=becomes.figures,
                why=None if context.finished else "not handed in yet",
            )
        )
    return found


def _version(home: Home, task: str, item: str, version: str | None) -> Task:
    drawn = drawn_in(home, task, item)
    try:
        present = task_named(task)
    except TaskError as error:
        if not drawn:
            raise RekeyingError(str(error)) from None
        present = None
    known = list(dict.fromkeys([*([present.digest] if present else []), *drawn]))
    if version is not None:
        meant = [digest for digest in known if digest.startswith(version)]
    else:
        meant = known[:1] if present and (not drawn or present.digest in drawn) else list(drawn)
    if len(meant) != 1:
        versions = ", ".join(f"{d[:12]} ({len(drawn.get(d, []))} sessions)" for d in known)
        raise RekeyingError(f"Say which version of {task} is meant; there are {versions}.")
    try:
        return version_of(task, meant[0], kept_in(home.engine))
    except TaskError as error:
        raise RekeyingError(str(error)) from None


def _fits(task: Task, item: str, decision: Correction) -> None:
    known = {each.id: each for each in task.items}
    if item not in known:
        names = ", ".join(sorted(known))
        raise RekeyingError(f"Task {task.name} has no item {item!r}; its items are {names}.")
    if known[item].kind == "decoy" and decision in ("flawed-is-right", "clean-is-wrong"):
        raise RekeyingError(f"{item} is a decoy and has no flawed twin; it can be made void.")


def _read(row: RekeyedRow) -> Rekeying:
    decision = cast(Correction, row.decision)
    return Rekeying(row.task, row.digest, row.item, decision, row.author, row.reason, row.at)
