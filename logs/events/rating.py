"""One rater's level on one dimension; appended, never overwritten."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Rating(Event):
    """One rater's level on one dimension; appended, never overwritten."""

    kind: Literal["rating"] = "rating"
    rater: str
    rubric: str
    version: str
    dimension: str
    level: Literal[1, 2, 3, 4]
    quote: str
    evidence: int | None = None
    """Sequence number of the event that the quote is from."""
