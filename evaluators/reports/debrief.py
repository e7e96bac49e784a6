"""What the candidate is told afterwards: every planted flaw they met, and what they rejected though right."""

from __future__ import annotations

from itertools import takewhile

from pydantic import BaseModel, ConfigDict

from evaluators.adjudication.unsettled import to_settle
from evaluators.context import SessionContext
from evaluators.decisions import dispute_subject, standing
from evaluators.evidence.passages import Passage
from evaluators.evidence.statements import Statement
from evaluators.figures.detection import Rate, figures
from evaluators.outcomes.outcome import Outcome, Worked, work
from evaluators.reports.moments import clock
from evaluators.reports.timeline import Key, StatementRow, statement_row
from evaluators.rules import Correction
from evaluators.scoring.score import NO_FIGURES, NOTICE, counted
from logs.events import DebriefReleased, Disputed

LABELS = {"accept": "Accepted it", "edit": "Edited it", "reject": "Rejected it", "unsure": "Marked it unsure"}
CALLS = {"hit": "caught", "miss": "missed", "false_alarm": "rejected", "correct_rejection": "right"}
ANSWERS = {
    "": "People read it, each on their own.",
    "holds": "People have read it: the key holds.",
    "wrong": "People have read it and find the key wrong; it will be corrected.",
}
CORRECTED: dict[Correction, str] = {
    "void": "The key was found wrong, and the statement counts for nothing.",
    "flawed-is-right": "The key was found wrong: what was planted as an error is right.",
    "clean-is-wrong": "The key was found wrong: the statement that was meant to be right is not.",
}
LEFT = "The assistant had put it right by itself before you decided, so it counts for nothing."
TAKEN_BACK = "The assistant put it right by itself later; what you had decided before that counts."
SURE = {1: "not sure", 2: "fairly sure", 3: "sure"}


class Entry(BaseModel):
    """One statement of the debrief. Times are working ms. `you` says in a sentence what the candidate did.

    `call` is `caught` or `missed` for a planted flaw, `rejected` for a right statement that was challenged,
    `right` for one that was not (told only where its key was corrected), `withdrawn` for a flaw that the assistant
    took back by itself before anything was decided, and `open` where the last look was never opened.
    `corrected` says that and why the key was found wrong after the session.
    """

    model_config = ConfigDict(frozen=True)
    number: int
    task: str
    item: str
    title: str
    said_ms: int
    form: str
    text: str
    passages: tuple[Passage, ...]
    call: str
    decoy: bool
    you: str
    fix: str
    key: Key
    corrected: str | None
    disputes: tuple[str, ...]
    """What the candidate wrote against the key."""
    answer: str | None
    """What became of it, in a sentence; None where nothing was disputed."""


class Credit(BaseModel):
    """A real mistake of the assistant that nobody planted: the candidate found it, and people agreed.

    `text` is what it said (of the statement of that number, if of one), `words` what the candidate wrote.
    """

    model_config = ConfigDict(frozen=True)
    number: int | None
    said_ms: int
    form: str
    text: str
    words: str


