"""Copies: sessions that came out of a file. What their maker signed is kept, to be handed on as it came.

Nobody sits a copy, and it is never handed in here. Looks at it stand in a chain of its own, so that the copy stays
the beginning of what its maker may send later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from logs.events import EVENT
from logs.marks import Mark, Marks
from logs.record import Record
from logs.store import SEAL, Log
from logs.store import TABLE as EVENTS
from logs.tables import CopyRow
from logs.written import WRITTEN, WrittenMark

TABLE: Table = CopyRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Copy:
    """How many events of each chain came out of the file, and its marks that held."""

    session_id: str
    session_events: int
    review_events: int
    marks: tuple[Mark, ...]


def copied(engine: Engine, session_id: str) -> Copy | None:
    """What is known of a session that came out of a file; None for one that was made here."""
    query = select(TABLE).where(TABLE.c.session_id == session_id)
    with engine.connect().execution_options(harness_read=True) as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    marks: tuple[WrittenMark, ...] = ()
    with suppress(ValidationError):  # changed from outside: there is nothing to hand on
        marks = WRITTEN.validate_json(row.marks)
    return Copy(session_id, row.session_events, row.review_events, tuple(m.of(session_id) for m in marks))


def copies(engine: Engine) -> frozenset[str]:
    """The ids of all sessions that came out of files."""
    with engine.connect().execution_options(harness_read=True) as connection:
        return frozenset(connection.scalars(select(TABLE.c.session_id)))


def note(connection: Connection, copy: Copy) -> None:
    """Stores what is known of a copy, or what is known now."""
    marks = WRITTEN.dump_json(tuple(WrittenMark.from_mark(mark) for mark in copy.marks)).decode()
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    insert = build(TABLE)
    new = {name: insert.excluded[name] for name in ("session_events", "review_events", "marks")}
    statement = insert.on_conflict_do_update(index_elements=["session_id"], set_=new)
    connection.execute(statement, [{**vars(copy), "marks": marks}])


def note_sealed_elsewhere(log: Log, keys: Collection[str]) -> None:
    """Notes as copies the sessions that one of `keys` (public, hex) has sealed, of before copies were noted.

    Nobody knows any more what of their review came out of the file, so none of what there is gets signed here.
    """
    if not keys:
        return
    query = select(EVENTS.c.session_id, EVENTS.c.seq, EVENTS.c.payload).where(EVENTS.c.chain == "session", SEAL)
    with log.engine.begin() as connection:
        for session_id, events, payload in connection.execute(query).all():
            with suppress(ValidationError):
                if getattr(EVENT.validate_json(payload), "key", None) in keys:
                    note(connection, Copy(session_id, events, log.head(session_id, "review").seq, ()))


def signatures(
    marks: Marks, copy: Copy | None, session_id: str, records: Sequence[Record], review: Sequence[Record]
) -> list[Mark]:
    """The marks that an export of a whole session carries.

    What came out of a file goes on as its maker signed it; if it was not signed, it is not signed here either.
    Only a chain with something of our own in it gets a mark of ours.
    """
    fresh = marks.sign(session_id, records, review)
    if copy is None:
        return list(fresh)
    found = []
    for new in fresh:
        kept = next((mark for mark in copy.marks if mark.chain == new.chain and mark.genuine), None)
        taken = copy.session_events if new.chain == "session" else copy.review_events
        if kept is not None and (kept.seq, kept.hash) == (new.seq, new.hash):
            found.append(kept)
        elif new.seq > taken and (kept is not None or not taken):
            found.append(new)
    return found
