"""Whoever changes an exported file cannot make it verify as it was written, however well the hashes are redone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.home import Home
from logs import Entry, Record
from logs.events import Rating
from logs.exports.lines import BEFORE, SessionFile, read_sessions, write_session
from logs.exports.proof import proved
from logs.keys import KnownKey, Ring, public_hex, ring
from logs.marks import Marks
from logs.record import GENESIS, chain_hash, payload_hash
from tests.harness.test_retention import sat

RATINGS = 4


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, str, str]:
    """A home with a rated session in it: the home, the session and its key."""
    from harness.home import open_home
    from harness.settings import Settings
    from tests.conftest import counting_entropy

    home = open_home(Settings(home=tmp_path_factory.mktemp("signed")), counting_entropy())
    session = sat(home)
    for number in range(RATINGS):
        event = Rating(rater="rita", rubric="r", version="1", dimension=f"d{number}", level=1, quote="q")
        home.log.append(session, [Entry(event, "staff:rita", 5_000 + number)], "review")
    return home, session, public_hex(home.key)


def lines(
    home: Home, records: Sequence[Record], review: Sequence[Record], marked: Sequence[Record] | None
) -> list[bytes]:
    """The file; its marks are of `marked`, the review as the home signs it; None for no marks."""
    session = records[0].session_id
    marks = () if marked is None else home.marks.sign(session, home.log.read(session), marked)
    simulated = bool(getattr(records[0].event, "simulated", False))
    return [line.encode() for line in write_session(records, review, ring(home.key_file), simulated, marks)]


def rechained(records: Sequence[Record]) -> list[Record]:
    """The records as somebody would write them who knows how hashes are made."""
    made: list[Record] = []
    for seq, record in enumerate(records, start=1):
        moved = replace(record, seq=seq, prev_hash=made[-1].hash if made else GENESIS)
        if moved.payload is not None and moved.salt is not None:
            moved = replace(moved, payload_hash=payload_hash(moved.salt, moved.payload))
        made.append(replace(moved, hash=chain_hash(moved)))
    return made


def read(found: list[bytes]) -> SessionFile:
    (session,) = read_sessions(found)
    assert session.faults == []
    return session


def test_what_nobody_touched_is_whole_and_two_exports_are_the_same_bytes(written: tuple[Home, str, str]) -> None:
    home, session, key = written
    records, review = home.log.read(session), home.log.read(session, "review")
    once = lines(home, records, review, review)
    assert once == lines(home, records, review, review)
    for known, expected in (((), ()), ((), (key,)), (ring(home.key_file), ()), ((), (key[:16],))):
        said = proved(read(once), known, expected)
        assert (said.faults, said.doubt) == ((), None)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_change_of_the_review_verifies(written: tuple[Home, str, str], data: st.DataObject) -> None:
    home, session, key = written
    records, review = home.log.read(session), home.log.read(session, "review")
    how = data.draw(st.sampled_from(["level", "cut", "drop", "swap", "double", "add"]))
    places = st.integers(len(review) - RATINGS, len(review) - 1)
    at = data.draw(places)
    forged = list(review)
    if how == "level":
        payload = (forged[at].payload or b"").replace(b'"level":1', b'"level":4')
        forged[at] = replace(forged[at], payload=payload)
    elif how == "cut":
        forged = forged[:at]
    elif how == "drop":
        del forged[at]
    elif how == "swap":
        other = data.draw(places.filter(at.__ne__))
        forged[at], forged[other] = forged[other], forged[at]
    elif how == "double":
        forged.insert(at, forged[at])
    else:
        forged.append(replace(forged[at], actor="staff:rob"))
    forged = rechained(forged)
    if data.draw(st.booleans()):
        (fault, *_) = proved(read(lines(home, records, forged, review)), ()).faults
        assert fault.chain == "review"
    else:  # without its marks it is in doubt, and a fault for whoever knows the key
        unsigned = read(lines(home, records, forged, None))
        said = proved(unsigned, ())
        assert said.faults == ()
        assert "not signed by the key that sealed it" in (said.doubt or "")
        assert proved(unsigned, (), (key,)).faults


def test_a_stranger_cannot_sign_a_review(written: tuple[Home, str, str]) -> None:
    home, session, key = written
    records, review = home.log.read(session), rechained(home.log.read(session, "review")[:2])
    stranger = Ed25519PrivateKey.generate()
    marks = Marks(home.engine, lambda: stranger).sign(session, records, review)
    known: Ring = (*ring(home.key_file), KnownKey(key=public_hex(stranger), made=1))
    found = read([line.encode() for line in write_session(records, review, known, False, marks)])
    said = proved(found, ())
    assert "and not by the key that sealed it" in (said.doubt or "")
    assert said.marks == ()
    assert proved(found, (), (key,)).faults
    forged = [replace(mark, key=bytes.fromhex(key)) for mark in marks]
    found = read([line.encode() for line in write_session(records, review, known, False, forged)])
    assert "is not signed by the key that it names" in proved(found, ()).faults[0].what


def test_a_header_in_the_old_format_says_what_it_cannot_promise(written: tuple[Home, str, str]) -> None:
    home, session, key = written
    records, review = home.log.read(session), home.log.read(session, "review")
    cut = lines(home, records, review[:-1], None)
    found = read([json.dumps({"format": BEFORE, "session": session}).encode(), *cut[1:]])
    said = proved(found, ())
    assert said.faults == ()
    assert "whole, sealed by" in said.words
    assert f"its review ({len(review) - 1} events) is not signed" in said.words
    assert "does not say how many events there were" in said.words
    assert proved(found, (), (key,)).faults


@pytest.mark.parametrize("version", [BEFORE, "harness-session-2"])
def test_a_header_cannot_say_otherwise_who_sat(written: tuple[Home, str, str], version: str) -> None:
    home, session, _ = written
    records, review = home.log.read(session), home.log.read(session, "review")
    whole = lines(home, records, review, review)
    header = json.loads(whole[0])
    header |= {"simulated": not header["simulated"], "format": version}
    (found,) = read_sessions([json.dumps(header).encode(), *whole[1:]])
    assert "its events say otherwise" in found.faults[0].why


def test_a_session_twice_in_a_file_is_a_fault_a_byte_order_mark_none(
    written: tuple[Home, str, str],
) -> None:
    home, session, _ = written
    records, review = home.log.read(session), home.log.read(session, "review")
    whole = lines(home, records, review, review)
    first, second = read_sessions([b"\xef\xbb\xbf" + whole[0], *whole[1:], *whole])
    assert first.faults == []
    assert [fault.why for fault in second.faults] == ["the session of line 1 stands here again"]


@pytest.mark.parametrize(("field", "value"), [("actor", "a\0b"), ("kind", "edit\0")])
def test_nul_has_no_place_in_names(written: tuple[Home, str, str], field: str, value: str) -> None:
    home, session, _ = written
    whole = lines(home, home.log.read(session), [], None)
    whole[2] = json.dumps({**json.loads(whole[2]), field: value}).encode()
    assert [f.line for f in read_sessions(whole)[0].faults] == [3]


def test_an_unsealed_session_is_signed_by_whoever_wrote_it(home: Home, tmp_path: Path) -> None:
    session = sat(home, sealed=False)
    records = home.log.read(session)
    found = read(lines(home, records, [], []))
    assert "not sealed, signed by key" in proved(found, ()).words
    assert "it is not sealed, and a seal by that key was expected" in proved(found, (), ("0" * 64,)).faults[0].what
    changed = rechained([*records[:-1], replace(records[-1], actor="system")])
    assert "was replaced" in proved(read(lines(home, changed, [], [])), ()).faults[0].what
    assert "no key signed it" in proved(read(lines(home, changed, [], None)), ()).words
