"""Proves by computing what the task reco-marketplace says: its arithmetic, its statistics and its decoys."""

from __future__ import annotations

import hashlib
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
    return load_task(LIBRARY / "reco-marketplace")


def every_choice(*names: str) -> Iterator[dict[str, float]]:
    """Every combination of these parameters, by name."""
    for values in itertools.product(*(task().file.parameters[name].choices for name in names)):
        yield dict(zip(names, values, strict=True))


def filled(chosen: dict[str, float]) -> Drawn:
    """The task with first choices, `chosen` in their place, and the formulas computed anew."""
    values: dict[str, float | int] = {}
    for name, parameter in task().file.parameters.items():
        if parameter.formula is not None:
            values[name] = evaluate(parameter.formula, values)
        else:
            values[name] = chosen.get(name, parameter.choices[0])
    return fill(task(), values)


def filler(of: Drawn, name: str) -> str:
    return of.task.filler(name).text


# Arithmetic


def test_memory_of_the_vectors() -> None:
    for p in every_choice("listings", "dims", "pod"):
        of = filled(p)
        item = of.task.item("float-index")
        gigabytes = p["listings"] * 1e6 * p["dims"] * 4 / 1e9
        parts = math.ceil(gigabytes / (p["pod"] / 2) - 1e-9)
        assert item.flawed is not None
        assert f"{gigabytes:.2f} GB" in item.clean
        assert f"{parts} pods can hold it" in item.clean
        assert f"{gigabytes / 10:.2f} GB" in item.flawed
        assert gigabytes > p["pod"]  # the clean twin's decision is needed at every choice
        assert gigabytes / 10 <= p["pod"] / 2  # and the flawed sum coheres
        assert f"({gigabytes * 1e9 / 2**30:.1f} GiB)" in item.right
        assert item.number is not None
        assert float(item.number.low) <= gigabytes * 1e9 / 2**30  # binary units pass
        neighbours = p["listings"] * 1e6 * 2 * 32 * 4 / 1e9  # HNSW with M = 32 on top
        assert gigabytes + neighbours <= float(item.number.high) < 3 * gigabytes


def test_share_of_ones_after_a_day() -> None:
    for p in every_choice("conversion", "early_share", "window"):
        of = filled(p)
        clicks = 1_000_000
        bought = clicks * p["conversion"] / 100
        share = 100 * bought * p["early_share"] / 100 / clicks
        assert f"no more than {round(share, 2)} % of the rows" in of.task.item("click-labels").clean
        assert share < p["conversion"] * 0.75  # far enough from the truth to matter


def test_counts_of_the_trial_are_no_chance() -> None:
    for p in every_choice("half", "gap"):
        of = filled(p)
        treated, control = p["half"] + p["gap"], p["half"] - p["gap"]
        expected = (treated + control) / 2
        chi2 = (treated - expected) ** 2 / expected + (control - expected) ** 2 / expected
        assert of.parameters["chi2"] == pytest.approx(chi2)
        assert math.erfc(math.sqrt(chi2 / 2)) < 0.001
        item = of.task.item("trial-reading")
        assert f"= {chi2:.1f}, p < 0.001" in item.right
        assert f"{treated:,.0f} shoppers against {control:,.0f}" in item.clean
        # 1.96 standard deviations of the share, in points
        assert 100 * 1.96 * 0.5 / math.sqrt(treated + control) == pytest.approx(
            100 / math.sqrt(treated + control), rel=0.03
        )
        assert 100 * (treated - control) / (treated + control) / 2 > 100 / math.sqrt(treated + control)


def test_new_listings_a_minute() -> None:
    for p in every_choice("fresh"):
        assert f"are {p['fresh'] / (24 * 60):.0f} a minute" in filler(filled(p), "new-listings")


def test_time_of_the_shelf() -> None:
    for p in every_choice("deadline"):
        text = filler(filled(p), "page-in-time")
        assert f"{p['deadline'] * 4 / 5:.0f} of the {p['deadline']:.0f} ms" in text


