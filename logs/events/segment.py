"""A piece of a reply was wholly delivered to the candidate's browser."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Segment(Event):
    """A piece of a reply was wholly delivered to the candidate's browser."""

    kind: Literal["segment"] = "segment"
    task: str
    reply: str
    index: int
    segment: str | None = None
    """Opaque id; null for prose."""
    form: Literal["prose", "claim", "hunk"]
    text: str
    file: str | None = None
    symbol: str | None = None
    role: Literal["prose", "twin", "decoy", "filler"]
    """Never leaves the server before the debrief; nor does `item`."""
    item: str | None = None
