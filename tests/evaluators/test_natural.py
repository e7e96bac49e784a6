"""Capture-recapture and reliance against worked and published numbers."""

from __future__ import annotations

import math

import pytest

from evaluators.figures.natural import chapman, natural
from evaluators.figures.reliance import Answered, reliance


def test_error_seeding_as_mills_has_it() -> None:
    # 20 seeded, 15 found in all, 10 of them seeded: by maximum likelihood there are 9 or 10 unseeded ones.
    found = natural(found=5, planted=20, caught=10)
    assert found.estimate is not None
    assert 9.0 <= found.estimate <= 10.0
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.estimate <= found.high


def test_chapman_and_its_variance() -> None:
    size, deviation = chapman(10, 15, 5)
    assert size == pytest.approx(11 * 16 / 6 - 1)
    assert deviation == pytest.approx(math.sqrt(11 * 16 * 5 * 10 / (36 * 7)))
    assert chapman(8, 8, 8) == (8.0, 0.0)


def test_what_nobody_was_shown_says_nothing() -> None:
    assert natural(found=2, planted=0, caught=0).estimate is None
    assert natural(found=3, planted=6, caught=6).estimate == 3.0


@pytest.mark.parametrize(("found", "planted", "caught"), [(-1, 3, 2), (0, 3, 4), (0, 3, -1)])
def test_impossible_counts_are_refused(found: int, planted: int, caught: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        natural(found, planted, caught)


def test_chapman_refuses_more_in_both_than_in_one() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        chapman(3, 5, 4)


def test_reliance_takes_first_answers_apart() -> None:
    answers = [
        *[Answered(first=False, advice=True, final=True)] * 3,
        Answered(first=False, advice=True, final=False),
        *[Answered(first=True, advice=False, final=True)] * 2,
        *[Answered(first=True, advice=False, final=False)] * 2,
        *[Answered(first=True, advice=True, final=True)] * 9,
        *[Answered(first=False, advice=False, final=False)] * 9,
    ]
    found = reliance(answers)
    assert (found.ai.count, found.ai.of, found.own.count, found.own.of) == (3, 4, 2, 4)
    assert found.ai.share is not None
    assert found.ai.share.estimate == 0.75
    assert reliance([]).own.share is None
