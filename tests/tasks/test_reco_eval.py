"""The task reco-eval agrees with itself: its stubs, hunks and solution, its numbers, and its twins' looks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tasks.draw import Drawn, draw, evaluate, fill
from tasks.lint.answers import accepted
from tasks.lint.detectors import found
from tasks.loader import LIBRARY, load_task
from tasks.schema import Task

SEEDS = range(20)
FILE = "reco_eval.py"
NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


@cache
def task() -> Task:
    return load_task(LIBRARY / "reco-eval")


@cache
def drawn(seed: int) -> Drawn:
    return draw(task(), seed)


def numbers(text: str) -> set[float]:
    return {float(n.replace(",", "")) for n in NUMBER.findall(text)}


def claims(of: Drawn) -> Iterator[tuple[str, str]]:
    for item in of.task.items:
        if item.form == "claim":
            yield item.id, item.clean
            if item.flawed is not None:
                yield item.id, item.flawed
    for filler in of.task.fillers:
        if filler.form == "claim":
            yield filler.id, filler.text


def hunks() -> Iterator[tuple[str, str]]:
    """Symbol and text of every hunk, in both twins."""
    for item in task().items:
        if item.form == "hunk":
            assert item.symbol is not None
            yield item.symbol, item.clean
            if item.flawed is not None:
                yield item.symbol, item.flawed
    for filler in task().fillers:
        if filler.form == "hunk":
            assert filler.symbol is not None
            yield filler.symbol, filler.text


def definitions(source: str) -> dict[str, ast.AST]:
    return {n.name: n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef | ast.ClassDef)}


def promised(node: ast.AST) -> list[str]:
    """Signatures and docstrings of a definition and of what is in it."""
    said = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef):
            said += [inner.name, ast.unparse(inner.args), ast.unparse(inner.returns) if inner.returns else ""]
        if isinstance(inner, ast.FunctionDef | ast.ClassDef):
            said.append(ast.get_docstring(inner) or "")
    return said


def test_what_the_ledger_will_hold() -> None:
    assert (len(task().twins), len(task().decoys), len(task().fillers)) == (8, 3, 8)
    assert sum(i.form == "hunk" for i in task().twins) == 6
    assert [i.id for i in task().twins if i.severity == "critical"] == ["held-out-purchase", "seen-items"]


def test_every_hunk_and_solution_keeps_what_was_agreed() -> None:
    """Signatures and docstrings are the same in the stub, in every twin and in every reference."""
    stubs = definitions(task().starter[FILE])
    for symbol, text in hunks():
        assert promised(definitions(text)[symbol]) == promised(stubs[symbol]), symbol
    for folder, files in task().reference.items():
        written = definitions(files[FILE])
        assert set(written) == set(stubs)
        if folder == "solution" or folder.startswith("right-"):
            for symbol, stub in stubs.items():
                assert promised(written[symbol]) == promised(stub), (folder, symbol)


def test_every_function_has_one_hunk_and_one_topic() -> None:
    stubs = definitions(task().starter[FILE])
    given = {"evaluate"}
    symbols = [i.symbol for i in task().items if i.form == "hunk"]
    symbols += [f.symbol for f in task().fillers if f.form == "hunk"]
    assert sorted(filter(None, symbols)) == sorted(set(stubs) - given)
    assert sorted(s for t in task().replies.topics for s in t.symbols) == sorted(stubs)
    for topic in task().replies.topics:
        assert 18 <= len(topic.asks) <= 28, topic.id


def test_twins_of_code_differ_in_one_line() -> None:
    for item in task().twins:
        if item.form == "hunk":
            assert item.flawed is not None
            flawed, clean = item.flawed.splitlines(), item.clean.splitlines()
            assert len(flawed) == len(clean)
            assert sum(a != b for a, b in zip(flawed, clean, strict=True)) == 1, item.id


@pytest.mark.parametrize("seed", SEEDS)
def test_every_parameter_stands_in_the_brief_and_in_the_facts(seed: int) -> None:
    of = drawn(seed)
    brief = numbers(of.task.brief)
    facts = numbers("\n".join(f"{name}: {value}" for name, value in of.task.file.facts))
    for name, parameter in task().file.parameters.items():
        if parameter.choices and name != "per_user":
            assert {float(of.parameters[name])} <= brief & facts, name
    assert {float(of.parameters["events"])} <= brief & facts


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_said_is_given_or_follows(seed: int) -> None:
    of = drawn(seed)
    p = {name: float(value) for name, value in of.parameters.items()}
    follows: dict[str, set[float]] = {
        "nightly-figure": {
            *(1 - p["recall"], 3, p["fewer"]),  # a lead of 3
            *(round(p["error"], 2), round(p["wrong_error"], 2)),
        },
        "resample-of-users": {round(p["unchosen"], 1)},
        "uneven-arms": {round(p["factor"], 2), 1},  # 1/(p(1 − p))
        "random-list": {round(100 * p["k"] / p["items"], 2)},
        "score-table": {64, p["users"] * p["items"] * 8 / 1e6},  # bits
        "alarm-level": {0.001, 0.05, round(1000 / p["tests"], 1), p["tests"] * 0.05},  # two levels
    }
    given = numbers(of.task.brief)
    for name, text in claims(of):
        allowed = given | follows.get(name, set())
        rest = {x for x in numbers(text) if not any(abs(x - y) < 1e-6 for y in allowed)}
        assert not rest, (name, rest)


def test_precision_of_a_night_at_every_choice() -> None:
    """The lead of 3 points is beyond chance by the right error and within it by the flawed one."""
    parameters = task().file.parameters
    for users in parameters["users"].choices:
        for per_user in parameters["per_user"].choices:
            for recall in parameters["recall"].choices:
                values: dict[str, float | int] = {}
                chosen = {"users": users, "per_user": per_user, "recall": recall}
                for name, parameter in parameters.items():
                    if parameter.formula is not None:
                        values[name] = evaluate(parameter.formula, values)
                    else:
                        values[name] = chosen.get(name, parameter.choices[0])
                item = fill(task(), values).task.item("nightly-figure")
                right = 100 * (recall * (1 - recall) / users) ** 0.5
                wrong = 100 * (recall * (1 - recall) / (users / per_user)) ** 0.5
                assert item.number is not None
                assert f"which is {right:.2f} points" in item.clean
                assert 3 / (wrong * 2**0.5) < 1.96 < 3.29 < 3 / (right * 2**0.5)  # once in a thousand nights
                assert accepted(f"about {right:.2f} points", item.number)
                assert accepted(f"{right * 2**0.5:.2f} percentage points for the difference of two", item.number)
                assert not accepted(f"{wrong:.2f} points", item.number)
                assert not accepted("3 points", item.number)


@pytest.mark.parametrize("seed", SEEDS)
def test_claims_are_of_one_size_and_twins_alike(seed: int) -> None:
    lengths = [len(text) for _, text in claims(drawn(seed))]
    assert min(lengths) >= 160
    assert max(lengths) <= 270
    for item in drawn(seed).task.twins:
        if item.form == "claim":
            assert item.flawed is not None
            assert abs(len(item.flawed) - len(item.clean)) <= 0.06 * len(item.clean), item.id


RIGHT = {
    "cross-check": "There is no such function in scikit-learn, so write it yourself.",
    "nightly-figure": "The standard error goes with n, the number of tested users, so one night is enough.",
}
WRONG = {
    "cross-check": "We compare with sklearn.metrics.recall_at_k_score every night.",
    "nightly-figure": "A lead of 3 points can be chance.",
}


@pytest.mark.parametrize("name", RIGHT)
def test_detectors_know_both_sides_in_other_words(name: str) -> None:
    detector = drawn(0).task.item(name).detector
    assert detector is not None
    assert found(detector.right, RIGHT[name]) is not None
    assert found(detector.wrong, RIGHT[name]) is None
    assert found(detector.wrong, WRONG[name]) is not None
    assert found(detector.right, WRONG[name]) is None
