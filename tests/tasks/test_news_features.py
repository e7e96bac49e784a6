"""The task news-features agrees with itself: stubs, solution, hunks and numbers belong together."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from tasks.draw import Drawn, draw
from tasks.loader import LIBRARY, load_task
from tasks.schema import Task

GIVEN = {"feature_table", "evaluate"}
SEEDS = range(20)


@cache
def task() -> Task:
    return load_task(LIBRARY / "news-features")


@cache
def drawn(seed: int) -> Drawn:
    return draw(task(), seed)


def functions(source: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def test_what_the_ledger_will_hold() -> None:
    assert len(task().twins) == 8
    assert sum(item.form == "hunk" for item in task().twins) == 6
    assert len(task().decoys) == 3
    assert len(task().fillers) == 7
    assert sum(item.severity == "critical" for item in task().twins) == 2


def test_the_starter_is_the_solution_without_the_work() -> None:
    stubs, solved = functions(task().starter["news.py"]), functions(task().reference["solution"]["news.py"])
    assert list(stubs) == list(solved)
    for name, stub in stubs.items():
        assert ast.get_docstring(stub) == ast.get_docstring(solved[name]), name
        assert ast.dump(stub.args) == ast.dump(solved[name].args), name
        assert (ast.dump(stub) == ast.dump(solved[name])) == (name in GIVEN), name


def test_every_function_but_the_given_ones_is_somebodys_hunk() -> None:
    solved = functions(task().reference["solution"]["news.py"])
    said = {item.symbol: item.clean for item in task().items if item.form == "hunk"}
    said |= {filler.symbol: filler.text for filler in task().fillers if filler.form == "hunk"}
    assert set(said) == set(solved) - GIVEN
    for name, text in said.items():
        assert name is not None
        assert ast.dump(functions(text)[name]) == ast.dump(solved[name]), name


def test_twins_of_hunks_differ_in_one_expression() -> None:
    for item in task().twins:
        if item.form == "hunk":
            pairs = zip((item.flawed or "").splitlines(), item.clean.splitlines(), strict=True)
            assert sum(flawed != clean for flawed, clean in pairs) == 1, item.id


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_brief_is_told_is_what_formulas_use(seed: int) -> None:
    of = drawn(seed)
    p = {name: float(value) for name, value in of.parameters.items()}
    told = of.task.brief + "\n".join(value for _, value in of.task.file.facts)
    for said in (f"{p['feeds_m']:.0f} M feeds", f"{p['window']:.0f} minutes", f"{p['gap']:.0f} minutes"):
        assert said in told
    for said in (f"NDCG at {p['k']:.0f}", f"{p['feeds']:,.0f} test feeds", f"{p['spread']:.2f}"):
        assert said in told
    assert f"{p['prior_clicks']:.0f} in {p['prior_views']:.0f} views" in told

    feeds = of.task.item("feeds-needed")
    assert f"± {1.96 * p['spread'] / p['feeds'] ** 0.5:.4f}" in feeds.clean
    assert f"{p['feeds'] / 4:,.0f} feeds" in feeds.clean
    assert f"{p['feeds'] / 2:,.0f} feeds" in (feeds.flawed or "")
    assert feeds.number is not None
    assert float(feeds.number.low) < p["feeds"] / 4 < float(feeds.number.high)