def test_shoppers_in_an_arm() -> None:
    for p in every_choice("shoppers"):
        text = filler(filled(p), "shoppers-not-visits")
        assert f"5 % of {p['shoppers']} M are {p['shoppers'] * 1e6 * 5 / 100:,.0f} shoppers" in text


def test_sellers_on_a_full_shelf() -> None:
    for p in every_choice("places"):
        assert f"at least {-(-p['places'] // 2):.0f} different sellers" in filler(filled(p), "seller-cap")


def test_an_average_can_hide_the_cold_shoppers() -> None:
    for p in every_choice("cold"):
        share = p["cold"] / 100
        lost = 0.02
        gained = 1.5 * lost * share / (1 - share)
        assert (1 - share) * gained - share * lost > 0


def test_the_solution_fits_the_budget() -> None:
    for p in every_choice("listings", "dims", "pod", "budget"):
        of = filled(p)
        assert float(of.parameters["parts"]) * 2 * 150 < p["budget"] / 5


def test_price_over_the_median_of_its_category() -> None:
    generator = np.random.default_rng(40)
    prices = {
        name: generator.lognormal(math.log(level), 0.5, 801) for name, level in (("case", 15), ("sofa", 700))
    }
    medians = {name: float(np.median(p)) for name, p in prices.items()}
    assert all(np.median(p / medians[name]) == pytest.approx(1) for name, p in prices.items())
    assert 40 / medians["case"] > 2
    assert 40 / medians["sofa"] < 0.1


# What the items say


def hits(ranks: Array, catalogue: int, negatives: int, generator: np.random.Generator) -> float:
    """How often at most 9 of `negatives` random listings rank above one at these ranks (0 is the top)."""
    return float((generator.binomial(negatives, ranks / catalogue) < 10).mean())


