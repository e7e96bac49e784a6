"""The task genomic-pipeline agrees with itself over many draws, and its twins look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from evaluators.prose.numbers import number_verdict
from tasks.draw import Drawn, draw
from tasks.loader import LIBRARY, load_task
from tasks.schema import Task

SEEDS = range(20)
NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


@cache
def task() -> Task:
    return load_task(LIBRARY / "genomic-pipeline")


@cache
def drawn(seed: int) -> Drawn:
    return draw(task(), seed)


def numbers(text: str) -> set[float]:
    """The numbers of a text; names and notations that hold digits are no quantities."""
    plain = re.sub(r"\bHG002\b|\bone[- ]\w+|\b[15]e-[48]\b", "", text)
    return {float(found.replace(",", "")) for found in NUMBER.findall(plain)}


def statements(of: Drawn) -> Iterator[tuple[str, str]]:
    for item in of.task.items:
        yield item.id, item.clean
        if item.flawed is not None:
            yield item.id, item.flawed
    for filler in of.task.fillers:
        yield filler.id, filler.text


def test_what_the_ledger_will_hold() -> None:
    assert len(task().twins) == 9
    assert len(task().decoys) == 3
    assert len(task().fillers) == 8
    severities = [item.severity for item in task().twins]
    assert (severities.count("critical"), severities.count("major"), severities.count("minor")) == (4, 4, 1)
    assert all(item.section for item in task().items)


def test_the_solution_fills_every_section() -> None:
    solution = task().reference["solution"]
    assert set(solution) == {file.path for file in task().file.files}
    for file in task().file.files:
        assert solution[file.path].startswith(f"## {file.title}\n")
        assert len(task().starter[file.path].splitlines()) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_every_drawn_number_stands_in_the_brief_and_in_its_facts(seed: int) -> None:
    of = drawn(seed)
    brief, facts = numbers(of.task.brief), numbers(" ".join(text for fact in of.task.file.facts for text in fact))
    for name, parameter in task().file.parameters.items():
        if parameter.choices:
            assert float(of.parameters[name]) in brief & facts, name


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_said_is_given_or_follows(seed: int) -> None:
    """Each number in a statement stands in the brief, is computed from it, or is listed here with its reason."""
    of = drawn(seed)
    p = {name: float(value) for name, value in of.parameters.items()}
    follows: dict[str, set[float]] = {
        "cutoff": {500, 0.05, p["chance_hits"]},  # the usual bar, and how many times as strict this one is
        "storage": {round(p[name] / part) for name in ("terabytes", "hot_cost", "saving") for part in (1, 10)},
        "split-unit": {20},  # the share held out
        "spot-nodes": {4},  # how often a pod is tried again
        "flagged-healthy": {100, p["false_share"]},
        "four-controls": {p["ill"], 4 * p["ill"], p["healthy"], round(p["information"]), 5 * p["cases"]},
        "ridge-first": {p["ill"]},
        "cores": {round(p["busy"]), 168, round(p["planned"]), 70},
        "age-of-label": {40, 55},  # an example
        "silent-run": {8, 8 * p["weekly"], round(8 * p["weekly"] * p["cases"] / 100)},
    }
    given = numbers(of.task.brief)
    for name, text in statements(of):
        allowed = given | follows.get(name, set())
        assert not {x for x in numbers(text) if not any(abs(x - y) < 1e-6 for y in allowed)}, name


def test_prose_holds_no_number_that_could_give_an_answer_away() -> None:
    """Prose is in no ledger, so what a reply computes has to be said by a statement."""
    for topic in task().replies.topics:
        for text in [topic.again, *(step.prose for step in topic.steps if step.prose)]:
            assert "{{" not in text
            assert numbers(text) <= {0, 1, 2}, text  # how a variant is written down


@pytest.mark.parametrize("seed", SEEDS)
def test_the_number_checks_take_right_answers_and_refuse_others(seed: int) -> None:
    of = drawn(seed)
    for name, right, wrong in (
        (
            "storage",
            ["{tb:,.0f} TB", "{tb:.0f} terabytes", "about {tib:.0f} TiB", "{tb:.0f} TB, or {tib:.0f} TiB"],
            ["{tenth:.0f} TB", "{tb:.0f} GB and {tenth:.0f} TB", "{more:,.0f} TB"],
        ),
        (
            "cutoff",
            ["{hits:.0f} false positives", "{hits:.0f} hits by chance", "{hits:.0f} variants through luck"],
            ["{tenth_hits:.0f} false positives", "one chance hit, not 1 of 2", "0.0001 is fine"],
        ),
    ):
        check = of.task.item(name).number
        assert check is not None
        p = of.parameters
        values = {
            "tb": p["terabytes"],
            "tib": p["terabytes"] * 1e12 / 2**40,
            "tenth": p["terabytes"] / 10,
            "more": p["terabytes"] * 10,
            "hits": p["chance_hits"],
            "tenth_hits": p["chance_hits"] / 10,
        }
        section = task().item(name).section
        assert section is not None
        assert number_verdict(check, of.task.reference["solution"][section]) == "pass"
        for text in right:
            assert number_verdict(check, text.format(**values)) == "pass", text
        for text in wrong:
            assert number_verdict(check, text.format(**values)) != "pass", text


@pytest.mark.parametrize("seed", SEEDS)
def test_twins_and_statements_are_of_one_size(seed: int) -> None:
    of = drawn(seed)
    for item in of.task.twins:
        assert item.flawed is not None
        assert abs(len(item.flawed) - len(item.clean)) <= 0.13 * len(item.clean), item.id
        assert abs(_digits(item.flawed) - _digits(item.clean)) <= 5, item.id
        assert _sentences(item.flawed) == _sentences(item.clean), item.id
    lengths = {name: len(text) for name, text in statements(of)}
    assert min(lengths.values()) >= 165
    assert max(lengths.values()) <= 255


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _sentences(text: str) -> int:
    return len(re.findall(r"[.?!](?:\s|$)", text))
