"""The candidate disputes the key of an item."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Disputed(Event):
    """The candidate disputes the key of an item."""

    kind: Literal["disputed"] = "disputed"
    task: str
    item: str
    text: str
