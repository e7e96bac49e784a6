"""The machine's guess about challenges that fit no statement: shown to people after their own decision."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from evaluators.matching.diagnosis import in_view
from evaluators.matching.matcher import Verdict, matcher
from evaluators.outcomes.outcome import Worked
from logs.events import Challenge, Prompt, ReplyEnded, ReplyStarted

UNDERSTOOD = 0.6
"""Certainty of the assistant from which on a prompt is what it took it for."""


class Guess(BaseModel):
    """The item that a challenge without a statement may mean; None for none of those that were in view by then.

    `seq` is its place in the session chain. `score` and `margin` are the matcher's. It proposes and never decides.
    """

    model_config = ConfigDict(frozen=True)
    seq: int
    ms: int
    task: str
    text: str
    item: str | None
    verdict: Verdict
    score: float
    margin: float


def guesses(context: SessionContext, worked: Worked) -> tuple[Guess, ...]:
    """Comments on no statement, and what was said in the chat where a guess is not "none"; in order of time."""
    if context.created.practice:
        return ()
    bound = {remark.seq for statement in worked.said for remark in statement.remarks}
    plain = _plain_requests(context)
    found: list[Guess] = []
    for happened in context.of("challenge", "prompt"):
        event = happened.event
        if not isinstance(event, Challenge | Prompt) or event.segment is not None or happened.seq in bound:
            continue
        if isinstance(event, Prompt) and event.prompt in plain:
            continue
        task = event.task if isinstance(event, Prompt) else _task_at(context, happened.seq)
        if task not in context.spans or not context.spans[task].before_submission(happened.seq):
            continue
        items = {item.id: item for item in context.tasks[task].task.items}
        every = [(items[s.item], s) for s in worked.said if s.task == task and s.item is not None]
        said = in_view(every, happened.seq)
        place, match = matcher().guess(event.text, said)
        if isinstance(event, Prompt) and place is None:
            continue
        found.append(
            Guess(
                seq=happened.seq,
                ms=happened.ms,
                task=task,
                text=event.text,
                item=None if place is None else said[place].item.id,
                verdict=match.verdict,
                score=match.score,
                margin=match.margin,
            )
        )
    return tuple(found)


def _plain_requests(context: SessionContext) -> set[str]:
    """Prompts that the assistant clearly understood as a request for a topic: no challenge to look for."""
    prompts = {
        e.reply: e.prompt for e in (h.event for h in context.of("reply_started")) if isinstance(e, ReplyStarted)
    }
    return {
        prompts.get(event.reply) or ""
        for event in (h.event for h in context.of("reply_ended"))
        if isinstance(event, ReplyEnded) and event.topics and (event.certainty or 0.0) >= UNDERSTOOD
    }


def _task_at(context: SessionContext, seq: int) -> str:
    """The task that was open at a place in the chain; empty before the first."""
    opened = {name: span.opened_seq for name, span in context.spans.items() if span.opened_seq is not None}
    before = [name for name, place in opened.items() if place < seq]
    return max(before, key=lambda name: opened[name], default="")
