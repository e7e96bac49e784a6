"""The candidate decided on a statement."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Disposition(Event):
    """The candidate decided on a statement."""

    kind: Literal["disposition"] = "disposition"
    segment: str
    decision: Literal["accept", "edit", "reject", "unsure"]
    confidence: Literal[1, 2, 3] | None = None
    reason: str | None = None
    """Family from the global list, for edit and reject."""
    fix: str = ""
    where: Literal["conversation", "ledger"]
