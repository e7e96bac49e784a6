"""The candidate started a task; its clock runs from here."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Opened(Event):
    """The candidate started a task; its clock runs from here."""

    kind: Literal["opened"] = "opened"
    task: str
