"""Statements in prose: what a sentence's place and its words say about what stands."""

from __future__ import annotations

import time

import pytest

from evaluators.prose.claims import claim_verdict, found
from evaluators.prose.markup import sentences
from evaluators.prose.numbers import number_verdict
from tasks import Detector, NumberCheck
from tests.corpus.passages import Read, read
from tests.corpus.script import drawn

SPLIT = Detector(wrong=(r"\bshuffl\w+", r"\brandom split"), right=(r"\bby time\b", r"\bchronological"))
CORES = NumberCheck(low="30", high="40", unit=r"cores?\b")


@pytest.mark.parametrize("passage", read(), ids=lambda p: f"{p.item}: {p.text[:40]}")
def test_no_certain_verdict_is_wrong(passage: Read) -> None:
    """A doubt may be left to a person; a certainty has to be right."""
    assert passage.verdict in (passage.label, "unclear") or (passage.verdict, passage.label) == ("silent", "pass")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("One. Two! Three?", ["body", "body", "body"]),
        ("e.g. this is one sentence, i.e. no more. Two.", ["body", "body"]),
        ("> quoted\n\nown", ["quoted", "body"]),
        ("## Rejected\n- a\n- b\n## Chosen\n- c", ["rejected", "rejected", "body"]),
        ("## Rejected\n### Details\na\n# Next\nb", ["rejected", "body"]),
        ("Not chosen:\n- a\n- b\n\nc", ["body", "rejected", "rejected", "body"]),
        ("- [ ] a\n- [x] b", ["open", "body"]),
        ("Option A: a\nOption B: b", ["open", "open"]),
        ("| a | no |\n|---|---|\n| b | yes |\n| x-axis | time |", ["rejected", "body", "body"]),
        ("**Alternatives considered**\na\n", ["rejected"]),
        ("<!-- a --> ~~b~~ <del>c</del>", []),
    ],
)
def test_places_of_sentences(text: str, places: list[str]) -> None:
    assert [s.place for s in sentences(text)] == places


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("We split by time.", "pass"),
        ("We shuffle.", "fail"),
        ("We do not shuffle.", None),
        ("Not by time.", "unclear"),
        ("Instead of shuffling we split by time.", "pass"),
        ("Not only shuffled, sampled as well.", "fail"),
        ("A random split: rejected. Chronological: chosen.", "pass"),
        ("", None),
    ],
)
def test_what_stands(text: str, verdict: str | None) -> None:
    assert found(SPLIT, text).verdict == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("33 cores", "pass"),
        ("not 0.1 cores but 33 cores", "pass"),
        ("0.1 cores", "fail"),
        ("The assistant said 0.1 cores.", None),
        ("0.1 cores is wrong.", None),
        ("~~0.1 cores~~", None),
        ("Maybe 0.1 cores?", None),
    ],
)
def test_numbers_that_are_denied_or_quoted_are_none(text: str, verdict: str | None) -> None:
    assert number_verdict(CORES, text) == verdict


def test_words_alone_put_no_number_right() -> None:
    item = next(i for i in drawn("fraud-api").task.items if i.id == "key-memory")
    assert claim_verdict(item, "It comes to 6.4 GB.") == "pass"
    assert claim_verdict(item, "The keys do not fit into the pod.") == "unclear"


@pytest.mark.parametrize(
    "text", ["~~" * 30_000, "<s>" * 20_000, "> " * 30_000, "a " * 60_000, "not by time, " * 9_000]
)
def test_no_text_costs_more_than_its_reading(text: str) -> None:
    began = time.process_time()
    found(SPLIT, text)
    assert time.process_time() - began < 5.0
