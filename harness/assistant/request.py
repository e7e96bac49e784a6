"""What the candidate wants, as the assistant understood it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from harness.assistant.language import Language

Kind = Literal[
    "topics", "greeting", "help", "thanks", "challenge", "probe", "explain", "review", "done", "foreign", "unknown"
]


@dataclass(frozen=True)
class Request:
    """`topics` in the order in which they are answered, empty for every other kind than `topics`."""

    kind: Kind
    topics: tuple[str, ...] = ()
    certainty: float | None = None
    """Similarity to the nearest topic, 0 to 1; None where it was not needed."""
    nearest: tuple[str, ...] = ()
    """Topics by similarity, best first, for an offer when none was near enough."""
    between: tuple[str, ...] = ()
    """Two topics of which neither leads, in an `unknown` request."""
    focus: tuple[str, ...] = ()
    """Statements that the question is nearest to, of topics that came up before."""
    again: bool = False
    """Whether the words ask for everything once more."""
    language: Language | None = None
    """Of a `foreign` request, where it is known."""
