"""Erasure: the content of a session goes, its header, its hashes and a signed tombstone stay.

Payload and salt of every event of both chains are dropped, with these exceptions, which hold nothing of the
candidate: the seal, the release of the debrief, staff looks, and tombstones. Without the salt the hash that stays
cannot be matched against guesses of what was there.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from logs.database import reason
from logs.events import Created, Erased, Sealed
from logs.keys import holds, public_hex, sealed_bytes
from logs.record import Entry, Record
from logs.store import TABLE, ConflictError, Head, Log, StorageError

KEPT = frozenset({"sealed", "looked", "debrief_released", "erased"})
"""Kinds whose content is never erased."""
TRIES = 5


@dataclass(frozen=True)
class Grounds:
    """Why content is erased, by whom, and when (`at`: milliseconds since 1970, UTC)."""

    cause: str
    reason: str
    by: str
    at: int


def tombstone_bytes(session_id: str, event: Erased) -> bytes:
    """What the signature of a tombstone is over: the session id and every field but the signature."""
    return rfc8785.dumps([session_id, event.model_dump(mode="json", exclude={"signature"}, exclude_none=True)])


def signed_by_its_key(session_id: str, event: Erased) -> bool:
    """Whether the signature of a tombstone holds."""
    return holds(event.key, event.signature, tombstone_bytes(session_id, event))


def tombstone(review: Sequence[Record]) -> Erased | None:
    """The last tombstone of a review chain; None if nothing was erased."""
    for record in reversed(review):
        if record.kind == "erased" and record.payload is not None:
            event = record.event
            if isinstance(event, Erased):
                return event
    return None


def content_left(records: Sequence[Record]) -> int:
    """How many events still have content that an erasure takes."""
    return sum(r.payload is not None and r.kind not in KEPT for r in records)


def erase(log: Log, session_id: str, key: Ed25519PrivateKey, grounds: Grounds) -> int:
    """Erases a session's content and appends the tombstone, in one transaction; how many events lost content.

    A session that was never handed in is sealed with it, so that nothing can be appended any more.
    Nothing left to erase gives 0 and no second tombstone. Raises ConflictError when the session goes on being
    written to, StorageError when the database refuses; nothing is erased then.
    """
    for _ in range(TRIES):
        session, review = log.read(session_id), log.read(session_id, "review")
        if not session or (tombstone(review) and not content_left([*session, *review])):
            return 0
        actor = f"staff:{grounds.by}"[:64] if grounds.cause == "request" else "system"
        new: list[Record] = []
        if not any(record.kind == "sealed" for record in session):
            head = Head(session[-1].seq, session[-1].hash)
            new = log.records(session_id, head, [Entry(_seal(session_id, head, key), actor, grounds.at)])
        event = _signed(session_id, [*session, *new], review, key, grounds)
        head = Head(review[-1].seq, review[-1].hash) if review else Head()
        new += log.records(session_id, head, [Entry(event, actor, grounds.at)], "review")
        with suppress(IntegrityError):  # somebody appended meanwhile: read again
            try:
                return _write(log, new, event)
            except IntegrityError:
                raise
            except DBAPIError as error:
                raise StorageError(f"The database did not erase the content: {reason(error)}") from None
    raise ConflictError("The session is being written to; nothing was erased.")


def scrub(engine: Engine) -> bool:
    """Takes erased content out of the database's files too; False where something still reads the old pages.

    SQLite: overwritten in place (`secure_delete`), and the write-ahead log emptied. PostgreSQL: vacuumed. Backups
    are the administrator's to expire.
    """
    try:
        if engine.dialect.name == "sqlite":
            raw = engine.raw_connection()
            try:
                cursor = raw.cursor()
                busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                cursor.close()
            finally:
                raw.close()
            return not busy
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f'VACUUM "{TABLE.name}"')
    except DBAPIError:
        return False
    return True


def _seal(session_id: str, head: Head, key: Ed25519PrivateKey) -> Sealed:
    signature = key.sign(sealed_bytes(session_id, head.seq, head.hash.hex())).hex()
    return Sealed(events=head.seq, head=head.hash.hex(), key=public_hex(key), signature=signature)


def _signed(
    session_id: str, session: Sequence[Record], review: Sequence[Record], key: Ed25519PrivateKey, grounds: Grounds
) -> Erased:
    created = session[0].event if session[0].payload is not None else None
    earlier = tombstone(review)
    about = created if isinstance(created, Created) else earlier
    unsigned = Erased.model_validate(
        {
            "cause": grounds.cause,
            "reason": grounds.reason,
            "by": grounds.by,
            "at": grounds.at,
            "assessment": about.assessment if about else "",
            "simulated": bool(about and about.simulated),
            "practice": bool(about and about.practice),
            "session_events": session[-1].seq,
            "session_head": session[-1].hash.hex(),
            "review_events": review[-1].seq if review else 0,
            "review_head": review[-1].hash.hex() if review else "",
            "key": public_hex(key),
            "signature": "",
        }
    )
    return unsigned.model_copy(update={"signature": key.sign(tombstone_bytes(session_id, unsigned)).hex()})


def _write(log: Log, new: list[Record], event: Erased) -> int:
    rows = [{name: getattr(record, name) for name in TABLE.c.keys()} for record in new]  # noqa: SIM118
    own = TABLE.c.session_id == new[0].session_id
    chain = ((TABLE.c.chain == "session") & (TABLE.c.seq <= event.session_events)) | (
        (TABLE.c.chain == "review") & (TABLE.c.seq <= event.review_events)
    )
    with log.engine.begin() as connection:
        if log.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
        connection.execute(TABLE.insert(), rows)
        log.mark(connection, new)
        done = connection.execute(
            update(TABLE)
            .where(own, chain, TABLE.c.payload.is_not(None), TABLE.c.kind.not_in(KEPT))
            .values(payload=None, salt=None)
        )
        return done.rowcount
