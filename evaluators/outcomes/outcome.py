"""The outcome of every item: one response rule, computed without looking at the twin (SCORING.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from evaluators.decisions import decisions as adjudicated
from evaluators.decisions import grade_subject
from evaluators.evidence.artifact import Artifact, artifact_of, stands_since
from evaluators.evidence.reactions import first_reactions
from evaluators.evidence.statements import Choice, Decision, Statement, statements
from evaluators.evidence.subjects import Moment, Subject, recorded, subjects, untouched
from evaluators.matching.diagnosis import Diagnosis, diagnosis, pointed_at
from evaluators.outcomes.grades import GIVEN, PERSON, Evidence, grade
from evaluators.outcomes.self_correction import taken_back_at, withdrawals
from evaluators.outcomes.silent import avoided, flips
from evaluators.rules import Correction
from harness.checking import Verdict
from logs.events import Behaviour
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
    diagnosis: Diagnosis | None = None
    """What says that the mechanism was named, or how near the words came to it."""
    adopted: bool | None = None
    avoided: bool | None = None
    grade: int | None = None
    grade_note: str | None = None
    """Why there is no grade, or who gave it."""
    seconds_to_catch: float | None = None
    challenged_by: Literal["disposition", "change"] | None = None
    change_open: bool = False
    """The words taken over were changed, and people have to say whether into their opposite."""
    decision: Choice | None = None
    confidence: int | None = None
    objected: bool = False
    """A disposition challenged it at some time, whatever stood at the end."""
    changes_of_mind: int = 0
    form: Literal["claim", "hunk"]
    severity: str | None = None
    family: str
    segment: str
    reaction: Behaviour | None = None
    """How the assistant first reacted when the candidate challenged the statement in the conversation."""
    evidence: bool = False
    """The candidate brought a test, a number or a source against it there."""
    self_corrected: bool = False
    """A live model took the statement back unprompted; only what was decided before that counts."""
    left: bool = False
    """It took it back before the candidate had decided anything: the item leaves d'."""
    rekeyed: Correction | None = None
    """The key was found wrong after the session: `void` counts for nothing, `twin` is by the key that holds."""

    @property
    def counts(self) -> bool:
        """Whether figures count it: its key was not voided, and it was not taken back unprompted too early."""
        return self.rekeyed != "void" and not self.left

    def under(self, correction: Correction) -> Outcome:
        """The outcome under a corrected key: what a machine said by the old key is left to a person."""
        doubtful: dict[str, object] = {}
        if correction != "void":
            doubtful["avoided"] = None
            if self.grade is not None and self.grade_note != GIVEN:
                doubtful |= {"grade": None, "grade_note": PERSON}
            if self.diagnosis is not None and self.diagnosis.by != "person":
                doubtful |= {"diagnosed": None, "diagnosis": None}
        return self.model_copy(update={"rekeyed": correction, **doubtful})


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
    if context.created.practice:
        return Worked(said, artifacts, (), ())
    found: list[Outcome] = []
    for name in context.plans:
        task = context.tasks[name].task
        every = tuple((i, by_item[name, i.id]) for i in task.items if (name, i.id) in by_item)
        sitting = _Sitting(context, artifacts[name], said, every)
        for item in task.items:
            own: dict[Moment, Subject] = {s.moment: s for s in checked if (s.task, s.item) == (name, item.id)}
            outcome = sitting.outcome(item, by_item.get((name, item.id)), own)
            rekeyed = context.rekeyed.get((name, item.id))
            found.append(outcome.under(rekeyed.decision) if rekeyed else outcome)
    return Worked(said, artifacts, checked, tuple(found))


