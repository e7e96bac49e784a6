"""Prompts and replies in order, with the statements by number."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from logs.events import Prompt, ReplyEnded, ReplyStarted, Segment


class Piece(BaseModel):
    """One piece of a reply: prose, or the statement of that number (said again if `again`)."""

    model_config = ConfigDict(frozen=True)
    number: int | None
    form: Literal["prose", "claim", "hunk"]
    text: str
    again: bool


class Turn(BaseModel):
    """A prompt and its reply; `prompt` is None for the assistant's own review."""

    model_config = ConfigDict(frozen=True)
    ms: int
    task: str
    reply: str | None
    prompt: str | None
    about: int | None
    """Number of the statement that the question quotes."""
    quote: str | None
    origin: Literal["answer", "review"]
    status: Literal["complete", "stopped", "failed"]
    reason: str | None
    pieces: tuple[Piece, ...]


def transcript(context: SessionContext, numbers: dict[tuple[str, str], int]) -> tuple[Turn, ...]:
    """Prompts and replies in order. `numbers` gives the number of a statement by task and segment."""
    prompts = {h.event.prompt: h for h in context.of("prompt") if isinstance(h.event, Prompt)}
    ended = {h.event.reply: h.event for h in context.of("reply_ended") if isinstance(h.event, ReplyEnded)}
    pieces: dict[str, list[Piece]] = {}
    said: set[tuple[str, str]] = set()
    for happened in context.of("segment"):
        event = happened.event
        assert isinstance(event, Segment)
        key = (event.task, event.segment or "")
        piece = Piece(number=numbers.get(key), form=event.form, text=event.text, again=key in said)
        said |= {key} if event.segment else set()
        pieces.setdefault(event.reply, []).append(piece)
    turns: list[Turn] = []
    answered: set[str] = set()
    for happened in context.of("reply_started"):
        event = happened.event
        assert isinstance(event, ReplyStarted)
        asked = prompts.get(event.prompt) if event.prompt else None
        prompt = asked.event if asked and isinstance(asked.event, Prompt) else None
        answered |= {event.prompt} if event.prompt else set()
        end = ended.get(event.reply)
        turns.append(
            Turn(
                ms=asked.ms if asked else happened.ms,
                task=event.task,
                reply=event.reply,
                prompt=prompt.text if prompt else None,
                about=numbers.get((event.task, prompt.segment or "")) if prompt else None,
                quote=prompt.quote if prompt else None,
                origin=event.origin,
                status=end.status if end else "stopped",
                reason=end.reason if end else None,
                pieces=tuple(pieces.get(event.reply, ())),
            )
        )
    for name, asked in prompts.items():
        unanswered = asked.event
        if name not in answered and isinstance(unanswered, Prompt):
            turns.append(
                Turn(
                    ms=asked.ms,
                    task=unanswered.task,
                    reply=None,
                    prompt=unanswered.text,
                    about=numbers.get((unanswered.task, unanswered.segment or "")),
                    quote=unanswered.quote,
                    origin="answer",
                    status="failed",
                    reason="No reply was begun.",
                    pieces=(),
                )
            )
    return tuple(sorted(turns, key=lambda turn: turn.ms))
