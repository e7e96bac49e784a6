"""One record of a foreign log, as it was read."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from logs.events.base import Event

ImportedWhat = Literal[
    "edit", "prompt", "reply", "copy", "paste", "run", "submit", "opened", "session_start", "session_end", "other"
]


class Imported(Event):
    """One record of a foreign log, as it was read: what could be understood in fields, everything else in `more`.

    Text fields are the foreign log's own; nothing of it is ever scored.
    """

    kind: Literal["imported"] = "imported"
    line: int
    """Line of the source on which the record begins, from 1."""
    what: ImportedWhat
    name: str
    """What the foreign log calls it."""
    task: str | None = None
    file: str | None = None
    text: str | None = None
    """Words of a prompt or reply, or what was copied or pasted."""
    offset: int | None = None
    """Of an edit: Unicode characters before it in the file."""
    deleted: int | None = None
    """Of an edit: how many characters were taken away at `offset`; the removed text itself is in `removed`."""
    removed: str | None = None
    inserted: str | None = None
    result: str | None = None
    more: dict[str, str] = Field(default_factory=dict)
    """Every other field of the record, by its own name."""
