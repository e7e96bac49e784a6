"""Foreign logs become sessions for reading: created, one event a record, sealed. They are never scored."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

from harness.home import Home
from logs import ConflictError, Entry, Head
from logs.events import IMPORTED, Created, Sealed
from logs.exports.foreign import Foreign, ForeignSession
from logs.exports.mapping import Mapping
from logs.keys import public_hex, sealed_bytes

MOST = 2**53
"""Milliseconds of working time that a record can say."""


@dataclass(frozen=True)
class Stored:
    """One imported session. `added` is 0 where it was there already, or was erased since."""

    session: str
    subject: str
    events: int
    added: int


def store(home: Home, foreign: Foreign, mapping: Mapping, raw: bytes, now: int) -> list[Stored]:
    """Stores every session of a foreign log that is not there yet.

    The id comes from the file, the mapping and the session's own fields: a second import changes nothing.
    """
    return [_store(home, session, mapping, raw, now) for session in foreign.sessions]


def _store(home: Home, found: ForeignSession, mapping: Mapping, raw: bytes, now: int) -> Stored:
    log = home.log
    session_id = _name(found, mapping, raw)
    count = len(found.records)
    if log.head(session_id).seq:
        return Stored(session_id, found.subject, count, 0)
    created = Created(
        assessment=IMPORTED,
        version=mapping.name,
        candidate=found.subject[:120],
        simulated=mapping.simulated,
        practice=True,
        model=IMPORTED,
        seed=0,
        index=0,
        tasks=(),
    )
    entries = [Entry(created, "system", now)]
    first, working = None, 0
    for record in found.records:
        if record.at is not None:
            first = record.at if first is None else first
            working = min(max(working, record.at - first), MOST)
        entries.append(Entry(record.event, "import", now, working, record.at))
    linked = log.records(session_id, Head(), entries)
    head, key = linked[-1], home.key
    signature = key.sign(sealed_bytes(session_id, head.seq, head.hash.hex())).hex()
    seal = Sealed(events=head.seq, head=head.hash.hex(), key=public_hex(key), signature=signature)
    linked += log.records(session_id, Head(head.seq, head.hash), [Entry(seal, "system", now, working)])
    try:
        log.insert(linked)
    except ConflictError:
        return Stored(session_id, found.subject, count, 0)
    return Stored(session_id, found.subject, count, count)


def _name(found: ForeignSession, mapping: Mapping, raw: bytes) -> str:
    about = [hashlib.sha256(raw).hexdigest(), mapping.model_dump(mode="json"), list(found.group)]
    return (
        "i"
        + base64.b32encode(hashlib.sha256(json.dumps(about, sort_keys=True).encode()).digest())
        .decode()
        .lower()[:11]
    )
