"""The score of a session as JSON (ARCHITECTURE.md): the same log and versions give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from evaluators.adjudication.questions import Question, awaiting
from evaluators.adjudication.unsettled import to_settle
from evaluators.context import SessionContext
from evaluators.evidence.natural import met, natural_flaws
from evaluators.evidence.subjects import recorded
from evaluators.figures.detection import Counts, Figures, figures, in_flow
from evaluators.matching.matcher import matcher
from evaluators.outcomes.outcome import Outcome, Worked, work

VERSION = "4"
"""Of the rules of outcomes, grades and figures; it changes whenever the same log could give another score."""
NOTICE = "practice tasks, not for decisions"
NO_FIGURES = "A live model answered freely: nothing was planted, so there is nothing to count catches against."


class TaskScore(BaseModel):
    """One task of the session: what it counts for the figures, at submission and in the flow."""

    model_config = ConfigDict(frozen=True)
    task: str
    title: str
    ledger_opened: bool
    submitted: bool
    final: Figures | None
    in_flow: Counts | None


class Score(BaseModel):
    """A session's outcomes and figures. `figures` is None where there can be none, and `why` says so.

    `pending_checks` counts hidden checks that have no verdict yet; with any, grades may still change.
    """

    model_config = ConfigDict(frozen=True)
    session: str
    notice: str
    simulated: bool
    practice: bool
    policy: str | None
    state: str
    outcomes: tuple[Outcome, ...]
    figures: Figures | None
    in_flow: Counts | None
    why: str | None
    tasks: tuple[TaskScore, ...]
    pending_checks: int
    awaiting: tuple[Question, ...]
    """What only people can settle and have not: each says whom it awaits."""
    versions: dict[str, str]


def score(context: SessionContext, worked: Worked | None = None) -> Score:
    """The score of a session; pure. `worked` saves working the session out twice."""
    worked = worked or work(context)
    created = context.created
    found = worked.outcomes
    checks = [recorded(context, subject) for subject in worked.subjects if subject.problem is None]
    environments = sorted({check.environment for check in checks if check is not None and check.environment})
    versions = {
        "scoring": VERSION,
        "assessment": f"{created.assessment} {created.version}",
        "environment": ", ".join(environments),
        "matcher": matcher().version,
        "adjudicators": str(context.rules.adjudicators),
        **{f"task:{name}": drawn.task.digest for name, drawn in context.tasks.items()},
        **{f"key:{task}/{item}": f"{r.decision} {r.at}" for (task, item), r in context.rekeyed.items()},
    }
    return Score(
        session=context.session_id,
        notice=NOTICE,
        simulated=created.simulated,
        practice=created.practice,
        policy=created.policy,
        state="submitted" if context.finished else "unfinished",
        outcomes=found,
        figures=None if created.practice else _figures(context, worked),
        in_flow=None if created.practice else in_flow(counted(found)),
        why=NO_FIGURES if created.practice else _why(context),
        tasks=tuple(_task(context, name, [o for o in found if o.task == name]) for name in context.plans),
        pending_checks=sum(check is None for check in checks),
        awaiting=awaiting(context, worked),
        versions=dict(sorted(versions.items())),
    )


def score_bytes(scored: BaseModel) -> bytes:
    """A score, report or debrief as JSON bytes: sorted keys, floats rounded to six digits."""
    return json.dumps(_fixed(scored.model_dump(mode="json")), sort_keys=True, ensure_ascii=False).encode()


def counted(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes that figures count: all but those of items that left d'."""
    return [outcome for outcome in outcomes if outcome.counts]


def _figures(context: SessionContext, worked: Worked) -> Figures:
    """The figures of the session, with the challenges that people settled as natural flaws and those recorded."""
    told = figures(counted(worked.outcomes), sum(r.decision == "natural" for r in to_settle(context, worked)))
    shown, challenged = met(natural_flaws(context), worked.said)
    described = told.natural.model_copy(update={"recorded": shown, "challenged": challenged})
    return told.model_copy(update={"natural": described})


def _task(context: SessionContext, name: str, found: list[Outcome]) -> TaskScore:
    span, practice = context.spans[name], context.created.practice
    return TaskScore(
        task=name,
        title=context.tasks[name].task.file.title,
        ledger_opened=span.ledger_seq is not None,
        submitted=span.submitted_seq is not None,
        final=None if practice else figures(counted(found)),
        in_flow=None if practice else in_flow(counted(found)),
    )


def _why(context: SessionContext) -> str | None:
    unopened = [n for n, s in context.spans.items() if s.opened_seq is not None and s.ledger_seq is None]
    if not unopened:
        return None
    names = ", ".join(context.tasks[name].task.file.title for name in unopened)
    return f"The last look was never opened in: {names}. Its final outcomes are missing data."


def _fixed(value: object) -> object:
    if isinstance(value, float):
        return round(value, 6) + 0.0
    if isinstance(value, dict):
        return {key: _fixed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fixed(inner) for inner in value]
    return value
