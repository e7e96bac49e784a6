"""Somebody with the database in hand changes a row: verify names the event, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, update

from harness.access.looks import looks
from harness.home import Home, open_home
from harness.settings import Settings
from logs import Entry, verify
from logs.events import AnyEvent, Challenge, Clipboard, Focus, Navigated
from logs.examination import examine, examined
from logs.keys import ring
from logs.store import COLUMNS, TABLE
from tests.conftest import counting_entropy

pytestmark = pytest.mark.databases
LENGTH = 9
SESSION = "s1"
BYTES = ("payload", "salt", "payload_hash", "prev_hash", "hash")
NUMBERS = ("server_time", "client_time", "client_seq", "working_ms")
TEXTS = ("kind", "actor")


@pytest.fixture
def recorded(home: Home) -> Home:
    """A session of several kinds of events, and a neighbour that nobody touches."""
    made: list[AnyEvent] = [
        Challenge(segment=None, quote="", text="a remark"),
        Focus(state="blurred"),
        Navigated(to="a.py"),
        Clipboard(action="copy", length=3, digest="0" * 64, origin="own"),
    ]
    for session in (SESSION, "s2"):
        for place in range(LENGTH):
            entry = Entry(made[place % len(made)], "candidate", 1_000 * place, place, 999 * place, place + 1)
            home.log.append(session, [entry])
    return home


def place(seq: int) -> tuple[object, ...]:
    return (TABLE.c.session_id == SESSION, TABLE.c.chain == "session", TABLE.c.seq == seq)


def row(connection: Connection, seq: int) -> dict[str, object]:
    return dict(connection.execute(select(TABLE).where(*place(seq))).one()._mapping)


def found(home: Home) -> int | None:
    """The place that verify names, or None; the neighbour must stay whole."""
    assert verify("s2", "session", home.log.read("s2")) is None
    fault = verify(SESSION, "session", home.log.read(SESSION))
    return fault.seq if fault else None


def restore(home: Home, whole: list[dict[str, object]]) -> None:
    with home.engine.begin() as connection:
        connection.execute(delete(TABLE).where(TABLE.c.session_id == SESSION))
        connection.execute(insert(TABLE), whole)


def rows(home: Home) -> list[dict[str, object]]:
    with home.engine.connect() as connection:
        query = select(TABLE).where(TABLE.c.session_id == SESSION)
        return [dict(found._mapping) for found in connection.execute(query)]


EXAMPLES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@EXAMPLES
@given(data=st.data(), seq=st.integers(1, LENGTH), column=st.sampled_from(BYTES + NUMBERS + TEXTS))
def test_any_column_of_any_event_changed_is_named(
    recorded: Home, data: st.DataObject, seq: int, column: str
) -> None:
    whole = rows(recorded)
    try:
        with recorded.engine.begin() as connection:
            before = row(connection, seq)[column]
            if isinstance(before, bytes):
                at, bit = data.draw(st.integers(0, len(before) - 1)), data.draw(st.integers(0, 7))
                after: object = before[:at] + bytes([before[at] ^ (1 << bit)]) + before[at + 1 :]
            elif isinstance(before, int):
                after = before + data.draw(st.sampled_from([-1, 1, 1_000]))
            else:
                after = data.draw(
                    st.sampled_from(["staff:ann", "assistant", "focus", "edit"]).filter(before.__ne__)
                )
            connection.execute(update(TABLE).where(*place(seq)).values({column: after}))
        # A broken hash shows where it stands, or where the next event leans on it.
        assert found(recorded) in (seq, seq + 1)
    finally:
        restore(recorded, whole)


@EXAMPLES
@given(seq=st.integers(1, LENGTH - 1))
def test_a_removed_event_is_named(recorded: Home, seq: int) -> None:
    whole = rows(recorded)
    try:
        with recorded.engine.begin() as connection:
            connection.execute(delete(TABLE).where(*place(seq)))
        assert found(recorded) == seq
        with recorded.engine.begin() as connection:  # and when the rest is moved up to hide it
            for later in range(seq + 1, LENGTH + 1):
                connection.execute(update(TABLE).where(*place(later)).values(seq=later - 1))
        assert found(recorded) == seq
    finally:
        restore(recorded, whole)


@EXAMPLES
@given(data=st.data())
def test_swapped_events_are_named(recorded: Home, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, LENGTH - 1))
    second = data.draw(st.integers(first + 1, LENGTH))
    whole = rows(recorded)
    try:
        with recorded.engine.begin() as connection:
            for old, new in ((first, 1_000), (second, first), (1_000, second)):
                connection.execute(update(TABLE).where(*place(old)).values(seq=new))
        assert found(recorded) == first
    finally:
        restore(recorded, whole)


@EXAMPLES
@given(seq=st.integers(1, LENGTH), source=st.integers(1, LENGTH))
def test_an_inserted_event_is_named(recorded: Home, seq: int, source: int) -> None:
    whole = rows(recorded)
    try:
        with recorded.engine.begin() as connection:
            copied = row(connection, source)
            for later in range(LENGTH, seq - 1, -1):
                connection.execute(update(TABLE).where(*place(later)).values(seq=later + 1))
            connection.execute(insert(TABLE), [{**copied, "seq": seq}])
        # A copy of the event that stood there differs from it in nothing: the next one is out of place then.
        assert found(recorded) in (seq, seq + 1)
    finally:
        restore(recorded, whole)


def test_the_columns_tampered_with_are_all_there_are(recorded: Home) -> None:
    assert set(BYTES + NUMBERS + TEXTS) | {"session_id", "chain", "seq"} == set(COLUMNS)
    assert verify(SESSION, "session", recorded.log.read(SESSION)) is None


def test_rows_where_nobody_looks_are_named(recorded: Home) -> None:
    with recorded.engine.begin() as connection:
        copied = row(connection, 5)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        else:
            connection.exec_driver_sql("ALTER TABLE event DROP CONSTRAINT event_seq")
            connection.exec_driver_sql("ALTER TABLE event DROP CONSTRAINT event_chain")
        for change in (
            {"seq": 0},
            {"seq": -5, "chain": "review", "client_seq": 10**9, "kind": "looked"},
            {"chain": "bogus"},
            {"session_id": "orphan"},
            {"chain": "copy", "seq": 1},
        ):
            connection.execute(insert(TABLE), [{**copied, **change}])
    known = ring(recorded.key_file)
    said = {
        name: {(f.chain, f.seq) for f in examine(recorded.log, recorded.marks, known, name).faults}
        for name in examined(recorded.log, recorded.marks)
    }
    assert said["s2"] == set()
    assert {("session", 0), ("review", -5), ("bogus", 5), ("copy", 1)} <= said[SESSION]
    assert ("session", 1) in said["orphan"]
    assert recorded.log.last_client_seq(SESSION, "review") == 0
    assert recorded.log.head(SESSION, "review").seq == 0
    assert looks(recorded, SESSION) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("payload = CAST(payload AS TEXT)", "the payload of event 5 was changed: it holds str"),
        ("payload = 7", "the payload of event 5 was changed: it holds int"),
        ("hash = 99999999999", "the hash of event 5 was changed: it holds int"),
        ("server_time = 'abc'", "the server_time of event 5 was changed: it holds str"),
        ("seq = 'abc'", "event 5 is missing"),
        ("kind = x'ff00'", "the kind of event 5 was changed: it holds bytes"),
        ("actor = CAST(x'fffe' AS TEXT)", "event 5 was changed: its header is not UTF-8"),
        ("client_time = 1e300", "the client_time of event 5 was changed: it holds float"),
    ],
)
def test_a_row_of_another_type_is_named_and_hides_no_other(tmp_path: Path, change: str, named: str) -> None:
    home = open_home(Settings(home=tmp_path / "typed"), counting_entropy())  # only SQLite takes such a row
    for session in (SESSION, "s2"):
        home.log.append(session, [Entry(Focus(state="blurred"), "candidate", n) for n in range(LENGTH)])
    with home.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE event SET {change} WHERE session_id = 's1' AND seq = 5")
    known = ring(home.key_file)
    said = {n: examine(home.log, home.marks, known, n).faults for n in examined(home.log, home.marks)}
    assert said["s2"] == ()
    assert said[SESSION][0].what.startswith(named)
    home.log.close()


def test_a_mark_of_another_type_is_named(tmp_path: Path) -> None:
    home = open_home(Settings(home=tmp_path / "typed"), counting_entropy())
    home.log.append(SESSION, [Entry(Focus(state="blurred"), "candidate", 1)])
    for change in ("key = 'abc'", "hash = 7", "seq = 'x'", "signature = x'00'", "key = x'00'"):
        with home.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE mark SET {change} WHERE chain = 'session'")
        (fault,) = examine(home.log, home.marks, ring(home.key_file), SESSION).faults
        assert "is not signed by a key of this installation" in fault.what
    home.log.close()
