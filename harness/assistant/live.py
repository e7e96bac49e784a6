"""The live source: any model that LiteLLM knows, for practice. Nothing is planted, nothing has a twin."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from functools import cached_property
from typing import Any, Literal

from harness.assistant import phrases
from harness.assistant.conversation import conversation
from harness.assistant.markdown import MarkdownReader
from harness.assistant.road import FIRST, TOTAL, run
from harness.assistant.segmenter import Segmenter
from harness.assistant.turn import Complete, Delta, Piece, SegmentHead, Statement, Turn, Understood, Used

MAX_TOKENS = 1500


class LiveAssistant:
    """Streams a model's reply in blocks. `first` and `total` are deadlines in seconds."""

    source: Literal["live"] = "live"

    def __init__(
        self,
        model: str,
        api_base: str | None,
        identifiers: Callable[[], str],
        first: float = FIRST,
        total: float = TOTAL,
    ) -> None:
        self.model = model
        self._api_base = api_base
        self._identifiers = identifiers
        self._first = first
        self._total = total

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
        segmenter = Segmenter(reader, bind)
        model = lambda: self._chat_model  # noqa: E731 - built in the thread that imports it
        async for piece in run(conversation, turn, model, segmenter, self._first, self._total):
            yield piece

    @cached_property
    def _chat_model(self) -> Any:
        from harness.assistant.guards import load_chat_model

        return load_chat_model()(
            model=self.model,
            api_base=self._api_base,
            api_key=self._placeholder(),
            streaming=True,
            max_tokens=MAX_TOKENS,
            max_retries=0,
            request_timeout=self._total,
        )

    def _placeholder(self) -> str | None:
        """A server of one's own asks for no key, but the client library wants one to send."""
        local = self._api_base is not None and self.model.startswith(("openai/", "hosted_vllm/"))
        return "none" if local and not os.environ.get("OPENAI_API_KEY") else None


def bind(head: SegmentHead, text: str) -> Statement:
    """Every statement of a live model is filler: right or wrong, nobody planted it."""
    return Statement(head, text, "prose" if head.segment is None else "filler")
