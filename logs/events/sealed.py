"""The session is over; its chain up to here is signed."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Sealed(Event):
    """The session is over; its chain up to here is signed."""

    kind: Literal["sealed"] = "sealed"
    events: int
    """How many events come before this one."""
    head: str
    """Hash of the event before this one, hex."""
    key: str
    """Public key (Ed25519, raw, hex)."""
    signature: str
    """Over `session id, events, head`, hex."""
