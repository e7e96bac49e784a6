"""Something was copied, cut, dragged away, pasted or dropped."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from logs.events.base import Event
from logs.events.edit import Whole

MOST_RANGES = 1000
"""More selections at once are copied without them."""


class Clipboard(Event):
    """Something was copied, cut, dragged away, pasted or dropped."""

    kind: Literal["clipboard"] = "clipboard"
    action: Literal["copy", "cut", "drag", "paste", "drop"]
    task: str | None = None
    file: str | None = None
    """Null for the rest of the page: the conversation, the brief, the results, and fields such as the message."""
    length: int
    digest: str
    """SHA-256 of the text."""
    origin: Literal["own", "assistant", "starter", "elsewhere"]
    """`starter`: the task's own texts, such as the brief. Of what has several, `elsewhere` before `assistant`."""
    ranges: Annotated[tuple[tuple[Whole, Whole], ...], Field(max_length=MOST_RANGES)] | None = None
    """Where it stood in the file, in order (UTF-16 units); a line break joins several in the clipboard."""
    reply: str | None = None
    """Whose words they are, where they are the assistant's and of no segment with an id."""
    segment: str | None = None
