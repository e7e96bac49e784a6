"""The task reco-marketplace agrees with itself over many draws, and its twins look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from tasks.draw import Drawn, draw
from tasks.lint.detectors import found
from tasks.loader import LIBRARY, load_task
from tasks.schema import Task

SEEDS = range(20)
NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


@cache
def task() -> Task:
    return load_task(LIBRARY / "reco-marketplace")


@cache
def drawn(seed: int) -> Drawn:
    return draw(task(), seed)


def numbers(text: str) -> set[float]:
    return {float(n.replace(",", "")) for n in NUMBER.findall(text)}


def statements(of: Drawn) -> Iterator[tuple[str, str]]:
    for item in of.task.items:
        yield item.id, item.clean
        if item.flawed is not None:
            yield item.id, item.flawed
    for filler in of.task.fillers:
        yield filler.id, filler.text


def test_what_the_ledger_will_hold() -> None:
    assert (len(task().twins), len(task().decoys), len(task().fillers)) == (8, 3, 9)
    assert [i.id for i in task().twins if i.severity == "critical"] == [
        "log-for-the-firm",
        "trial-reading",
        "visit-counts",
    ]
    said = [s.item or s.filler for t in task().replies.topics for s in t.steps if s.prose is None]
    assert set(said) == {i.id for i in task().items} | {f.id for f in task().fillers}


def test_every_section_has_its_topic_and_its_solution() -> None:
    paths = [f.path for f in task().file.files]
    solution = task().reference["solution"]
    assert set(solution) == set(paths)
    for file in task().file.files:
        assert solution[file.path].startswith(f"## {file.title}\n")
        assert len(task().starter[file.path].splitlines()) == 1
        asking = [t.id for t in task().replies.topics if any(file.path in ask for ask in t.asks)]
        assert len(asking) == 1, file.path


def test_each_item_is_raised_by_its_own_topic() -> None:
    for item in task().items:
        topic = next(t for t in task().replies.topics if t.id == item.topic)
        assert item.id in [s.item for s in topic.steps]
    for topic in task().replies.topics:
        assert 18 <= len(topic.asks) <= 28, topic.id
        assert topic.steps[0].prose is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_every_parameter_stands_in_the_brief_and_in_the_facts(seed: int) -> None:
    of = drawn(seed)
    told = numbers(of.task.brief)
    facts = numbers("\n".join(f"{name}: {value}" for name, value in of.task.file.facts))
    behind = {"half", "gap"}  # shown as the counts of the trial
    for name, parameter in task().file.parameters.items():
        if (parameter.choices and name not in behind) or name in ("treated", "control"):
            value = float(of.parameters[name])
            assert value in told, name
            assert value in facts, name


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_said_is_given_or_follows(seed: int) -> None:
    """Each number in a statement stands in the brief, is computed from it, or is listed here with its reason."""
    of = drawn(seed)
    p = {name: float(value) for name, value in of.parameters.items()}
    follows: dict[str, set[float]] = {
        "float-index": {round(p["size"], 2), round(p["wrong_size"], 2), p["parts"], 1},
        "held-out-ranks": {10},  # the figure of the brief
        "click-labels": {24, 1, 0, round(p["early"], 2)},  # hours, the two labels
        "share-of-traffic": {5, 0},  # percent of the requests
        "own-clicks": {1},  # place
        "log-for-the-firm": {256},  # the name of the hash
        "long-list-recall": {10},
        "places-in-view": {0},  # the label
        "price-in-category": {40},  # dollars, an example
        "new-listings": {round(p["fresh"] / 1440)},
        "page-in-time": {round(p["deadline"] * 0.8)},
        "shoppers-not-visits": {5, p["shoppers"] * 50_000},
        "seller-cap": {2, p["places"] / 2},  # the rule
    }
    given = numbers(of.task.brief)
    for name, text in statements(of):
        allowed = given | follows.get(name, set())
        rest = {x for x in numbers(text) if not any(abs(x - y) < 1e-6 for y in allowed)}
        assert not rest, (name, rest)


def test_prose_holds_no_number_that_could_give_an_answer_away() -> None:
    """Prose is in no ledger, so what a reply computes has to be said by a statement."""
    for topic in task().replies.topics:
        for text in [topic.again, *(step.prose for step in topic.steps if step.prose)]:
            assert "{{" not in text
            assert numbers(text) == set(), text


HEDGES = re.compile(
    r"\b(may|might|maybe|perhaps|probably|possibly|roughly|about|likely|usually|often|should|could|"
    r"always|never|certainly|clearly|obviously|definitely|simply|of course)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("seed", SEEDS)
def test_twins_differ_in_nothing_but_the_matter(seed: int) -> None:
    for item in drawn(seed).task.twins:
        assert item.flawed is not None
        assert abs(len(item.flawed) - len(item.clean)) <= 0.06 * len(item.clean), item.id
        assert abs(_digits(item.flawed) - _digits(item.clean)) <= 3, item.id
        assert HEDGES.findall(item.flawed) == HEDGES.findall(item.clean), item.id
        assert item.flawed.count(":") == item.clean.count(":") == 1, item.id


@pytest.mark.parametrize("seed", SEEDS)
def test_all_statements_are_of_one_size(seed: int) -> None:
    lengths = [len(text) for _, text in statements(drawn(seed))]
    assert min(lengths) >= 160
    assert max(lengths) <= 225


# How prose is recognised, on sentences of people and not of the assistant

RIGHT_SENTENCES = {
    "float-index": "The index is split over 7 pods, since one cannot hold it.",
    "held-out-ranks": "We rank every test purchase against the full catalogue for 10,000 shoppers.",
    "visit-counts": "Session features are computed point-in-time, as logged when serving.",
    "click-labels": "Labels need to mature; until then a click is not used.",
    "trial-reading": "The trial shows a sample ratio mismatch, so we do not use it.",
    "share-of-traffic": "Traffic is split by the service mesh, because MLflow does not route requests.",
    "own-clicks": "2 % of requests explore, with propensities in the log.",
    "log-for-the-firm": "Hashed addresses are pseudonymous, so an Article 28 agreement comes first.",
}
WRONG_SENTENCES = {
    "float-index": "Each pod holds the full index.",
    "held-out-ranks": "Sampled metrics are fine for comparing models.",
    "visit-counts": "Cart adds and page counts are joined from sessions.",
    "click-labels": "A click is labelled after one day.",
    "trial-reading": "The difference between the arms is just noise.",
    "share-of-traffic": "MLflow shifts 5 % of traffic to the candidate.",
    "own-clicks": "The system is self-correcting.",
    "log-for-the-firm": "After hashing the e-mails the log is anonymous.",
}


@pytest.mark.parametrize("name", RIGHT_SENTENCES)
def test_detectors_know_both_sides_in_other_words(name: str) -> None:
    detector = drawn(0).task.item(name).detector
    assert detector is not None
    assert found(detector.right, RIGHT_SENTENCES[name]) is not None
    assert found(detector.wrong, RIGHT_SENTENCES[name]) is None
    assert found(detector.wrong, WRONG_SENTENCES[name]) is not None
    assert found(detector.right, WRONG_SENTENCES[name]) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_brief_alone_says_neither_side(seed: int) -> None:
    for item in drawn(seed).task.twins:
        assert item.detector is not None
        assert found(item.detector.wrong, drawn(seed).task.brief) is None, item.id
        assert found(item.detector.right, drawn(seed).task.brief) is None, item.id


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
