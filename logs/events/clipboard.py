"""Something was copied, cut, pasted or dropped."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Clipboard(Event):
    """Something was copied, cut, pasted or dropped."""

    kind: Literal["clipboard"] = "clipboard"
    action: Literal["copy", "cut", "paste", "drop"]
    task: str | None = None
    file: str | None = None
    length: int
    digest: str
    """SHA-256 of the text."""
    origin: Literal["own", "assistant", "elsewhere"]
    segment: str | None = None
