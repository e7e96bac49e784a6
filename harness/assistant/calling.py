"""One whole call to a model, for the steps of planting that wait for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from harness.assistant.meter import begin
from harness.assistant.planting.pipeline import Answer, Call
from harness.assistant.road import broken, characters, in_time, note_other
from harness.assistant.router import Road
from harness.assistant.segmenter import LONGEST, EmptyError


def caller(road: Road, name: str) -> Call:
    """A call of the model of that name for the whole answer. It raises AssistantError."""
    patience = road.patience(name)

    async def call(messages: Sequence[Any]) -> Answer:
        use = begin(road.price(name))
        use.asked = characters(list(messages))
        words: list[str] = []
        try:
            async with asyncio.timeout(patience.total):
                model = await asyncio.to_thread(road.chat, name)
                # As it streams, so that a model that hangs is told from one that takes its time.
                async with aclosing(model.astream(list(messages))) as stream:
                    async for chunk in in_time(stream, patience):
                        words.append(use.hear(chunk))
                        if use.said > LONGEST:
                            use.left()
                            break
                    else:
                        use.done()
            if not "".join(words).strip():
                raise EmptyError
        except Exception as error:
            raise broken(name, error, use) from None
        note_other(name, use)
        return Answer("".join(words), use.used)

    return call
