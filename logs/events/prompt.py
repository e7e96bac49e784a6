"""The candidate asked the assistant."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from logs.events.base import Event
from logs.events.edit import Whole

Stretch = tuple[Annotated[Whole, Field(gt=0)], Annotated[str, Field(max_length=80)]]
"""UTF-16 units, and their origin."""


class Prompt(Event):
    """The candidate asked the assistant."""

    kind: Literal["prompt"] = "prompt"
    task: str
    prompt: str
    text: str
    origins: tuple[Stretch, ...] | None = None
    """Those of the text, in the words of `logs.document.Run`; null where all of it was typed."""
    file: str | None = None
    """The file or section that was open."""
    segment: str | None = None
    """The statement that the question is about, with the words selected in it."""
    quote: str | None = None
    model: str | None = None
    """The model chosen by the candidate, where there is a choice."""
    again: str | None = None
    """The prompt that is asked once more, for another answer."""
