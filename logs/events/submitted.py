"""A task was handed in."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Submitted(Event):
    """A task was handed in."""

    kind: Literal["submitted"] = "submitted"
    task: str
    by: Literal["candidate", "clock"]
    artifact: str
    """SHA-256 of the delivered files."""
