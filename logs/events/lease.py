"""A browser window became the one that may write."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Lease(Event):
    """A browser window became the one that may write."""

    kind: Literal["lease"] = "lease"
    writer: str
    taken: bool
    """True when another window held it."""
