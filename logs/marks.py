"""Marks: how long a chain was at a moment, signed and kept apart from it.

A chain without a seal does not show that its last events were removed. Its mark does, for all that stood before
it. Every session has a mark of each of its chains, of the empty ones too, from the transaction on that stores its
first event; from then on marks only move. So a mark that is missing was removed, and nothing here puts it back.
The key lies outside the database, so that whoever writes there only cannot sign a mark of their own.

What marks cannot show: the loss of what came after the last one (half a minute at most while a server runs); a
chain and its mark put back together to how both were at an earlier moment, from a backup or an export; and a
session removed with all its marks.

Sessions from before marks get theirs once, as they stand then: `begin_missing`, at the first start after. That it
was done is noted beside the key (`harness.home`), not in the database, where the note could be removed together
with a mark to have that made anew. Whoever puts back a database of before then takes the note away by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, Table, bindparam, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from logs.database import as_stored
from logs.keys import holds, public_hex
from logs.record import CHAINS, Chain, Record
from logs.store import PLACED, Head
from logs.store import TABLE as EVENTS
from logs.tables import MarkRow
from logs.verify import Fault

TABLE: Table = MarkRow.__table__  # type: ignore[attr-defined]
NEWER = ("seq", "hash", "at", "key", "signature")
Place = tuple[str, Chain]
"""Session and chain."""


@dataclass(frozen=True)
class Mark:
    """A chain had at least `seq` events at `at` (ms since 1970, UTC), the last with that hash."""

    session_id: str
    chain: Chain
    seq: int
    hash: bytes
    at: int
    key: bytes
    signature: bytes

    @property
    def genuine(self) -> bool:
        """Whether the signature is by the mark's key; whose key that is, a ring tells."""
        try:
            return holds(self.key.hex(), self.signature.hex(), marked_bytes(self))
        except (AttributeError, UnicodeEncodeError):  # somebody put something else in its place
            return False


class Marks:
    """Writes and reads marks. `key` gives the key that signs."""

    def __init__(self, engine: Engine, key: Callable[[], Ed25519PrivateKey]) -> None:
        self._engine = engine
        self._key = key

    def write(self, connection: Connection, records: Sequence[Record]) -> None:
        """Marks where the chains stand that `records` end; where a session begins, all its chains.

        Raises KeyringError, sqlalchemy.exc.DBAPIError.
        """
        if not records:
            return
        ends: dict[Place, Record] = {(r.session_id, r.chain): r for r in records}
        key = self._key()
        marks = {place: _signed(key, place, Head(r.seq, r.hash), r.server_time) for place, r in ends.items()}
        begun = {r.session_id: r.server_time for r in records if r.chain == "session" and r.seq == 1}
        for place in ((name, chain) for name in begun for chain in CHAINS):
            marks.setdefault(place, _signed(key, place, Head(), begun[place[0]]))
        self._begin(connection, [m for _, m in sorted(marks.items()) if m.session_id in begun])
        self._move(connection, [m for _, m in sorted(marks.items()) if m.session_id not in begun])

    def put(self, heads: Mapping[Place, Head], at: int) -> None:
        """Moves marks on to where chains stand. Raises KeyringError, sqlalchemy.exc.DBAPIError."""
        if heads:
            key = self._key()
            with self._engine.begin() as connection:
                self._move(connection, [_signed(key, place, head, at) for place, head in sorted(heads.items())])

    def sign(self, session_id: str, records: Sequence[Record], review: Sequence[Record]) -> tuple[Mark, ...]:
        """Marks for a file: of both chains as they stand. The same chains give the same bytes."""
        key = self._key()
        chains: tuple[tuple[Chain, Sequence[Record]], ...] = (("session", records), ("review", review))
        return tuple(
            _signed(key, (session_id, chain), head_of(found), (found or records)[-1].server_time)
            for chain, found in chains
        )

    def begin_missing(self, at: int) -> None:
        """Marks every chain that has no mark, as it stands."""
        last = select(EVENTS.c.session_id, EVENTS.c.chain, func.max(EVENTS.c.seq)).where(PLACED)
        last = last.group_by(EVENTS.c.session_id, EVENTS.c.chain)
        query = select(EVENTS.c.session_id, EVENTS.c.chain, EVENTS.c.seq, EVENTS.c.hash)
        query = query.where(tuple_(EVENTS.c.session_id, EVENTS.c.chain, EVENTS.c.seq).in_(last))
        with self._engine.begin() as connection:
            heads = {(row[0], row[1]): Head(row[2], row[3]) for row in connection.execute(query)}
            marked = {(row[0], row[1]) for row in connection.execute(select(TABLE.c.session_id, TABLE.c.chain))}
            places: Iterator[Place] = ((name, chain) for name in {p[0] for p in heads} for chain in CHAINS)
            missing = sorted(place for place in places if place not in marked)
            if missing:
                key = self._key()
                self._begin(connection, [_signed(key, place, heads.get(place, Head()), at) for place in missing])

    def of(self, session_id: str) -> list[Mark]:
        """The marks of a session's chains."""
        with self._engine.connect().execution_options(harness_read=True) as connection:
            query = select(*as_stored(TABLE)).where(TABLE.c.session_id == session_id).order_by(TABLE.c.chain)
            rows = connection.execute(query)
            return [Mark(**row._mapping) for row in rows]

    def sessions(self) -> list[str]:
        """The ids of all sessions that were ever marked."""
        query = select(TABLE.c.session_id).distinct().order_by(TABLE.c.session_id)
        with self._engine.connect().execution_options(harness_read=True) as connection:
            return list(connection.scalars(query))

    def _begin(self, connection: Connection, marks: Sequence[Mark]) -> None:
        """Stores marks; one that is there already (its session comes back) and further on stays."""
        if not marks:
            return
        build = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        insert = build(TABLE)
        statement = insert.on_conflict_do_update(
            index_elements=["session_id", "chain"],
            set_={name: insert.excluded[name] for name in NEWER},
            where=TABLE.c.seq < insert.excluded.seq,
        )
        connection.execute(statement, [vars(mark) for mark in marks])

    def _move(self, connection: Connection, marks: Sequence[Mark]) -> None:
        """Moves marks that are there; one that is further on stays, and one that is gone stays gone."""
        if not marks:
            return
        places = [TABLE.c[name] == bindparam(f"of_{name}") for name in ("session_id", "chain")]
        statement = update(TABLE).where(*places, TABLE.c.seq < bindparam("of_seq"))
        statement = statement.values({name: bindparam(f"of_{name}") for name in NEWER})
        connection.execute(statement, [{f"of_{name}": value for name, value in vars(m).items()} for m in marks])


