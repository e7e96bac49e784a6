"""Which server processes run: a heartbeat each, and a lock that ends with its process however it ends."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from harness.clock import Clock
from harness.home import Home
from harness.tables import HeartbeatRow

LOCKS = 0x6861_7276
"""Class of the advisory locks that processes hold."""
KEPT = 86_400_000
"""Milliseconds for which the last heartbeat of a process that is gone is kept."""


class Presence:
    """This process among those over one database.

    On PostgreSQL each process holds an advisory lock as long as its connection lives, so that a process
    that was killed is known to be gone at once. SQLite has one server process: there are no others.
    """

    def __init__(self, home: Home, clock: Clock) -> None:
        self._home = home
        self._clock = clock
        self.number = int.from_bytes(home.entropy(4), "big") >> 1 or 1
        """What this process is known by: 31 random bits."""
        self._shared = home.engine.dialect.name == "postgresql"
        self._held: Connection | None = None

    def others(self) -> frozenset[int]:
        """The numbers of the other processes that run now."""
        if not self._shared:
            return frozenset()
        query = text(
            "SELECT objid::bigint FROM pg_locks "
            "JOIN pg_database d ON d.oid = database AND datname = current_database() "
            "WHERE locktype = 'advisory' AND classid = :locks AND granted"
        )
        with self._home.engine.connect() as connection:
            return frozenset(connection.scalars(query, {"locks": LOCKS})) - {self.number}

    def last_beat(self) -> int | None:
        """When any server process was last known to run (milliseconds since 1970); None on a new database."""
        with Session(self._home.engine) as db:
            return max(db.exec(select(HeartbeatRow.at)), default=None)

    def arrive(self) -> None:
        """Takes the lock, if it is not held (any more)."""
        if self._shared:
            self._hold()

    def beat(self) -> None:
        """Says that this process runs and nobody is owed time, and takes the lock."""
        now = self._clock()
        with Session(self._home.engine) as db:
            for row in db.exec(select(HeartbeatRow)):
                if row.id != self.number and row.at < now - KEPT:
                    db.delete(row)
            db.merge(HeartbeatRow(id=self.number, at=now))
            db.commit()
        self.arrive()

    def leave(self, beat: bool = True) -> None:
        """Says for the last time that this process runs, unless `beat` is false, and gives the lock back."""
        if beat:
            self.beat()
        self._let_go()

    def _hold(self) -> None:
        if self._held is not None:
            try:
                self._held.exec_driver_sql("SELECT 1")
            except DBAPIError:  # the connection broke, and with it the lock
                self._let_go()
            else:
                return
        self._held = self._home.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._held.exec_driver_sql(f"SELECT pg_advisory_lock({LOCKS}, {self.number})")

    def _let_go(self) -> None:
        if self._held is not None:
            with suppress(DBAPIError):  # at once: that a connection is gone, the database sees a while later
                self._held.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCKS}, {self.number})")
            with suppress(DBAPIError):
                self._held.invalidate()  # a lock must not go back to the pool with its connection
                self._held.close()
            self._held = None