class Debrief(BaseModel):
    """One candidate's debrief. It names no other candidate and compares with nobody."""

    model_config = ConfigDict(frozen=True)
    session: str
    assessment: str
    started: int
    notice: str
    practice: bool
    simulated: bool
    released: bool
    caught: Rate | None
    rejected: Rate | None
    decoys_rejected: int
    why: str | None
    flaws: tuple[Entry, ...]
    rejected_though_right: tuple[Entry, ...]
    corrected: tuple[Entry, ...]
    """Statements whose key was found wrong and that stand in neither list any more."""

    credits: tuple[Credit, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them, in the order of the page."""
        return (*self.flaws, *self.rejected_though_right, *self.corrected)


def debrief(context: SessionContext, worked: Worked | None = None) -> Debrief:
    """The debrief of a session; `released` says whether the candidate may read it. Pure."""
    worked = worked or work(context)
    practice = context.created.practice
    found = None if practice else figures(counted(worked.outcomes))
    flaws: list[Entry] = []
    rejected: list[Entry] = []
    corrected: list[Entry] = []
    rows = [(statement_row(context, worked, s), s) for s in worked.said]
    by_item = {(o.task, o.item): o for o in worked.outcomes}
    for row, statement in rows:
        outcome = by_item.get((row.task, row.item or ""))
        if outcome is None or outcome.outcome == "not_exposed" or row.key is None:
            continue
        into = flaws if outcome.twin == "flawed" else rejected if outcome.outcome == "false_alarm" else None
        if into is None and outcome.rekeyed:
            into = corrected
        if into is not None:
            into.append(_entry(context, worked, row, statement, outcome))
    return Debrief(
        session=context.session_id,
        assessment=context.created.assessment,
        started=context.records[0].server_time,
        notice=NOTICE,
        practice=practice,
        simulated=context.created.simulated,
        released=any(isinstance(h.event, DebriefReleased) for h in context.reviewed),
        caught=found.hit_rate if found else None,
        rejected=found.false_alarm_rate if found else None,
        decoys_rejected=found.decoy_false_alarms if found else 0,
        why=NO_FIGURES if practice else None,
        flaws=tuple(flaws),
        rejected_though_right=tuple(rejected),
        corrected=tuple(corrected),
        credits=_credits(context, worked),
    )


def _credits(context: SessionContext, worked: Worked) -> tuple[Credit, ...]:
    """Challenges that people settled as natural flaws, each statement once, with all words about it."""
    found: dict[str, Credit] = {}
    for row in to_settle(context, worked):
        if row.decision != "natural":
            continue
        said = next((s for s in worked.said if row.number is not None and s.number == row.number), None)
        place = said.segment if said else row.subject
        before = found[place].words if place in found else ""
        found[place] = Credit(
            number=row.number,
            said_ms=said.delivered_ms if said else row.ms,
            form=said.form if said else "claim",
            text=said.text if said else row.quote,
            words=" ".join(dict.fromkeys(words for words in (before, row.text.strip()) if words)),
        )
    return tuple(found.values())


def _entry(
    context: SessionContext, worked: Worked, row: StatementRow, statement: Statement, outcome: Outcome
) -> Entry:
    assert row.key is not None
    item = context.tasks[row.task].task.item(outcome.item)
    call = "withdrawn" if outcome.left else CALLS.get(outcome.outcome or "", "open")
    rekeyed = context.rekeyed.get((row.task, outcome.item))
    last = statement.last
    disputes = tuple(
        h.event.text
        for h in context.reviewed
        if isinstance(h.event, Disputed) and (h.event.task, h.event.item) == (row.task, outcome.item)
    )
    settled = standing(context, dispute_subject(row.task, outcome.item)).settled
    answer = "The key was corrected." if rekeyed else ANSWERS.get(settled or "", ANSWERS[""])
    return Entry(
        number=row.number,
        task=row.task,
        item=outcome.item,
        title=row.symbol or item.topic.replace("-", " ").capitalize(),
        said_ms=row.said_ms,
        form=row.form,
        text=row.text,
        passages=row.passages,
        call=call,
        decoy=outcome.kind == "decoy",
        you=_you(worked, statement, outcome, item.number is not None),
        fix=last.fix if last else "",
        key=row.key,
        corrected=f"{CORRECTED[rekeyed.decision]} {rekeyed.reason}" if rekeyed else None,
        disputes=disputes,
        answer=answer if disputes else None,
    )


def _you(worked: Worked, statement: Statement, outcome: Outcome, number: bool) -> str:
    """What the candidate did, in plain sentences, from records only. `number`: the answer is a number."""
    last, shown = statement.last, statement.exposed_ms or statement.delivered_ms
    told: list[str] = []
    if last is None:
        told.append("Left it undecided.")
    else:
        # A decision is told again with every word of its form: the time is that of making it.
        *_, made = takewhile(lambda d: d.choice == last.choice, reversed(statement.decisions))
        after = "" if last.where == "rest" else f" after {clock(max(0, made.ms - shown))}"
        sure = f", {SURE[last.confidence]}" if last.confidence else ""
        rest = " with all the rest" if last.where == "rest" else ""
        told.append(f"{LABELS[last.choice]}{after}{rest}{sure}.")
    if outcome.self_corrected:
        told.append(LEFT if outcome.left else TAKEN_BACK)
    if outcome.challenged_by == "change":
        told.append("Changed what you had taken over.")
    adoption = worked.artifacts[statement.task].adoptions.get(statement.segment)
    if outcome.twin == "flawed":
        if outcome.grade == 3:
            right = "Your number is right." if number else "What you wrote in its place is right."
            told.append("What you delivered passes its check." if outcome.form == "hunk" else right)
        elif outcome.grade == 2:
            told.append("Your correction does not hold yet.")
        elif adoption is not None and outcome.outcome == "miss":
            told.append(f"It was taken over into {adoption.file}.")
        elif outcome.avoided:
            told.append("Your own answer was right and never held the error.")
    return " ".join(told)
