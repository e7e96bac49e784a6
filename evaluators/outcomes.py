"""The outcome of every item: one response rule, computed without looking at the twin (SCORING.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.adjudication import decisions as adjudicated
from evaluators.adjudication import diagnosed_subject, grade_subject
from evaluators.artifact import Artifact, artifact_of, stands_since
from evaluators.context import SessionContext
from evaluators.grades import Evidence, grade
from evaluators.numbers import number_verdict
from evaluators.statements import Choice, Decision, Statement, statements
from evaluators.subjects import Subject, Verdict, recorded, subjects, untouched
from evaluators.symbols import same
from tasks import Item

Result = Literal["hit", "miss", "false_alarm", "correct_rejection", "not_exposed"]


class Outcome(BaseModel):
    """What became of one item. Times in seconds of working time.

    `outcome` is None when the task's ledger step was never opened: its final figure is missing data, and
    `in_flow`, the same rule at the moment before the ledger step, is all there is.
    """

    model_config = ConfigDict(frozen=True)

    task: str
    item: str
    kind: Literal["twin", "decoy"]
    twin: Literal["flawed", "clean"]
    outcome: Result | None
    in_flow: Result
    located: bool | None = None
    diagnosed: bool | None = None
    adopted: bool | None = None
    avoided: bool | None = None
    grade: int | None = None
    grade_note: str | None = None
    """Why there is no grade, or who gave it."""
    seconds_to_catch: float | None = None
    challenged_by: Literal["disposition", "change"] | None = None
    decision: Choice | None = None
    confidence: int | None = None
    objected: bool = False
    """A disposition challenged it at some time, whatever stood at the end."""
    changes_of_mind: int = 0
    form: Literal["claim", "hunk"]
    severity: str | None = None
    family: str
    segment: str


@dataclass(frozen=True)
class Worked:
    """What is worked out once a session and used by every evaluator."""

    said: tuple[Statement, ...]
    artifacts: dict[str, Artifact]
    subjects: tuple[Subject, ...]
    outcomes: tuple[Outcome, ...]

    def statement(self, task: str, item: str) -> Statement | None:
        """The statement of an item, None if it was never said."""
        return next((s for s in self.said if (s.task, s.item) == (task, item)), None)


def challenged(decisions: Sequence[Decision], flipped: bool) -> bool:
    """The response rule itself: the last disposition challenges, or the adopted content's check flipped."""
    return flipped or (bool(decisions) and decisions[-1].challenges)


def outcomes(context: SessionContext) -> tuple[Outcome, ...]:
    """The outcomes of all items of all tasks, in order; none for a practice session, where nothing is planted."""
    return work(context).outcomes


def work(context: SessionContext) -> Worked:
    """Statements, artifacts, checked subjects and outcomes of a session. Raises ContextError for a broken log."""
    said = statements(context)
    artifacts = {name: artifact_of(context, name, said) for name in context.plans}
    by_item = {(s.task, s.item): s for s in said if s.item is not None}
    checked = () if context.created.practice else subjects(context, artifacts, by_item)
    found: list[Outcome] = []
    if not context.created.practice:
        for name in context.plans:
            for item in context.tasks[name].task.items:
                own: dict[str, Subject] = {s.moment: s for s in checked if (s.task, s.item) == (name, item.id)}
                found.append(_outcome(context, artifacts[name], item, by_item.get((name, item.id)), own))
    return Worked(said, artifacts, checked, tuple(found))


def _outcome(
    context: SessionContext,
    artifact: Artifact,
    item: Item,
    statement: Statement | None,
    own: Mapping[str, Subject],
) -> Outcome:
    name, span = artifact.task, context.spans[artifact.task]
    plan = context.plans[name]
    twin: Literal["flawed", "clean"] = plan.form[item.id] if item.kind == "twin" else "clean"
    frame = Outcome(
        task=name,
        item=item.id,
        kind=item.kind,
        twin=twin,
        outcome="not_exposed",
        in_flow="not_exposed",
        form=item.form,
        severity=item.severity,
        family=item.family,
        segment=plan.segments.get(item.id, ""),
    )
    if statement is None or statement.exposed_seq is None:
        return frame
    adoption = artifact.adoptions.get(statement.segment)
    verdicts = {moment: _verdict(context, subject) for moment, subject in own.items()}
    bare = untouched(context.tasks[name].task, item, artifact)
    final, before = _answers(item, artifact, statement, verdicts, bare)
    last, missing = statement.last, span.ledger_seq is None
    result = _result(twin, challenged(statement.decisions, final))
    flow = _result(twin, challenged([d for d in statement.decisions if span.before_ledger(d.seq)], before))
    hit = result == "hit" and not missing
    settled = adjudicated(context)
    grading = (
        grade(
            Evidence(
                item=item,
                artifact=artifact,
                statement=statement,
                subject=own.get("submitted"),
                verdict=verdicts.get("submitted"),
                untouched=bare,
                settled=settled.get(grade_subject(name, item.id)),
            )
        )
        if hit
        else None
    )
    return frame.model_copy(
        update={
            "outcome": None if missing else result,
            "in_flow": flow if span.before_ledger(statement.exposed_seq) else "not_exposed",
            "located": _located(statement),
            "diagnosed": _diagnosed(item, statement, settled.get(diagnosed_subject(name, item.id)))
            if hit
            else None,
            "adopted": adoption is not None,
            "avoided": _avoided(item, artifact, statement, verdicts) if twin == "flawed" else None,
            "grade": grading.value if grading else None,
            "grade_note": grading.note if grading else None,
            "seconds_to_catch": _seconds(context, item, artifact, statement) if hit else None,
            "challenged_by": _by(statement, final),
            "decision": last.choice if last else None,
            "confidence": last.confidence if last else None,
            "objected": any(d.challenges for d in statement.decisions),
            "changes_of_mind": statement.changes_of_mind,
        }
    )


