"""What a reply takes: a provider's numbers, or an estimate, and the time that came to nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from harness.assistant.meter import Meter, Use, begin, metered
from harness.assistant.turn import Used


@dataclass
class Chunk:
    """As LangChain's."""

    content: str = ""
    usage_metadata: dict[str, int] | None = None
    response_metadata: dict[str, Any] = field(default_factory=dict)


class Clock:
    now = 0

    def __call__(self) -> int:
        return self.now


NUMBERS = Chunk("", {"input_tokens": 120, "output_tokens": 40}, {"response_cost": 0.5, "model_id": "quick#2"})


def cents(tokens_in: int, tokens_out: int) -> float:
    return (tokens_in + 10 * tokens_out) / 100


def test_the_providers_numbers_count_once_the_answer_is_whole():
    use = Use(price=cents, asked=4_000)
    assert use.hear(Chunk("Hello")) == "Hello"
    use.hear(NUMBERS)
    use.hear(NUMBERS)  # a running total, not more
    use.done()
    assert use.used == Used(120, 40, 0.5, "quick")


@pytest.mark.parametrize("end", [None, "left", "failed"])
def test_without_numbers_four_characters_are_a_token(end):
    use = Use(price=cents, asked=4_001)
    use.hear(Chunk("x" * 41))
    if end == "left":
        use.left()
    elif end == "failed":
        use.failed(refused=True)  # after the first words nothing is free
    assert use.used == Used(1_001, 11, pytest.approx(11.11))


def test_what_was_turned_away_cost_nothing_and_what_was_waited_for_did():
    turned_away, silent = Use(asked=400), Use(asked=400)
    turned_away.failed(refused=True)
    silent.failed(refused=False)
    assert (turned_away.used.tokens_in, silent.used.tokens_in) == (0, 100)


def test_every_call_of_a_reply_is_added_also_of_the_tasks_that_it_starts():
    async def call(tokens: int) -> None:
        use = begin()
        use.hear(Chunk("", {"input_tokens": tokens, "output_tokens": 1}))
        use.done()

    async def reply() -> Meter:
        meter = Meter()
        with metered(meter):
            await asyncio.gather(call(1), call(10), asyncio.create_task(call(100)))
        await call(1_000)
        return meter

    assert asyncio.run(reply()).used == Used(111, 3, 0.0)


def test_lost_is_the_time_of_calls_that_failed_and_of_those_still_silent():
    clock = Clock()
    meter = Meter(clock)
    with metered(meter):
        answered, failed, hanging = begin(), begin(), begin()
        clock.now = 2_000
        answered.hear(Chunk("words"))
        answered.done()
        clock.now = 5_000
        failed.failed(refused=False)
        clock.now = 6_000
        hanging.hear(Chunk("words"))
        clock.now = 9_000
    assert meter.lost(9_000) == [(0, 5_000), (6_000, 9_000)]
