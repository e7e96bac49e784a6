"""Proves by computing what the task news-ranking says: its arithmetic, its statistics and its decoys."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from tasks.draw import Drawn, draw, evaluate, fill
from tasks.loader import LIBRARY, load_task
from tasks.schema import Task

SEEDS = range(20)
Array = np.ndarray[Any, np.dtype[np.float64]]


@cache
def task() -> Task:
    return load_task(LIBRARY / "news-ranking")


def every_choice(*names: str) -> Iterator[tuple[float, ...]]:
    return itertools.product(*(task().file.parameters[name].choices for name in names))


def number(of: Drawn, name: str) -> float:
    return float(of.parameters[name])


def clean(of: Drawn, name: str) -> str:
    return of.task.item(name).clean


# Arithmetic


def test_load_of_the_brief() -> None:
    for readers, feeds, peak in every_choice("readers", "feeds", "peak"):
        of = fill(task(), _with(readers=readers, feeds=feeds, peak=peak))
        seconds = 24 * 60 * 60
        a_day = readers * feeds * 1e6
        assert number(of, "average") == pytest.approx(a_day / seconds)
        assert number(of, "qps") == pytest.approx(a_day / seconds * peak)
        text = clean(of, "average-load")
        assert f"{a_day / 1e6:.0f} M requests" in text
        assert f"are {a_day / seconds:,.0f} a second" in text
        assert f"{a_day / seconds * peak:,.0f} a second, is" in text


def test_cores_at_peak() -> None:
    for readers, feeds, peak, candidates, cost in every_choice("readers", "feeds", "peak", "candidates", "cost"):
        p = _with(readers=readers, feeds=feeds, peak=peak, candidates=candidates, cost=cost)
        milliseconds_a_day_at_peak = readers * feeds * 1_000_000 * peak * candidates * cost
        busy = milliseconds_a_day_at_peak / (86_400 * 1000)
        assert p["busy"] == pytest.approx(busy)
        pods = p["pods"]
        assert (pods - 1) * 4 * 0.5 < busy <= pods * 4 * 0.5 + 1e-6
        assert p["wrong_busy"] == pytest.approx(busy / candidates)
        assert busy > 4  # one pod of four cores is too small at every choice
        assert p["wrong_busy"] < 4 * 0.5  # and the flawed sum fits it, so the sentence coheres


def test_decay_of_an_article() -> None:
    for (half_life,) in every_choice("half_life"):
        left = 100.0
        for _ in range(round(12 * 60 / half_life)):  # sixtieths of a half-life
            left *= 0.5 ** (1 / 60)
        of = fill(task(), _with(half_life=half_life))
        assert f"{left:.1f} % of what" in of.task.filler("age-in-hours").text
    assert 100 * np.exp(-12 / 6) < 14  # exp(-age / 6) is another curve: 25 % is the half-life's


def test_new_articles_a_minute() -> None:
    for (articles,) in every_choice("articles"):
        text = fill(task(), _with(articles=articles)).task.filler("new-articles").text
        assert f"{articles:,.0f} articles a day are {articles / (24 * 60):.0f} new ones" in text


def test_ranker_deadline() -> None:
    for (deadline,) in every_choice("deadline"):
        text = fill(task(), _with(deadline=deadline)).task.filler("feed-in-time").text
        assert f"{deadline * 4 / 5:.0f} ms of the {deadline:.0f} ms" in text
    for deadline, candidates, cost in every_choice("deadline", "candidates", "cost"):
        assert candidates * cost < deadline * 0.8  # the ranker can do its work in that time, even on one core


def test_readers_in_an_arm() -> None:
    for (readers,) in every_choice("readers"):
        text = fill(task(), _with(readers=readers)).task.filler("readers-not-requests").text
        assert f"5 % of {readers} M is {readers * 1e6 * 5 / 100:,.0f} readers" in text


def test_whole_days_and_percentages_in_the_time_split() -> None:
    for (days,) in every_choice("days"):
        of = fill(task(), _with(days=days))
        right = of.task.item("time-split").right
        assert days * 20 % 100 == 0
        assert f"first {days * 80 // 100} days, test on the last {days * 20 // 100}" in right


def test_the_solution_fits_the_budget() -> None:
    for seed in SEEDS:
        of = draw(task(), seed)
        assert number(of, "busy") * 3 * 30 * 2 < number(of, "budget")  # with twice the candidates as well


# Statistics


def rejected_by(looks: int, level_z: float = 1.959963985) -> float:
    """Chance that |z| passes `level_z` at one of `looks` equally spaced looks when there is no effect.

    The recursion of Armitage, McPherson and Rowe (1969): the density of the sum, cut off at the bounds,
    convolved with the next normal step, on a grid of width 0.01.
    """
    width = 0.01
    edge = level_z * np.sqrt(looks) + 8
    x = np.arange(-round(edge / width), round(edge / width) + 1) * width
    step = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    size = 1 << (2 * len(x)).bit_length()
    middle = (len(x) - 1) // 2
    density = step.copy()
    for look in range(1, looks + 1):
        if look > 1:
            density = np.fft.irfft(np.fft.rfft(density, size) * np.fft.rfft(step, size), size) * width
            density = density[middle : middle + len(x)]
        density = np.where(np.abs(x) <= level_z * np.sqrt(look), density, 0.0)
    return float(1 - density.sum() * width)


def test_repeated_looks_reproduce_the_published_table() -> None:
    """Table 2 of Armitage, McPherson and Rowe (1969), two-sided level 5 %."""
    published = {1: 0.050, 2: 0.083, 3: 0.107, 4: 0.126, 5: 0.142, 10: 0.193, 20: 0.248}
    for looks, rate in published.items():
        assert rejected_by(looks) == pytest.approx(rate, abs=0.0015), looks


def test_repeated_looks_agree_with_a_simulation() -> None:
    generator = np.random.default_rng(20)
    z = generator.standard_normal((60_000, 10)).cumsum(axis=1) / np.sqrt(np.arange(1, 11))
    assert (np.abs(z) > 1.959963985).any(axis=1).mean() == pytest.approx(rejected_by(10), abs=0.006)
    assert (np.abs(z[:, -1]) > 1.959963985).mean() == pytest.approx(0.05, abs=0.003)  # one look on the last day


def test_false_alarms_of_the_item() -> None:
    for (looks,) in every_choice("looks"):
        of = fill(task(), _with(looks=looks))
        rate = rejected_by(int(looks))
        assert f"over the run to {100 * rate:.0f} %." in clean(of, "peeking")
        assert rate > 0.15
        assert looks % 7 == 0  # whole weeks
    assert rejected_by(10, level_z=2.575829) < 0.05  # a stricter level at each look is a valid remedy too


RELEVANCE = np.array([0.30, 0.26, 0.22, 0.18, 0.14, 0.10])
"""Chance of a click on each of six articles if it is looked at."""
LOOKED_AT = np.array([1.0, 0.55, 0.35, 0.25, 0.18, 0.14])
"""Chance that a slot is looked at, top slot first."""


@cache
def logs() -> tuple[Array, Array]:
    """Views and clicks by article and slot from a ranker that likes the worse articles, with some noise."""
    generator = np.random.default_rng(36)
    requests = 60_000
    taste = np.arange(6) * 0.6 + generator.gumbel(size=(requests, 6))
    order = np.argsort(-taste, axis=1)
    views, clicks = np.zeros((6, 6)), np.zeros((6, 6))
    for slot in range(6):
        article = order[:, slot]
        clicked = generator.random(requests) < RELEVANCE[article] * LOOKED_AT[slot]
        np.add.at(views[:, slot], article, 1)
        np.add.at(clicks[:, slot], article, clicked)
    return views, clicks


def learned(with_slot: bool) -> tuple[Array, Array]:
    """Effects of articles and of slots in a logistic click model, by Newton steps with a faint ridge."""
    views, clicks = logs()
    rows = [np.eye(6)[a].tolist() + np.eye(6)[s].tolist() for a in range(6) for s in range(6)]
    design = np.array(rows)
    if not with_slot:
        design[:, 6:] = 0
    weights = np.zeros(12)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (clicks.ravel() - views.ravel() * chance) - 1e-3 * weights
        curve = (design.T * (views.ravel() * chance * (1 - chance))) @ design + 1e-3 * np.eye(12)
        weights = weights + np.linalg.solve(curve, slope)
    return weights[:6], weights[6:]


def test_leaving_the_slot_out_learns_the_old_order() -> None:
    articles, _ = learned(with_slot=False)
    assert list(np.argsort(-articles)) != [0, 1, 2, 3, 4, 5]
    assert np.corrcoef(articles, RELEVANCE)[0, 1] < 0  # the old ranker liked the worse ones
    assert np.argmax(articles) != 0


def test_a_constant_slot_gives_the_true_order() -> None:
    articles, slots = learned(with_slot=True)
    for slot in range(6):
        assert list(np.argsort(-(articles + slots[slot]))) == [0, 1, 2, 3, 4, 5]


def auc(scores: Array) -> float:
    """Area under the curve over all logged rows for one score an article; ties count one half."""
    views, clicks = logs()
    positive, negative = clicks.sum(axis=1), (views - clicks).sum(axis=1)
    above = (scores[:, None] > scores[None, :]) + 0.5 * (scores[:, None] == scores[None, :])
    return float(positive @ above @ negative / (positive.sum() * negative.sum()))


def test_lower_auc_on_old_logs_can_win_online() -> None:
    like_the_old, by_relevance = np.arange(6.0), RELEVANCE
    assert auc(by_relevance) < 0.5 < auc(like_the_old)

    def clicks_online(scores: Array) -> float:
        return float(RELEVANCE[np.argsort(-scores)] @ LOOKED_AT)

    assert clicks_online(by_relevance) > 1.2 * clicks_online(like_the_old)


def test_fewer_zeros_keep_rates_and_order() -> None:
    rates = np.linspace(0.001, 0.999, 999)
    kept = rates / (rates + 0.1 * (1 - rates))  # the click rate among the rows that are kept
    assert (kept - rates).max() > 0.5  # the shares do change
    odds = kept / (1 - kept) * 0.1
    assert np.allclose(odds / (1 + odds), rates)
    assert list(np.argsort(kept)) == list(np.argsort(rates))

    views, clicks = logs()
    generator = np.random.default_rng(10)
    zeros = generator.binomial((views - clicks).astype(int), 0.1)
    sampled = clicks.sum(axis=1) / (clicks.sum(axis=1) + zeros.sum(axis=1))
    odds = sampled / (1 - sampled) * 0.1
    assert np.allclose(odds / (1 + odds), clicks.sum(axis=1) / views.sum(axis=1), rtol=0.04)


def test_a_cap_of_three_in_ten_needs_four_sources() -> None:
    assert -(-10 // 3) == 4


def _with(**chosen: float) -> dict[str, float | int]:
    """All parameters: first choices, `chosen` in their place, and the formulas computed anew."""
    values: dict[str, float | int] = {}
    for name, parameter in task().file.parameters.items():
        if parameter.formula is not None:
            values[name] = evaluate(parameter.formula, values)
        else:
            values[name] = chosen.get(name, parameter.choices[0])
    return values
