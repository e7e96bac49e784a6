"""The candidate may read the debrief."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class DebriefReleased(Event):
    """The candidate may read the debrief."""

    kind: Literal["debrief_released"] = "debrief_released"
    by: str
