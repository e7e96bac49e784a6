"""JSON Lines are complete and verify anywhere; a broken session is named line by line and not taken in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.home import Home, open_home
from harness.settings import Settings
from logs import Entry, Head, Record
from logs.copies import copied, signatures
from logs.events import AnyEvent, Challenge, Focus, Sealed
from logs.exports.cells import DANGEROUS, guarded, unguarded
from logs.exports.intake import take_in
from logs.exports.lines import BEFORE, SessionFile, read_sessions, write_session
from logs.keys import public_hex, ring, sealed_bytes, trust
from logs.verdict import verdict
from tests.conftest import counting_entropy

HOSTILE = '=HYPERLINK("http://x")\u2028\x00\x1b[2J😀'


def sealed(home: Home, session: str, events: Sequence[AnyEvent]) -> list[Record]:
    """A sealed session in the log."""
    linked = home.log.records(session, Head(), [Entry(e, "candidate", 1000 + i) for i, e in enumerate(events)])
    last, key = linked[-1], home.key
    signature = key.sign(sealed_bytes(session, last.seq, last.hash.hex())).hex()
    seal = Sealed(events=last.seq, head=last.hash.hex(), key=public_hex(key), signature=signature)
    linked += home.log.records(session, Head(last.seq, last.hash), [Entry(seal, "system", 2000)])
    home.log.insert(linked)
    return home.log.read(session)


def exported(home: Home, session: str) -> list[bytes]:
    records, review = home.log.read(session), home.log.read(session, "review")
    marks = signatures(home.marks, copied(home.engine, session), session, records, review)
    return [f"{x}\n".encode() for x in write_session(records, review, ring(home.key_file), True, marks)]


EVENTS = [Challenge(segment=None, quote=HOSTILE, text="no"), Focus(state="blurred"), Focus(state="focused")]


@pytest.fixture
def other(tmp_path: Path) -> Home:
    """Another machine."""
    return open_home(Settings(home=tmp_path / "other"), counting_entropy())


@pytest.mark.databases
def test_a_session_comes_back_byte_for_byte_and_a_second_time_changes_nothing(home: Home, other: Home) -> None:
    records = sealed(home, "s1", EVENTS)
    home.log.append("s1", [Entry(Focus(state="hidden"), "x", 5)], "review")
    lines = exported(home, "s1")
    (found,) = read_sessions(lines)
    assert (found.records, found.review) == (records, home.log.read("s1", "review"))
    taken = take_in(other.log, found, ())
    assert (taken.added, taken.refused) == (5, None)
    assert other.log.read("s1") == records
    assert take_in(other.log, found, ()).added == 0
    trust(other.key_file, ring(home.key_file))
    assert exported(other, "s1") == lines


def test_what_was_added_since_is_taken_in(home: Home, other: Home) -> None:
    sealed(home, "s1", EVENTS)
    take_in(other.log, read_sessions(exported(home, "s1"))[0], ())
    home.log.append("s1", [Entry(Focus(state="hidden"), "x", 5)], "review")
    (more,) = read_sessions(exported(home, "s1"))
    refused = take_in(other.log, more, ()).refused  # whoever signed it is not known there
    assert refused == "what it adds to the review chain of the copy here is not signed by a key known here"
    assert take_in(other.log, more, ring(home.key_file)).added == 1


def test_every_unreadable_line_is_named_and_nothing_of_the_session_is_taken_in(home: Home, other: Home) -> None:
    sealed(home, "s1", EVENTS)
    sealed(home, "s2", EVENTS)
    first, second = exported(home, "s1"), exported(home, "s2")
    deep = b"[" * 100_000 + b"\n"
    foreign = second[2].replace(b'"s2"', b'"s3"')
    broken = [first[0], first[1], b"{}\n", b"\xff\xfe\n", b'{"seq": NaN}\n', deep, foreign, *first[2:]]
    found = read_sessions([*broken, *second])
    assert [f.line for f in found[0].faults] == [3, 4, 5, 6, 7]
    taken = [take_in(other.log, session, ()) for session in found]
    assert [t.added for t in taken] == [0, 4]
    assert taken[0].refused is not None
    for line in (3, 4, 5, 6, 7):
        assert f"Line {line} " in taken[0].refused
    assert other.log.sessions() == ["s2"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seq", 2**70),
        ("seq", "1"),
        ("server_time", 2**60),
        ("payload", "not base64!"),
        ("hash", "AAAA"),
        ("chain", "other"),
        ("session_id", "../../etc/passwd"),
        ("actor", "a" * 65),
        ("kind", None),
    ],
)
def test_a_line_with_a_value_out_of_bounds_cannot_be_read(home: Home, field: str, value: object) -> None:
    sealed(home, "s1", EVENTS)
    lines = exported(home, "s1")
    lines[2] = json.dumps({**json.loads(lines[2]), field: value}).encode()
    assert [f.line for f in read_sessions(lines)[0].faults] == [3]


def test_a_file_that_was_cut_off_is_noticed(home: Home) -> None:
    sealed(home, "s1", EVENTS)
    (found,) = read_sessions(exported(home, "s1")[:-1])
    assert "announces 4 events of the session chain and 3 follow" in found.faults[0].why


def test_a_file_of_the_first_version_is_read(home: Home) -> None:
    records = sealed(home, "s1", EVENTS)
    lines = exported(home, "s1")
    lines[0] = json.dumps({"format": BEFORE, "simulated": False}).encode()
    assert read_sessions(lines)[0].records == records


@given(text=st.text(max_size=200))
def test_no_text_crashes_the_reader(text: str) -> None:
    found = read_sessions([line.encode() for line in text.split("\n")])
    assert all(session.faults for session in found)


def test_a_changed_event_is_refused(home: Home, other: Home) -> None:
    records = sealed(home, "s1", EVENTS)
    changed = [records[0], replace(records[1], actor="system"), *records[2:]]
    header = read_sessions(exported(home, "s1"))[0].header
    taken = take_in(other.log, SessionFile(1, header, changed), ())
    assert taken.refused is not None
    assert "event 2" in taken.refused


def test_another_session_of_the_same_id_is_refused(home: Home, other: Home) -> None:
    sealed(home, "s1", EVENTS)
    sealed(other, "s1", EVENTS[1:])
    taken = take_in(other.log, read_sessions(exported(home, "s1"))[0], ())
    assert taken.refused == "event 1 of the session chain is another one here: two sessions have the same id"


def test_the_verdict_says_which_key_sealed(home: Home) -> None:
    records = sealed(home, "s1", EVENTS)
    key = public_hex(home.key)
    assert verdict("s1", records, [], ring(home.key_file)).words.endswith("(the key of this installation).")
    unknown = verdict("s1", records, [], (), strangers=True)
    assert not unknown.faults
    assert "unknown here" in unknown.words
    assert "not known here" in verdict("s1", records, [], ()).words
    expected = verdict("s1", records, [], (), strangers=True, expected=("0" * 64,))
    assert "not by the one expected" in expected.words
    assert not verdict("s1", records, [], (), strangers=True, expected=(key,)).faults


@given(
    st.text(max_size=20) | st.builds(lambda a, b: a + b, st.sampled_from(sorted(DANGEROUS)), st.text(max_size=5))
)
def test_no_cell_is_a_formula_and_every_cell_comes_back(text: str) -> None:
    cell = guarded(text)
    assert not cell or cell[0] not in "=+-@\t\r"
    assert unguarded(cell) == text