def test_a_sample_of_listings_turns_two_models_round() -> None:
    """One model is mediocre for everybody, the other excellent for half of the shoppers."""
    generator = np.random.default_rng(99)
    shoppers = 20_000
    for p in every_choice("listings", "negatives"):
        catalogue = int(p["listings"] * 1e6)
        mediocre = generator.integers(1_000, catalogue // 1_000, shoppers).astype(float)
        excellent = np.where(
            generator.random(shoppers) < 0.5, 3.0, generator.integers(0, catalogue, shoppers).astype(float)
        )
        assert (excellent < 10).mean() > 0.45 > (mediocre < 10).mean() == 0
        sampled = [hits(r, catalogue, int(p["negatives"]), generator) for r in (mediocre, excellent)]
        assert sampled[0] > 0.99 > sampled[1] + 0.3


def learned(corrected: bool) -> Array:
    """Scores of 4 listings for 2 kinds of shoppers, learned from batches of clicks with in-batch negatives."""
    generator = np.random.default_rng(2019)
    chance = np.array([[0.40, 0.30, 0.20, 0.10], [0.70, 0.02, 0.08, 0.20]])
    frequency = chance.mean(axis=0)
    scores = np.zeros((2, 4))
    for step in range(2000):
        kind = generator.integers(0, 2, 64)
        clicked = (generator.random(64)[:, None] > chance.cumsum(axis=1)[kind, :3]).sum(axis=1)
        logits = scores[kind][:, clicked] - (np.log(frequency)[clicked] if corrected else 0.0)
        logits = np.exp(logits - logits.max(axis=1, keepdims=True))
        share = logits / logits.sum(axis=1, keepdims=True)
        slope = np.zeros_like(scores)
        np.add.at(slope, (kind, clicked), 1.0)
        np.add.at(slope, (kind[:, None], clicked[None, :]), -share)
        scores += 0.3 / (1 + step / 300) * slope / 8
    return scores


def test_the_correction_keeps_the_best_seller_on_top() -> None:
    plain, corrected = learned(corrected=False), learned(corrected=True)
    assert int(np.argmax(corrected[0])) == 0  # the truth: the best seller is the most likely click
    assert list(np.argsort(-corrected[0])) == [0, 1, 2, 3]
    assert int(np.argmax(plain[0])) == 1
    assert plain[0, 0] < plain[0, 1]


def test_recall_at_the_length_of_the_list_decides() -> None:
    generator = np.random.default_rng(500)
    for p in every_choice("shortlist"):
        length, catalogue, shoppers = int(p["shortlist"]), 20_000, 4_000
        # One model finds the listing at the very top or not at all, the other somewhere in the list.
        sharp = np.where(generator.random(shoppers) < 0.4, 2, catalogue - 1)
        wide = np.where(generator.random(shoppers) < 0.8, generator.integers(0, length, shoppers), catalogue - 1)
        assert (sharp < 10).mean() > (wide < 10).mean()
        assert (sharp < length).mean() < (wide < length).mean()
        # The ranker sorts by a noisy affinity and does not know where the first stage had put a listing.
        place = generator.geometric(0.15, shoppers) - 1
        shelf = [((place < 10) & (ranks < length)).mean() for ranks in (sharp, wide)]
        assert shelf[1] > 1.5 * shelf[0]


def shown(explored: int) -> tuple[Array, Array]:
    """Estimates and views of 100 listings after 120 days of learning from the shelf's own clicks."""
    generator = np.random.default_rng(7)
    truth = np.full(100, 0.04)
    truth[:20] = 0.10  # good, scored too low at the start
    truth[20:40] = 0.02  # poor, scored too high
    views, clicks = np.full(100, 200.0), np.full(100, 200.0) * 0.05
    clicks[:20], clicks[20:40] = 200 * 0.01, 200 * 0.12
    start = views.copy()
    for _ in range(120):
        best = np.argsort(-clicks / views, kind="stable")[: 10 - explored]
        rest = generator.choice(np.setdiff1d(np.arange(100), best), explored, replace=False)
        chosen = np.concatenate([best, rest])
        views[chosen] += 100
        clicks[chosen] += generator.binomial(100, truth[chosen])
    return clicks / views, views - start


def test_only_what_was_scored_too_high_is_put_right() -> None:
    estimates, views = shown(explored=0)
    assert (estimates[20:40] < 0.09).all()  # too high: shown, and corrected
    assert views[:20].sum() == 0  # too low: never shown
    assert (estimates[:20] == 0.01).all()


def test_a_random_place_finds_what_was_scored_too_low() -> None:
    estimates, views = shown(explored=1)
    assert views[:20].sum() > 0.3 * views.sum()
    assert (estimates[:20] > 0.05).mean() > 0.3


def test_a_plain_hash_of_an_address_is_found_from_a_list() -> None:
    def plain(address: str) -> str:
        return hashlib.sha256(address.encode()).hexdigest()

    log = [plain(f"shopper{number}@example.com") for number in range(0, 5000, 7)]
    bought = {plain(address): address for address in (f"shopper{number}@example.com" for number in range(5000))}
    assert all(entry in bought for entry in log)


def test_vectors_of_two_trainings_do_not_mix() -> None:
    generator = np.random.default_rng(3)
    listings, shoppers = generator.normal(size=(4000, 32)), generator.normal(size=(200, 32))
    rotation, _ = np.linalg.qr(generator.normal(size=(32, 32)))

    def top(a: Array, b: Array) -> np.ndarray[Any, Any]:
        return np.argsort(-(a @ b.T), axis=1)[:, :40]

    true, mixed = top(shoppers, listings), top(shoppers @ rotation, listings)
    assert (top(shoppers @ rotation, listings @ rotation) == true).all()  # rotated together nothing changes
    agree = np.mean([len(set(a) & set(b)) / 40 for a, b in zip(true.tolist(), mixed.tolist(), strict=True)])
    assert agree < 0.03  # by chance: 40 of 4,000
