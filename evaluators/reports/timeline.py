"""Everything that a reviewer's page shows of one session, as one model. A pure function of the log."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.adjudication.unsettled import Unsettled, to_settle
from evaluators.context import SessionContext
from evaluators.decisions import decisions, grade_subject, standing
from evaluators.evidence.natural import NaturalFlaw, natural_flaws
from evaluators.evidence.passages import Passage, passages
from evaluators.evidence.statements import Choice, Statement, Truth
from evaluators.figures.activity import Activity, Break, RunMark, Signal, activity, pauses, runs, signals
from evaluators.figures.detection import Counts, Figures
from evaluators.outcomes.grades import PERSON
from evaluators.outcomes.outcome import Outcome, Result, Worked, work
from evaluators.outcomes.self_correction import self_correction_subject, to_ask, withdrawals
from evaluators.reports.differences import Difference, differences
from evaluators.reports.frames import Frame, frames
from evaluators.reports.moments import Moment, moments
from evaluators.reports.transcript import Turn, transcript
from evaluators.rules import Correction
from evaluators.scoring.score import NOTICE, score
from logs import shares
from logs.events import Withdrawn
from tasks import FAMILIES, Item


class Model(BaseModel):
    """Base: frozen."""

    model_config = ConfigDict(frozen=True)


class FileHead(Model):
    """One file or section of a task."""

    path: str
    title: str
    readonly: bool


class TaskHead(Model):
    """One task on the timeline, in working ms; None where it did not happen."""

    name: str
    title: str
    kind: Literal["design", "coding"]
    minutes: int
    files: tuple[FileHead, ...]
    start_ms: int | None
    ledger_ms: int | None
    end_ms: int | None


class Header(Model):
    """The head of the page. `started` is server time (ms since 1970, UTC), `working_ms` all working time.

    `verified` says whether the chains of the log hold; None if nobody looked.
    """

    candidate: str
    assessment: str
    version: str
    started: int
    working_ms: int
    state: str
    simulated: bool
    policy: str | None
    practice: bool
    model: str
    verified: bool | None
    notice: str
    why: str | None
    scored_statements: int


class SourceRow(Model):
    """Where a right answer can be read up."""

    title: str
    url: str | None


class Key(Model):
    """The key of an item. `other` is what its other twin says; None for a decoy."""

    right: str
    why: str
    mechanism: str
    category: str
    family: str
    severity: str | None
    sources: tuple[SourceRow, ...]
    counts: tuple[str, ...]
    counts_not: tuple[str, ...]
    other: str | None


class DecisionRow(Model):
    """One disposition. `reason` is the family's words on screen, `where` `rest` for accepting all the rest."""

    ms: int
    decision: Choice
    confidence: int | None
    reason: str | None
    fix: str
    where: Literal["conversation", "ledger", "rest"]


class RemarkRow(Model):
    """A comment on a statement, or a question that quotes it."""

    ms: int
    kind: Literal["comment", "question"]
    text: str
    quote: str


class TakenBack(Model):
    """Where a live model may have put its statement right unprompted; `settled` is None until people decided."""

    ms: int
    reply: str
    settled: Literal["yes", "no"] | None


class StatementRow(Model):
    """One claim or hunk. `truth` is None where nothing is known (a live model said it).

    `passages` are the text in pieces; the marked ones differ from the other twin (flawed items only).
    `decision` and `decided_ms` are of the disposition that stood at submission. `call` says whether what the
    candidate did was right, by the response rule; None for filler and for what was never exposed.
    """

    number: int
    segment: str
    task: str
    form: Literal["claim", "hunk"]
    text: str
    file: str | None
    symbol: str | None
    truth: Truth | None
    item: str | None
    reply: str
    said_ms: int
    shown_ms: int | None
    decision: Choice | None
    confidence: int | None
    decided_ms: int | None
    decisions: tuple[DecisionRow, ...]
    remarks: tuple[RemarkRow, ...]
    outcome: Result | None
    call: Literal["right", "wrong"] | None
    challenged_by: Literal["disposition", "change"] | None
    adopted: bool
    adopted_ms: int | None
    grade: int | None
    grade_note: str | None
    taken_back: tuple[TakenBack, ...]
    left: bool
    """It was taken back before anything was decided, and left the figures."""
    natural: tuple[NaturalFlaw, ...]
    """Checks that a live model's code fails though nobody planted that."""
    rekeyed: Correction | None
    """The key was found wrong after the session; `truth` is by the key that holds."""
    key: Key | None
    passages: tuple[Passage, ...]


