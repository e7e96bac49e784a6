"""A statement was wholly delivered and in view for a second."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Exposure(Event):
    """A statement was wholly delivered and in view for a second."""

    kind: Literal["exposure"] = "exposure"
    segment: str
    where: Literal["conversation", "ledger"]
