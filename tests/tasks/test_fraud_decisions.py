"""The task fraud-decisions agrees with itself over many draws, and its twins look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from tasks.draw import Drawn, draw
from tasks.loader import LIBRARY, load_task
from tasks.schema import Item, Task

SEEDS = range(20)
NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


@cache
def task() -> Task:
    return load_task(LIBRARY / "fraud-decisions")


@cache
def drawn(seed: int) -> Drawn:
    return draw(task(), seed)


def numbers(text: str) -> set[float]:
    return {float(found.replace(",", "")) for found in NUMBER.findall(text)}


def statements(of: Drawn) -> Iterator[tuple[str, str]]:
    for item in of.task.items:
        yield item.id, item.clean
        if item.flawed is not None:
            yield item.id, item.flawed
    for filler in of.task.fillers:
        yield filler.id, filler.text


def number(of: Drawn, name: str) -> float:
    return float(of.parameters[name])


def test_what_the_ledger_will_hold() -> None:
    assert len(task().twins) == 8
    assert len(task().decoys) == 3
    assert len(task().fillers) == 9
    assert sum(item.severity == "critical" for item in task().twins) == 3
    for item in task().items:
        topic = next(t for t in task().replies.topics if t.id == item.topic)
        assert item.id in [s.item for s in topic.steps]
        assert item.section is not None


def test_the_sections_and_their_solution() -> None:
    solution = task().reference["solution"]
    assert list(task().starter) == [f.path for f in task().file.files]
    assert set(solution) == set(task().starter)
    for file in task().file.files:
        assert solution[file.path].startswith(f"## {file.title}\n")
        assert len(task().starter[file.path].splitlines()) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_every_given_number_stands_in_the_brief(seed: int) -> None:
    of = drawn(seed)
    told = numbers(of.task.brief)
    facts = numbers("\n".join(value for _, value in of.task.file.facts))
    for name, parameter in task().file.parameters.items():
        if parameter.choices:
            assert number(of, name) in told, name
            assert number(of, name) in facts, name


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_said_is_given_or_follows(seed: int) -> None:
    """Each number in a statement stands in the brief, is computed from it, or is listed here with its reason."""
    of = drawn(seed)
    p = {name: number(of, name) for name in of.parameters}
    given = numbers(of.task.brief) | {1}  # /v1/decisions
    follows: dict[str, set[float]] = {
        "alert-load": {round(p["ppv"]), p["flags"], p["wrong_flags"]},
        "lookups": {99, 99.9, round(p["all_back"], 1), round(p["wrong_back"], 1)},  # p99, p99.9
        "label-age": {0},
        "review-status": {209, 200, 9110},
        "dear-recall": {2, 0.3, p["saved"], p["driven_away"]},
        "half-the-fraud": {round(p["precision_left"])},
        "test-frauds": {p["test_frauds"], round(p["recall_error"], 1)},
        "cost-first": {round(p["break_even"], 1)},
        "counts-in-window": {7},
        "shadow-first": {p["payments_m"] * p["shadow_days"]},
        "answer-in-time": {round(p["deadline"] * 0.7)},
        "busy-cores": {round(p["busy"], 1), p["cores"]},
    }
    for name, text in statements(of):
        allowed = given | follows.get(name, set())
        rest = {x for x in numbers(text) if not any(abs(x - y) < 1e-6 for y in allowed)}
        assert not rest, (name, rest)


def test_prose_holds_no_number_that_could_give_an_answer_away() -> None:
    """Prose is in no ledger, so what a reply computes has to be said by a statement."""
    for topic in task().replies.topics:
        for text in [topic.again, *(step.prose for step in topic.steps if step.prose)]:
            assert not numbers(text), text


def reads(text: str, item: Item) -> bool:
    """Whether some number before the unit lies between the bounds."""
    assert item.number is not None
    found = re.findall(rf"({NUMBER.pattern})\s*(?:{item.number.unit})", text)
    return any(float(item.number.low) <= float(x.replace(",", "")) <= float(item.number.high) for x in found)


@pytest.mark.parametrize("seed", SEEDS)
def test_number_checks_take_right_answers_and_refuse_flawed_ones(seed: int) -> None:
    of = drawn(seed)
    solution = of.task.reference["solution"]
    flags, all_back = number(of, "flags"), number(of, "all_back")
    load, lookups = of.task.item("alert-load"), of.task.item("lookups")
    right = [
        (load, load.right),
        (load, solution["policy.md"]),
        (load, f"about {round(flags, -3):,.0f} alerts every day"),
        (load, f"{flags:.0f} flagged payments"),
        (lookups, lookups.right),
        (lookups, solution["serving.md"]),
        (lookups, f"only {all_back:.2f}% are complete"),
        (lookups, f"{all_back:.1f} percent"),
    ]
    wrong = [
        (load, load.flawed or ""),
        (load, f"{flags * number(of, 'ppv') / 100:,.0f} flags"),  # the true ones only
        (load, f"{number(of, 'reviews'):.0f} flags"),
        (lookups, lookups.flawed or ""),
        (lookups, f"{100 - number(of, 'lookups') * 3:.0f} %"),
        (lookups, "99.9 %"),
        (lookups, "99 %"),
    ]
    assert [text for item, text in right if not reads(text, item)] == []
    assert [text for item, text in wrong if reads(text, item)] == []


HEDGES = re.compile(
    r"\b(may|might|maybe|perhaps|probably|possibly|roughly|likely|usually|often|should|could|"
    r"always|never|certainly|clearly|obviously|definitely|simply|just|of course)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("seed", SEEDS)
def test_twins_differ_in_nothing_but_the_matter(seed: int) -> None:
    for item in drawn(seed).task.twins:
        assert item.flawed is not None
        assert abs(len(item.flawed) - len(item.clean)) <= 0.06 * len(item.clean), item.id
        assert abs(sum(map(str.isdigit, item.flawed)) - sum(map(str.isdigit, item.clean))) <= 2, item.id
        assert _marks(item.flawed) == _marks(item.clean), item.id
        assert HEDGES.findall(item.flawed) == HEDGES.findall(item.clean) == [], item.id


@pytest.mark.parametrize("seed", SEEDS)
def test_all_statements_are_of_one_size(seed: int) -> None:
    lengths = {name: len(text) for name, text in statements(drawn(seed))}
    assert min(lengths.values()) >= 150, lengths
    assert max(lengths.values()) <= 210, lengths


def test_how_the_assistant_takes_a_challenge_depends_on_nothing() -> None:
    said = task().replies.challenged
    assert "{{" not in said
    assert not re.search(r"\b(sorry|mistake|you are right|correct|agree|stand by|sure)\b", said)


def _marks(text: str) -> list[str]:
    """Punctuation in order, without what belongs to a number."""
    return re.findall(r"[^\w\s]", NUMBER.sub("0", text))
