"""The store appends behind the head, once, and groups what many sessions send."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen

from harness.home import Home
from logs import ConflictError, Entry, StorageError, verify
from logs.events import Challenge, Focus
from logs.store import Head

pytestmark = pytest.mark.databases
BLUR = Focus(state="blurred")


def test_a_taken_place_is_a_conflict_and_stores_nothing(home: Home) -> None:
    home.log.append("s1", [Entry(BLUR, "candidate", 1)])
    stale = home.log.records("s1", Head(), [Entry(BLUR, "candidate", 2)])
    with pytest.raises(ConflictError):
        home.log.submit(stale).result()
    assert [r.server_time for r in home.log.read("s1")] == [1]


def test_a_conflict_of_one_session_does_not_fail_another(home: Home) -> None:
    home.log.append("s1", [Entry(BLUR, "candidate", 1)])
    stale = home.log.records("s1", Head(), [Entry(BLUR, "candidate", 2)])
    good = home.log.records("s2", Head(), [Entry(BLUR, "candidate", 3)])
    first, second = home.log.submit(stale), home.log.submit(good)
    second.result()
    assert isinstance(first.exception(), ConflictError)
    assert len(home.log.read("s2")) == 1


def test_many_writers_lose_nothing_and_double_nothing(home: Home) -> None:
    def write(session: str) -> None:
        for _ in range(20):
            home.log.append(session, [Entry(BLUR, "candidate", 1)])

    threads = [threading.Thread(target=write, args=(f"s{i % 3}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for session in ("s0", "s1", "s2"):
        records = home.log.read(session)
        assert [r.seq for r in records] == list(range(1, 41))
        assert verify(session, "session", records) is None


def test_what_is_acknowledged_survives_a_power_cut(home: Home) -> None:
    if home.engine.dialect.name == "postgresql":
        return  # PostgreSQL waits for the disk unless its administrator said otherwise
    with home.engine.connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_an_error_of_the_database_quotes_no_row(home: Home) -> None:
    """A row holds a candidate's words, and errors are printed."""
    words = "my own secret words"
    if home.engine.dialect.name == "sqlite":
        listen(home.engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count=1").close())
        home.engine.dispose()
    else:
        with home.engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
                "'disk is full' USING DETAIL = convert_from(NEW.payload, 'UTF8'), ERRCODE = '53100'; END $$"
            )
            connection.exec_driver_sql(
                "CREATE TRIGGER full_disk BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION full_disk()"
            )
    event = Challenge(quote="", text=words * 10_000)
    with pytest.raises(StorageError) as caught:
        home.log.append("s1", [Entry(event, "candidate", 1)])
    told = str(caught.value)
    assert told.startswith("The database did not take the events: ")
    assert "disk is full" in told
    assert words not in told
    assert len(told.splitlines()) == 1
