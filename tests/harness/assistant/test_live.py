"""The live source against an OpenAI-compatible server of our own on the loopback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from reply_pieces import segments

from harness.assistant import AssistantError, Complete, Quote, Used
from harness.assistant.live import LiveAssistant
from harness.assistant.models import Deployment, Limits, Model, Models, one_model
from harness.assistant.router import Road
from harness.assistant.segmenter import LONGEST
from tests.stub_model import KEY, Stub, served

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    Stub.asked.clear()


def live(behaviour: str, base: str | None, first: float = 20.0, total: float = 30.0) -> LiveAssistant:
    numbers = iter(range(100))
    return LiveAssistant(behaviour, road(behaviour, base, first, total), lambda: f"live{next(numbers):08}")


def road(behaviour: str, base: str | None, first: float = 20.0, total: float = 30.0) -> Road:
    deployment = Deployment(model=f"openai/{behaviour}", api_base=base)
    limits = Limits(first=first, total=total, retries=0)
    return Road(Models(models=(Model(name=behaviour, deployments=(deployment,)),), limits=limits))


@pytest.mark.parametrize("behaviour", ["ok", "slow"])
def test_a_reply_becomes_segments_with_ids_of_their_own(behaviour, base, turn, say):
    pieces = say(live(behaviour, base), turn("how do I clamp?"))
    said = [c.segment for c in segments(pieces)]
    assert [(s.head.form, s.role, s.item) for s in said] == [
        ("prose", "prose", None),
        ("claim", "filler", None),
        ("claim", "filler", None),
        ("hunk", "filler", None),
    ]
    assert [s.head.segment for s in said] == [None, "live00000000", "live00000001", "live00000002"]
    assert (said[3].head.file, said[3].head.symbol) == ("dial.py", "clamp_value")
    assert pieces[-1] == Used(120, 40, 0.0, behaviour)


def test_the_candidates_words_are_user_messages_and_nothing_is_planted(base, turn, say):
    asked = turn(
        "and the mean?",
        quote=Quote("x", "some words"),
        history=(("user", "hello"), ("assistant", "Hi.")),
        open_file="dial.py",
        last_run="1 failed",
    )
    say(live("ok", base), asked)
    (body,) = Stub.asked
    assert [m["role"] for m in body["messages"]] == ["system", "user", "assistant", "user"]
    assert body["messages"][-1]["content"].endswith("> some words\n\nand the mean?")
    system = body["messages"][0]["content"]
    assert all(part in system for part in ("A dial goes from 0 to", "raise NotImplementedError", "(open)"))
    for item in asked.task.task.items:
        assert not any(text in system for text in (item.clean, item.flawed or item.clean))


def test_review_of_a_live_model_is_over_at_once(base, turn, say):
    pieces = say(live("ok", base), turn(review=True))
    assert [c.segment.role for c in segments(pieces)] == ["prose"]
    assert not Stub.asked


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("401", "key"),
        ("404", "does not exist"),
        ("429", "too many requests"),
        ("500", "fault"),
        ("503", "fault"),
        ("overflow", "too long"),
        ("empty", "no answer"),
        ("filtered", "declined"),
        ("hang", "too long to answer"),
        ("stall", "too long to answer"),
        ("half", "broke off"),
        ("bad-json", "model"),
        ("html", "model"),
    ],
)
def test_faults_become_one_sentence_without_the_key(behaviour, words, base, turn, say):
    start = time.perf_counter()
    with pytest.raises(AssistantError) as caught:
        say(live(behaviour, base, first=1.5 if behaviour in ("hang", "stall") else 20.0), turn("clamp?"))
    sentence = str(caught.value)
    print(behaviour, "->", sentence)
    assert words in sentence
    assert not any(secret in sentence for secret in (KEY, "sk-", "Traceback"))
    assert caught.value.__cause__ is None
    assert time.perf_counter() - start < 15


def test_a_total_deadline_holds_while_chunks_still_come(base, turn, say):
    with pytest.raises(AssistantError, match="too long"):
        say(live("slow", base, total=0.4), turn("clamp?"))


def test_a_model_that_speaks_steadily_has_all_the_time_there_is(base, turn, say):
    """Three seconds for one paragraph, a word every tenth of a second, with a second of patience for each."""
    pieces = say(live("steady", base, first=1.0), turn("clamp?"))
    (said,) = segments(pieces)
    assert said.segment.text.endswith("word29")


def test_what_is_cut_off_at_its_longest_says_so_and_only_what_is_whole_is_said(base, turn, say):
    pieces = say(live("cutoff", base), turn("clamp?"))
    assert [p.segment.head.symbol for p in segments(pieces) if p.segment.head.form == "hunk"] == ["clamp_value"]
    assert not any("half" in p.segment.text for p in segments(pieces))
    assert pieces[-1].cut
    assert not say(live("ok", base), turn("clamp?"))[-1].cut


def test_what_is_cut_off_before_anything_is_whole_is_a_failure(base, turn, say):
    with pytest.raises(AssistantError, match="in other words"):
        say(live("never-whole", base), turn("clamp?"))


def test_a_model_that_never_ends_is_not_listened_to_for_ever(base, turn, say):
    pieces = say(live("endless", base), turn("clamp?"))
    assert pieces[-1].cut
    characters = sum(len(p.segment.text) for p in segments(pieces))
    assert 0.9 * LONGEST < characters <= LONGEST
    # It sent no numbers: they are estimated.
    assert pieces[-1].tokens_out >= LONGEST / 4


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [("401", "AuthenticationError, status 401"), ("429", "429"), ("500", "500"), ("hang", "")],
)
def test_the_administrator_reads_of_every_failure_and_of_nothing_else(behaviour, words, base, turn, say, caplog):
    with caplog.at_level("WARNING", "harness"), pytest.raises(AssistantError):
        say(live(behaviour, base, first=1.0), turn("my own secret words"))
    (line,) = caplog.messages
    assert line.startswith(f"The model {behaviour} failed: ")
    assert words in line
    assert not any(secret in line for secret in (KEY, "sk-", "secret words"))


def test_what_was_whole_before_a_break_stays(base, turn):
    async def gather() -> list[Any]:
        seen = []
        with suppress(AssistantError):
            async for piece in live("half", base).reply(turn("clamp?")):
                seen.append(piece)
        return seen

    seen = asyncio.run(gather())
    assert [p.segment.text for p in seen if isinstance(p, Complete)] == [
        "Two things matter here:",
        "- The smaller of value and top is what the dial can show.",
    ]


def test_a_server_that_is_not_there(turn, say):
    with pytest.raises(AssistantError, match="broke off"):
        say(live("ok", "http://127.0.0.1:9/v1"), turn("clamp?"))


def test_a_server_of_ones_own_needs_no_key(base, turn, say, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    assert isinstance(say(live("ok", base), turn("clamp?"))[-1], Used)


def test_a_model_name_that_nobody_knows(turn, say):
    unknown = LiveAssistant("no-such-provider/x", Road(one_model("no-such-provider/x", None)), lambda: "x")
    with pytest.raises(AssistantError):
        say(unknown, turn("clamp?"))
