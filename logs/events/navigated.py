"""The candidate went to a file, a section or a pane."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Navigated(Event):
    """The candidate went to a file, a section or a pane."""

    kind: Literal["navigated"] = "navigated"
    to: str
