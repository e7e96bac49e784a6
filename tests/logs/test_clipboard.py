"""What was copied keeps its origins, whatever becomes of the place where it stood, however it is put in again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logs.changes import text, units
from logs.events import EVENT, Clipboard, Edit, Transaction
from logs.record import GENESIS, Entry, Record, canonical, link
from logs.recording import Recording
from logs.replay import Replay, Run
from tests.logs import oracle

KEY, OTHER = ("t", "a.py"), ("t", "b.py")
Ranges = Sequence[tuple[int, int]]
OLD = b'{"action":"copy","digest":"d","file":"a.py","kind":"clipboard","length":3,"origin":"own","task":"t"}'


def transaction(changes: Any, cause: str, source: str | None = None) -> Transaction:
    return Transaction.model_validate(
        {"at": 1, "changes": changes, "selection": [0, 0], "cause": cause, "source": source}
    )


def clipboard(action: str, words: str, key: tuple[str, str] = KEY, origin: str = "own", **more: Any) -> Record:
    """An event of the clipboard, which holds `words` (UTF-16 units)."""
    digest = sha256(text(words).encode()).hexdigest()
    fields = {"action": action, "length": len(words), "digest": digest, "origin": origin}
    event = Clipboard.model_validate({**fields, "task": key[0], "file": key[1], **more})
    return link("s", "session", 1, GENESIS, Entry(event, "candidate", 1), b"0" * 16)


def marked(replay: Replay, key: tuple[str, str] = KEY) -> oracle.Marked:
    document = replay.documents[key]
    origins = [run.origin for run in document.runs for _ in range(run.length)]
    return list(zip(document.units, origins, strict=True))


def put_in(replay: Replay, key: tuple[str, str], pieces: Sequence[str], cause: str = "input.paste") -> None:
    """Puts pieces in, a unit of what stands there between two."""
    changes: list[Any] = []
    for piece in pieces:
        changes += [[0, *text(piece).split("\n")], 1] if piece else [1]
    replay.apply(key, transaction([*changes, replay.documents[key].length - len(pieces)], cause))


@st.composite
def written(draw: st.DrawFn) -> Replay:
    """A file of all origins, and an empty-looking one to paste into."""
    replay = Replay({KEY: draw(st.text("ab\n😀", max_size=6)), OTHER: "." * 8})
    for origin in draw(st.lists(st.sampled_from(["typed", "pasted", "k3x9"]), min_size=1, max_size=5)):
        words = draw(st.text("ab\n😀", min_size=1, max_size=6))
        cause = {"typed": "input.type", "pasted": "input.paste"}.get(origin, "insert")
        if origin == "pasted":
            replay.feed(clipboard("paste", units(words), origin="elsewhere"))
        length = replay.documents[KEY].length
        changes = [*([length] if length else []), [0, *words.split("\n")]]
        replay.apply(KEY, transaction(changes, cause, "k3x9" if cause == "insert" else None))
    return replay


def places(replay: Replay) -> list[int]:
    """Where a selection can begin and end: not within a character."""
    whole = replay.documents[KEY].units
    return [at for at in range(len(whole) + 1) if not "\udc00" <= whole[at : at + 1] <= "\udfff"]


@given(written(), st.data())
def test_what_was_copied_keeps_its_origins_when_its_place_is_changed(replay: Replay, data: st.DataObject) -> None:
    chosen = sorted(data.draw(st.sets(st.sampled_from(places(replay)), min_size=2, max_size=6)))
    ranges = list(zip(chosen[::2], chosen[1::2], strict=False))
    before = marked(replay)
    pieces = ["".join(unit for unit, _ in before[start:end]) for start, end in ranges]
    whole = "\n".join(pieces)
    action = data.draw(st.sampled_from(["copy", "cut", "drag"]))
    replay.feed(clipboard(action, whole, ranges=ranges))
    if data.draw(st.booleans()):
        replay.apply(KEY, transaction([[len(before)]], "delete.cut"))
    else:
        replay.apply(KEY, transaction([[0, "b"], len(before)], "input.type"))
    replay.feed(clipboard("drop" if action == "drag" else "paste", whole, OTHER))
    cursors = data.draw(st.integers(1, 3))
    if whole.count("\n") + 1 == cursors:  # the editor gives every cursor a line
        put_in(replay, OTHER, whole.split("\n"))
        given_ = [unit for unit, origin in marked(replay, OTHER) if unit != "."]
        assert given_ == [unit for unit in whole if unit != "\n"]
        wanted = [mark for start, end in ranges for mark in before[start:end] if mark[0] != "\n"]
    else:
        put_in(replay, OTHER, [whole] * cursors)
        wanted = [mark for start, end in ranges for mark in before[start:end] if mark[0] != "\n"] * cursors
    found = marked(replay, OTHER)
    assert [mark for mark in found if mark[0] not in ".\n"] == wanted
    assert {origin for unit, origin in found if unit == "\n"} <= {origin for _, origin in before}


def test_a_line_copied_without_a_selection_brings_its_line_break() -> None:
    replay = Replay({KEY: "one\n", OTHER: "."})
    replay.feed(clipboard("paste", "ext", origin="elsewhere"))
    replay.apply(KEY, transaction([[0, "ext"], 4], "input.paste"))
    replay.feed(clipboard("copy", "extone", ranges=[(0, 6)]))
    replay.apply(KEY, transaction([[7]], "delete.selection"))
    replay.feed(clipboard("paste", "extone", OTHER))
    replay.apply(OTHER, transaction([[0, "extone", ""], 1], "input.paste"))
    assert replay.documents[OTHER].runs == [Run(3, "pasted"), Run(5, "starter")]


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        ({"origin": "elsewhere"}, "pasted"),
        ({"origin": "starter"}, "starter"),
        ({"origin": "assistant", "segment": "k3x9"}, "assistant:k3x9"),
        ({"origin": "assistant", "reply": "r1"}, "assistant:r1"),
        ({"origin": "own"}, "own"),
    ],
)
def test_a_paste_at_several_cursors_is_one_paste(said: dict[str, str], origin: str) -> None:
    replay = Replay({KEY: "..."})
    replay.feed(clipboard("paste", "words", **said))
    put_in(replay, KEY, ["words", "words"])
    marks = oracle.marked("words", origin) + oracle.marked(".", "starter")
    assert marked(replay) == [*marks, *marks, (".", "starter")]
    put_in(replay, KEY, ["more"])
    assert marked(replay)[:5] == [*oracle.marked("more", "pasted"), marks[0]]  # that paste is over


@pytest.mark.parametrize("ranges", [None, [], [(0, 9)], [(2, 5), (0, 1)], [(3, 2)], [(1, 4)], [(0, 0), (0, 3)]])
def test_ranges_that_do_not_hold_what_was_copied_are_as_none(ranges: Ranges | None) -> None:
    """As is a log that was written before there were ranges."""
    replay = Replay({KEY: "", OTHER: ""})
    replay.feed(clipboard("paste", "extern", origin="elsewhere"))
    replay.apply(KEY, transaction([[0, "extern"]], "input.paste"))
    replay.feed(clipboard("copy", "ext", ranges=ranges))
    replay.feed(clipboard("copy", "ext", ("t", "unknown.py"), ranges=[(0, 3)]))
    replay.apply(KEY, transaction([[6]], "delete.selection"))
    replay.feed(clipboard("paste", "ext", OTHER))
    replay.apply(OTHER, transaction([[0, "ext"]], "input.paste"))
    assert replay.documents[OTHER].runs == [Run(3, "own")]


def test_any_moment_of_a_recording_knows_what_was_copied_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logs.recording.APART", 1)
    events = [
        clipboard("paste", "ext", origin="elsewhere").event,
        Edit(task="t", file="a.py", transactions=(transaction([[0, "ext"]], "input.paste"),)),
        clipboard("copy", "ext", ranges=[(0, 3)]).event,
        Edit(task="t", file="a.py", transactions=(transaction([[3]], "delete.selection"),)),
        clipboard("paste", "ext").event,
        Edit(task="t", file="a.py", transactions=(transaction([[0, "ext"]], "input.paste"),)),
    ]
    records = [
        link("s", "session", seq, GENESIS, Entry(event, "candidate", seq), b"0" * 16)
        for seq, event in enumerate(events, start=1)
    ]
    assert Recording(records, {KEY: ""}).after(6).documents[KEY].runs == [Run(3, "pasted")]


def test_an_event_without_the_newer_fields_is_read_and_written_as_it_was() -> None:
    assert canonical(EVENT.validate_json(OLD)) == OLD
