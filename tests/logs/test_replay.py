"""Replay gives the editor's text, and every character keeps its origin."""

from hypothesis import given
from hypothesis import strategies as st

from logs.changes import replacement, units
from logs.events import Clipboard, Transaction
from logs.record import GENESIS, Entry, Record, link
from logs.replay import Replay, Run, shares

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
