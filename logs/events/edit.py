"""A batch of editor transactions in one file."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from logs.events.base import Event

Change = int | tuple[int | str, ...]
"""A part of a CodeMirror change set: keep n units, or (delete n units, then the inserted lines)."""


class Transaction(BaseModel):
    """One editor transaction."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    at: int
    """Client time, milliseconds since 1970 (UTC)."""
    changes: tuple[Change, ...]
    """UTF-16 units, as CodeMirror's ChangeSet.toJSON()."""
    selection: tuple[int, int]
    """Anchor and head after the change, in UTF-16 units."""
    cause: str
    """CodeMirror's user event, or `insert` for a hunk put in by its button."""
    source: str | None = None
    """Segment id of an inserted hunk."""


class Edit(Event):
    """A batch of editor transactions in one file."""

    kind: Literal["edit"] = "edit"
    task: str
    file: str
    transactions: tuple[Transaction, ...]