class Share(Model):
    """Characters (UTF-16 units) of the delivered files by origin; `file` is None for the whole task.

    Origins: `starter`, `typed`, `assistant`, `pasted`, `own` (moved within the files).
    """

    task: str
    file: str | None
    origin: str
    units: int
    share: float


class Review(Model):
    """One session for a reviewer. All times are working ms unless said otherwise."""

    session: str
    header: Header
    tasks: tuple[TaskHead, ...]
    figures: Figures | None
    in_flow: Counts | None
    outcomes: tuple[Outcome, ...]
    statements: tuple[StatementRow, ...]
    activity: tuple[Activity, ...]
    runs: tuple[RunMark, ...]
    signals: tuple[Signal, ...]
    pauses: tuple[Break, ...]
    transcript: tuple[Turn, ...]
    moments: tuple[Moment, ...]
    differences: tuple[Difference, ...]
    provenance: tuple[Share, ...]
    to_settle: tuple[Unsettled, ...]
    frames: tuple[Frame, ...]
    versions: dict[str, str]


def review(context: SessionContext, verified: bool | None = None, worked: Worked | None = None) -> Review:
    """The session as reviewers see it. `verified` is handed through; `worked` saves working it out twice."""
    worked = worked or work(context)
    scored = score(context, worked)
    numbers = {(s.task, s.segment): s.number for s in worked.said}
    return Review(
        session=context.session_id,
        header=_header(context, worked, verified, scored.state, scored.why),
        tasks=tuple(_task(context, name) for name in context.plans),
        figures=scored.figures,
        in_flow=scored.in_flow,
        outcomes=scored.outcomes,
        statements=tuple(statement_row(context, worked, statement) for statement in worked.said),
        activity=activity(context),
        runs=runs(context),
        signals=signals(context),
        pauses=pauses(context),
        transcript=transcript(context, numbers),
        moments=moments(context, worked),
        differences=differences(context, worked),
        provenance=provenance(worked),
        to_settle=to_settle(context, worked),
        frames=frames(context),
        versions=scored.versions,
    )


def key_of(item: Item, twin: str) -> Key:
    """The key of an item that was shown in this twin."""
    return Key(
        right=item.right,
        why=item.why,
        mechanism=item.mechanism,
        category=item.category,
        family=FAMILIES.get(item.family, item.family),
        severity=item.severity,
        sources=tuple(SourceRow(title=s.title, url=s.url) for s in item.sources),
        counts=item.counts,
        counts_not=item.counts_not,
        other=item.clean if twin == "flawed" else item.flawed,
    )


def decision_rows(statement: Statement) -> tuple[DecisionRow, ...]:
    """The dispositions of a statement up to submission, in order."""
    return tuple(
        DecisionRow(
            ms=d.ms,
            decision=d.choice,
            confidence=d.confidence,
            reason=FAMILIES.get(d.reason, d.reason) if d.reason else None,
            fix=d.fix,
            where=d.where,
        )
        for d in statement.decisions
    )


def provenance(worked: Worked) -> tuple[Share, ...]:
    """Shares of each delivered file, and of each task's files together."""
    found: list[Share] = []
    for name, artifact in worked.artifacts.items():
        whole: dict[str, int] = {}
        for path, document in sorted(artifact.documents.items()):
            own = shares(document)
            found += _shares(name, path, own)
            for origin, count in own.items():
                whole[origin] = whole.get(origin, 0) + count
        found += _shares(name, None, whole)
    return tuple(found)