def head_of(records: Sequence[Record]) -> Head:
    """Where a chain ends."""
    return Head(records[-1].seq, records[-1].hash) if records else Head()


def marked_bytes(mark: Mark) -> bytes:
    """What a mark signs."""
    return f"mark\n{mark.session_id}\n{mark.chain}\n{mark.seq}\n{mark.hash.hex()}\n{mark.at}".encode()


def unmarked(
    session_id: str, chain: Chain, records: Sequence[Record], marks: Iterable[Mark], keys: Iterable[str]
) -> Fault | None:
    """What speaks against a chain of this database; `keys` (public, hex) are those that may sign marks here."""
    mark = next((mark for mark in marks if mark.chain == chain), None)
    if mark is None:
        what = (
            "its mark is gone: removed, so that nothing shows whether its last events are those that were written"
        )
        return Fault(session_id, chain, len(records), what)
    if not mark.genuine or mark.key.hex() not in keys:
        what = f"the mark at event {mark.seq} is not signed by a key of this installation"
        return Fault(session_id, chain, mark.seq, what)
    return short(records, mark)


def short(records: Sequence[Record], mark: Mark) -> Fault | None:
    """What a chain lacks of what a genuine mark says."""

    def fault(seq: int, what: str) -> Fault:
        return Fault(mark.session_id, mark.chain, seq, what)

    if len(records) < mark.seq:
        gone = f"event {len(records) + 1} and what followed it are missing: removed"
        return fault(len(records) + 1, f"{gone} (there were {mark.seq} events at least)")
    if mark.seq and records[mark.seq - 1].hash != mark.hash:
        return fault(
            mark.seq, f"event {mark.seq} is not the one that was marked: it or one before it was replaced"
        )
    return None


def _signed(key: Ed25519PrivateKey, place: Place, head: Head, at: int) -> Mark:
    unsigned = Mark(*place, head.seq, head.hash, at, bytes.fromhex(public_hex(key)), b"")
    return Mark(*place, head.seq, head.hash, at, unsigned.key, key.sign(marked_bytes(unsigned)))
