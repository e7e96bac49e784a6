"""What is removed from the end of a chain is noticed by its mark, as far back as the mark tells."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, update
from typer.testing import CliRunner

from harness.access.looks import look
from harness.home import Home, open_home
from logs import Entry, Head, StorageError
from logs.events import Challenge, Focus, Looked
from logs.examination import examine
from logs.keys import ring
from logs.marks import TABLE as MARKS
from logs.marks import Mark, Marks
from logs.store import TABLE
from tests.ui.conftest import served
from ui.command import app

BOTH = pytest.mark.databases


def fill(home: Home, session: str, count: int, first: int = 1) -> None:
    for number in range(first, first + count):
        home.log.append(session, [Entry(Challenge(segment=None, quote="", text=f"{number}"), "candidate", number)])


def cut(home: Home, session: str, chain: str, after: int) -> None:
    with home.engine.begin() as connection:
        own = (TABLE.c.session_id == session) & (TABLE.c.chain == chain)
        connection.execute(delete(TABLE).where(own, TABLE.c.seq > after))


def mark_of(home: Home, session: str, chain: str = "session") -> Mark:
    return next(mark for mark in home.marks.of(session) if mark.chain == chain)


def faults(home: Home, session: str) -> list[str]:
    found = examine(home.log, home.marks, ring(home.key_file), session)
    return [f"{f.chain} {f.seq}: {f.what}" for f in found.faults]


@BOTH
def test_removed_last_events_are_noticed_and_named(home: Home) -> None:
    fill(home, "s1", 6)
    assert faults(home, "s1") == []
    cut(home, "s1", "session", 4)
    (fault,) = faults(home, "s1")
    assert fault.startswith("session 5: event 5 and what followed it are missing: removed")
    assert "6 events at least" in fault


@BOTH
def test_a_removed_look_is_noticed(home: Home) -> None:
    fill(home, "s1", 1)
    home.log.append("s1", [Entry(Looked(by="rita", page="review"), "staff:rita", 9)], "review")
    cut(home, "s1", "review", 0)
    assert "event 1 and what followed it are missing" in faults(home, "s1")[0]


@BOTH
def test_an_end_that_was_written_anew_is_noticed(home: Home) -> None:
    fill(home, "s1", 4)
    cut(home, "s1", "session", 2)
    head = home.log.head("s1")
    entries = [Entry(Focus(state="focused"), "candidate", n) for n in (3, 4)]
    home.log.submit(home.log.records("s1", head, entries)).result()
    (fault,) = faults(home, "s1")
    assert "event 4 is not the one that was marked" in fault


@BOTH
def test_what_came_after_the_mark_is_not_seen(home: Home) -> None:
    """The limit of it, so that nobody relies on more."""
    fill(home, "s1", 3)
    head = home.log.head("s1")
    home.log.submit(home.log.records("s1", head, [Entry(Focus(state="focused"), "candidate", 4)])).result()
    cut(home, "s1", "session", 3)
    assert faults(home, "s1") == []


@BOTH
def test_a_mark_of_ones_own_or_a_changed_one_does_not_hold(home: Home) -> None:
    fill(home, "s1", 3)
    with home.engine.begin() as connection:
        connection.execute(update(MARKS).values(seq=2))
    assert "not signed by a key of this installation" in faults(home, "s1")[0]
    with home.engine.begin() as connection:
        connection.execute(delete(MARKS))
    stranger = Ed25519PrivateKey.generate()
    Marks(home.engine, lambda: stranger).begin_missing(5)
    assert "not signed by a key of this installation" in faults(home, "s1")[0]


@BOTH
def test_a_mark_never_goes_back(home: Home) -> None:
    fill(home, "s1", 3)
    mark = mark_of(home, "s1")
    home.marks.put({("s1", "session"): Head(1, b"1" * 32)}, 99)
    assert mark_of(home, "s1") == mark
    assert mark.genuine
    assert not replace(mark, seq=2).genuine


@BOTH
def test_running_sessions_are_marked(home: Home) -> None:
    async def body() -> None:
        async with served(home) as at:
            browser = await at.browser()
            await browser.open()
            session = home.log.sessions()[-1]
            before = mark_of(home, session)
            await browser.write("goal.md", "Some words.")
            await at.sessions._mark()
            after = mark_of(home, session)
            assert before.seq < after.seq == home.log.head(session).seq

    asyncio.run(body())


@BOTH
@pytest.mark.parametrize("chain", ["session", "review", "copy"])
def test_a_mark_that_is_gone_is_noticed_and_never_comes_back_by_itself(home: Home, chain: str) -> None:
    async def body() -> None:
        async with served(home) as at:
            browser = await at.browser()
            await browser.open()
            session = home.log.sessions()[-1]
            with home.engine.begin() as connection:
                connection.execute(delete(MARKS).where(MARKS.c.session_id == session, MARKS.c.chain == chain))
            await browser.write("goal.md", "Some words.")
            look(home, session, "rita", "review", 1)
            await at.sessions._mark()
            open_home(home.settings)
            (fault,) = faults(home, session)
            assert fault.startswith(chain)
            assert "its mark is gone: removed" in fault

    asyncio.run(body())


@BOTH
def test_a_review_cannot_go_with_its_mark(home: Home) -> None:
    fill(home, "s1", 2)
    look(home, "s1", "rita", "review", 1)
    cut(home, "s1", "review", 0)
    with home.engine.begin() as connection:
        connection.execute(delete(MARKS).where(MARKS.c.chain == "review"))
    look(home, "s1", "ida", "review", 2)
    assert "review 1: its mark is gone" in faults(home, "s1")[0]


@BOTH
def test_what_stood_before_there_were_marks_is_marked_once(home: Home) -> None:
    fill(home, "s1", 3)
    look(home, "s1", "rita", "review", 1)
    fill(home, "s2", 3)
    cut(home, "s2", "session", 2)
    with home.engine.begin() as connection:
        connection.execute(delete(MARKS).where(MARKS.c.session_id == "s1"))
    (home.folder / "keys" / "marked").unlink()
    open_home(home.settings)
    assert faults(home, "s1") == []
    assert [(m.chain, m.seq) for m in home.marks.of("s1")] == [("copy", 0), ("review", 1), ("session", 3)]
    assert "event 3 and what followed it are missing" in faults(home, "s2")[0]


def test_a_key_that_cannot_be_read_stores_nothing_unmarked(home: Home) -> None:
    fill(home, "s1", 1)
    home.key_file.write_text("no key")
    with pytest.raises(StorageError, match=r"cannot be signed.*sealing\.pem"):
        fill(home, "s2", 1)
    assert home.log.sessions() == ["s1"]


def test_a_session_that_is_gone_but_for_its_mark_is_not_whole(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_HOME", str(home.folder))
    fill(home, "s1", 2)
    cut(home, "s1", "session", 0)
    said = CliRunner().invoke(app, ["sessions", "verify", "--all"])
    assert said.exit_code == 1
    assert "s1, session chain: event 1 and what followed it are missing: removed" in said.output
