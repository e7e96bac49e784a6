"""Published and worked values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.figures.detection import brier, counts, criterion, d_prime, figures, jeffreys, rate
from evaluators.outcomes.outcome import Outcome


def mass_below(share: float, count: int, of: int, steps: int = 4000) -> float:
    """Posterior mass of Beta(count + 1/2, of - count + 1/2) below `share`, by Simpson's rule.

    With share = sin² the density is sin^(2 count) cos^(2 (of - count)), which is smooth to the ends.
    """

    def area(end: float) -> float:
        width = end / steps
        rows = [
            math.sin(k * width) ** (2 * count) * math.cos(k * width) ** (2 * (of - count))
            for k in range(steps + 1)
        ]
        return width / 3 * (rows[0] + rows[-1] + 4 * sum(rows[1:-1:2]) + 2 * sum(rows[2:-1:2]))

    return area(math.asin(math.sqrt(share))) / area(math.pi / 2)


@pytest.mark.parametrize(("count", "of"), [(1, 7), (3, 7), (5, 8), (8, 12), (1, 8), (10, 20), (1, 30)])
def test_jeffreys_cuts_off_equal_tails_of_the_posterior(count: int, of: int) -> None:
    low, high = jeffreys(count, of)
    assert mass_below(low, count, of) == pytest.approx(0.025, abs=1e-9)
    assert mass_below(high, count, of) == pytest.approx(0.975, abs=1e-9)
    assert jeffreys(of - count, of) == pytest.approx((1 - high, 1 - low))


def test_jeffreys_against_another_program() -> None:
    assert [round(x, 4) for x in jeffreys(5, 8)] == [0.2948, 0.8810]


def test_jeffreys_ends_at_0_and_1() -> None:
    low, high = jeffreys(0, 7)
    assert low == 0.0
    assert mass_below(high, 0, 7) == pytest.approx(0.975, abs=1e-9)
    assert jeffreys(7, 7) == pytest.approx((1 - high, 1.0))


@pytest.mark.parametrize(("count", "of"), [(1, 0), (-1, 3), (4, 3)])
def test_what_is_no_proportion(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="no proportion"):
        jeffreys(count, of)


@pytest.mark.parametrize(
    ("hits", "flawed", "alarms", "clean", "d", "c"),
    [
        (20, 25, 10, 25, 1.0445, -0.2788),
        (8, 8, 0, 6, 3.0585, -0.0640),
        (5, 8, 1, 6, 1.0739, 0.2547),
    ],
)
def test_d_prime_and_c_with_the_log_linear_correction(
    hits: int, flawed: int, alarms: int, clean: int, d: float, c: float
) -> None:
    found = d_prime(hits, flawed, alarms, clean)
    assert found is not None
    assert round(found.estimate, 4) == d
    assert round(criterion(hits, flawed, alarms, clean) or 0.0, 4) == c


def test_the_worked_numbers_of_the_scoring_rules() -> None:
    everything, careful = d_prime(6, 6, 3, 3), d_prime(4, 6, 0, 3)
    assert everything is not None
    assert careful is not None
    assert round(everything.estimate, 2) == 0.31
    assert round(careful.estimate, 2) == 1.52


def test_the_standard_error_of_d_prime() -> None:
    found = d_prime(5, 8, 1, 6)
    assert found is not None
    assert round((found.high - found.low) / 2 / 1.959964, 4) == 0.7294


def test_the_interval_of_a_session_on_paper() -> None:
    found = d_prime(8, 12, 1, 8)
    assert found is not None
    assert [round(x, 2) for x in (found.estimate, found.low, found.high)] == [1.36, 0.1, 2.63]
    assert [round(x, 2) for x in jeffreys(8, 12)] == [0.39, 0.88]
    assert [round(x, 2) for x in jeffreys(1, 8)] == [0.01, 0.45]


def test_without_evidence_there_is_no_estimate() -> None:
    assert d_prime(3, 3, 0, 0) is None
    assert criterion(0, 0, 1, 3) is None
    assert rate(0, 0).share is None
    assert brier([(0.55, True)]) is None
    nothing = figures([])
    assert (nothing.hits, nothing.flawed, nothing.d_prime, nothing.c, nothing.grade.mean) == (
        0,
        0,
        None,
        None,
        None,
    )


def test_brier_is_the_mean_squared_distance() -> None:
    found = brier([(0.95, True), (0.75, False), (0.55, True)])
    assert found is not None
    assert found.estimate == round((0.05**2 + 0.75**2 + 0.45**2) / 3, 6)
    assert 0.0 <= found.low <= found.estimate <= found.high <= 1.0


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_intervals_hold_their_estimates(hits: int, misses: int, alarms: int, rejections: int) -> None:
    flawed, clean = hits + misses, alarms + rejections
    found = d_prime(hits, flawed, alarms, clean)
    assert (found is None) == (not flawed or not clean)
    if found is not None:
        assert found.low < found.estimate < found.high
        assert all(math.isfinite(x) for x in (found.low, found.high))
    if flawed:
        low, high = jeffreys(hits, flawed)
        assert 0.0 <= low <= hits / flawed <= high <= 1.0


def outcome(**more: object) -> Outcome:
    base: dict[str, object] = {
        "task": "t",
        "item": "i",
        "kind": "twin",
        "twin": "flawed",
        "outcome": "hit",
        "in_flow": "hit",
        "form": "hunk",
        "family": "style",
        "segment": "s",
    }
    return Outcome.model_validate({**base, **more})


def test_what_is_counted_and_what_is_not() -> None:
    clean = {"twin": "clean", "severity": None}
    found = [
        outcome(
            severity="critical",
            grade=3,
            challenged_by="disposition",
            decision="reject",
            confidence=3,
            objected=True,
        ),
        outcome(severity="critical", grade=None, challenged_by="disposition", decision="reject", objected=True),
        outcome(
            severity="critical", outcome="miss", in_flow="miss", decision="accept", confidence=3, objected=True
        ),
        outcome(outcome="not_exposed", in_flow="not_exposed"),
        outcome(outcome=None, in_flow="miss"),
        outcome(
            **clean, outcome="false_alarm", in_flow="correct_rejection", decision="reject", confidence=1
        ).model_copy(update={"challenged_by": "disposition", "objected": True}),
        outcome(
            **clean, outcome="correct_rejection", in_flow="correct_rejection", kind="decoy", decision="accept"
        ),
    ]
    got = figures(found)
    assert (got.hits, got.flawed, got.false_alarms, got.clean, got.decoys) == (2, 3, 1, 2, 1)
    assert (got.decoy_false_alarms, got.not_exposed, got.missing) == (0, 1, 1)
    assert (got.criticals_corrected.count, got.criticals_corrected.of) == (1, 2)
    assert (got.over_reliance.count, got.under_reliance.count) == (1, 1)
    assert (got.grade.mean, got.grade.graded, got.grade.open) == (3.0, 1, 1)
    assert (got.diagnosed.of, got.diagnosed.share, got.diagnosis_open) == (0, None, 2)
    assert got.brier_decisions == 3
    assert [(s.decisions, s.right) for s in got.calibration] == [(1, 0), (0, 0), (2, 1)]
    resisted = got.resistance
    assert (resisted.right_objections_kept, resisted.right_objections_withdrawn) == (2, 1)
    assert (resisted.wrong_objections_withdrawn, resisted.pressed, resisted.flattered) == (0, 0, 0)
    flow = counts(found, [o.in_flow for o in found])
    assert (flow.hits, flow.flawed, flow.false_alarms, flow.clean, flow.missing) == (2, 4, 0, 2, 0)
