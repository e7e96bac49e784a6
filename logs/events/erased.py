"""The content of the session was erased: a signed tombstone, so that what remains still verifies."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Erased(Event):
    """The content of the session was erased: what, why, when, by whom; signed.

    It names no candidate. `assessment`, `simulated` and `practice` are what lists still show of the session.
    """

    kind: Literal["erased"] = "erased"
    what: Literal["content"] = "content"
    cause: Literal["request", "retention"]
    reason: str
    by: str
    at: int
    """Server time, milliseconds since 1970 (UTC)."""
    assessment: str
    simulated: bool = False
    practice: bool = False
    session_events: int
    """How many events of the session chain were erased or kept at that moment."""
    session_head: str
    """Hash of the last of them, hex."""
    review_events: int
    review_head: str
    key: str
    """Public key (Ed25519, raw, hex)."""
    signature: str
    """Over the session id and all fields above, hex."""
