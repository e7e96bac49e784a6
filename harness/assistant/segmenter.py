"""Turns a model's token stream, framed or Markdown, into the pieces of a reply."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any, Protocol

from harness.assistant.frame import Begin, Mark, More
from harness.assistant.meter import Use
from harness.assistant.turn import Complete, Delta, Piece, SegmentHead, Statement

LONGEST = 100_000
"""Characters of a reply; a model that goes on is not listened to any longer."""


class Reader(Protocol):
    """Finds segments in text that arrives in chunks."""

    def feed(self, chunk: str) -> Iterator[Mark]:
        """The marks that the chunk completes."""

    def close(self) -> Iterator[Mark]:
        """What was held back until the end."""


class Segmenter:
    """Numbers segments, gathers their text and binds them, on the server, to what they stand for."""

    def __init__(self, reader: Reader, bind: Callable[[SegmentHead, str], Statement], use: Use) -> None:
        self._reader = reader
        self._bind = bind
        self._use = use
        self._index = -1
        self._head: SegmentHead | None = None
        self._text: list[str] = []

    async def pieces(self, chunks: AsyncIterator[Any]) -> AsyncIterator[Piece]:
        """Deltas and completed segments in order, then Used.

        `chunks` are LangChain message chunks. A stream that breaks, or that is cut off at its longest,
        completes no segment that it had not completed before: only whole segments can have been read.
        """
        room = LONGEST
        async for chunk in chunks:
            text = self._use.hear(chunk)
            for mark in self._reader.feed(text[:room]):
                for piece in self._take(mark):
                    yield piece
            room -= len(text)
            if room < 0:
                self._use.left()
                break
        else:
            self._use.done()
        if self._use.finish == "content_filter":
            raise RefusedError
        cut = room < 0 or self._use.finish == "length"
        for mark in () if cut else self._reader.close():
            for piece in self._take(mark):
                yield piece
        for piece in () if cut else self._end():
            yield piece
        if self._index < 0:
            raise CutError if cut else EmptyError
        yield replace(self._use.used, cut=cut)

    def _take(self, mark: Mark) -> Iterator[Piece]:
        if isinstance(mark, Begin):
            yield from self._end()
            self._index += 1
            self._head = mark.head
        elif not isinstance(mark, More):
            yield from self._end()
        elif self._head is not None:
            self._text.append(mark.text)
            yield Delta(self._index, mark.text, self._head)

    def _end(self) -> Iterator[Piece]:
        if self._head is not None:
            yield Complete(self._index, self._bind(self._head, "".join(self._text)))
        self._head, self._text = None, []


class EmptyError(Exception):
    """The model said nothing at all."""


class RefusedError(Exception):
    """The model's provider withheld the answer."""


class CutError(Exception):
    """The answer was cut off before anything of it was whole."""
