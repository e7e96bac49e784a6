"""A stretch of time that does not count as working time."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Pause(Event):
    """A stretch of time that does not count as working time."""

    kind: Literal["pause"] = "pause"
    start: int
    """Server time, milliseconds since 1970 (UTC)."""
    end: int
    reason: Literal["server", "assistant", "break", "accommodation"]
