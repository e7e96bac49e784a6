"""A question in another language gets a sentence in that language, or in English; an English one never does."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import plan_for

from harness.assistant import Complete, Quote, SegmentHead, Statement, Turn, Understood, Used
from harness.assistant.authored import plan
from harness.assistant.conversation import conversation
from harness.assistant.intents import plain
from harness.assistant.language import answer, english, language
from harness.assistant.planted import PlantedAssistant
from harness.assistant.planting.pipeline import Answer, Models
from harness.assistant.planting.proving import Prover
from harness.sandbox.absent import AbsentSandbox
from tasks import draw, library
from tasks.program import solution

HERE = Path(__file__).parent
FOREIGN = yaml.safe_load((HERE / "foreign.yaml").read_text(encoding="utf-8"))
DOUBTS = yaml.safe_load((HERE / "doubts.yaml").read_text(encoding="utf-8"))
UNSEEN = {
    path.stem: [row["ask"] for row in yaml.safe_load(path.read_text(encoding="utf-8"))]
    for path in sorted((HERE.parents[1] / "tasks" / "paraphrases").glob("*.yaml"))
}
ORDINARY = yaml.safe_load((HERE / "ordinary.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def start() -> Turn:
    drawn = draw(library()["fraud-api"], 1)
    return Turn(task=drawn, plan=plan_for(drawn), prompt="", files=dict(drawn.task.starter))


@pytest.mark.parametrize("code", sorted(FOREIGN))
def test_the_answer_is_in_the_language_of_the_question(code, start):
    """At least four of five; the fifth may be taken for a topic that it comes near to."""
    opening = answer(code, "…").partition("…")[0]
    found = [plan(replace(start, prompt=words)) for words in FOREIGN[code]]
    foreign = [script for script in found if script.kind == "foreign"]
    assert len(foreign) >= 4, [(s.kind, s.topics, w) for s, w in zip(found, FOREIGN[code], strict=True)]
    assert all(script.lines[0].text.startswith(opening) for script in foreign)
    assert all(script.lines[0].head.segment is None for script in foreign)


def test_a_language_that_is_not_known_is_answered_in_english(start):
    """Rather than with a guess: what the encoder finds near in another language is near by accident."""
    unknown = [words for code, texts in DOUBTS.items() if code not in FOREIGN for words in texts]
    found = [plan(replace(start, prompt=words)) for words in unknown]
    assert not [words for script, words in zip(found, unknown, strict=True) if script.kind == "unknown"]
    foreign = [script for script in found if script.kind == "foreign"]
    assert len(foreign) >= 0.9 * len(found)
    english_one = answer(None, "…").partition("…")[0]
    assert sum(script.lines[0].text.startswith(english_one) for script in foreign) >= 0.9 * len(foreign)


def test_english_is_not_taken_for_another_language():
    asks = [ask for task in library().values() for topic in task.replies.topics for ask in topic.asks]
    wrong = [(words, found) for words in [*asks, *ORDINARY] if (found := language(words)) is not None]
    assert wrong == []


def test_a_symbol_by_name_is_answered_in_any_language(start):
    assert plan(replace(start, prompt="Kannst du mir bitte `payments_24h` schreiben?")).topics


class Free:
    """A live model that keeps what it was sent."""

    source = "live"
    model = "free"
    parameters: dict[str, float] = {}  # noqa: RUF012

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def reply(self, turn: Turn) -> AsyncIterator[Any]:
        self.sent.append("\n".join(str(m.content) for m in conversation(turn)))
        yield Understood((), None)
        yield Complete(0, Statement(SegmentHead("prose"), "Freely."))
        yield Used(0, 0, 0.0)


def planted(turn: Turn) -> tuple[list[Statement], list[str]]:
    """What is answered where flaws are planted, and what the free model was sent."""
    free = Free()

    async def call(_: Any) -> Answer:
        return Answer("Nothing.", Used(0, 0, 0.0))

    assistant = PlantedAssistant(Models(call, call), free, Prover(AbsentSandbox("none")), 0.0)  # type: ignore[arg-type]

    async def gather() -> list[Any]:
        return [piece async for piece in assistant.reply(turn)]

    return [p.segment for p in asyncio.run(gather()) if isinstance(p, Complete)], free.sent


@pytest.mark.parametrize("code", sorted(DOUBTS))
def test_no_language_makes_a_planted_model_an_oracle(code, start):
    """Whether our own words are right is asked of no model, nor is it told later that it was asked."""
    for words in DOUBTS[code]:
        said, sent = planted(replace(start, prompt=words))
        assert not sent, words
        later = (("user", words), ("assistant", said[0].text))
        _, sent = planted(replace(start, prompt="zebra quartz please", history=later, told=later))
        assert len(sent) == 1
        assert words not in sent[0]


def test_lines_in_another_language_are_not_asked_about_either(start):
    quote = Quote(None, "# " + DOUBTS["ja"][0])
    said, sent = planted(replace(start, prompt="zebra quartz please", quote=quote))
    assert not sent
    assert said[0].text.startswith(answer(None, "…").partition("…")[0])


def test_the_answer_to_a_question_that_is_hardly_german_is_german(start):
    said, sent = planted(replace(start, prompt=DOUBTS["de"][0]))
    assert not sent
    assert said[0].text.startswith(answer("de", "…").partition("…")[0])


@cache
def field(name: str) -> str:
    task = library()[name]
    return " ".join([task.brief, *(ask for topic in task.replies.topics for ask in topic.asks)])


def test_english_asks_are_never_turned_away():
    """The 200 that nobody tuned anything on, ordinary ones, and the library's own."""
    assert sum(map(len, UNSEEN.values())) == 200
    own = {name: [a for topic in task.replies.topics for a in topic.asks] for name, task in library().items()}
    asked = [(name, ask) for asks in (own, UNSEEN) for name, some in asks.items() for ask in some]
    wrong = [ask for name, ask in asked if not english(plain(ask), field(name))]
    assert wrong == []
    assert [ask for ask in ORDINARY if not english(plain(ask))] == []
    assert len([ask for asks in UNSEEN.values() for ask in asks if not english(plain(ask))]) <= 1


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            "?",
            "\U0001f642",
            "ok",
            "\u03c3\u00b2/n?",
            "\u03bc \u00b1 1.96\u00b7\u03c3",
            "\u03b1 vs \u03b2, which?",
        ),
        *("np.percentile(x, 95)", "TypeError: unsupported operand", "kubectl get pods -n prod", "zebra quartz?"),
        "SELECT user, count(*) FROM clicks GROUP BY user",
        "should we use na\u00efve Bayes here?",
    ],
)
def test_symbols_and_code_are_not_another_language(words):
    assert english(plain(words))


def test_no_lines_of_code_are_another_language():
    generator = random.Random(1)
    for name, task in library().items():
        for text in (t for path, t in solution(task).items() if path.endswith(".py")):
            lines = text.split("\n")
            for _ in range(20):
                begin = generator.randrange(len(lines))
                some = "\n".join(lines[begin : begin + generator.randrange(1, 12)])
                assert english(plain(some), field(name)), some
