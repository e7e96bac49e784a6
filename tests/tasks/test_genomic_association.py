"""The task genomic-association: its figures hold for every choice, and its flaws do what they are said to do."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import numpy as np
import pytest
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped, unused-ignore]

from evaluators.prose.numbers import number_verdict
from tasks.draw import Drawn, draw, evaluate, fill
from tasks.loader import LIBRARY, load_task
from tasks.program import imported, laid_out, solution, with_twins
from tasks.schema import Task

SEEDS = range(20)


@cache
def task() -> Task:
    return load_task(LIBRARY / "genomic-association")


def filled(**chosen: float) -> Drawn:
    """The task with `chosen` parameters, first choices for the others, and the formulas computed anew."""
    values: dict[str, float | int] = {}
    for name, parameter in task().file.parameters.items():
        if parameter.formula is not None:
            values[name] = evaluate(parameter.formula, values)
        else:
            values[name] = chosen.get(name, parameter.choices[0])
    return fill(task(), values)


def every_choice(*names: str) -> Iterator[dict[str, float]]:
    for values in itertools.product(*(task().file.parameters[name].choices for name in names)):
        yield dict(zip(names, values, strict=True))


@pytest.fixture
def flawed() -> Iterator[ModuleType]:
    """The program with every twin flawed, on one thread: its matrices are small."""
    drawn = draw(task(), 0).task
    files = with_twins(drawn, solution(drawn), {item.id: "flawed" for item in drawn.twins})
    with laid_out(files), threadpool_limits(1):
        yield imported("geno.py")


@pytest.fixture
def clean() -> Iterator[ModuleType]:
    drawn = draw(task(), 0).task
    with laid_out(solution(drawn)), threadpool_limits(1):
        yield imported("geno.py")


def test_what_the_ledger_will_hold() -> None:
    assert len(task().twins) == 8
    assert len(task().decoys) == 3
    assert len(task().fillers) == 7
    assert sum(item.form == "hunk" for item in task().twins) == 6
    severities = [item.severity for item in task().twins]
    assert (severities.count("critical"), severities.count("major"), severities.count("minor")) == (3, 4, 1)


def test_memory_of_the_standardised_table() -> None:
    for p in every_choice("people", "variants", "machine"):
        of = filled(**p)
        item, floats = of.task.item("float-memory"), p["people"] * p["variants"] * 8 / 1e9
        assert item.number is not None
        assert item.flawed is not None
        assert f"takes another {floats:.1f} GB" in item.clean
        assert f"takes another {floats * 8:.1f} GB" in item.flawed
        # At every choice the flawed sum does not fit even alone, and the right one does beside the table, its mask
        # and the two arrays that NumPy holds on the way.
        assert 3 * floats + 2 * floats / 8 < 0.9 * p["machine"] < p["machine"] < floats * 8
        for text in (
            f"{floats:.1f} GB",
            f"{floats * 1e9 / 2**30:.1f} GiB",
            f"{floats * 9 / 8:.1f} GB with the table",
        ):
            assert number_verdict(item.number, text) == "pass", text
        for text in (item.flawed, f"{floats / 2:.1f} GB as 32-bit floats", f"{p['machine']} GB"):
            assert number_verdict(item.number, text) == "fail", text


def test_sixteen_bits_are_too_few_at_every_choice() -> None:
    for p in every_choice("people"):
        assert p["people"] > np.iinfo(np.int16).max  # even the called people alone
        assert f"up to {2 * p['people']:,.0f} copies" in filled(**p).task.item("big-totals").mechanism


def test_early_choice_finds_signal_in_noise(flawed: ModuleType) -> None:
    assert noise_auc(flawed) > 0.9


def test_choice_within_the_folds_finds_none(clean: ModuleType) -> None:
    assert 0.3 < noise_auc(clean) < 0.6


def noise_auc(geno: ModuleType) -> float:
    """The mean AUC over two cohorts of 80 people whose labels mean nothing."""
    rng = np.random.default_rng(12)
    y = np.repeat([0, 1], 40)
    figures = []
    for _ in range(2):
        G = rng.binomial(2, 0.3, (80, 2000)).astype(np.int8)
        order = rng.permutation(80)
        folds = [(np.setdiff1d(order, part), part) for part in np.array_split(order, 5)]
        scores = geno.out_of_fold(G, y, folds, 30, 5.0)
        figures.append(geno.auc(y, scores))
    return float(np.mean(figures))


def test_the_step_the_wrong_way_loses_findings(flawed: ModuleType, clean: ModuleType) -> None:
    p = np.random.default_rng(1).random(2000) ** 1.2
    assert (flawed.adjust(p) >= clean.adjust(p) - 1e-12).all()
    assert list(np.round(flawed.adjust(np.array([0.03, 0.031, 0.9])), 4)) == [0.09, 0.09, 0.9]
    assert list(np.round(clean.adjust(np.array([0.03, 0.031, 0.9])), 4)) == [0.0465, 0.0465, 0.9]


def test_scikit_learn_takes_labels_only() -> None:
    from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped, unused-ignore]

    assert set(inspect.signature(GroupKFold).parameters) <= {"n_splits", "shuffle", "random_state"}
    with pytest.raises(TypeError):
        GroupKFold(n_splits=5, kinship=np.eye(3))
    assert round(2**-4.5, 4) == 0.0442  # between first cousins (2 to the -4) and the next degree


@pytest.mark.parametrize("seed", SEEDS)
def test_twins_are_of_one_size_and_drawn_numbers_are_told(seed: int) -> None:
    of = draw(task(), seed)
    told = of.task.brief.replace(",", "")
    for name, parameter in task().file.parameters.items():
        if parameter.choices:
            assert str(of.parameters[name]) in told, name
    for item in of.task.twins:
        assert item.flawed is not None
        assert abs(len(item.flawed) - len(item.clean)) <= 0.06 * len(item.clean), item.id
