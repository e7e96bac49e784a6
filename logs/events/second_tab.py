"""Another window of the same session was opened or closed beside the one that writes."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class SecondTab(Event):
    """Another window of the same session was opened or closed beside the one that writes."""

    kind: Literal["second_tab"] = "second_tab"
    state: Literal["opened", "closed"]
