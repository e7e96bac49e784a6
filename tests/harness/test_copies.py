"""A session out of a file is a copy: nobody goes on with it, and nothing unsigned is added to it or to our own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from harness.access.invitations import DAY, invite
from harness.access.looks import look, looks
from harness.home import Home, open_home
from harness.settings import Settings
from logs import Entry
from logs.copies import copied, signatures
from logs.events import Challenge, Rating
from logs.examination import examine
from logs.exports.intake import Taken, take_in
from logs.exports.lines import SessionFile, read_sessions, write_session
from logs.keys import ring, trust
from logs.record import link
from tests.conftest import START, counting_entropy
from tests.harness.test_retention import sat
from tests.ui.conftest import served

BOTH = pytest.mark.databases
RATING = Rating(rater="rob", rubric="r", version="1", dimension="e", level=1, quote="q")


@pytest.fixture
def other(tmp_path: Path) -> Home:
    """Where sessions come from."""
    entropy = counting_entropy()
    entropy(1)  # its sessions have other names than ours
    return open_home(Settings(home=tmp_path / "other"), entropy)


def lines(home: Home, session: str) -> list[str]:
    records, review = home.log.read(session), home.log.read(session, "review")
    marks = signatures(home.marks, copied(home.engine, session), session, records, review)
    simulated = bool(getattr(records[0].event, "simulated", False))
    return list(write_session(records, review, ring(home.key_file), simulated, marks))


def exported(home: Home, session: str) -> SessionFile:
    (found,) = read_sessions([line.encode() for line in lines(home, session)])
    return found


def brought(home: Home, found: SessionFile) -> Taken:
    """Takes a file in as the command does."""
    taken = take_in(home.log, found, ring(home.key_file))
    if taken.said and not taken.refused:
        assert found.header is not None
        trust(home.key_file, [key for key in found.header.keys if key.key in taken.said.signers])
    return taken


def faults(home: Home, session: str) -> list[str]:
    return [f.what for f in examine(home.log, home.marks, ring(home.key_file), session).faults]


@BOTH
def test_a_copy_under_way_is_never_gone_on_with(home: Home, other: Home) -> None:
    session = sat(other, sealed=False)
    assert brought(home, exported(other, session)).added == 4
    before = home.log.read(session)

    async def body() -> None:
        async with served(home) as at:
            await at.sessions.ready()
            at.clock.pass_seconds(100 * 86_400)
            for live in list(at.sessions._live.values()):
                await at.sessions.keep(live)
            client = await at.client()
            token = invite(home, "demo", "Ann Example", at.clock() + DAY, session_id=session)
            answer = await client.post("/api/consent", json={"token": token})
            assert answer.status_code == 410, answer.text
            assert "copy of a session" in answer.json()["error"]

    asyncio.run(body())
    assert home.log.read(session) == before
    assert session not in home.log.unsealed()
    assert faults(home, session) == []


@BOTH
def test_nothing_is_added_to_a_session_that_was_made_here(home: Home) -> None:
    for sealed in (True, False):
        session = sat(home, sealed=sealed)
        found = exported(home, session)
        last = found.review[-1]
        found.review.append(
            link(session, "review", last.seq + 1, last.hash, Entry(RATING, "staff:rob", 9), b"0" * 16)
        )
        assert found.header is not None
        found.header = found.header.model_copy(update={"marks": ()})
        assert take_in(home.log, found, ring(home.key_file)).refused == (
            "it was made here, and nothing is added to it from a file"
        )
        assert take_in(home.log, exported(home, session), ring(home.key_file)).refused is None


@BOTH
def test_a_copy_takes_in_what_its_maker_signed_later_and_nothing_else(home: Home, other: Home) -> None:
    session = sat(other, sealed=False)
    brought(home, exported(other, session))
    forged = exported(other, session)
    last = forged.records[-1]
    word = Entry(Challenge(segment=None, quote="", text="a word"), "candidate", 9)
    forged.records.append(link(session, "session", last.seq + 1, last.hash, word, b"0" * 16))
    assert forged.header is not None
    assert "added after the file was signed" in str(take_in(home.log, forged, ring(home.key_file)).refused)
    forged.header = forged.header.model_copy(update={"marks": ()})
    refused = "what it adds to the session chain of the copy here is not signed by a key known here"
    assert take_in(home.log, forged, ring(home.key_file)).refused == refused
    other.log.append(session, [word])
    assert brought(home, exported(other, session)).added == 1
    assert lines(home, session) == lines(other, session)
    assert faults(home, session) == []


@BOTH
def test_looks_on_both_sides_keep_nobody_from_bringing_copies_together(home: Home, other: Home) -> None:
    session = sat(other)
    brought(home, exported(other, session))
    look(home, session, "ida", "review", START + 1)
    look(other, session, "rita", "review", START + 2)
    other.log.append(session, [Entry(RATING, "staff:rob", START + 3)], "review")
    assert brought(home, exported(other, session)).added == 2
    assert [(each.by, each.page) for each in looks(home, session)][:2] == [("rita", "review"), ("ida", "review")]
    assert brought(other, exported(home, session)).added == 0
    assert lines(home, session) == lines(other, session)
    assert faults(home, session) == []


@BOTH
def test_two_copies_that_were_both_rated_say_where_they_parted(home: Home, other: Home) -> None:
    session = sat(other)
    brought(home, exported(other, session))
    for at in (home, other):
        at.log.append(session, [Entry(RATING, "staff:rob", START + 3)], "review")
    assert brought(home, exported(other, session)).refused == (
        "since event 2 of the review chain, 1 events were added here and 1 others in the file: "
        "neither can take in the other"
    )


@BOTH
def test_what_came_unsigned_is_not_signed_here(home: Home, other: Home) -> None:
    session = sat(other)
    found = exported(other, session)
    assert found.header is not None
    found.header = found.header.model_copy(update={"marks": ()})
    brought(home, found)
    home.log.append(session, [Entry(RATING, "staff:rob", START + 3)], "review")
    assert exported(home, session).marks == []
    assert faults(home, session) == []


@BOTH
def test_a_session_made_here_that_a_key_from_an_import_sealed_is_a_fault(home: Home, other: Home) -> None:
    session = sat(other)
    brought(home, exported(other, session))
    with home.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM imported")
    assert "known from an import, and the session was made here" in faults(home, session)[0]


@BOTH
def test_copies_of_before_they_were_noted_are_noted_once(home: Home, other: Home) -> None:
    session, own = sat(other), sat(home)
    brought(home, exported(other, session))
    with home.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM imported")
    (home.folder / "keys" / "marked").unlink()
    open_home(home.settings)
    assert faults(home, session) == faults(home, own) == []
    assert copied(home.engine, own) is None
    assert copied(home.engine, session) is not None
