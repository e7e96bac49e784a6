"""Every claim and hunk that was said in a session, once each, with all that the candidate did about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import Literal

from evaluators.context import Happened, SessionContext, Span
from logs.events import AcceptedRest, Challenge, Disposition, Exposure, Prompt, Segment
from tasks import HARMLESS

Truth = Literal["flawed", "clean", "decoy", "filler"]
Choice = Literal["accept", "edit", "reject", "unsure"]
QUOTED = 8
"""Fewest characters of selected words, without spaces, that point at the statement they stand in."""


@dataclass(frozen=True)
class Decision:
    """One disposition of a statement. `where` is `rest` when it came by accepting all the rest."""

    seq: int
    ms: int
    choice: Choice
    confidence: int | None
    reason: str | None
    fix: str
    where: Literal["conversation", "ledger", "rest"]

    @property
    def challenges(self) -> bool:
        """The response rule for a disposition: reject, or an edit with a reason other than style or fit."""
        if self.choice == "edit":
            return self.reason is not None and self.reason not in HARMLESS
        return self.choice == "reject"


@dataclass(frozen=True)
class Remark:
    """Words of the candidate about a statement: a comment on a selection, or a question that quotes it."""

    seq: int
    ms: int
    kind: Literal["comment", "question"]
    text: str
    quote: str


@dataclass(frozen=True)
class Statement:
    """One claim or hunk. Times are working milliseconds; `seq` are places in the session's chain.

    Occurrences share the opaque id, so the first delivery and the first exposure count. `decisions` and
    `remarks` end at the task's submission.
    """

    task: str
    segment: str
    number: int
    form: Literal["claim", "hunk"]
    text: str
    file: str | None
    symbol: str | None
    truth: Truth | None
    """None where nothing is known: a live model said it."""
    item: str | None
    reply: str
    delivered_seq: int
    delivered_ms: int
    exposed_seq: int | None
    exposed_ms: int | None
    occurrences: int
    decisions: tuple[Decision, ...]
    remarks: tuple[Remark, ...]

    @property
    def last(self) -> Decision | None:
        """The disposition that stands at submission; None is undecided."""
        return self.decisions[-1] if self.decisions else None

    @property
    def stands(self) -> tuple[Decision, ...]:
        """The decisions that say for or against the statement, in order.

        Being unsure is neither, and an edit whose kind was chosen next was one decision, told while it was made.
        """
        kept = [
            decision
            for decision, then in zip_longest(self.decisions, self.decisions[1:])
            if not (decision.choice == "edit" and not decision.reason and then and then.choice == "edit")
        ]
        return tuple(decision for decision in kept if decision.choice != "unsure")

    @property
    def changes_of_mind(self) -> int:
        """How often the candidate went between challenging the statement and not."""
        return sum(a.challenges != b.challenges for a, b in pairwise(self.stands))


def statements(context: SessionContext) -> tuple[Statement, ...]:
    """All claims and hunks that were wholly delivered before submission, in order of saying, numbered from 1."""
    found: list[Statement] = []
    said: dict[tuple[str, str], list[Happened]] = {}
    for happened in context.of("segment"):
        event = happened.event
        if isinstance(event, Segment) and event.segment and event.form != "prose":
            span = context.spans.get(event.task)
            if span is not None and span.before_submission(happened.seq):
                said.setdefault((event.task, event.segment), []).append(happened)
    for number, ((task, segment), deliveries) in enumerate(said.items(), start=1):
        found.append(_statement(context, context.spans[task], task, segment, deliveries, number))
    return tuple(_with_quoted(context, found))


def _with_quoted(context: SessionContext, said: list[Statement]) -> list[Statement]:
    """The statements with the comments on words that were selected elsewhere and stand in one statement alone."""
    more: dict[str, list[Remark]] = {}
    for happened in context.of("challenge"):
        event = happened.event
        words = _letters(event.quote) if isinstance(event, Challenge) and event.segment is None else ""
        if not isinstance(event, Challenge) or len(words) < QUOTED:
            continue
        holding = [s for s in said if _in_view(context, s, happened.seq) and words in _letters(s.text)]
        if len(holding) == 1:
            remark = Remark(happened.seq, happened.ms, "comment", event.text, event.quote)
            more.setdefault(holding[0].segment, []).append(remark)
    return [
        replace(s, remarks=tuple(sorted((*s.remarks, *more[s.segment]), key=lambda r: r.seq)))
        if s.segment in more
        else s
        for s in said
    ]


def _in_view(context: SessionContext, statement: Statement, seq: int) -> bool:
    exposed = statement.exposed_seq is not None and statement.exposed_seq < seq
    return exposed and context.spans[statement.task].before_submission(seq)


def _letters(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def _statement(
    context: SessionContext, span: Span, task: str, segment: str, deliveries: list[Happened], number: int
) -> Statement:
    first = deliveries[0]
    event = first.event
    assert isinstance(event, Segment)
    assert event.form != "prose"
    truth, item = _truth(context, task, segment)
    exposure = next(
        (
            h
            for h in context.of("exposure")
            if isinstance(h.event, Exposure) and h.event.segment == segment and span.before_submission(h.seq)
        ),
        None,
    )
    return Statement(
        task=task,
        segment=segment,
        number=number,
        form=event.form,
        text=event.text,
        file=event.file,
        symbol=event.symbol,
        truth=truth,
        item=item,
        reply=event.reply,
        delivered_seq=first.seq,
        delivered_ms=first.ms,
        # Both events are needed; the later one is the moment (a view of a half-delivered statement is none).
        exposed_seq=max(first.seq, exposure.seq) if exposure else None,
        exposed_ms=max(first.ms, exposure.ms) if exposure else None,
        occurrences=len(deliveries),
        decisions=tuple(_decisions(context, span, task, segment)),
        remarks=tuple(_remarks(context, span, segment)),
    )


def _truth(context: SessionContext, task: str, segment: str) -> tuple[Truth | None, str | None]:
    """What the statement is, by the plan that was drawn before the session."""
    if context.created.practice:
        return None, None
    plan, drawn = context.plans[task], context.tasks[task].task
    name = next((n for n, s in plan.segments.items() if s == segment), None)
    if name is None:
        return None, None
    item = next((i for i in drawn.items if i.id == name), None)
    if item is None:
        return "filler", None
    return ("decoy" if item.kind == "decoy" else plan.form[name]), name


def _decisions(context: SessionContext, span: Span, task: str, segment: str) -> list[Decision]:
    found: list[Decision] = []
    for happened in context.of("disposition", "accepted_rest"):
        event, seq, ms = happened.event, happened.seq, happened.ms
        if not span.before_submission(seq):
            break
        if isinstance(event, Disposition) and event.segment == segment:
            found.append(Decision(seq, ms, event.decision, event.confidence, event.reason, event.fix, event.where))
        elif isinstance(event, AcceptedRest) and event.task == task and segment in event.segments:
            found.append(Decision(seq, ms, "accept", None, None, "", "rest"))
    return found


def _remarks(context: SessionContext, span: Span, segment: str) -> list[Remark]:
    found: list[Remark] = []
    for happened in context.of("challenge", "prompt"):
        event, seq, ms = happened.event, happened.seq, happened.ms
        if not span.before_submission(seq):
            break
        if isinstance(event, Challenge) and event.segment == segment:
            found.append(Remark(seq, ms, "comment", event.text, event.quote))
        elif isinstance(event, Prompt) and event.segment == segment:
            found.append(Remark(seq, ms, "question", event.text, event.quote or ""))
    return found
