"""Replay gives the editor's text, and every character keeps its origin."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logs.changes import MisfitError, apply, replacement, units
from logs.events import EVENT, Clipboard, Edit, Transaction
from logs.record import GENESIS, Entry, Record, link
from logs.recording import Recording
from logs.replay import Replay, Run, replay, shares

KEY = ("t", "a.py")


def transaction(before: str, after: str, cause: str = "input.type", source: str | None = None) -> Transaction:
    return Transaction.model_validate(
        {"at": 1, "changes": replacement(before, after), "selection": [0, 0], "cause": cause, "source": source}
    )


def clipboard(origin: str, length: int, segment: str | None = None) -> Record:
    event = Clipboard.model_validate(
        {
            "action": "paste",
            "task": "t",
            "file": "a.py",
            "length": length,
            "digest": "d",
            "origin": origin,
            "segment": segment,
        }
    )
    return link("s", "session", 1, GENESIS, Entry(event, "candidate", 1), b"0" * 16)


@given(st.lists(st.text("ab😀\n", max_size=20), min_size=1, max_size=12))
def test_replay_equals_the_editor_and_origins_cover_the_text(texts: list[str]) -> None:
    replay = Replay({KEY: "start"})
    before = "start"
    for after in texts:
        replay.apply(KEY, transaction(before, after))
        before = after
        document = replay.documents[KEY]
        assert document.text == after
        assert sum(run.length for run in document.runs) == len(units(after))


def test_origins() -> None:
    replay = Replay({KEY: "one\n"})
    replay.apply(KEY, transaction("one\n", "one\ntyped\n"))
    replay.apply(KEY, transaction("one\ntyped\n", "one\ntyped\ngiven\n", "insert", "k3x9"))
    replay.feed(clipboard("elsewhere", 6))
    replay.apply(KEY, transaction("one\ntyped\ngiven\n", "one\ntyped\ngiven\nfound\n", "input.paste"))
    assert [run.origin for run in replay.documents[KEY].runs] == ["starter", "typed", "assistant:k3x9", "pasted"]
    assert shares(replay.documents[KEY]) == {"starter": 4, "typed": 6, "assistant": 6, "pasted": 6}


def test_an_undo_brings_the_origin_back() -> None:
    replay = Replay({KEY: "from the starter"})
    replay.apply(KEY, transaction("from the starter", "from", "delete.selection"))
    replay.apply(KEY, transaction("from", "from the starter", "undo"))
    assert replay.documents[KEY].runs == [Run(16, "starter")]


def test_a_paste_of_the_assistants_words_is_its_own() -> None:
    replay = Replay({KEY: ""})
    replay.feed(clipboard("assistant", 5, "k3x9"))
    replay.apply(KEY, transaction("", "words", "input.paste"))
    assert replay.documents[KEY].runs == [Run(5, "assistant:k3x9")]


def typing(start: str, length: int, seed: int) -> list[Record]:
    """Batches of letters typed here and there, with deletions, undos and pastes among them."""
    chance = random.Random(seed)
    document, records, previous = units(start), [], GENESIS
    for seq in range(1, length + 1):
        place = chance.randint(0, len(document))
        transactions = []
        for step in range(chance.randint(1, 6)):
            letter = chance.choice(["a", "é", "\n", "bc", "😀"])
            gone = chance.choice([0, 0, 0, 0, 1]) if place < len(document) else 0
            cause = chance.choice(["input.type", "input.type", "undo", "input.paste"]) if not gone else "delete"
            changes = [place, [gone, *letter.split("\n")], len(document) - place - gone]
            changes = [c for c in changes if c != 0]
            transactions.append({"at": 1000 * seq + step, "changes": changes, "selection": [0, 0], "cause": cause})
            document = apply(document, changes)
            place += len(units(letter)) if chance.random() < 0.8 else 0
        event = EVENT.validate_python({"kind": "edit", "task": "t", "file": "a.py", "transactions": transactions})
        records.append(link("s", "session", seq, previous, Entry(event, "candidate", 1000 * seq), b"0" * 16))
        previous = records[-1].hash
    return records


@given(st.text("xy\n", max_size=8), st.integers(1, 30), st.integers(0, 1 << 30))
def test_letters_taken_together_are_letters_taken_one_by_one(start: str, length: int, seed: int) -> None:
    together, single = Replay({KEY: start}), Replay({KEY: start})
    for record in typing(start, length, seed):
        together.feed(record)
        event = record.event
        assert isinstance(event, Edit)
        for each in event.transactions:
            single.apply(KEY, each)
        assert together.documents[KEY].units == single.documents[KEY].units
        assert together.documents[KEY].runs == single.documents[KEY].runs


@given(st.integers(0, 1 << 30), st.data())
@settings(max_examples=8)
def test_any_moment_is_the_replay_up_to_it(seed: int, data: st.DataObject) -> None:
    records = typing("start", 400, seed)
    recording = Recording(records, {KEY: "start"})
    for seq in data.draw(st.lists(st.integers(0, 400), min_size=1, max_size=5)):
        whole = replay(records[:seq], {KEY: "start"})
        for found in (recording.after(seq), recording.at(1000 * seq)):
            assert found.documents[KEY].units == whole.documents[KEY].units
            assert found.documents[KEY].runs == whole.documents[KEY].runs


def test_typing_that_does_not_fit_is_refused() -> None:
    event = EVENT.validate_python(
        {
            "kind": "edit",
            "task": "t",
            "file": "a.py",
            "transactions": [{"at": 1, "changes": [2, [0, "x"], 9], "selection": [0, 0], "cause": "input.type"}],
        }
    )
    assert isinstance(event, Edit)
    with pytest.raises(MisfitError, match="document of 11 units, this one has 3"):
        Replay({KEY: "abc"}).take(event)