class _Sitting:
    """One task of a session: what the outcome of each of its items is worked out from."""

    def __init__(
        self,
        context: SessionContext,
        artifact: Artifact,
        said: tuple[Statement, ...],
        every: tuple[tuple[Item, Statement], ...],
    ) -> None:
        self._context, self._artifact, self._every = context, artifact, every
        self._words = tuple(s.text for s in said if s.task == artifact.task)
        self._task = context.tasks[artifact.task].task
        self._plan, self._span = context.plans[artifact.task], context.spans[artifact.task]
        self._settled = adjudicated(context)
        self._reactions = first_reactions(context)
        self._withdrawals = withdrawals(context)

    def outcome(self, item: Item, statement: Statement | None, own: Mapping[Moment, Subject]) -> Outcome:
        """The outcome of one item; `own` are its subjects by moment."""
        twin: Literal["flawed", "clean"] = self._plan.form[item.id] if item.kind == "twin" else "clean"
        frame = Outcome(
            task=self._task.name,
            item=item.id,
            kind=item.kind,
            twin=twin,
            outcome="not_exposed",
            in_flow="not_exposed",
            form=item.form,
            severity=item.severity,
            family=item.family,
            segment=self._plan.segments.get(item.id, ""),
        )
        if statement is None or statement.exposed_seq is None:
            return frame
        taken_back = taken_back_at(self._withdrawals.get((self._task.name, item.id), ()), self._settled)
        decided = [d for d in statement.decisions if taken_back is None or d.seq < taken_back]
        verdicts = {moment: _verdict(self._context, subject) for moment, subject in own.items()}
        flipped = flips(self._task, item, self._artifact, statement, self._span, verdicts, self._settled)
        changed = flipped.submitted and taken_back is None
        missing = self._span.ledger_seq is None
        result = response(twin, challenged(decided, changed))
        early = [d for d in decided if self._span.before_ledger(d.seq)]
        flow = response(twin, challenged(early, flipped.in_flow and taken_back is None))
        hit = result == "hit" and not missing
        last = decided[-1] if decided else None
        reaction = self._reactions.get(statement.segment)
        return frame.model_copy(
            update={
                "outcome": None if missing else result,
                "in_flow": flow if self._span.before_ledger(statement.exposed_seq) else "not_exposed",
                "located": self._located(item, statement),
                "adopted": statement.segment in self._artifact.adoptions,
                "avoided": avoided(item, self._artifact, statement, verdicts) if twin == "flawed" else None,
                "challenged_by": _by(last, changed),
                "change_open": flipped.open,
                "decision": last.choice if last else None,
                "confidence": last.confidence if last else None,
                "objected": any(d.challenges for d in decided),
                "changes_of_mind": statement.changes_of_mind,
                "reaction": reaction.behaviour if reaction else None,
                "evidence": reaction.evidence if reaction else False,
                "self_corrected": taken_back is not None,
                "left": taken_back is not None and not decided,
                **(self._of_hit(item, statement, own, verdicts) if hit else {}),
            }
        )

    def _of_hit(
        self,
        item: Item,
        statement: Statement,
        own: Mapping[Moment, Subject],
        verdicts: Mapping[Moment, Verdict | None],
    ) -> dict[str, object]:
        """What only a catch has: diagnosis, grade and time."""
        named = diagnosis(item, statement, self._every, self._settled)
        grading = grade(
            Evidence(
                item=item,
                artifact=self._artifact,
                statement=statement,
                starter=self._task.starter,
                said=self._words,
                subject=own.get("submitted"),
                verdict=verdicts.get("submitted"),
                untouched=untouched(self._task, item, self._artifact.final),
                settled=self._settled.get(grade_subject(self._task.name, item.id)),
            )
        )
        return {
            "diagnosed": named.credit if named else None,
            "diagnosis": named,
            "grade": grading.value,
            "grade_note": grading.note,
            "seconds_to_catch": _seconds(self._context, item, self._artifact, statement),
        }

    def _located(self, item: Item, statement: Statement) -> bool:
        """A challenging disposition, a comment or a question on exactly this statement, or people say so."""
        challenges = any(d.challenges for d in statement.decisions)
        return challenges or bool(statement.remarks) or pointed_at(self._task.name, item.id, self._settled)


def _by(last: Decision | None, flipped: bool) -> Literal["disposition", "change"] | None:
    if last is not None and last.challenges:
        return "disposition"
    return "change" if flipped else None


def response(twin: Literal["flawed", "clean"], is_challenged: bool) -> Result:
    """The only place where the twin meets the response."""
    if twin == "flawed":
        return "hit" if is_challenged else "miss"
    return "false_alarm" if is_challenged else "correct_rejection"


def _verdict(context: SessionContext, subject: Subject) -> Verdict | None:
    check = recorded(context, subject)
    return check.verdict if check else None


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
