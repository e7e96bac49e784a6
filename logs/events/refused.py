"""Something the browser sent could not be taken."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Refused(Event):
    """Something the browser sent could not be taken; its sequence number is used up all the same."""

    kind: Literal["refused"] = "refused"
    what: str
    why: str
