"""Checks a session's chains and names the first event that is not what was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import NoneType

from logs.erasure import signed_by_its_key
from logs.events import EVENT, Erased, Sealed
from logs.keys import holds, sealed_bytes
from logs.record import GENESIS, Chain, Record, chain_hash, payload_hash


@dataclass(frozen=True)
class Fault:
    """The first thing wrong in a chain. `seq` is the place of the event, counted from 1."""

    session: str
    chain: str
    seq: int
    what: str


KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("session_id", "chain", "kind", "actor"), (str,)),
    **dict.fromkeys(("seq", "server_time", "working_ms"), (int,)),
    **dict.fromkeys(("client_time", "client_seq"), (int, NoneType)),
    **dict.fromkeys(("payload", "salt"), (bytes, NoneType)),
    **dict.fromkeys(("payload_hash", "prev_hash", "hash"), (bytes,)),
}
"""What a column of an event may hold; SQLite keeps whatever it is given."""


def verify(session_id: str, chain: Chain, records: Sequence[Record]) -> Fault | None:
    """None if the chain is whole. Content that was erased leaves its hash and does not break it."""
    previous = GENESIS
    sealed_at: int | None = None
    for place, record in enumerate(records, start=1):
        what = _wrong(record, place, previous, records)
        if what is None and sealed_at is not None:
            what = f"an event follows the seal at {sealed_at}: inserted after the session was over"
        if what is None and record.kind == "sealed" and record.payload is not None:
            what = _wrong_seal(session_id, record, place, previous)
            sealed_at = place
        if what is None and record.kind == "erased" and record.payload is not None:
            what = _wrong_tombstone(session_id, record, place)
        if what is not None:
            return Fault(session_id, chain, place, what)
        previous = record.hash
    return None


def _wrong(record: Record, place: int, previous: bytes, records: Sequence[Record]) -> str | None:
    for name, kinds in KINDS.items():
        if type(getattr(record, name)) not in kinds:
            return f"the {name} of event {place} was changed: it holds {type(getattr(record, name)).__name__}"
    if record.seq != place:
        return f"event {place} is missing: removed" if record.seq > place else f"event {record.seq} is doubled"
    if (record.payload is None) != (record.salt is None):
        return f"the content of event {place} ({record.kind}) was changed: half of it is gone"
    if record.payload is not None and record.salt is not None:
        if payload_hash(record.salt, record.payload) != record.payload_hash:
            return f"the content of event {place} ({record.kind}) was changed"
        try:
            kind = EVENT.validate_json(record.payload).kind
        except ValueError:
            return f"the content of event {place} cannot be read"
        if kind != record.kind:
            return f"event {place} says it is {record.kind} and holds {kind}: changed"
    try:
        intact = chain_hash(record) == record.hash
    except ValueError:
        return f"event {place} was changed: its header is not UTF-8"
    if record.prev_hash != previous:
        if any(r.hash == record.prev_hash for r in records):
            return f"event {place} does not follow the one before it: inserted or reordered"
        return f"event {place} does not follow the one before it: removed, inserted or changed"
    if not intact:
        return f"event {place} ({record.kind}) was changed in its time, actor or place"
    return None


def _wrong_seal(session_id: str, record: Record, place: int, previous: bytes) -> str | None:
    seal = record.event
    if not isinstance(seal, Sealed):
        return f"event {place} is not a seal"
    if seal.events != place - 1 or seal.head != previous.hex():
        return f"the seal at {place} is for another chain: events were removed or inserted"
    if not holds(seal.key, seal.signature, sealed_bytes(session_id, seal.events, seal.head)):
        return f"the signature of the seal at {place} does not hold"
    return None


def _wrong_tombstone(session_id: str, record: Record, place: int) -> str | None:
    event = record.event
    if not isinstance(event, Erased) or not signed_by_its_key(session_id, event):
        return f"the signature of the tombstone at {place} does not hold"
    return None
