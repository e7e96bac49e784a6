"""One row of the log: an event with its place, its times and the hashes that chain it to the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal, get_args

import rfc8785
from pydantic import TypeAdapter

from logs.events import EVENT, AnyEvent, Edit

Chain = Literal["session", "review", "copy"]
"""A session's own chain, the review of it, and here alone, for one that came out of a file, looks at that copy."""
CHAINS: tuple[Chain, ...] = get_args(Chain)
GENESIS = bytes(32)
"""The hash before the first event of a chain."""
LARGEST = (1 << 53) - 1
"""Largest integer that has a canonical form."""
_EDIT = Edit.__pydantic_serializer__
_JSON: TypeAdapter[Any] = TypeAdapter(Any)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)


@dataclass(frozen=True)
class Entry:
    """An event about to be appended, with the times that only the caller knows.

    `client_time` is the browser's clock, `server_time` ours (both milliseconds since 1970, UTC);
    `working_ms` is the working time of the session; `client_seq` the browser's sequence number.
    """

    event: AnyEvent
    actor: str
    server_time: int
    working_ms: int = 0
    client_time: int | None = None
    client_seq: int | None = None


@dataclass(frozen=True)
class Record:
    """An event in the log. `payload` and `salt` are None once the content was erased."""

    session_id: str
    chain: Chain
    seq: int
    kind: str
    server_time: int
    client_time: int | None
    client_seq: int | None
    working_ms: int
    actor: str
    payload: bytes | None
    salt: bytes | None
    payload_hash: bytes
    prev_hash: bytes
    hash: bytes

    @property
    def event(self) -> AnyEvent:
        """The event itself; raises ErasedError if its content was erased."""
        if self.payload is None:
            raise ErasedError(f"The content of event {self.seq} of session {self.session_id} was erased.")
        return EVENT.validate_json(self.payload)


class ErasedError(Exception):
    """The content of an event is gone, by a retention rule or a request for erasure."""


class UnfitTextError(ValueError):
    """A text that has no canonical form: a lone surrogate, or a number past 2^53."""


def canonical(event: AnyEvent) -> bytes:
    """The event as canonical JSON (RFC 8785). Raises UnfitTextError for a lone surrogate or a huge integer."""
    try:
        if type(event) is Edit:  # its fields are in order, and its numbers were checked
            return _EDIT.to_json(event, exclude_none=True)
        value = event.model_dump(mode="json", exclude_none=True)
        return _plain_bytes(value) if _plain(value) else rfc8785.dumps(value)
    except ValueError as error:  # the same of three libraries: there is no canonical form
        raise UnfitTextError(f"The event cannot be stored: {error}") from None


def is_canonical(payload: bytes) -> bool:
    """Whether bytes are the canonical form of what they say: the one that is stored, and that readers rely on."""
    try:
        value = json.loads(payload)
        return (_plain_bytes(value) if _plain(value) else rfc8785.dumps(value)) == payload
    except (ValueError, RecursionError):
        return False


def _plain(value: Any) -> bool:
    """Whether the standard encoder gives the canonical form too: no floats, no huge integers, ASCII keys."""
    kind = type(value)
    if kind is dict:
        if not all(map(str.isascii, value)):
            return False
        value = value.values()
    elif kind is not list:
        return kind is str or kind is bool or value is None or (kind is int and -LARGEST <= value <= LARGEST)
    for part in value:  # most parts are texts and numbers: a call for each would cost more than the look
        kind = type(part)
        if kind is int:
            if not -LARGEST <= part <= LARGEST:
                return False
        elif kind is not str and not _plain(part):
            return False
    return True


def _plain_bytes(value: Any) -> bytes:
    return _ENCODER.encode(value).encode()


def payload_hash(salt: bytes, payload: bytes) -> bytes:
    """SHA-256(salt ‖ payload), 32 bytes."""
    return hashlib.sha256(salt + payload).digest()


def chain_hash(record: Record) -> bytes:
    """SHA-256(prev_hash ‖ header ‖ payload_hash), 32 bytes, from the record's own columns."""
    header = _JSON.dump_json(
        [
            record.session_id,
            record.chain,
            record.seq,
            record.kind,
            record.server_time,
            record.client_time,
            record.client_seq,
            record.working_ms,
            record.actor,
        ]
    )
    return hashlib.sha256(record.prev_hash + header + record.payload_hash).digest()


def link(session_id: str, chain: Chain, seq: int, previous: bytes, entry: Entry, salt: bytes) -> Record:
    """The record of `entry` at place `seq` behind the event whose hash is `previous`."""
    payload = canonical(entry.event)
    record = Record(
        session_id=session_id,
        chain=chain,
        seq=seq,
        kind=entry.event.kind,
        server_time=entry.server_time,
        client_time=entry.client_time,
        client_seq=entry.client_seq,
        working_ms=entry.working_ms,
        actor=entry.actor,
        payload=payload,
        salt=salt,
        payload_hash=payload_hash(salt, payload),
        prev_hash=previous,
        hash=b"",
    )
    object.__setattr__(record, "hash", chain_hash(record))
    return record
