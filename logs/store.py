"""The log: append only. One writer thread a process commits what many sessions send in one transaction."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, fields
from operator import attrgetter, itemgetter

from sqlalchemy import Connection, Engine, Table, and_, func, literal_column, not_, select
from sqlalchemy.exc import IntegrityError

from logs.database import as_stored, reason
from logs.keys import KeyringError
from logs.record import CHAINS, GENESIS, Chain, Entry, Record, link
from logs.tables import CopyRow, EventRow

TABLE: Table = EventRow.__table__  # type: ignore[attr-defined]
GROUP = 256
"""Most appends in one transaction."""
COLUMNS = tuple(field.name for field in fields(Record))
_row = attrgetter(*COLUMNS)
# Written out, not bound: SQLite takes a partial index only where its condition stands in the query.
FIRST = TABLE.c.seq == literal_column("1")
SEAL = TABLE.c.kind == literal_column("'sealed'")
ROW = as_stored(TABLE)
PLACED = and_(TABLE.c.seq >= 1, TABLE.c.chain.in_(CHAINS))
"""Where events may stand; the database refuses others, unless it was told not to."""
Also = Callable[[Connection], None]
"""What is done in the transaction that stores events."""


class ConflictError(Exception):
    """Somebody else appended to this chain in between; read again and retry."""


class StorageError(Exception):
    """The database did not take the events (disk full, connection lost); nothing was stored."""


def nothing(_: Connection) -> None:
    """Does nothing more in a transaction."""


@dataclass(frozen=True)
class Head:
    """The last event of a chain: its sequence number (0 before the first) and hash."""

    seq: int = 0
    hash: bytes = GENESIS


class Log:
    """Reads and appends. `salts` gives the random bytes of each event (16 bytes a call)."""

    def __init__(self, engine: Engine, salts: Callable[[], bytes]) -> None:
        self.engine = engine
        self.mark: Callable[[Connection, Sequence[Record]], None] = lambda *_: None
        """Marks where the chains stand that these records end, in the transaction that stores them."""
        self._salts = salts
        marks = ", ".join(["?" if engine.dialect.paramstyle == "qmark" else "%s"] * len(COLUMNS))
        self._insert = f"INSERT INTO {TABLE.name} ({', '.join(COLUMNS)}) VALUES ({marks})"
        self._queue: queue.SimpleQueue[_Append | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()

    def records(
        self, session_id: str, head: Head, entries: Iterable[Entry], chain: Chain = "session"
    ) -> list[Record]:
        """The entries linked behind `head`, not yet stored. Raises UnfitTextError."""
        linked: list[Record] = []
        for entry in entries:
            record = link(session_id, chain, head.seq + 1, head.hash, entry, self._salts())
            head = Head(record.seq, record.hash)
            linked.append(record)
        return linked

    def submit(self, records: Sequence[Record]) -> Future[None]:
        """Hands records to the writer; the future ends after the commit.

        It raises ConflictError when a sequence number is taken and StorageError when the database refuses.
        """
        done: Future[None] = Future()
        self._put(_Append(records, done, marked=_telling(records)))
        return done

    async def store(self, records: Sequence[Record]) -> None:
        """As `submit`, awaited: one wake-up of the event loop serves all that one transaction held."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._put(_Append(records, done, loop, marked=_telling(records)))
        await done

    def append(self, session_id: str, entries: Sequence[Entry], chain: Chain = "session") -> list[Record]:
        """Appends behind the current head and waits for the commit; for callers outside a live session."""
        while True:
            linked = self.records(session_id, self.head(session_id, chain), entries, chain)
            with suppress(ConflictError):
                self.insert(linked)
                return linked

    def insert(self, records: Sequence[Record], also: Also = nothing) -> None:
        """Stores records as they are and marks them; `also` is done in the same transaction.

        Raises ConflictError if any of them exists, StorageError.
        """
        done: Future[None] = Future()
        self._put(_Append(records, done, marked=True, also=also))
        done.result()

    def head(self, session_id: str, chain: Chain = "session") -> Head:
        """The head of a chain as stored."""
        query = (
            select(TABLE.c.seq, TABLE.c.hash)
            .where(TABLE.c.session_id == session_id, TABLE.c.chain == chain, TABLE.c.seq >= 1)
            .order_by(TABLE.c.seq.desc())
            .limit(1)
        )
        with self._reading() as connection:
            row = connection.execute(query).first()
        return Head(row.seq, row.hash) if row else Head()

    def read(self, session_id: str, chain: Chain = "session", after: int = 0) -> list[Record]:
        """The records of a chain with a sequence number above `after`, in order."""
        query = (
            select(*ROW)
            .where(TABLE.c.session_id == session_id, TABLE.c.chain == chain, TABLE.c.seq > after)
            .order_by(TABLE.c.seq)
        )
        with self._reading() as connection:
            return [Record(**row._mapping) for row in connection.execute(query)]

    def sessions(self) -> list[str]:
        """The ids of all sessions, in the order in which they were made."""
        query = (
            select(TABLE.c.session_id)
            .where(TABLE.c.chain == "session", FIRST)
            .order_by(TABLE.c.server_time, TABLE.c.session_id)
        )
        with self._reading() as connection:
            return list(connection.scalars(query))

    def ids(self) -> list[str]:
        """Every id that any event has, of a session or not."""
        with self._reading() as connection:
            return list(connection.scalars(select(TABLE.c.session_id).distinct().order_by(TABLE.c.session_id)))

    def misplaced(self, session_id: str) -> list[tuple[str, int]]:
        """Chain and number of the events that stand where nobody looks."""
        query = select(TABLE.c.chain, TABLE.c.seq).where(TABLE.c.session_id == session_id, not_(PLACED))
        with self._reading() as connection:
            return [(row.chain, row.seq) for row in connection.execute(query.order_by(*query.selected_columns))]

    def unsealed(self) -> list[str]:
        """The ids of the sessions made here that are not over, in the order in which they were made."""
        copies = select(CopyRow.__table__.c.session_id)  # type: ignore[attr-defined]
        over = select(TABLE.c.session_id).where(TABLE.c.chain == "session", SEAL)
        query = (
            select(TABLE.c.session_id)
            .where(
                TABLE.c.chain == "session",
                FIRST,
                TABLE.c.session_id.not_in(over),
                TABLE.c.session_id.not_in(copies),
            )
            .order_by(TABLE.c.server_time, TABLE.c.session_id)
        )
        with self._reading() as connection:
            return list(connection.scalars(query))

    def firsts(self) -> list[Record]:
        """The first record of every session, in the order in which they were made."""
        query = select(*ROW).where(TABLE.c.chain == "session", FIRST)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(TABLE.c.server_time, TABLE.c.session_id))
            return [Record(**row._mapping) for row in rows]

    def last_client_seq(self, session_id: str, chain: Chain = "session") -> int:
        """The highest sequence number acknowledged to the session's browser in a chain; 0 before the first."""
        query = select(func.max(TABLE.c.client_seq)).where(
            TABLE.c.session_id == session_id, TABLE.c.chain == chain, TABLE.c.seq >= 1
        )
        with self._reading() as connection:
            return connection.scalar(query) or 0

    def close(self) -> None:
        """Waits until everything handed in is stored, and stops the writer."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _put(self, append: _Append) -> None:
        if self._thread is None:
            with self._start:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._write, name="log-writer", daemon=True)
                    self._thread.start()
        self._queue.put(append)

    def _reading(self) -> Connection:
        return self.engine.connect().execution_options(harness_read=True)

    def _write(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = [first], False
            while len(group) < GROUP and not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    last = True
                    break
                group.append(following)
            self._commit(group)
            if last:
                return

    def _commit(self, group: list[_Append]) -> None:
        # In one order everywhere: two processes that write the same sessions cannot lock each other out.
        rows = sorted((_row(record) for append in group for record in append.records), key=itemgetter(0, 1, 2))
        try:
            if rows:
                with self.engine.begin() as connection:
                    connection.exec_driver_sql(self._insert, rows)
                    self.mark(connection, [r for append in group if append.marked for r in append.records])
                    for append in group:
                        append.also(connection)
        except (IntegrityError, KeyringError) as error:
            if len(group) > 1:  # one session's conflict must not fail the others
                for single in group:
                    self._commit([single])
            elif isinstance(error, KeyringError):
                _settle(group, StorageError(f"The events were not stored, as they cannot be signed: {error}"))
            else:
                _settle(group, ConflictError("This session was written to from elsewhere."))
        except Exception as error:  # whatever it is, the writer goes on for the other sessions
            _settle(group, StorageError(f"The database did not take the events: {reason(error)}"))
        else:
            _settle(group, None)


@dataclass(frozen=True)
class _Append:
    """Records for the writer, and who waits for them: a thread, or a coroutine of `loop`."""

    records: Sequence[Record]
    done: Future[None] | asyncio.Future[None]
    loop: asyncio.AbstractEventLoop | None = None
    marked: bool = False
    also: Also = nothing


def _telling(records: Sequence[Record]) -> bool:
    """Whether these records are marked at once: where a chain begins or is sealed. The rest is, now and then."""
    return bool(records) and (records[0].seq == 1 or records[-1].kind == "sealed")


def _settle(group: Sequence[_Append], error: Exception | None) -> None:
    for loop in {append.loop for append in group}:
        theirs = [append.done for append in group if append.loop is loop]
        if loop is None:
            _end(theirs, error)
        else:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                loop.call_soon_threadsafe(_end, theirs, error)


def _end(waiting: Sequence[Future[None] | asyncio.Future[None]], error: Exception | None) -> None:
    for done in waiting:
        if done.cancelled():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
