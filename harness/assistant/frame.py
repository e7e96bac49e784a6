"""How a script travels through a token stream: record separator, one JSON head line, text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from harness.assistant.turn import SegmentHead

SEPARATOR = "\x1e"


@dataclass(frozen=True)
class Begin:
    """A segment begins."""

    head: SegmentHead


@dataclass(frozen=True)
class More:
    """More text of the segment that has begun."""

    text: str


@dataclass(frozen=True)
class End:
    """The segment that has begun is over. May be left out: the next Begin and the end of the stream say it."""


Mark = Begin | More | End


def framed(lines: Iterable[tuple[SegmentHead, str]]) -> str:
    """The script as one string. Heads hold opaque ids only, so the stream tells nothing about twins."""
    return "".join(
        f"{SEPARATOR}{json.dumps(asdict(head), sort_keys=True)}\n{text.replace(SEPARATOR, '')}"
        for head, text in lines
    )


class FrameReader:
    """Reads a framed script from chunks cut anywhere."""

    def __init__(self) -> None:
        self._head = ""
        self._in: Literal["nothing", "head", "text"] = "nothing"

    def feed(self, chunk: str) -> Iterator[Mark]:
        """The marks that the chunk completes. Raises ValueError for text that was never framed."""
        before, *frames = chunk.split(SEPARATOR)
        if before:
            yield from self._part(before)
        for frame in frames:
            self._head, self._in = "", "head"
            yield from self._part(frame)

    def close(self) -> Iterator[Mark]:
        """Nothing is held back."""
        return iter(())

    def _part(self, part: str) -> Iterator[Mark]:
        if self._in == "nothing":
            raise ValueError("text before the first head")
        if self._in == "head":
            line, newline, part = part.partition("\n")
            self._head += line
            if not newline:
                return
            self._in = "text"
            yield Begin(SegmentHead(**json.loads(self._head)))
        if part:
            yield More(part)
