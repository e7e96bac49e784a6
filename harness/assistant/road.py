"""The one road to a model: LangChain runnables over LiteLLM, with deadlines and plain errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from harness.assistant.failure import sentence_for
from harness.assistant.segmenter import Segmenter
from harness.assistant.turn import AssistantError, Piece

FIRST, TOTAL = 30.0, 120.0
"""Seconds to the first and between later chunks, and for a whole reply."""


async def run(
    messages: Callable[[Any], list[Any]],
    subject: Any,
    chat_model: Callable[[], Any],
    segmenter: Segmenter,
    first: float = FIRST,
    total: float = TOTAL,
) -> AsyncIterator[Piece]:
    """`messages(subject)` | chat model | segmenter, as it streams. Raises AssistantError."""
    try:
        chain = await asyncio.to_thread(_chain, messages, chat_model, segmenter)
        stream = chain.astream(subject)
    except Exception as error:
        raise AssistantError(sentence_for(error)) from None
    loop = asyncio.get_running_loop()
    deadline = loop.time() + total
    try:
        while True:
            try:
                # The timeout never spans a yield: the reader's own time must not count as the model's.
                async with asyncio.timeout(min(first, deadline - loop.time())):
                    piece = await anext(stream)
            except StopAsyncIteration:
                return
            except Exception as error:
                raise AssistantError(sentence_for(error)) from None
            yield piece
    finally:
        await stream.aclose()


def _chain(messages: Callable[[Any], list[Any]], chat_model: Callable[[], Any], segmenter: Segmenter) -> Any:
    # The chat model first: it sets the guards that LangChain reads when it is imported.
    model = chat_model()
    from langchain_core.runnables import RunnableGenerator, RunnableLambda

    return RunnableLambda(messages) | model | RunnableGenerator(segmenter.pieces)
