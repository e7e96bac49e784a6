"""Challenges that fit no item: a person settles whether they were natural flaws, preferences or wrong."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from evaluators.adjudication.guesses import guesses
from evaluators.context import SessionContext
from evaluators.decisions import challenge_subject, decisions
from evaluators.outcomes.outcome import Worked
from logs.events import Challenge


class Unsettled(BaseModel):
    """A challenge that fits no item, with the decision on it (`natural`, `preference`, `fabricated`) or None."""

    model_config = ConfigDict(frozen=True)
    subject: str
    seq: int
    ms: int
    task: str
    number: int | None
    quote: str
    text: str
    decision: str | None


def to_settle(context: SessionContext, worked: Worked) -> tuple[Unsettled, ...]:
    """Comments and challenging dispositions on what is no item, and likely challenges in the chat, in order."""
    settled = decisions(context)
    found: list[Unsettled] = []

    def add(seq: int, ms: int, task: str, number: int | None, quote: str, text: str) -> None:
        subject = challenge_subject(seq)
        found.append(
            Unsettled(
                subject=subject,
                seq=seq,
                ms=ms,
                task=task,
                number=number,
                quote=quote,
                text=text,
                decision=settled.get(subject),
            )
        )

    for statement in worked.said:
        if statement.item is not None:
            continue
        for remark in (r for r in statement.remarks if r.kind == "comment"):
            add(remark.seq, remark.ms, statement.task, statement.number, remark.quote, remark.text)
        last = statement.last
        if last is not None and last.challenges:
            add(last.seq, last.ms, statement.task, statement.number, statement.text, last.fix)
    bound = {remark.seq for statement in worked.said for remark in statement.remarks}
    for happened in context.of("challenge"):
        event = happened.event
        if isinstance(event, Challenge) and event.segment is None and happened.seq not in bound:
            task = next((n for n, s in context.spans.items() if s.opened_ms <= happened.ms <= s.end_ms), "")
            add(happened.seq, happened.ms, task, None, event.quote, event.text)
    known = {row.seq for row in found}
    for guess in guesses(context, worked):
        # Said in the chat, and likely about an item: people decide whether it was meant.
        if guess.item is not None and guess.seq not in known:
            add(guess.seq, guess.ms, guess.task, None, "", guess.text)
    return tuple(sorted(found, key=lambda u: u.seq))