def _by(statement: Statement, flipped: bool) -> Literal["disposition", "change"] | None:
    if statement.last is not None and statement.last.challenges:
        return "disposition"
    return "change" if flipped else None


def _result(twin: Literal["flawed", "clean"], is_challenged: bool) -> Result:
    """The only place where the twin meets the response."""
    if twin == "flawed":
        return "hit" if is_challenged else "miss"
    return "false_alarm" if is_challenged else "correct_rejection"


def _verdict(context: SessionContext, subject: Subject) -> Verdict | None:
    check = recorded(context, subject)
    return check.verdict if check else None


def _answers(
    item: Item, artifact: Artifact, statement: Statement, verdicts: Mapping[str, Verdict | None], bare: bool
) -> tuple[bool, bool]:
    """Whether the check of adopted content flipped by submission, and whether it had by the ledger step.

    Taken out again down to the starter's definition (`bare`), nothing is delivered that could fail: else the
    same step would count as a challenge of a clean twin and as none of a flawed one.

    Checks are recorded for the submitted state only, so a change counts as made in the flow when the item's
    content already stood at the ledger step as it was submitted.
    """
    adoption = artifact.adoptions.get(statement.segment)
    if adoption is None or adoption.whole is None:
        return False, False
    if item.form == "hunk":
        submitted = verdicts.get("submitted")
        flipped = {verdicts.get("adopted"), submitted} == {"pass", "fail"} and not (bare and submitted == "fail")
        if not flipped or artifact.at_ledger is None or item.file is None or item.symbol is None:
            return flipped, flipped
        return True, same(artifact.at_ledger.get(item.file, ""), artifact.final[item.file], item.symbol)
    if item.number is None:
        return False, False
    was = number_verdict(item.number, adoption.whole)
    now = number_verdict(item.number, artifact.final.get(adoption.file, ""))
    flipped = {was, now} == {"pass", "fail"}
    if not flipped or artifact.at_ledger is None:
        return flipped, flipped
    return True, number_verdict(item.number, artifact.at_ledger.get(adoption.file, "")) == now


def _located(statement: Statement) -> bool:
    """A challenging disposition, a comment or a question on exactly this statement."""
    return any(d.challenges for d in statement.decisions) or bool(statement.remarks)


def _diagnosed(item: Item, statement: Statement, settled: str | None) -> bool | None:
    """True if the reason given is the item's family, or a person said so; never False by a rule."""
    if settled in ("yes", "no"):
        return settled == "yes"
    last = statement.last
    return True if last is not None and last.challenges and last.reason == item.family else None


def _avoided(
    item: Item, artifact: Artifact, statement: Statement, verdicts: Mapping[str, Verdict | None]
) -> bool | None:
    """The candidate's own content was right and never held the flawed content; None where nobody can tell."""
    if statement.segment in artifact.adoptions:
        return False
    if item.form == "hunk":
        verdict = verdicts.get("submitted")
        return None if verdict in (None, "ungradable") else verdict == "pass"
    section = item.number.section if item.number else None
    if item.number is None or section is None:
        return None
    verdict_of_number = number_verdict(item.number, artifact.final.get(section, ""))
    return None if verdict_of_number is None else verdict_of_number == "pass"


def _seconds(context: SessionContext, item: Item, artifact: Artifact, statement: Statement) -> float | None:
    """Working seconds from exposure to the first challenge: a disposition, a comment, or the change itself."""
    assert statement.exposed_ms is not None
    moments = [d.ms for d in statement.decisions if d.challenges]
    moments += [r.ms for r in statement.remarks if r.kind == "comment"]
    if not moments:
        adoption = artifact.adoptions[statement.segment]
        file = item.file or adoption.file
        moments = [stands_since(context, artifact.task, file, item.symbol if item.form == "hunk" else None)]
    return round(max(0, min(moments) - statement.exposed_ms) / 1000, 3)
