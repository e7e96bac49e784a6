"""The questions of a session that only people can answer, and how far each has come."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from evaluators.adjudication.unsettled import to_settle
from evaluators.context import SessionContext
from evaluators.decisions import (
    Kind,
    Standing,
    decisions,
    diagnosed_subject,
    dispute_subject,
    grade_subject,
    standings,
)
from evaluators.evidence.statements import Statement
from evaluators.outcomes.grades import PERSON
from evaluators.outcomes.outcome import Outcome, Worked
from evaluators.outcomes.self_correction import self_correction_subject, to_ask, withdrawals
from evaluators.outcomes.silent import changed_subject
from logs.events import Disputed


class Question(BaseModel):
    """One question to people. `ms` is working time; `number` is of the statement it is about, if of one.

    `settled` is the decision that holds; while there is none `awaits` says who is waited for.
    """

    model_config = ConfigDict(frozen=True)
    subject: str
    kind: Kind
    task: str
    item: str | None
    number: int | None
    ms: int
    decisions: int
    settled: str | None
    awaits: str | None


def questions(context: SessionContext, worked: Worked) -> tuple[Question, ...]:
    """Challenges that fit no item, mechanisms in doubt, corrections and changes that no rule judges, flaws that a
    live model may have taken back, disputes."""
    given, settled, taken_back = standings(context), decisions(context), withdrawals(context)
    found: list[Question] = []

    def ask(subject: str, kind: Kind, task: str, item: str | None, number: int | None, ms: int) -> None:
        standing = given.get(subject) or Standing(subject, (), context.rules.adjudicators)
        found.append(
            Question(
                subject=subject,
                kind=kind,
                task=task,
                item=item,
                number=number,
                ms=ms,
                decisions=len(standing.given),
                settled=standing.settled,
                awaits=standing.awaits,
            )
        )

    for row in to_settle(context, worked):
        ask(row.subject, "challenge", row.task, None, row.number, row.ms)
    for outcome in worked.outcomes:
        said = worked.statement(outcome.task, outcome.item)
        if said is None or outcome.outcome != "hit" or outcome.rekeyed == "void":
            continue
        place, ms = (outcome.task, outcome.item), said.decisions[-1].ms if said.decisions else said.delivered_ms
        subject = diagnosed_subject(*place)
        if subject in given or (outcome.diagnosed is None and _spoke(said)):
            ask(subject, "diagnosed", *place, said.number, ms)
        subject = grade_subject(*place)
        if subject in given or _ungraded(outcome):
            ask(subject, "grade", *place, said.number, ms)
    for outcome in worked.outcomes:
        said = worked.statement(outcome.task, outcome.item)
        subject = changed_subject(outcome.task, outcome.item)
        if said is not None and outcome.rekeyed != "void" and (subject in given or outcome.change_open):
            ask(subject, "changed", outcome.task, outcome.item, said.number, context.spans[outcome.task].end_ms)
        if said is not None and outcome.rekeyed != "void" and outcome.outcome != "not_exposed":
            for event in to_ask(taken_back.get((outcome.task, outcome.item), ()), settled):
                subject = self_correction_subject(event.seq)
                ask(subject, "self_corrected", outcome.task, outcome.item, said.number, event.ms)
    for task, item in disputed(context):
        said = worked.statement(task, item)
        if (task, item) not in context.rekeyed:
            number, ms = (said.number, said.delivered_ms) if said else (None, 0)
            ask(dispute_subject(task, item), "dispute", task, item, number, ms)
    return tuple(found)


def awaiting(context: SessionContext, worked: Worked) -> tuple[Question, ...]:
    """The questions that are not settled."""
    return tuple(question for question in questions(context, worked) if question.settled is None)


def disputed(context: SessionContext) -> dict[tuple[str, str], str]:
    """The keys that the candidate disputes, by task and item, with their words."""
    found: dict[tuple[str, str], str] = {}
    for happened in context.reviewed:
        event = happened.event
        if isinstance(event, Disputed):
            found.setdefault((event.task, event.item), event.text)
    return found


def _ungraded(outcome: Outcome) -> bool:
    return outcome.grade is None and PERSON in (outcome.grade_note or "")


def _spoke(said: Statement) -> bool:
    """Whether the candidate gave words or a reason that somebody can judge."""
    challenging = [d for d in said.decisions if d.challenges]
    return bool(said.remarks) or any(d.fix.strip() or d.reason for d in challenging)
