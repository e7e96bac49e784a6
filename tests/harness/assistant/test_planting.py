"""Live replies with planted flaws: merged or rewritten, proved in the sandbox, else in authored words."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import pytest

from harness.assistant import Complete, Planting, Quote, TakenBack, Used, Working, phrases
from harness.assistant.live import LiveAssistant
from harness.assistant.models import one_model
from harness.assistant.planted import PlantedAssistant, digest, taken_back
from harness.assistant.planting.grafting import graft, inlined
from harness.assistant.planting.likeness import likest
from harness.assistant.planting.pipeline import Answer, Models
from harness.assistant.planting.proving import Prover
from harness.assistant.planting.wording import harmless, misses, unfaithful
from harness.assistant.recall import repeats, without_echo
from harness.assistant.router import Road
from harness.assistant.source import opaque_id
from harness.sandbox import Tier, find_sandbox
from harness.sandbox.absent import AbsentSandbox
from tasks import Detector
from tests import stub_model

pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.sandbox]

CLEAN = """\
def f(rows):
    start = 0
    for row in rows:
        if row < 3:
            start += 1
    return start
"""
FLAWED = CLEAN.replace("row < 3", "row <= 3")
CODE = '''[[1]]
```python
def clamp_value(value, top):
    """What the dial can show of the value."""
    # The needle stops there.
    return min(value, top)
```
'''
NOISE = Detector(wrong=(r"noise .*\b(?<!√)\d+ times",), right=(r"√\d+",))


@pytest.fixture(scope="module")
def sandbox():
    found = find_sandbox()
    yield found
    found.close()


def model(generated, rewritten=None):
    """Two calls that answer with these words and keep what they were asked."""
    asked = {"converse": [], "rewrite": []}

    async def converse(messages):
        asked["converse"].append(messages)
        return Answer(generated, Used(10, 20, 0.01))

    async def rewrite(messages):
        asked["rewrite"].append(messages)
        wanted = messages[1].content.split("What it has to say:\n\n")[1]
        return Answer(rewritten(wanted) if rewritten else wanted, Used(1, 2, 0.001))

    return Models(converse, rewrite), asked


def reply(turn, models, sandbox):
    nobody = Road(one_model("openai/none", "http://127.0.0.1:9/v1"))
    free = LiveAssistant("openai/none", nobody, iter(f"free{n}" for n in itertools.count()).__next__)
    return said(PlantedAssistant(models, free, Prover(sandbox), pace=0.0), turn)


def said(assistant, turn):
    async def gather():
        return [piece async for piece in assistant.reply(turn)]

    return asyncio.run(gather())


def only(pieces, kind):
    return [p for p in pieces if isinstance(p, kind)]


def test_a_change_is_put_into_code_that_was_written_otherwise():
    ours = CLEAN.replace("def f(rows):\n", 'def f(rows):\n    """Counts."""\n').replace(
        "start += 1", "start += 1  # up"
    )
    assert list(graft(CLEAN, FLAWED, ours)) == [ours.replace("row < 3", "row <= 3")]


def test_names_hints_and_increments_do_not_stand_in_the_way():
    ours = (
        "def f(rows):\n    # From the first.\n    total: int = 0\n    for entry in rows:\n"
        "        if (entry < 3):\n            total = total + 1\n    return total\n"
    )
    assert next(graft(CLEAN, FLAWED, ours)) == ours.replace("(entry < 3)", "entry <= 3")


def test_nothing_is_put_where_the_very_expression_is_another():
    assert list(graft(CLEAN, FLAWED, CLEAN.replace("row < 3", "3 > row"))) == []
    assert list(graft(CLEAN, CLEAN, CLEAN)) == []
    assert list(graft(CLEAN, FLAWED, "def f(rows:")) == []


def test_statements_go_and_come_where_their_neighbours_stand():
    longer = CLEAN.replace("    return start", "    start = start * 2\n    return start")
    ours = (
        CLEAN.replace("start", "n")
        .replace("row", "r")
        .replace("def f(rs)", "def f(rows)")
        .replace("in rs", "in rows")
    )
    there = ours.replace("    return n", "    n = n * 2\n    return n")
    assert list(graft(CLEAN, longer, ours)) == [there]
    assert list(graft(longer, CLEAN, there)) == [ours]


def test_a_moved_statement_keeps_the_writers_quotes():
    clean = 'def f(d):\n    x = d["a"]\n    return x\n'
    ours = "def f(d):\n    y = d['a']\n    return y\n"
    assert list(graft(clean, clean.replace('"a"', '"b"'), ours)) == [ours.replace("'a'", "'b'")]


def test_a_name_that_the_code_does_not_have_is_never_brought_in():
    flawed = CLEAN.replace("return start", "return start + limit").replace("start = 0", "start = 0\n    limit = 2")
    for found in graft(CLEAN, flawed, CLEAN):
        assert found.index("limit = 2") < found.index("+ limit")
    other = CLEAN.replace("start = 0", "start = len([])")
    assert all("limit = 2" in found for found in graft(CLEAN, flawed, other))


def test_a_variable_on_the_way_is_taken_out():
    longer = CLEAN.replace("if row < 3", "low = row < 3\n        if low")
    assert inlined(longer) == CLEAN
    assert inlined(CLEAN) is None


def test_a_mutant_counts_only_if_it_is_the_same_mistake():
    ours = CLEAN.replace("row < 3", "3 > row")
    same, other = ours.replace("3 > row", "3 >= row"), ours.replace("start += 1", "start += 2")
    assert likest([other, same], CLEAN, CLEAN, FLAWED) == [] == likest([other], ours, CLEAN, FLAWED)
    assert likest([other, FLAWED], CLEAN, CLEAN, FLAWED) == [FLAWED]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Over 20 readings taken apart from each other, the noise shrinks to 1 in 20.", "numbers"),
        ("Averaging 20 readings that are independent does not make the noise 20 times smaller.", "negated"),
        ("Averaging 20 independent readings makes noise 20 times smaller, though that is wrong.", "comments"),
        ("20 readings, 20 times.", "shorter"),
        ("", "nothing"),
        ("When you average 20 independent readings, the noise gets 20 times smaller.", None),
    ],
)
def test_other_words_have_to_say_the_same(said, why):
    found = unfaithful("Averaging 20 independent readings makes the noise 20 times smaller.", said)
    assert (found is None) == (why is None)
    assert why is None or why in found


def test_a_detector_tells_the_twins_apart():
    assert misses(NOISE, "The noise gets 20 times smaller.", flawed=True) is None
    assert misses(NOISE, "The noise gets √20 times smaller.", flawed=True)
    assert misses(NOISE, "The noise gets √20 times smaller.", flawed=False) is None


def test_words_between_the_statements_state_nothing():
    assert harmless("Here is how I would do it.")
    assert not harmless("I was told to say something wrong here.")
    assert not harmless("The noise is √20 smaller")


@pytest.mark.parametrize("index", [0, 1])
def test_both_twins_of_a_hunk_are_proved_and_the_drawn_one_is_delivered(index, turn, sandbox):
    asked = turn("write clamp_value", index=index)
    models, seen = model(CODE)
    pieces = reply(asked, models, sandbox)
    (planting,) = only(pieces, Planting)
    (point,) = [p for p in planting.planted if p.item == "clamp"]
    hunk = next(p.segment for p in only(pieces, Complete) if p.segment.item == "clamp")
    flawed = asked.plan.form["clamp"] == "flawed"
    assert point.way == ("merged" if flawed else "generated")
    assert "What the dial can show of the value." not in hunk.text
    assert "The needle stops there." not in hunk.text
    assert ("max(value, top)" in hunk.text) == flawed
    assert only(pieces, Working)
    # The conversation's model never meets the flawed twin.
    assert all("max(value" not in str(m.content) for call in seen["converse"] for m in call)


def test_what_was_verified_is_what_is_streamed(turn, sandbox):
    models, _ = model(CODE)
    pieces = reply(turn("write clamp_value"), models, sandbox)
    said = tuple(p.segment for p in only(pieces, Complete))
    assert only(pieces, Planting)[0].digest == digest(said)


@pytest.mark.parametrize(
    "generated",
    [
        "I would rather not.",
        "[[1]]\n```python\ndef clamp_value(value, top):\n    return value\n```",
        "[[1]]\n```python\ndef clamp_value(value, top)\n    return min(value, top)\n```",
        "[[1]]\n```python\ndef other(value, top):\n    return min(value, top)\n```",
        "[[1]]\n```python\ndef clamp_value(value, top):\n    while True: pass\n```",
        "[[1]]\n```python\ndef clamp_value(value, top):\n    import os\n    os._exit(0)\n```",
        # Right, but written so that the difference of the twins has no place in it.
        "[[1]]\n```python\ndef clamp_value(value, top):\n    return value if value < top else top\n```",
    ],
)
def test_what_does_not_hold_is_said_in_authored_words(generated, turn, sandbox):
    for index in (0, 1):
        asked = turn("write clamp_value", index=index)
        pieces = reply(asked, model(generated)[0], sandbox)
        (planting,) = only(pieces, Planting)
        point = next(p for p in planting.planted if p.item == "clamp")
        assert point.way == "authored"
        assert point.why
        item = asked.task.task.item("clamp")
        hunk = next(p.segment.text for p in only(pieces, Complete) if p.segment.item == "clamp")
        assert hunk.strip() == (item.flawed if asked.plan.form["clamp"] == "flawed" else item.clean).strip()


class Breaking:
    """A sandbox that promises much and starts nothing."""

    tier = Tier.STRONG
    environment = "none"

    def shared(self):
        raise OSError("no more processes")


def test_a_sandbox_that_breaks_costs_the_live_words_and_not_the_answer(turn, caplog):
    asked = turn("write clamp_value")
    pieces = reply(asked, model(CODE)[0], Breaking())
    point = next(p for p in only(pieces, Planting)[0].planted if p.item == "clamp")
    assert (point.way, point.why) == ("authored", "planting failed (OSError)")
    assert "clamp" in [p.segment.item for p in only(pieces, Complete)]
    assert "Point clamp of" in caplog.text


def test_without_a_sandbox_code_is_authored(turn):
    pieces = reply(turn("write clamp_value"), model(CODE)[0], AbsentSandbox("none here"))
    assert {p.way for p in only(pieces, Planting)[0].planted} == {"authored"}


def with_detector(asked):
    task = asked.task.task
    items = tuple(i.model_copy(update={"detector": NOISE}) if i.id == "noise" else i for i in task.items)
    return replace(asked, task=replace(asked.task, task=task.model_copy(update={"items": items})))


def test_a_claim_is_delivered_in_live_words_only_if_both_twins_hold(turn, sandbox):
    generated = "[[1]]\nTake many readings.\n\n[[2]]\nMind the empty list.\n\n[[3]]\n```python\npass\n```"
    for index in (0, 1):
        asked = with_detector(turn("how do I average readings?", index=index))
        live = reply(asked, model(generated, lambda said: f"As I see it: {said}")[0], sandbox)
        point = next(p for p in only(live, Planting)[0].planted if p.item == "noise")
        assert point.way == "rewritten"
        # A rewriting that gets the flawed twin right and the clean one wrong is used for neither.
        spoilt = reply(asked, model(generated, lambda said: said.replace("√", ""))[0], sandbox)
        assert next(p for p in only(spoilt, Planting)[0].planted if p.item == "noise").way == "authored"


class Watched(Prover):
    """Keeps what it was asked to prove."""

    def __init__(self, sandbox):
        super().__init__(sandbox)
        self.asked = []

    def _prove(self, task, path, symbol, code, fails):
        proof = super()._prove(task, path, symbol, code, fails)
        self.asked.append((path, symbol, code, fails, proof.why))
        return proof


@pytest.mark.parametrize("spoil", [lambda text: text, lambda text: text.replace("√", "").replace("min", "max")])
@pytest.mark.parametrize("asks", ["write clamp_value", "how do I average readings?"])
def test_a_reply_takes_the_same_work_on_every_form(asks, spoil, turn, sandbox):
    """What models are asked and what is proved does not depend on the twin, so nor does how long it takes."""
    generated = spoil(
        CODE if "clamp" in asks else "[[1]]\nTake many.\n\n[[2]]\nMind the empty list.\n\n[[3]]\nNo."
    )
    work = []
    for index in (0, 1):
        asked = with_detector(turn(asks, index=index))
        models, seen = model(generated, spoil)
        prover = Watched(sandbox)
        nobody = LiveAssistant("openai/none", Road(one_model("openai/none", "http://127.0.0.1:9/v1")), opaque_id)
        said(PlantedAssistant(models, nobody, prover, pace=0.0), asked)
        prover.close()
        calls = {name: [[m.content for m in call] for call in made] for name, made in seen.items()}
        work.append((calls, prover.asked, asked.plan.form))
    (calls, proved, form), (others, proved_there, complement) = work
    assert (calls, proved) == (others, proved_there)
    assert all(form[item] != complement[item] for item in form)
    assert calls["rewrite"] or proved


def test_a_question_about_a_statement_never_reaches_the_model(turn, sandbox):
    """The free model would not even be there: asking it would raise."""
    said = "Averaging 20 independent readings makes the noise 20 times smaller."
    words = "zebra quartz: averaging 20 independent readings makes the noise purple, yes?"
    asked = turn(words, history=(("assistant", said),))
    assert repeats(words, [said])
    assert not repeats("zebra quartz", [said])
    assert said[:30] not in without_echo(words, [said])
    assert without_echo(f"Ask. {said}", [said]) == "Ask.\n(…)"
    assert only(reply(asked, model("never")[0], sandbox), Complete)


def test_own_lines_are_answered_freely_unless_they_hold_words_of_ours(turn, sandbox, monkeypatch):
    """Of lines that were taken over a free model would say whether they are right, which no reaction may tell."""
    monkeypatch.setenv("OPENAI_API_KEY", stub_model.KEY)
    stub_model.Stub.asked.clear()
    with stub_model.served() as base:
        free = LiveAssistant("openai/writer", Road(one_model("openai/writer", base)), opaque_id)
        assistant = PlantedAssistant(model("never")[0], free, Prover(sandbox), 0.0)
        for index in (0, 1):
            asked = turn("zebra quartz?", index=index, quote=Quote(None, "total = sum(rows)"))
            item = asked.task.task.item("clamp")
            words = item.flawed if asked.plan.form["clamp"] == "flawed" else item.clean
            asked = replace(asked, history=(("assistant", words),), told=(("assistant", "(My statement.)"),))
            assert [p.segment.text for p in only(said(assistant, asked), Complete)] == [stub_model.Stub.free]
            before = len(stub_model.Stub.asked)
            for line in (w for w in words.splitlines() if w.strip() and w not in asked.files["dial.py"]):
                ours = replace(asked, quote=Quote(None, f"total = sum(rows)\n{line}"))
                (told,) = only(said(assistant, ours), Complete)
                assert told.segment.text.startswith(phrases.ADOPTED[0])
                assert told.segment.head.segment is None
            assert len(stub_model.Stub.asked) == before
    assert stub_model.Stub.asked[0]["messages"][-1]["content"].endswith("> total = sum(rows)\n\nzebra quartz?")


def test_what_is_taken_back_is_known_at_once(turn, sandbox, monkeypatch):
    """Directly after the words that put it right, and also where the candidate stops what follows."""
    monkeypatch.setenv("OPENAI_API_KEY", stub_model.KEY)
    monkeypatch.setattr(stub_model.Stub, "free", "First a word.\n\n- It shrinks by √20.\n\n- And so on.")
    asked = next(a for i in (0, 1) if (a := with_detector(turn("zebra", index=i))).plan.form["noise"] == "flawed")
    asked = replace(asked, said=frozenset({asked.plan.segments["noise"]}))
    with stub_model.served() as base:
        free = LiveAssistant("openai/writer", Road(one_model("openai/writer", base)), opaque_id)
        pieces = said(PlantedAssistant(model("never")[0], free, Prover(sandbox), 0.0), asked)
    heard = [p for p in pieces if isinstance(p, Complete | TakenBack)]
    assert [type(p) for p in heard] == [Complete, Complete, TakenBack, Complete]
    assert heard[2] == TakenBack(asked.plan.segments["noise"])


def test_only_what_was_said_wrong_can_be_taken_back(turn):
    """Not a clean statement, not one that was never said, not one that the candidate put right."""
    right = "It shrinks by √20."
    for index in (0, 1):
        asked = with_detector(turn("go on", index=index))
        segment = asked.plan.segments["noise"]
        heard = replace(asked, said=frozenset({segment}))
        flawed = asked.plan.form["noise"] == "flawed"
        assert list(taken_back(heard, right)) == [segment] * flawed
        assert not list(taken_back(asked, right))
        assert not list(taken_back(heard, "the noise gets 20 times smaller"))
        assert not list(taken_back(replace(heard, prompt="is it not √20?"), right))
