"""Who of the staff looked at what, and when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from harness.home import Home
from logs import Chain, Entry, Record
from logs.copies import copied
from logs.events import Looked
from logs.store import PLACED, ROW, TABLE


@dataclass(frozen=True)
class Look:
    """One look. `at` in milliseconds since 1970 (UTC)."""

    session: str
    by: str
    page: str
    at: int


def look(home: Home, session: str, by: str, page: str, now: int) -> None:
    """Notes a look that somebody takes at a session's data; at a copy, in the chain that stays here."""
    chain: Chain = "copy" if copied(home.engine, session) else "review"
    home.log.append(session, [Entry(Looked(by=by[:64], page=page), f"staff:{by}"[:64], now)], chain)


def looks(home: Home, session: str | None = None, by: str | None = None) -> list[Look]:
    """Every look, newest first; only those at `session`, or of the member of staff `by`, where given."""
    here = (TABLE.c.chain.in_(("review", "copy")), TABLE.c.kind == "looked", TABLE.c.payload.is_not(None))
    query = select(*ROW).where(*here, PLACED)
    if session is not None:
        query = query.where(TABLE.c.session_id == session)
    query = query.order_by(TABLE.c.server_time.desc(), TABLE.c.session_id, TABLE.c.seq.desc())
    with home.engine.connect().execution_options(harness_read=True) as connection:
        records = [Record(**row._mapping) for row in connection.execute(query)]
    found = []
    for record in records:
        event = record.event
        if isinstance(event, Looked) and by in (None, event.by):
            found.append(Look(record.session_id, event.by, event.page, record.server_time))
    return found
