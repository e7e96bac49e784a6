"""The task ads-evaluation agrees with itself over many draws, and its twins look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from evaluators.prose.numbers import number_verdict
from tasks.draw import Drawn, draw
from tasks.lint.detectors import found
from tasks.loader import LIBRARY, load_task
from tasks.schema import Task

SEEDS = range(20)
NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


@cache
def task() -> Task:
    return load_task(LIBRARY / "ads-evaluation")


@cache
def drawn(seed: int) -> Drawn:
    return draw(task(), seed)


def numbers(text: str) -> set[float]:
    return {float(said.replace(",", "")) for said in NUMBER.findall(text)}


def statements(of: Drawn) -> Iterator[tuple[str, str]]:
    for item in of.task.items:
        yield item.id, item.clean
        if item.flawed is not None:
            yield item.id, item.flawed
    for filler in of.task.fillers:
        yield filler.id, filler.text


def test_what_the_ledger_will_hold() -> None:
    assert (len(task().twins), len(task().decoys), len(task().fillers)) == (8, 3, 9)
    severities = [item.severity for item in task().twins]
    assert severities.count("critical") == 3
    assert severities.count("major") == 5
    for item in task().items:
        topic = next(t for t in task().replies.topics if t.id == item.topic)
        assert item.id in [s.item for s in topic.steps]
        assert item.section is not None


def test_topics_have_many_asks() -> None:
    assert len(task().replies.topics) == 10
    for topic in task().replies.topics:
        assert 18 <= len(topic.asks) <= 28, topic.id
        assert topic.steps[0].prose is not None


def test_the_solution_has_every_section() -> None:
    solution = task().reference["solution"]
    for file in task().file.files:
        assert solution[file.path].startswith(f"## {file.title}\n")
        assert len(task().starter[file.path].splitlines()) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_said_is_given_or_follows(seed: int) -> None:
    """Each number in a statement stands in the brief, is computed from it, or is listed here with its reason."""
    of = drawn(seed)
    assert "{{" not in of.task.model_dump_json()
    facts = "\n".join(f"{name}: {value}" for name, value in of.task.file.facts)
    given = numbers(of.task.brief + "\n" + facts)
    for name, parameter in task().file.parameters.items():
        if parameter.choices:
            assert float(of.parameters[name]) in given, name
    p = {name: float(value) for name, value in of.parameters.items()}
    follows: dict[str, set[float]] = {
        "score-in-auction": {0.3, 2.0, 0.6, round(2 * p["true_rate"], 2)},  # an example of a score and a bid
        "auc-and-revenue": {2014, 2016},  # years of papers
        "day-one": {
            *(p["rows"], round(p["people"], 2), p["lift"], 5),
            *(round(p["wider"] ** 2, 2), round(p["unrooted"], 1), round(p["wider"], 2), round(p["errors"], 1)),
        },
        "propensities": {1},
        "best-segment": {6, 0.0004, 0.05, round(p["luck"], 1), round(p["small_luck"], 1)},  # an example
        "replay-log": {
            *(round(p["wrong_tb"], 1), round(p["wrong_cost"]), round(100 * p["wrong_cost"] / p["budget"], 1)),
            *(round(p["log_tb"], 1), round(p["log_cost"]), round(100 * p["log_cost"] / p["budget"], 1)),
        },
        "overall-ratio": {1.0},
        "above-one": {1},
        "week-ahead": {7},
        "entropy": {1},
        "random-rows": {round(p["random_rows"], 1), 1, round(p["random_rows"] * 1000 / p["ads"])},
        "same-against-same": {1, 20, 0.05},
        "shadow": {99},
        "holdback": {1, 8, round(p["users"] * 10)},  # the share and the weeks
    }
    for name, text in statements(of):
        allowed = given | follows.get(name, set())
        rest = {x for x in numbers(text) if not any(abs(x - y) < 1e-6 for y in allowed)}
        assert not rest, (name, rest)


def test_prose_holds_no_number() -> None:
    """Prose is in no ledger, so what a reply computes has to be said by a statement."""
    for topic in task().replies.topics:
        for text in [topic.again, *(step.prose for step in topic.steps if step.prose)]:
            assert not numbers(text), text


@pytest.mark.parametrize("seed", SEEDS)
def test_the_size_of_the_log_is_read(seed: int) -> None:
    of = drawn(seed)
    check, size = of.task.item("replay-log").number, float(of.parameters["log_tb"])
    assert check is not None
    for said in (f"{size:,.0f} TB", f"about {size / 1.0995:.0f} TiB", f"{size:.1f} terabytes with all ads"):
        assert number_verdict(check, said) == "pass", said
    wrong = float(of.parameters["wrong_tb"])
    for said in (f"{wrong:.2f} TB", f"{size / 10:.1f} TB", f"{size / 30:.1f} TB", f"{size * 8:.0f} TB"):
        assert number_verdict(check, said) == "fail", said
    assert number_verdict(check, f"{size:.0f} GB") is None


WRONG = {
    "score-in-auction": [
        "The model's output goes into the auction as it is.",
        "We multiply the bid with the raw score from the model; the auction takes it from there.",
    ],
    "auc-and-revenue": [
        "Revenue grows by the same percentage as AUC.",
        "A gain in AUC translates into the same gain in revenue.",
    ],
    "campaign-budgets": [
        "Both arms use the same campaign budgets.",
        "Groups of users share one common budget for each campaign.",
    ],
    "day-one": ["Errors treat all impressions as independent.", "With 20 M independent impressions z is 2.4."],
    "propensities": ["The propensity of what we show is 1.", "We can do it without exploration traffic."],
    "best-segment": ["We drop the segment.", "That segment is just noise.", "We ship the ranker in that segment."],
    "replay-log": [],
    "overall-ratio": ["The total is fine, so calibration is settled.", "There is no check per placement."],
}
RIGHT = {
    "score-in-auction": [
        "Scores are recalibrated for the sampling before bidding.",
        "We undo the downsampling in the odds.",
        "q = p/(p + (1 - p)/w)",
    ],
    "auc-and-revenue": [
        "AUC is blind to calibration and prices.",
        "AUC cannot predict revenue.",
        "We never translate AUC into money.",
    ],
    "campaign-budgets": [
        "Each arm gets a separate budget for every campaign.",
        "Budgets are split between the arms.",
        "We randomise campaigns.",
    ],
    "day-one": [
        "Standard errors are clustered by user.",
        "The variance is computed with the delta method.",
        "We bootstrap over users.",
    ],
    "propensities": [
        "A randomised slice of traffic is logged.",
        "We decide 1 % of auctions at random and store the propensity.",
        "Deterministic logs have no support for other ads.",
    ],
    "best-segment": [
        "We apply Holm over all segments.",
        "Segments are pre-registered.",
        "What the best segment showed is confirmed in a new test.",
    ],
    "replay-log": [],
    "overall-ratio": [
        "Calibration is checked by placement and by decile.",
        "Ratios for each placement stay within 10 %.",
        "Errors of opposite sign cancel in the total.",
    ],
}


def test_detectors_know_other_wordings() -> None:
    assert set(WRONG) == set(RIGHT) == {i.id for i in task().twins}
    for item in drawn(0).task.twins:
        assert item.detector is not None
        for said in WRONG[item.id]:
            assert found(item.detector.wrong, said), said
            assert not found(item.detector.right, said), said
        for said in RIGHT[item.id]:
            assert found(item.detector.right, said), said
            assert not found(item.detector.wrong, said), said


def test_detectors_leave_the_other_statements_of_a_section_alone() -> None:
    """A statement that is taken over earns nothing for another item of the same section."""
    for item in drawn(0).task.twins:
        assert item.detector is not None
        for other in drawn(0).task.items:
            if other.id != item.id and other.section == item.section:
                for text in (other.clean, other.flawed or ""):
                    assert not found((*item.detector.wrong, *item.detector.right), text), (item.id, other.id)


@pytest.mark.parametrize("seed", SEEDS)
def test_twins_are_of_one_size(seed: int) -> None:
    lengths = [len(text) for _, text in statements(drawn(seed))]
    assert min(lengths) >= 155
    assert max(lengths) <= 235
    for item in drawn(seed).task.twins:
        assert item.flawed is not None
        assert abs(len(item.flawed) - len(item.clean)) <= 0.1 * len(item.clean), item.id
