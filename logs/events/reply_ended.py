"""The reply is over."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class ReplyEnded(Event):
    """The reply is over."""

    kind: Literal["reply_ended"] = "reply_ended"
    task: str
    reply: str
    status: Literal["complete", "stopped", "failed"]
    reason: str | None = None
    """A sentence for the candidate when it failed, or when only the beginning of a complete one was allowed."""
    topics: tuple[str, ...] = ()
    """What the assistant understood, most certain first."""
    certainty: float | None = None
    milliseconds: int
    first_milliseconds: int | None = None
    """Until the first words; null when there were none."""
    answered: str | None = None
    """Name of the model that answered, where a router could choose another."""
    tokens_in: int = 0
    """Of all calls to models, also of those that failed or were stopped. Where a provider sent no numbers before
    the end, they are estimated: a token for every four characters of the prompt and of the answer."""
    tokens_out: int = 0
    cost: float = 0.0
    """US dollars by the local price list."""
