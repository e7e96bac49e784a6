"""What a reply takes of live models, counted while it takes it: what breaks off or is stopped was used too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.assistant.turn import Used

CHARACTERS = 4
"""Characters a token, where a provider sends no numbers."""

Clock = Callable[[], int]
Price = Callable[[int, int], float]
"""US dollars of so many tokens in and out."""


def _free(_in: int, _out: int) -> float:
    return 0.0


def _still() -> int:
    return 0


@dataclass
class Use:
    """One call to a model: `hear` reads its chunks. It is open until it is said how it ended."""

    clock: Clock = _still
    price: Price = _free
    asked: int = 0
    """Characters of the prompt."""
    said: int = 0
    finish: str | None = None
    """Why the model ended, in the provider's word."""
    answered: str | None = None
    """Name of the model that a router chose."""

    def __post_init__(self) -> None:
        self.began = self.last = self.clock()
        self.end: Literal["done", "left", "failed", "refused"] | None = None
        self._heard = self._told = False
        self._in = self._out = 0
        self._cost = 0.0

    def hear(self, chunk: Any) -> str:
        """The words of a LangChain message chunk; what else it says is noted."""
        self.last, self._heard = self.clock(), True
        usage = getattr(chunk, "usage_metadata", None) or {}
        self._told = self._told or bool(usage)
        # Providers that repeat their numbers repeat a running total.
        self._in = max(self._in, usage.get("input_tokens", 0))
        self._out = max(self._out, usage.get("output_tokens", 0))
        metadata = getattr(chunk, "response_metadata", {})
        self._cost = max(self._cost, _cost(metadata))
        self.finish = metadata.get("finish_reason") or self.finish
        self.answered = _answered(metadata) or self.answered
        text = _text(chunk)
        self.said += len(text)
        return text

    def done(self) -> None:
        """The answer came to its end."""
        self.end = "done"

    def left(self) -> None:
        """The rest is not waited for."""
        self.end = "left"

    def failed(self, refused: bool) -> None:
        """It broke off. `refused`: the provider turned it away, which costs nothing before its first word."""
        self.last = self.clock()
        self.end = "refused" if refused and not self._heard else "failed"

    @property
    def used(self) -> Used:
        """The provider's numbers; where it sent none before the end, estimated from the characters."""
        if self.end == "refused":
            return Used(0, 0, 0.0)
        if self.end == "done" and self._told:
            return Used(self._in, self._out, self._cost, self.answered)
        tokens_in = max(self._in, -(-self.asked // CHARACTERS))
        tokens_out = max(self._out, -(-self.said // CHARACTERS))
        return Used(tokens_in, tokens_out, max(self._cost, self.price(tokens_in, tokens_out)), self.answered)

    def lost(self, now: int) -> tuple[int, int] | None:
        """From when to when somebody waited for nothing: a call that failed, or one that is silent until `now`."""
        if self.end is None:
            return self.last, now
        return (self.began, self.last) if self.end in ("failed", "refused") else None


@dataclass
class Meter:
    """All calls of one reply. `clock` gives milliseconds since 1970."""

    clock: Clock = _still
    uses: list[Use] = field(default_factory=list)

    @property
    def used(self) -> Used:
        """The sum over all calls."""
        every = [use.used for use in self.uses]
        return Used(sum(u.tokens_in for u in every), sum(u.tokens_out for u in every), sum(u.cost for u in every))

    def lost(self, now: int) -> list[tuple[int, int]]:
        """Stretches [start, end] in which somebody waited for nothing, joined where they overlap."""
        found: list[tuple[int, int]] = []
        for start, end in sorted(lost for use in self.uses if (lost := use.lost(now))):
            if found and start <= found[-1][1]:
                found[-1] = found[-1][0], max(found[-1][1], end)
            else:
                found.append((start, end))
        return found


_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)


@contextmanager
def metered(meter: Meter) -> Iterator[None]:
    """Every call to a model within the block, also of the tasks that it starts, is counted on `meter`."""
    before = _METER.set(meter)
    try:
        yield
    finally:
        _METER.reset(before)


def begin(price: Price = _free) -> Use:
    """A call that begins now, counted on the meter of the reply under way, if there is one."""
    meter = _METER.get()
    if meter is None:
        return Use(price=price)
    use = Use(meter.clock, price)
    meter.uses.append(use)
    return use


def _text(chunk: Any) -> str:
    content = chunk.content
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") if isinstance(part, dict) else str(part) for part in content)


def _cost(metadata: dict[str, Any]) -> float:
    """US dollars by the local price list; 0 where it is not said."""
    for key in ("response_cost", "cost"):
        value = metadata.get(key)
        if isinstance(value, (int, float)):
            return float(value)
    return 0.0


def _answered(metadata: dict[str, Any]) -> str | None:
    """Name of the model that a router chose; its deployments are numbered after a `#`."""
    deployment = metadata.get("model_id")
    return str(deployment).rpartition("#")[0] or None if deployment else None
