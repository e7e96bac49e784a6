"""The browser's clock against ours, when first measured and whenever it changed."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Skew(Event):
    """The browser's clock against ours, when first measured and whenever it changed."""

    kind: Literal["skew"] = "skew"
    milliseconds: int
    """The browser's clock minus ours when a batch arrived: its way takes time, so this is a little low."""
    jump: int | None = None
    """Change since the last measurement; None at the first."""
