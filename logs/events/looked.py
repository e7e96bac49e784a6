"""A member of staff looked at the session."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Looked(Event):
    """A member of staff looked at the session."""

    kind: Literal["looked"] = "looked"
    by: str
    page: str
