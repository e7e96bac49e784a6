"""The task ads-metrics: what its ledger holds, and what its claims recognise."""

from __future__ import annotations

from functools import cache

import pytest

from evaluators.prose.numbers import number_verdict
from tasks.draw import Drawn, draw
from tasks.lint.detectors import found
from tasks.loader import LIBRARY, load_task
from tasks.schema import Task

SEEDS = range(12)


@cache
def task() -> Task:
    return load_task(LIBRARY / "ads-metrics")


@cache
def drawn(seed: int) -> Drawn:
    return draw(task(), seed)


def test_what_the_ledger_will_hold() -> None:
    assert (len(task().twins), len(task().decoys), len(task().fillers)) == (8, 3, 8)
    assert sum(item.form == "hunk" for item in task().twins) == 6
    severities = [item.severity for item in task().twins]
    assert [severities.count(s) for s in ("critical", "major", "minor")] == [2, 4, 2]
    symbols = [i.symbol for i in task().items if i.symbol] + [f.symbol for f in task().fillers if f.symbol]
    assert len(symbols) == len(set(symbols)) == 12  # every function but report, which is given
    for topic in task().replies.topics:
        assert 18 <= len(topic.asks) <= 28, topic.id


def test_each_symbol_has_its_topic() -> None:
    owner = {symbol: topic.id for topic in task().replies.topics for symbol in topic.symbols}
    for item in task().items:
        if item.symbol:
            assert owner[item.symbol] == item.topic


@pytest.mark.parametrize("seed", SEEDS)
def test_every_choice_of_the_brief_is_in_the_brief(seed: int) -> None:
    of = drawn(seed)
    assert "{{" not in of.task.model_dump_json()
    for name, parameter in task().file.parameters.items():
        if parameter.choices:
            assert str(of.parameters[name]) in of.task.brief, name


@pytest.mark.parametrize("seed", SEEDS)
def test_the_chance_of_a_rare_ad_is_read(seed: int) -> None:
    of = drawn(seed)
    check, rare = of.task.item("rare-ad").number, float(of.parameters["rare"])
    explore, ads = float(of.parameters["explore"]), float(of.parameters["ads"])
    assert check is not None
    for said in (f"{rare:.3f} %", f"it is {rare:.4f} percent", f"{rare:.3f}%, not {explore:g} %"):
        assert number_verdict(check, said) == "pass", said
    for said in (f"{explore:g} %", f"{100 / ads:.2f} %", f"{explore * ads:g} %", f"{rare * 10:.2f} percent"):
        assert number_verdict(check, said) == "fail", said
    assert number_verdict(check, f"a weight of {100 / rare:.0f}") is None


def test_detectors_know_other_wordings() -> None:
    of = drawn(0)
    explore, rare = of.parameters["explore"], float(of.parameters["rare"])
    wrong = {
        "rare-ad": [
            f"It has a probability of {explore} percent.",
            f"The probability of {explore} % gives the weight.",
        ],
        "second-opinion": ["from sklearn.metrics import expected_calibration_error"],
    }
    right = {
        "rare-ad": [f"The ad is shown in {rare:.3f} % of cases.", f"The weight is {100 / rare:,.0f} there."],
        "second-opinion": [
            "There is no such function in scikit-learn.",
            "Compare with calibration_curve instead.",
        ],
    }
    for name in wrong:
        detector = of.task.item(name).detector
        assert detector is not None
        for said in wrong[name]:
            assert found(detector.wrong, said), said
            assert not found(detector.right, said), said
        for said in right[name]:
            assert found(detector.right, said), said
            assert not found(detector.wrong, said), said
