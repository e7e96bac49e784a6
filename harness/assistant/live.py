"""The live source: a configured model, in its own words. Nothing is planted, nothing has a twin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Literal

from harness.assistant import phrases
from harness.assistant.conversation import conversation
from harness.assistant.markdown import MarkdownReader
from harness.assistant.meter import begin
from harness.assistant.road import run
from harness.assistant.router import Road
from harness.assistant.segmenter import Segmenter
from harness.assistant.turn import Complete, Delta, Piece, SegmentHead, Statement, Turn, Understood, Used


class LiveAssistant:
    """Streams a model's reply in blocks. `model` is its name among those of the road."""

    source: Literal["live"] = "live"

    def __init__(self, model: str, road: Road, identifiers: Callable[[], str]) -> None:
        self.model = model
        self._road = road
        self._identifiers = identifiers

    @property
    def parameters(self) -> Mapping[str, float]:
        """What the model is asked with."""
        return self._road.parameters(self.model)

    async def reply(self, turn: Turn) -> AsyncIterator[Piece]:
        """Understood without topics, then segments, then Used. Raises AssistantError."""
        yield Understood((), None)
        if turn.review:
            # There is no list of statements that a live model would still owe.
            head = SegmentHead("prose")
            yield Delta(0, phrases.NOTHING_LEFT, head)
            yield Complete(0, Statement(head, phrases.NOTHING_LEFT))
            yield Used(0, 0, 0.0)
            return
        reader = MarkdownReader(turn.files, turn.open_file, self._identifiers)
        use = begin(self._road.price(self.model))
        segmenter = Segmenter(reader, bind, use)
        model = lambda: self._road.chat(self.model)  # noqa: E731 - built in the thread that imports it
        patience = self._road.patience(self.model)
        async for piece in run(self.model, conversation, turn, model, segmenter, use, patience):
            yield piece


def bind(head: SegmentHead, text: str) -> Statement:
    """Every statement of a live model is filler: right or wrong, nobody planted it."""
    return Statement(head, text, "prose" if head.segment is None else "filler")
