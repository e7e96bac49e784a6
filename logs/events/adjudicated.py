"""A person settled what no rule could."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Adjudicated(Event):
    """A person settled what no rule could."""

    kind: Literal["adjudicated"] = "adjudicated"
    by: str
    subject: str
    decision: str
    reason: str
