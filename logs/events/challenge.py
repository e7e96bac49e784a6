"""The candidate disputed words of the assistant by a comment."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Challenge(Event):
    """The candidate disputed words of the assistant by a comment."""

    kind: Literal["challenge"] = "challenge"
    segment: str | None = None
    quote: str
    text: str
