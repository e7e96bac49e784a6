"""Proves by computing what the task ads-evaluation says: its arithmetic, its statistics and its decoys."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from tasks.draw import Drawn, evaluate, fill
from tasks.loader import LIBRARY, load_task
from tasks.schema import Task

Array = np.ndarray[Any, np.dtype[np.float64]]


@cache
def task() -> Task:
    return load_task(LIBRARY / "ads-evaluation")


def values(**chosen: float) -> dict[str, float | int]:
    """All parameters: first choices, `chosen` in their place, and the formulas computed anew."""
    found: dict[str, float | int] = {}
    for name, parameter in task().file.parameters.items():
        if parameter.formula is not None:
            found[name] = evaluate(parameter.formula, found)
        else:
            found[name] = chosen.get(name, parameter.choices[0])
    return found


def every(*names: str) -> Iterator[tuple[dict[str, float], Drawn]]:
    """Every combination of these parameters, with the task filled in."""
    for choice in itertools.product(*(task().file.parameters[name].choices for name in names)):
        chosen = dict(zip(names, choice, strict=True))
        yield chosen, fill(task(), values(**chosen))


def flawed(of: Drawn, name: str) -> str:
    return of.task.item(name).flawed or ""


def clean(of: Drawn, name: str) -> str:
    return of.task.item(name).clean


def auc(y: Array, scores: Array) -> float:
    """Area under the curve for scores without ties."""
    ranks = np.empty(len(y))
    ranks[np.argsort(scores)] = np.arange(1, len(y) + 1)
    ones = y.sum()
    return float((ranks[y == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones)))


# Arithmetic, over every choice of the parameters


def test_error_of_day_one() -> None:
    for p, of in every("impressions", "per_user", "alike", "ctr"):
        rows, rate = p["impressions"] * 1e6 * 0.05, p["ctr"] / 100
        error = math.sqrt(2 * rate * (1 - rate) / rows)  # of a difference of two click rates
        lift = float(of.parameters["lift"]) / 100 * rate
        effect = 1 + (p["per_user"] - 1) * p["alike"]
        right, unrooted = lift / (error * math.sqrt(effect)), lift / (error * effect)
        assert f"error {effect:.2f} times the binomial one" in flawed(of, "day-one")
        assert f"is {unrooted:.1f} standard errors" in flawed(of, "day-one")
        assert f"error {math.sqrt(effect):.2f} times the binomial one" in clean(of, "day-one")
        assert f"is {right:.1f} standard errors" in clean(of, "day-one")
        assert f"{rows / 1e6:.0f} M impressions of {rows / p['per_user'] / 1e6:.2f} M users" in clean(
            of, "day-one"
        )
        assert unrooted < 1.93  # not significant at 5 % as the flawed twin says,
        assert right > 2.3  # and significant as the clean one says


def test_price_of_a_score() -> None:
    for p, of in every("kept"):
        odds = 0.3 / 0.7 * p["kept"] / 100
        rate = odds / (1 + odds)
        assert f"is worth ${2 * rate:.2f} an impression" in clean(of, "score-in-auction")
        assert f"{rate:.3f}" in of.task.item("score-in-auction").right
        assert rate < 0.1  # the detector writes it with a zero after the point


def test_some_segment_by_chance() -> None:
    generator = np.random.default_rng(6)
    for p, of in every("segments"):
        chance = 100 * (1 - 0.95 ** p["segments"])
        small = 100 * (1 - 0.9996 ** p["segments"])
        assert f"with a chance of {chance:.1f} %" in flawed(of, "best-segment")
        assert f"with a chance of {small:.1f} %" in clean(of, "best-segment")
        lowest = generator.random((40_000, int(p["segments"]))).min(axis=1)
        assert 100 * (lowest < 0.05).mean() == pytest.approx(chance, abs=1)
        assert 100 * (lowest <= 0.0004).mean() == pytest.approx(small, abs=0.2)
        assert 0.0004 * p["segments"] < 0.05  # after Bonferroni


def test_size_and_cost_of_the_replay_log() -> None:
    for _, of in itertools.chain(every("impressions", "ads", "bytes", "keep"), every("price", "budget")):
        item, p = of.task.item("replay-log"), of.parameters
        size = p["impressions"] * 1e6 * p["ads"] * p["bytes"] * p["keep"]
        for text, total in ((item.clean, size), (item.flawed or "", size / p["ads"])):
            cost = total / 1e9 * p["price"]
            assert f"makes {total / 1e12:,.1f} TB, or ${cost:,.0f} a month" in text
            assert f"is {100 * cost / p['budget']:.1f} % of the budget" in text


def test_random_rows() -> None:
    for p, of in every("impressions", "explore", "ads"):
        rows = p["impressions"] * 1e6 * p["explore"] / 100
        text = of.task.filler("random-rows").text
        assert f"is {rows / 1e6:.1f} M random rows" in text
        assert f"leaves {rows / p['ads'] / 1e3:,.0f} thousand" in text


def test_users_held_back() -> None:
    for p, of in every("impressions", "per_user"):
        users = p["impressions"] * 1e6 / p["per_user"] / 100
        assert f"{users / 1e3:,.0f} thousand users" in of.task.filler("holdback").text


# Scores in the auction


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2])
def test_thinning_inflates_scores(share: float) -> None:
    """A model that is right on thinned rows says 0.30 where 0.30/(0.30 + 0.70/share) of all rows are clicked."""
    generator = np.random.default_rng(14)
    rate = generator.beta(1.2, 12, 2_000_000)
    clicked = generator.random(len(rate)) < rate
    kept = clicked | (generator.random(len(rate)) < share)
    score = rate / (rate + (1 - rate) * share)
    near = np.abs(score - 0.30) < 0.01
    assert clicked[near & kept].mean() == pytest.approx(0.30, abs=0.01)
    assert clicked[near].mean() == pytest.approx(0.3 / (0.3 + 0.7 / share), rel=0.06)


def test_thinning_can_turn_two_ads_around() -> None:
    def corrected(score: float) -> float:
        return score / (score + (1 - score) / 0.1)

    assert 1.00 * 0.60 < 2.00 * 0.32
    assert 1.00 * corrected(0.60) > 2.00 * corrected(0.32)


def test_one_ratio_hides_two_errors() -> None:
    observed, predicted = np.array([6_000, 6_000]), np.array([9_000, 3_000])
    assert predicted.sum() / observed.sum() == 1.00
    assert (predicted / observed).tolist() == [1.5, 0.5]


def test_a_common_factor_cancels() -> None:
    generator = np.random.default_rng(3)
    bids, rates = generator.uniform(0.1, 5, (500, 50)), generator.uniform(0.001, 0.05, (500, 50))

    def auction(believed: Array) -> tuple[Any, Array]:
        value = bids * believed
        order = np.argsort(-value, axis=1)
        first, second = order[:, 0], order[:, 1]
        row = np.arange(len(value))
        return first, value[row, second] / believed[row, first]  # the winner's price of a click

    winner, price = auction(rates)
    for factor in (0.5, 3.0, 9.0):
        also, same = auction(rates * factor)
        assert (winner == also).all()
        assert same == pytest.approx(price)


# Offline figures


def test_normalised_entropy() -> None:
    generator = np.random.default_rng(5)
    rate = generator.beta(1, 60, 200_000)
    y = (generator.random(len(rate)) < rate).astype(float)

    def loss(p: Array) -> float:
        return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())

    base = loss(np.full(len(y), y.mean()))
    rate = np.clip(rate, 1e-9, 0.49)
    assert loss(np.full(len(y), y.mean())) / base == 1
    assert loss(rate) / base < 1
    assert loss(rate * 2) > loss(rate)
    assert auc(y, rate * 2) == auc(y, rate)


def test_auc_is_not_revenue() -> None:
    """Scores with the higher AUC over all rows choose ads that earn less."""
    generator = np.random.default_rng(2016)
    rates, bids = generator.beta(1, 60, (20_000, 10)), generator.uniform(0.2, 4, (20_000, 10))
    clicked = (generator.random(rates.shape) < rates).astype(float).ravel()

    def revenue(scores: Array) -> float:
        """The winner pays by the click what it took to stay ahead of the second."""
        value = bids * scores
        order, row = np.argsort(-value, axis=1), np.arange(len(bids))
        price = value[row, order[:, 1]] / scores[row, order[:, 0]]
        return float((price * rates[row, order[:, 0]]).mean())

    squared = rates**2  # the right order, the wrong size
    shaken = rates * generator.uniform(0.9, 1.1, rates.shape)
    assert auc(clicked, squared.ravel()) > auc(clicked, shaken.ravel())
    assert revenue(squared) < revenue(shaken)


# Estimates from past traffic


def test_no_support_no_value() -> None:
    """With one ad always shown, two worlds give one log; on random rows the estimates tell them apart."""
    logs, estimates = [], []
    for other in (0.002, 0.05):  # click rate of the ad that the new ranker would show
        generator = np.random.default_rng(11)
        logs.append(generator.random(50_000) < 0.012)  # the first ad, in both worlds
        random_rows = np.random.default_rng(12)
        shown = random_rows.integers(0, 5, 400_000)
        clicked = random_rows.random(len(shown)) < np.where(shown == 3, other, 0.012)
        estimates.append(float((5.0 * (shown == 3) * clicked).mean()))
    assert (logs[0] == logs[1]).all()
    assert estimates == pytest.approx([0.002, 0.05], rel=0.2)


def test_estimates_above_one_are_unbiased() -> None:
    generator = np.random.default_rng(15)
    rate, ads = 0.05, 50
    shown = generator.random((60_000, 20)) < 1 / ads  # the new ranker's ad, drawn evenly
    clicked = generator.random(shown.shape) < rate
    estimates = (ads * shown * clicked).mean(axis=1)
    assert (estimates > 1).any()
    assert estimates.mean() == pytest.approx(rate, rel=0.05)


# The online test


def test_users_resemble_themselves() -> None:
    """Errors that ignore users are too small by the square root of 1 + (m - 1) rho, and A/A tests show it."""
    generator = np.random.default_rng(13)
    users, per_user, alike, rate = 2_000, 20, 0.05, 0.1
    both = 1 / alike - 1  # of a beta distribution with that correlation
    people = generator.beta(rate * both, (1 - rate) * both, (600, 2, users))
    clicks = generator.binomial(per_user, people).mean(axis=2) / per_user
    wider = math.sqrt(1 + (per_user - 1) * alike)
    binomial = math.sqrt(rate * (1 - rate) / (users * per_user))
    assert clicks.std() / binomial == pytest.approx(wider, rel=0.05)
    z = (clicks[:, 0] - clicks[:, 1]) / (math.sqrt(2) * binomial)
    assert (np.abs(z) > 1.96).mean() > 0.1
    assert (np.abs(z / wider) > 1.96).mean() == pytest.approx(0.05, abs=0.03)


def spent(rate_a: float, rate_b: float, shared: bool, capped: float) -> tuple[float, float]:
    """What two halves of the users spend in a day at these paces; `capped` is the share of capped campaigns."""
    generator = np.random.default_rng(8)
    pace = generator.uniform(0.5, 1.5, 400)
    budget = np.where(np.arange(400) < capped * 400, pace * 0.6, np.inf)
    a, b = np.zeros(400), np.zeros(400)
    for _ in range(100):  # hundredths of the day
        want_a, want_b = pace * rate_a / 200, pace * rate_b / 200
        if shared:
            left = np.maximum(budget - a - b, 0)
            scale = np.minimum(1, left / (want_a + want_b))
            a, b = a + want_a * scale, b + want_b * scale
        else:
            a, b = np.minimum(a + want_a, budget / 2), np.minimum(b + want_b, budget / 2)
    return float(a.sum()), float(b.sum())


@pytest.mark.parametrize("capped", [0.5, 0.6, 0.7, 1.0])
def test_shared_budgets_mislead(capped: float) -> None:
    """The new ranker (b) spends 10 % faster; a launch brings that on campaigns with money left, and no more."""
    before, after = sum(spent(1, 1, True, capped)), sum(spent(1.1, 1.1, True, capped))
    launch = after / before - 1
    old, new = spent(1, 1.1, True, capped)
    assert new / old - 1 > launch + 0.02
    old, new = spent(1, 1.1, False, capped)
    assert new / old - 1 == pytest.approx(launch, abs=1e-6)


def test_interleaving_is_sensitive_and_silent_on_size() -> None:
    generator = np.random.default_rng(9)
    users, better = 20_000, 1.1
    taste = generator.lognormal(0, 1.5, users)  # some people click a lot

    def z(differences: Array) -> float:
        return float(differences.mean() / (differences.std() / math.sqrt(len(differences))))

    adds = generator.poisson(taste), generator.poisson(taste * better)  # each screen shows both
    half = users // 2
    arms = [generator.poisson(taste[:half]), generator.poisson(taste[half:] * better)]
    apart = math.sqrt(sum(arm.var() / half for arm in arms))
    assert z((adds[1] - adds[0]).astype(float)) > 3 * (arms[1].mean() - arms[0].mean()) / apart
    # In the other world people click as often as ever and only choose: the same preference, no clicks to gain.
    total = generator.poisson(taste * (1 + better))
    moved = generator.binomial(total, better / (1 + better))
    assert moved.sum() / total.sum() == pytest.approx(adds[1].sum() / (adds[0].sum() + adds[1].sum()), abs=0.01)
