"""The page went to the whole screen, or came back."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Fullscreen(Event):
    """The page went to the whole screen, or came back."""

    kind: Literal["fullscreen"] = "fullscreen"
    state: Literal["entered", "left"]
