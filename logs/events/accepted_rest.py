"""The candidate accepted every undecided statement of the task at once."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class AcceptedRest(Event):
    """The candidate accepted every undecided statement of the task at once."""

    kind: Literal["accepted_rest"] = "accepted_rest"
    task: str
    segments: tuple[str, ...]
