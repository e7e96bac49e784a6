"""What a person needs in order to answer one question: the statement, its key, the candidate's words, what they
delivered; and the machine's guess, which is shown after the person's own decision."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.adjudication.guesses import guesses
from evaluators.adjudication.opinions import opinion_on
from evaluators.adjudication.questions import Question, disputed
from evaluators.adjudication.unsettled import to_settle
from evaluators.context import SessionContext
from evaluators.decisions import DECISIONS
from evaluators.evidence.natural import natural_flaws
from evaluators.evidence.statements import Statement
from evaluators.matching.diagnosis import item_decision
from evaluators.outcomes.outcome import Worked
from evaluators.prose.claims import claim_verdict
from evaluators.reports.differences import Difference, differences, of_statement
from evaluators.reports.timeline import Key, key_of
from logs.events import Prompt, ReplyStarted, Segment, Withdrawn
from tasks import FAMILIES, HARMLESS, Item


class Words(BaseModel):
    """Words of the candidate, at a working time (ms). `reason` is the family they chose, in words."""

    model_config = ConfigDict(frozen=True)
    ms: int
    kind: Literal["decision", "comment", "question", "dispute"]
    decision: str | None
    reason: str | None
    text: str
    quote: str


class Guess(BaseModel):
    """What the machine would decide, and why; it proposes and never decides."""

    model_config = ConfigDict(frozen=True)
    decision: str
    why: str


class Meant(BaseModel):
    """An item that words on no statement may mean: it was in view by then. `decision` says that it is this one."""

    model_config = ConfigDict(frozen=True)
    decision: str
    number: int
    text: str


class Withdrawal(BaseModel):
    """Words of the assistant that may take its statement back, at a working time (ms), and what they answered.

    `text` is the piece that says the right thing, `before` what the reply had said until then, without its code.
    """

    model_config = ConfigDict(frozen=True)
    ms: int
    prompt: str
    text: str
    before: tuple[str, ...]


class Case(BaseModel):
    """One question with its evidence. `said` is the statement as the candidate read it; `guess` is for later."""

    model_config = ConfigDict(frozen=True)
    subject: str
    kind: str
    task: str
    task_title: str
    item: str | None
    ms: int
    number: int | None
    form: Literal["claim", "hunk"] | None
    said: str | None
    file: str | None
    symbol: str | None
    planted: bool | None
    """Whether the statement was the flawed twin; None for what is no item, and for who may not know it yet."""
    key: Key | None
    words: tuple[Words, ...]
    delivered: Difference | None
    withdrawal: Withdrawal | None
    """Of a statement that may have been taken back: where."""
    choices: tuple[str, ...]
    """The decisions that can be given; of words on no statement also the items that they may mean."""
    meant: tuple[Meant, ...]
    guess: Guess | None

    def undecided(self) -> Case:
        """The case for whoever has not decided: without the guess, and without the twin where their answer is part
        of the response rule, which is blind to it."""
        blind = {"planted": None, "key": None} if self.kind == "changed" else {}
        return self.model_copy(update={"guess": None, **blind})


def case(context: SessionContext, worked: Worked, question: Question) -> Case:
    """The evidence for a question of this session; pure."""
    task = context.tasks[question.task].task if question.task in context.tasks else None
    said = next((s for s in worked.said if (s.task, s.number) == (question.task, question.number)), None)
    item = task.item(question.item) if task and question.item else None
    flawed = context.plans[question.task].form.get(item.id) == "flawed" if item else None
    meant = _meant(worked, question) if said is None and question.kind == "challenge" else ()
    return Case(
        subject=question.subject,
        kind=question.kind,
        task=question.task,
        task_title=task.file.title if task else "",
        item=question.item,
        ms=question.ms,
        number=question.number,
        form=said.form if said else None,
        said=said.text if said else None,
        file=said.file if said else None,
        symbol=said.symbol if said else None,
        planted=flawed,
        key=key_of(item, "flawed" if flawed else "clean") if item else None,
        words=_words(context, worked, question, said),
        delivered=_delivered(context, worked, said) if question.kind in ("grade", "changed") else None,
        withdrawal=_withdrawal(context, question) if question.kind == "self_corrected" else None,
        choices=(*DECISIONS[question.kind], *(m.decision for m in meant)),
        meant=meant,
        guess=_guess(context, worked, question, said, item),
    )


def _words(
    context: SessionContext, worked: Worked, question: Question, said: Statement | None
) -> tuple[Words, ...]:
    found: list[Words] = []
    if question.kind == "challenge" and said is None:
        row = next(u for u in to_settle(context, worked) if u.subject == question.subject)
        return (Words(ms=row.ms, kind="comment", decision=None, reason=None, text=row.text, quote=row.quote),)
    if said is not None:
        for d in said.decisions:
            reason = FAMILIES.get(d.reason, d.reason) if d.reason else None
            found.append(Words(ms=d.ms, kind="decision", decision=d.choice, reason=reason, text=d.fix, quote=""))
        for r in said.remarks:
            found.append(Words(ms=r.ms, kind=r.kind, decision=None, reason=None, text=r.text, quote=r.quote))
    if question.kind == "dispute" and question.item:
        text = disputed(context).get((question.task, question.item), "")
        ms = context.spans[question.task].end_ms
        found.append(Words(ms=ms, kind="dispute", decision=None, reason=None, text=text, quote=""))
    return tuple(sorted(found, key=lambda w: (w.kind == "dispute", w.ms)))


def _withdrawal(context: SessionContext, question: Question) -> Withdrawal:
    seq = int(question.subject.partition("/")[2])
    event = next(h.event for h in context.of("withdrawn") if h.seq == seq)
    assert isinstance(event, Withdrawn)
    asked = {p.event.prompt: p.event.text for p in context.of("prompt") if isinstance(p.event, Prompt)}
    starts = [h.event for h in context.of("reply_started") if isinstance(h.event, ReplyStarted)]
    prompt = next((s.prompt for s in starts if s.reply == event.reply), None)
    texts = [
        h.event.text
        for h in context.of("segment")
        if isinstance(h.event, Segment) and h.event.reply == event.reply and h.event.form != "hunk" and h.seq < seq
    ]
    last = texts[-1] if texts else ""
    return Withdrawal(ms=question.ms, prompt=asked.get(prompt or "", ""), text=last, before=tuple(texts[:-1]))


def _delivered(context: SessionContext, worked: Worked, said: Statement | None) -> Difference | None:
    """What stands in the artifact where the statement belongs."""
    if said is None:
        return None
    if said.form == "hunk":
        return of_statement(worked, said)
    taken = worked.artifacts[said.task].adoptions.get(said.segment)
    item = context.tasks[said.task].task.item(said.item) if said.item else None
    section = taken.file if taken else item.section if item else None
    rows = differences(context, worked)
    return next((d for d in rows if (d.kind, d.task, d.file) == ("section", said.task, section)), None)


def _meant(worked: Worked, question: Question) -> tuple[Meant, ...]:
    seq = int(question.subject.partition("/")[2])
    return tuple(
        Meant(decision=item_decision(s.task, s.item), number=s.number, text=s.symbol or s.text)
        for s in worked.said
        if s.item is not None and s.task == question.task and s.exposed_seq is not None and s.exposed_seq < seq
    )


def _guess(
    context: SessionContext, worked: Worked, question: Question, said: Statement | None, item: Item | None
) -> Guess | None:
    if question.kind == "challenge":
        if said is None:
            return _of_words(context, worked, question)
        return _of_natural(context, said) or _of_filler(context, said)
    if question.kind == "self_corrected":
        why = (
            "Those words say what is right by the rule for this statement, and the candidate’s own words did not."
        )
        return Guess(decision="yes", why=why)
    outcome = next((o for o in worked.outcomes if (o.task, o.item) == (question.task, question.item)), None)
    if question.kind == "grade" and item is not None and said is not None:
        verdict = claim_verdict(item, "\n".join(d.fix for d in said.decisions if d.challenges))
        if verdict in ("pass", "fail"):
            right = verdict == "pass"
            why = "What they say should stand there is " + ("right by the key." if right else "wrong by the key.")
            return Guess(decision="3" if right else "2", why=why)
    opinion = opinion_on(context, question.subject)
    if opinion is not None and opinion.verdict is not None:
        quote = f", by the words “{opinion.quote}”" if opinion.quote else ""
        return Guess(decision=opinion.verdict, why=f"So says the judge {opinion.model}{quote}.")
    if question.kind == "diagnosed" and outcome is not None and outcome.diagnosis is not None:
        found = outcome.diagnosis
        if found.by == "text" and found.score is not None:
            named = found.score >= 0.5
            why = f"The chance that their words name it is {found.score:.2f}."
            return Guess(decision="yes" if named else "no", why=why)
    return None


def _of_natural(context: SessionContext, said: Statement) -> Guess | None:
    flaws = natural_flaws(context).get((said.task, said.segment), ())
    if not flaws:
        return None
    checks = " and ".join(f"the check of {f.about}{f' ({f.detail})' if f.detail else ''}" for f in flaws)
    return Guess(decision="natural", why=f"Its code fails {checks}; nobody planted that.")


def _of_filler(context: SessionContext, said: Statement) -> Guess | None:
    if said.truth != "filler":
        return None
    if said.last is not None and said.last.challenges and said.last.reason in HARMLESS:
        return Guess(decision="preference", why="The reason that the candidate chose is one of taste.")
    name = next(n for n, s in context.plans[said.task].segments.items() if s == said.segment)
    proof = context.tasks[said.task].task.filler(name).proof
    return Guess(decision="fabricated", why=f"The statement was verified right: {proof}")


def _of_words(context: SessionContext, worked: Worked, question: Question) -> Guess | None:
    seq = int(question.subject.partition("/")[2])
    found = next((g for g in guesses(context, worked) if g.seq == seq), None)
    if found is None or found.item is None:
        return None
    why = f"The chance that their words name its mechanism is {found.score:.2f}."
    return Guess(decision=item_decision(found.task, found.item), why=why)
