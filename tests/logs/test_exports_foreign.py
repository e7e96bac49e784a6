"""Foreign logs keep order and counts; every record that cannot be read is named by its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators import ContextError, load_context
from harness.home import Home
from harness.imports import store
from harness.state import SessionState
from logs.events import Imported
from logs.exports.foreign import Foreign, read_csv, read_json_lines
from logs.exports.mapping import PROGSNAP2, Mapping, MappingError, read_mapping
from logs.keys import ring
from logs.verdict import verdict

HEAD = "EventType,EventID,SubjectID,CodeStateSection,ServerTimestamp,InsertText,DeleteText,X-Offset\n"
CHAT = Mapping(
    name="pilot",
    session=("user",),
    fields={"ts": "time", "event": "what", "user": "subject", "body.text": "text"},
    values={"user_message": "prompt", "bot_message": "reply", "copied": "copy"},
)


def chat(*rows: object) -> bytes:
    return b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)


def message(user: str, event: str, text: str, ts: object = 1_700_000_000) -> dict[str, object]:
    return {"user": user, "event": event, "ts": ts, "body": {"text": text, "model": "m"}, "extra": [1, None]}


def test_a_chat_and_copy_log_becomes_sessions_in_order(home: Home) -> None:
    raw = chat(message("a", "user_message", "hi"), message("b", "user_message", "x"), message("a", "copied", "y"))
    foreign = read_json_lines(raw, CHAT)
    stored = store(home, foreign, CHAT, raw, 1_800_000_000_000)
    assert [(s.subject, s.events, s.added) for s in stored] == [("a", 2, 2), ("b", 1, 1)]
    records = home.log.read(stored[0].session)
    assert [r.kind for r in records] == ["created", "imported", "imported", "sealed"]
    events = [r.event for r in records if r.kind == "imported"]
    assert [(e.line, e.what, e.text) for e in events if isinstance(e, Imported)] == [
        (1, "prompt", "hi"),
        (3, "copy", "y"),
    ]
    assert isinstance(events[0], Imported)
    assert events[0].more == {"body.model": "m", "extra": "[1, null]"}
    assert records[1].client_time == 1_700_000_000_000


def test_an_imported_session_says_so_is_sealed_and_is_never_scored(home: Home) -> None:
    raw = chat(message("a", "user_message", "hi"))
    (stored,) = store(home, read_json_lines(raw, CHAT), CHAT, raw, 1_800_000_000_000)
    state = SessionState()
    state.feed_all(home.log.read(stored.session))
    assert (state.phase, state.sealed) == ("imported", True)
    assert not verdict(stored.session, home.log.read(stored.session), [], ring(home.key_file)).faults
    with pytest.raises(ContextError, match="never scored"):
        load_context(home.log, stored.session)


def test_a_second_import_changes_nothing(home: Home) -> None:
    raw = chat(message("a", "user_message", "hi"))
    first = store(home, read_json_lines(raw, CHAT), CHAT, raw, 1_800_000_000_000)
    records = home.log.read(first[0].session)
    again = store(home, read_json_lines(raw, CHAT), CHAT, raw, 1_900_000_000_000)
    assert [(s.session, s.added) for s in again] == [(first[0].session, 0)]
    assert home.log.read(first[0].session) == records


def test_every_record_that_cannot_be_read_is_named_by_line() -> None:
    raw = chat(
        message("a", "user_message", "1"),
        b"{",
        b"[1]",
        message("a", "", "no event"),
        message("a", "user_message", "bad time", "yesterday"),
        b"",
        b'{"user": "a", "event": "user_message", "body": {"text": "\\ud800"}}',
        message("", "user_message", "nobody"),
        b"\xff",
        b"[" * 50_000,
        message("a", "user_message", "2"),
    )
    foreign = read_json_lines(raw, CHAT)
    assert [f.line for f in foreign.faults] == [2, 3, 4, 5, 7, 8, 9, 10]
    assert [r.event.text for r in foreign.sessions[0].records] == ["1", "2"]
    assert foreign.seen == len(foreign.faults) + 2


def test_a_keystroke_log_as_csv() -> None:
    raw = (
        HEAD
        + "Session.Start,1,s,,2026-01-01T10:00:00,,,\n"
        + 'File.Edit,2,s,a.py,2026-01-01T10:00:01.500,"two\nlines, and ""quotes""",,0\n'
        + "File.Edit,3,s,a.py,2026-01-01T10:00:02,,x,minus one\n"
        + "File.Edit,4,s\n"
        + "File.Edit,5,s,a.py,nonsense,y,,3\n"
        + "File.Edit,6,s,a.py,2026-01-01T12:00:00+0200,'=z,,3\n"
    ).encode()
    foreign = read_csv(raw, PROGSNAP2)
    assert [f.line for f in foreign.faults] == [5, 6, 7]
    (session,) = foreign.sessions
    assert [(r.event.line, r.event.what, r.event.inserted) for r in session.records] == [
        (2, "session_start", None),
        (3, "edit", 'two\nlines, and "quotes"'),
        (8, "edit", "=z"),
    ]
    assert session.records[1].at == 1_767_261_601_500
    assert session.records[2].at == 1_767_261_600_000
    assert foreign.seen == 6


def test_a_quote_that_never_ends_is_named_where_it_begins() -> None:
    raw = (
        HEAD + 'File.Edit,1,s,a.py,,x,,0\nFile.Edit,2,s,a.py,,"never ends,,0\nFile.Edit,3,s,a.py,,x,,0\n'
    ).encode()
    foreign = read_csv(raw, PROGSNAP2)
    assert [f.line for f in foreign.faults] == [3]
    assert [r.event.line for r in foreign.sessions[0].records] == [2, 4]


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_readers(raw: bytes) -> None:
    for found in (read_csv(HEAD.encode() + raw, PROGSNAP2), read_csv(raw, PROGSNAP2), read_json_lines(raw, CHAT)):
        assert isinstance(found, Foreign)
        assert found.seen == len(found.faults) + sum(len(s.records) for s in found.sessions)


def test_a_mapping_is_read_from_yaml(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("session: [user]\nfields:\n  event: what\n  body.text: text\nvalues:\n  said: prompt\n")
    found = read_mapping(path)
    assert (found.session, found.what("said"), found.what("else")) == (("user",), "prompt", "other")


@pytest.mark.parametrize(
    "content",
    [
        "fields: {a: nothing}",
        "[1, 2]",
        "fields: {a: text, b: text}",
        "a: [",
        "fields: {a: what}\nvalues: {x: y}",
        "{}",
        "!!python/object/apply:os.system ['true']",
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_is_wrong(tmp_path: Path, content: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(content)
    with pytest.raises(MappingError, match=r"map\.yaml"):
        read_mapping(path)
