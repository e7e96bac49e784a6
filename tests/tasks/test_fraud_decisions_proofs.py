"""Proves by computing what the task fraud-decisions says: its arithmetic, its statistics and its decoys."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from tasks.draw import Drawn, evaluate, fill
from tasks.loader import LIBRARY, load_task
from tasks.schema import Task


@cache
def task() -> Task:
    return load_task(LIBRARY / "fraud-decisions")


def every(*names: str) -> Iterator[tuple[dict[str, float], Drawn]]:
    """Every choice of these parameters, the others at their first, with the task filled in for it."""
    parameters = task().file.parameters
    for chosen in itertools.product(*(parameters[name].choices for name in names)):
        values: dict[str, float | int] = {}
        for name, parameter in parameters.items():
            if parameter.formula is not None:
                values[name] = evaluate(parameter.formula, values)
            else:
                values[name] = dict(zip(names, chosen, strict=True)).get(name, parameter.choices[0])
        yield {name: float(value) for name, value in values.items()}, fill(task(), values)


def flagged(p: dict[str, float], payments: float, fraud_percent: float) -> tuple[float, float]:
    """True and false flags among so many payments."""
    frauds = payments * fraud_percent / 100
    return frauds * p["recall"] / 100, (payments - frauds) * p["fpr"] / 100


def test_flags_of_last_summers_model() -> None:
    for p, of in every("payments_m", "fraud_percent", "recall", "fpr"):
        true, false = flagged(p, p["payments_m"] * 1e6, p["fraud_percent"])
        item = of.task.item("alert-load")
        assert f"{100 * true / (true + false):.0f} % of what the model flags" in item.clean
        assert f"make {true + false:,.0f} flags" in item.clean
        assert true + false > 1.5 * p["wrong_flags"] > p["reviews"]  # both twins say that reviews fall short
        assert p["wrong_flags"] == pytest.approx(true / (p["recall"] / 100))  # recall taken for precision
        true, false = flagged(p, 1e6, p["fraud_percent"])
        assert f"{true:,.0f} of these are found, beside {false:,.0f} false positives" in item.right


def test_precision_when_fraud_becomes_rarer() -> None:
    for p, of in every("fraud_percent", "recall", "fpr"):
        precision = []
        for share in (p["fraud_percent"], p["fraud_percent"] / 2):
            true, false = flagged(p, 1e6, share)
            precision.append(true / (true + false))
        assert (
            f"falls to {100 * precision[1] / precision[0]:.0f} % of what it was"
            in of.task.item("half-the-fraud").clean
        )


def test_two_points_of_recall_can_cost_more_than_they_save() -> None:
    for p, of in every("payments_m", "fraud_percent", "decline_cost", "fraud_loss"):
        frauds = p["payments_m"] * 1e6 * p["fraud_percent"] / 100
        saved = frauds * 2 / 100 * p["fraud_loss"]
        driven_away = (p["payments_m"] * 1e6 - frauds) * 0.3 / 100 * p["decline_cost"]
        text = of.task.item("dear-recall").clean
        assert f"saves us ${saved:,.0f} a day" in text
        assert f"good customers for ${driven_away:,.0f}." in text
        assert driven_away > saved


def test_recall_on_the_held_out_payments() -> None:
    generator = np.random.default_rng(1)
    for p, of in every("test_m", "fraud_percent", "recall"):
        frauds = p["test_m"] * 1e6 * p["fraud_percent"] / 100
        share = p["recall"] / 100
        error = 196 * np.sqrt(share * (1 - share) / frauds)
        assert f"{frauds:,.0f} are fraud" in of.task.item("test-frauds").clean
        assert f"± {error:.1f} points" in of.task.item("test-frauds").clean
        found = generator.binomial(int(frauds), share, 20_000) / frauds
        assert 100 * np.mean(np.abs(found - share) <= error / 100) == pytest.approx(95, abs=1.2)


def test_the_slowest_of_several_look_ups() -> None:
    generator = np.random.default_rng(2)
    for p, of in every("lookups", "lookup_ms"):
        times = generator.exponential(1.0, (200_000, int(p["lookups"])))
        times *= p["lookup_ms"] / -np.log(0.001)  # so that the p99.9 of each is as in the brief
        together = times.max(axis=1)
        in_time = 100 * np.mean(together <= p["lookup_ms"])
        item = of.task.item("lookups")
        assert in_time == pytest.approx(p["all_back"], abs=0.06)
        assert f"for {100 * 0.999 ** p['lookups']:.1f} % of the payments" in item.clean
        assert f"for {100 * 0.99 ** p['lookups']:.1f} % of the payments" in (item.flawed or "")
        assert np.quantile(together, 0.99) < 0.95 * p["lookup_ms"]


def test_declining_pays_from_the_break_even_on() -> None:
    for p, of in every("decline_cost", "fraud_loss"):
        even = p["break_even"] / 100
        for chance, declining_pays in ((even * 1.01, True), (even * 0.99, False)):
            assert (chance * p["fraud_loss"] > (1 - chance) * p["decline_cost"]) is declining_pays
        assert f"pays from {100 * even:.1f} % on" in of.task.filler("cost-first").text


def test_inflated_scores_decline_more() -> None:
    chances = np.linspace(0.001, 0.2, 400)
    for p, _ in every("fraud_percent", "decline_cost", "fraud_loss"):
        share = p["fraud_percent"] / 100
        odds = chances / (1 - chances) * (1 - share) / share  # trained on halves
        assert np.all(odds / (1 + odds) > chances)
        even = p["break_even"] / 100
        assert (odds / (1 + odds) >= even).sum() > (chances >= even).sum()


def test_payments_of_the_trial() -> None:
    for p, of in every("payments_m", "shadow_days"):
        assert (
            f"that is {p['payments_m'] * p['shadow_days']:.0f} M payments" in of.task.filler("shadow-first").text
        )


def test_time_of_the_scorer() -> None:
    for p, of in every("deadline", "lookup_ms", "score_ms"):
        assert (
            f"score {p['deadline'] * 7 / 10:.0f} ms of the {p['deadline']:.0f} ms"
            in of.task.filler("answer-in-time").text
        )
        assert 1.5 * p["lookup_ms"] + p["score_ms"] < 0.7 * p["deadline"]


def test_cores_at_the_peak() -> None:
    for p, of in every("peak", "score_ms"):
        busy = p["peak"] * p["score_ms"] / 1000
        text = of.task.filler("busy-cores").text
        assert f"keep {busy:.1f} cores busy" in text
        assert p["cores"] - 1 < busy * 2 * 3 / 2 <= p["cores"] + 1e-9
        assert f"runs on {p['cores']:.0f} cores" in text


def test_disputes_are_weeks_late() -> None:
    for p, _ in every("median_days", "maturity"):
        assert 14 < p["median_days"] < p["maturity"]


def test_what_the_solution_adds_up() -> None:
    for p, of in every("maturity", "logs", "payments_m"):
        solution = of.task.reference["solution"]
        assert f"that leaves {p['logs'] - p['maturity']:.0f}." in solution["data.md"]
        assert f"keeps {p['payments_m'] * 72 / 24:.0f} M entries" in solution["serving.md"]
    for p, _ in every("peak", "score_ms", "budget"):
        assert p["cores"] * 35 < p["budget"] / 10  # the scorer is the small part