def _header(context: SessionContext, worked: Worked, verified: bool | None, state: str, why: str | None) -> Header:
    created = context.created
    return Header(
        candidate=created.candidate,
        assessment=created.assessment,
        version=created.version,
        started=context.records[0].server_time,
        working_ms=max(record.working_ms for record in context.records),
        state=state,
        simulated=created.simulated,
        policy=created.policy,
        practice=created.practice,
        model=created.model,
        verified=verified,
        notice=NOTICE,
        why=why,
        scored_statements=sum(o.outcome not in (None, "not_exposed") for o in worked.outcomes),
    )


def _task(context: SessionContext, name: str) -> TaskHead:
    task, span = context.tasks[name].task, context.spans[name]
    return TaskHead(
        name=name,
        title=task.file.title,
        kind=task.file.kind,
        minutes=context.plans[name].minutes,
        files=tuple(FileHead(path=f.path, title=f.title, readonly=f.readonly) for f in task.file.files),
        start_ms=span.opened_ms if span.opened_seq is not None else None,
        ledger_ms=span.ledger_ms,
        end_ms=span.end_ms if span.opened_seq is not None else None,
    )


def statement_row(context: SessionContext, worked: Worked, statement: Statement) -> StatementRow:
    """A statement with all that is known of it, the key included: for staff, or after the debrief."""
    outcome = next((o for o in worked.outcomes if (o.task, o.item) == (statement.task, statement.item)), None)
    item = context.tasks[statement.task].task.item(statement.item) if statement.item else None
    adoption = worked.artifacts[statement.task].adoptions.get(statement.segment)
    last = statement.last
    result = outcome.outcome if outcome else None
    right = {"hit": True, "correct_rejection": True, "miss": False, "false_alarm": False}.get(result or "")
    return StatementRow(
        number=statement.number,
        segment=statement.segment,
        task=statement.task,
        form=statement.form,
        text=statement.text,
        file=statement.file,
        symbol=statement.symbol,
        truth=statement.truth,
        item=statement.item,
        reply=statement.reply,
        said_ms=statement.delivered_ms,
        shown_ms=statement.exposed_ms,
        decision=last.choice if last else None,
        confidence=last.confidence if last else None,
        decided_ms=last.ms if last else None,
        decisions=decision_rows(statement),
        remarks=tuple(RemarkRow(ms=r.ms, kind=r.kind, text=r.text, quote=r.quote) for r in statement.remarks),
        outcome=result,
        call=None if right is None or (outcome and outcome.left) else "right" if right else "wrong",
        challenged_by=outcome.challenged_by if outcome else None,
        adopted=adoption is not None,
        adopted_ms=adoption.ms if adoption else None,
        grade=outcome.grade if outcome else None,
        grade_note=_note(context, outcome) if outcome else None,
        taken_back=_taken_back(context, statement),
        left=bool(outcome and outcome.left),
        natural=natural_flaws(context).get((statement.task, statement.segment), ()),
        rekeyed=outcome.rekeyed if outcome else None,
        key=key_of(item, statement.truth or "") if item else None,
        passages=passages(statement.text, item.clean if item and statement.truth == "flawed" else None),
    )


def _taken_back(context: SessionContext, statement: Statement) -> tuple[TakenBack, ...]:
    places = withdrawals(context).get((statement.task, statement.item or ""), ())
    settled = decisions(context) if places else {}
    words: dict[str, Literal["yes", "no"]] = {"yes": "yes", "no": "no"}
    return tuple(
        TakenBack(
            ms=place.ms,
            reply=place.event.reply if isinstance(place.event, Withdrawn) else "",
            settled=words.get(settled.get(self_correction_subject(place.seq), "")),
        )
        for place in to_ask(places, settled)
    )


def _note(context: SessionContext, outcome: Outcome) -> str | None:
    """Why there is no grade; of one that people give, whom it awaits."""
    if outcome.grade is None and outcome.outcome == "hit" and PERSON in (outcome.grade_note or ""):
        return standing(context, grade_subject(outcome.task, outcome.item)).awaits
    return outcome.grade_note


def _shares(task: str, file: str | None, own: dict[str, int]) -> list[Share]:
    total = sum(own.values())
    return [
        Share(task=task, file=file, origin=origin, units=count, share=round(count / total, 6))
        for origin, count in sorted(own.items())
        if total
    ]
