"""The window gained or lost focus, or was shown or hidden."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Focus(Event):
    """The window gained or lost focus, or was shown or hidden."""

    kind: Literal["focus"] = "focus"
    state: Literal["focused", "blurred", "visible", "hidden"]
