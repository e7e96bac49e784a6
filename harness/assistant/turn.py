"""What the assistant is asked, and the pieces in which it answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from harness.assistant.planting.result import Planted
    from logs.events import Behaviour, TaskPlan
    from tasks import Drawn

Form = Literal["prose", "claim", "hunk"]
Role = Literal["prose", "twin", "decoy", "filler"]
Speaker = Literal["user", "assistant"]
EvidenceKind = Literal["test", "number", "source"]


class AssistantError(Exception):
    """The assistant could not answer; the message is one sentence for the candidate, without secrets.

    `cause` says in a few words, for the administrator alone, what went wrong; no secrets there either.
    """

    def __init__(self, sentence: str, cause: str = "") -> None:
        super().__init__(sentence)
        self.cause = cause


@dataclass(frozen=True)
class Quote:
    """Words of the assistant that the candidate points at, with the opaque id of their statement."""

    segment: str | None
    text: str


@dataclass(frozen=True)
class Turn:
    """Everything that one reply may depend on. The same turn gives the same authored reply."""

    task: Drawn
    plan: TaskPlan
    prompt: str
    quote: Quote | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    """Current text of the artifact by path."""
    open_file: str | None = None
    said: frozenset[str] = frozenset()
    """Opaque ids of the statements said so far."""
    topics: tuple[str, ...] = ()
    """Topics answered so far, in order."""
    history: tuple[tuple[Speaker, str], ...] = ()
    told: tuple[tuple[Speaker, str], ...] = ()
    """The same, statement by statement, as a live model is told of it (see recall.py)."""
    last_run: str | None = None
    """The last run of the candidate's code in one line."""
    run_failed: bool = False
    """Whether that run failed, or a test in it."""
    reacted: tuple[str, ...] = ()
    """Opaque ids of the statements whose challenge was reacted to so far, in order."""
    review: bool = False
    """True when the assistant brings up, unasked, what has not come up yet."""


@dataclass(frozen=True)
class SegmentHead:
    """What the browser may know about a segment. It is the same for both twins of an item."""

    form: Form
    segment: str | None = None
    """Opaque id; None for prose."""
    file: str | None = None
    symbol: str | None = None


@dataclass(frozen=True)
class Statement:
    """A whole segment; `role` and `item` stay on the server."""

    head: SegmentHead
    text: str
    role: Role = "prose"
    item: str | None = None
    """Id of the twin or decoy; None for prose and filler."""


@dataclass(frozen=True)
class Reacted:
    """A challenge of one statement was understood and is answered as drawn."""

    segment: str
    behaviour: Behaviour
    evidence: EvidenceKind | None


@dataclass(frozen=True)
class Understood:
    """First piece of every reply: the topics that it answers, and the matcher's similarity (0 to 1)."""

    topics: tuple[str, ...]
    certainty: float | None
    reaction: Reacted | None = None


@dataclass(frozen=True)
class Delta:
    """More text of segment `index`."""

    index: int
    text: str
    segment: SegmentHead


@dataclass(frozen=True)
class Found:
    """A live model's code, delivered as `segment`, fails the check of `item`, which nobody planted in it."""

    segment: str
    item: str
    detail: str


@dataclass(frozen=True)
class Complete:
    """Segment `index` is wholly delivered."""

    index: int
    segment: Statement
    found: Awaitable[tuple[Found, ...]] | None = None
    """What running its code against the checks will find. It goes on, whatever becomes of the reply."""


@dataclass(frozen=True)
class Working:
    """Nothing can be said yet; `doing` is what the candidate reads meanwhile."""

    doing: Literal["writing"]


@dataclass(frozen=True)
class Planting:
    """What became of each point of a reply by a live model, before its first words.

    `digest` is the SHA-256 (hex) of all its texts as verified.
    """

    planted: tuple[Planted, ...]
    digest: str


@dataclass(frozen=True)
class TakenBack:
    """A live model said, unasked, the right thing about its flawed statement `segment`."""

    segment: str


@dataclass(frozen=True)
class Used:
    """Last piece of every reply: tokens, and cost in US dollars by the local price list.

    What a reply took that never came to this piece is on its meter (see meter.py).
    """

    tokens_in: int
    tokens_out: int
    cost: float
    answered: str | None = None
    """Name of the model that answered, where a router could choose another than was asked."""
    cut: bool = False
    """Whether the answer was longer than is allowed: only what was whole of it was said."""


Piece = Understood | Working | Planting | Delta | Complete | TakenBack | Used


class Assistant(Protocol):
    """One source of replies."""

    @property
    def source(self) -> Literal["authored", "live"]:
        """Whether a task's own texts or a model's words are said."""

    @property
    def model(self) -> str:
        """Name for the log."""

    @property
    def parameters(self) -> Mapping[str, float]:
        """What the model is asked with, for the log."""

    def reply(self, turn: Turn) -> AsyncIterator[Piece]:
        """Understood, then deltas and completed segments in order, then Used. Raises AssistantError."""
