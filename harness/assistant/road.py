"""The one road to a model: LangChain runnables over LiteLLM, with deadlines and plain errors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from harness.assistant.failure import TIMEOUT, fault_of
from harness.assistant.meter import Use
from harness.assistant.segmenter import Segmenter
from harness.assistant.turn import AssistantError, Piece, Used

LOG = logging.getLogger("harness")


@dataclass(frozen=True)
class Patience:
    """Seconds to the first chunk, between later ones, and for a whole reply."""

    first: float = 30.0
    between: float = 30.0
    total: float = 120.0


async def run(
    name: str,
    messages: Callable[[Any], list[Any]],
    subject: Any,
    chat_model: Callable[[], Any],
    segmenter: Segmenter,
    use: Use,
    patience: Patience = Patience(),
) -> AsyncIterator[Piece]:
    """`messages(subject)` | chat model `name` | segmenter, as it streams. Raises AssistantError."""

    def asked(subject: Any) -> list[Any]:
        found = messages(subject)
        use.asked = characters(found)
        return found

    async def pieces(chunks: AsyncIterator[Any]) -> AsyncIterator[Piece]:
        async with aclosing(in_time(chunks, patience)) as timely:
            async for piece in segmenter.pieces(timely):
                yield piece

    try:
        chain = await asyncio.to_thread(_chain, asked, chat_model, pieces)
        stream = chain.astream(subject)
    except Exception as error:
        raise broken(name, error, use) from None
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience.total
    try:
        while True:
            try:
                # The timeout never spans a yield: the reader's own time must not count as the model's.
                async with asyncio.timeout(deadline - loop.time()):
                    piece = await anext(stream)
            except StopAsyncIteration:
                return
            except Exception as error:
                raise broken(name, error, use) from None
            yield piece
            if isinstance(piece, Used):
                note_other(name, use)
                return  # asked for more, LangChain would read on to the end of what we no longer listen to
    finally:
        await stream.aclose()


async def in_time(chunks: AsyncIterator[Any], patience: Patience) -> AsyncGenerator[Any]:
    """The chunks as they come. Raises TimeoutError when one is waited for too long."""
    wait = patience.first
    while True:
        async with asyncio.timeout(wait):
            try:
                chunk = await anext(chunks)
            except StopAsyncIteration:
                return
        yield chunk
        wait = patience.between


def broken(name: str, error: Exception, use: Use) -> AssistantError:
    """Ends the use and notes the failure of the model `name` in our log, without a word of the error's own."""
    fault = fault_of(error)
    use.failed(refused=fault.sentence != TIMEOUT)
    LOG.warning("The model %s failed: %s.", name, fault.cause)
    return AssistantError(fault.sentence, fault.cause)


def note_other(name: str, use: Use) -> None:
    """Notes in our log that another model answered than the one of that name; the router does not say why."""
    if use.answered not in (None, name):
        LOG.warning("The model %s did not answer; %s did.", name, use.answered)


def characters(messages: list[Any]) -> int:
    """Characters of LangChain messages."""
    return sum(len(str(message.content)) for message in messages)


def _chain(messages: Callable[[Any], list[Any]], chat_model: Callable[[], Any], pieces: Callable[..., Any]) -> Any:
    # The chat model first: it sets the guards that LangChain reads when it is imported.
    model = chat_model()
    from langchain_core.runnables import RunnableGenerator, RunnableLambda

    return RunnableLambda(messages) | model | RunnableGenerator(pieces)
