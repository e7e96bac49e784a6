"""Sessions as JSON Lines: complete, and verifiable on another machine without the database.

A session is a header line, then one line a record: the session chain, then the review chain. A file may hold
several sessions, one after the other. Byte columns are base64. The header says how many events follow, carries the
public keys with their dates, and a mark of each chain, signed when the file was written: so a cut-off file is
noticed, and seal and marks can be checked anywhere. What the marks show is said in `proof`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from logs.erasure import tombstone
from logs.events import Created, Erased, Sealed
from logs.keys import KnownKey
from logs.marks import Mark
from logs.record import Record
from logs.written import WrittenMark

FORMAT = "harness-session-2"
BEFORE = "harness-session-1"
"""The first version: its header names no session, no counts and no keys; it is still read."""
BOM = b"\xef\xbb\xbf"
"""What some editors put before a text."""
BYTES = ("payload", "salt", "payload_hash", "prev_hash", "hash")
EXACT = 2**53


def _unpacked(value: object) -> object:
    if isinstance(value, str):
        try:
            return base64.b64decode(value.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError):
            raise ValueError("it is not base64") from None
    return value


Count = Annotated[int, Field(ge=0, le=EXACT)]
Packed = Annotated[bytes, BeforeValidator(_unpacked)]
Digest = Annotated[bytes, BeforeValidator(_unpacked), Field(min_length=32, max_length=32)]
Name = Annotated[str, Field(pattern=r"^[^\x00]*$")]
SessionName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


class Row(BaseModel):
    """A record as it stands on a line."""

    model_config = ConfigDict(extra="forbid", strict=True)
    session_id: SessionName
    chain: Literal["session", "review"]
    seq: Annotated[int, Field(ge=1, le=2**31 - 1)]
    kind: Annotated[Name, Field(max_length=32)]
    server_time: Count
    client_time: Annotated[int, Field(ge=-EXACT, le=EXACT)] | None
    client_seq: Count | None
    working_ms: Count
    actor: Annotated[Name, Field(max_length=64)]
    payload: Packed | None
    salt: Packed | None
    payload_hash: Digest
    prev_hash: Digest
    hash: Digest


class Header(BaseModel):
    """The first line of a session."""

    model_config = ConfigDict(extra="ignore")
    format: Literal["harness-session-2", "harness-session-1"]
    session: SessionName | None = None
    simulated: bool | None = None
    session_events: Count | None = None
    review_events: Count | None = None
    keys: tuple[KnownKey, ...] = ()
    marks: tuple[WrittenMark, ...] = ()

    @model_validator(mode="after")
    def _one_mark_a_chain(self) -> Self:
        if len({mark.chain for mark in self.marks}) != len(self.marks):
            raise ValueError("a chain has two marks")
        return self


@dataclass(frozen=True)
class LineFault:
    """A line that cannot be read, counted from 1, and why."""

    line: int
    why: str

    @property
    def words(self) -> str:
        """One sentence."""
        return f"Line {self.line} cannot be read: {self.why}."


@dataclass
class SessionFile:
    """One session of a file. With faults it is not whole and nothing of it may be taken in."""

    line: int
    """Of its header."""
    header: Header | None
    records: list[Record] = field(default_factory=list)
    review: list[Record] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)

    @property
    def session(self) -> str:
        """The session's id; empty where no line names it."""
        if self.header and self.header.session:
            return self.header.session
        return self.records[0].session_id if self.records else ""

    @property
    def marks(self) -> list[Mark]:
        """The marks of its header."""
        return [mark.of(self.session) for mark in self.header.marks] if self.header else []


def write_session(
    records: Sequence[Record],
    review: Sequence[Record],
    keys: Sequence[KnownKey],
    simulated: bool,
    marks: Sequence[Mark] = (),
) -> Iterator[str]:
    """The lines of one session, without line ends. `keys` are those known where it is written, `marks` its own."""
    used = {*(signer(record) for record in (*records, *review)), *(mark.key.hex() for mark in marks)}
    header = {
        "format": FORMAT,
        "session": records[0].session_id if records else "",
        "simulated": simulated,
        "session_events": len(records),
        "review_events": len(review),
        "keys": [key.model_dump(exclude={"origin"}) for key in keys if key.key in used],
        "marks": [WrittenMark.from_mark(mark).model_dump() for mark in marks],
    }
    yield json.dumps(header, sort_keys=True)
    for record in (*records, *review):
        row = asdict(record)
        for name in BYTES:
            row[name] = None if row[name] is None else base64.b64encode(row[name]).decode()
        yield json.dumps(row, sort_keys=True)


def signer(record: Record) -> str | None:
    """The public key (hex) that signed this event; None if it is not signed."""
    if record.kind in ("sealed", "erased") and record.payload is not None:
        event = record.event
        if isinstance(event, Sealed | Erased):
            return event.key
    return None


def read_sessions(lines: Iterable[bytes]) -> list[SessionFile]:
    """The sessions of a file. Every line that cannot be read is a fault of the session it stands in."""
    found: list[SessionFile] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        value, why = _parsed(line.removeprefix(BOM) if number == 1 else line)
        if isinstance(value, dict) and "format" in value:
            header, why = _header(value)
            found.append(SessionFile(number, header))
            if why:
                found[-1].faults.append(LineFault(number, why))
            continue
        if not found:
            found.append(SessionFile(number, None))
            found[-1].faults.append(LineFault(number, why or f"no line before it says format {FORMAT}"))
            continue
        if why is None:
            why = _taken(found[-1], value)
        if why is not None:
            found[-1].faults.append(LineFault(number, why))
    names: dict[str, int] = {}
    for session in found:
        first = names.setdefault(session.session, session.line)
        if session.session and first != session.line:
            session.faults.append(LineFault(session.line, f"the session of line {first} stands here again"))
        _counted(session)
        _simulated(session)
    return found


def _parsed(line: bytes) -> tuple[Any, str | None]:
    try:
        return json.loads(line.decode("utf-8")), None
    except UnicodeDecodeError:
        return None, "it is not UTF-8"
    except RecursionError:
        return None, "it is nested too deeply"
    except ValueError as error:
        return None, f"it is no JSON ({error})"


def _header(value: dict[str, Any]) -> tuple[Header | None, str | None]:
    try:
        return Header.model_validate(value), None
    except ValidationError as error:
        return None, _first(error)


def _taken(session: SessionFile, value: Any) -> str | None:
    """Adds a record to the session; why not, if it cannot."""
    try:
        row = Row.model_validate(value)
    except ValidationError as error:
        return _first(error)
    record = Record(**{name: getattr(row, name) for name in Row.model_fields})
    if session.session and record.session_id != session.session:
        return f"it belongs to session {record.session_id} and stands in that of {session.session}"
    if record.chain == "session" and session.review:
        return "an event of the session chain stands after the review chain"
    (session.records if record.chain == "session" else session.review).append(record)
    return None


def _counted(session: SessionFile) -> None:
    if session.faults or session.header is None:
        return
    for said, found, chain in (
        (session.header.session_events, session.records, "session"),
        (session.header.review_events, session.review, "review"),
    ):
        if said is not None and said != len(found):
            why = f"it announces {said} events of the {chain} chain and {len(found)} follow"
            session.faults.append(LineFault(session.line, why))
    if not session.records:
        session.faults.append(LineFault(session.line, "no event follows it"))


def _simulated(session: SessionFile) -> None:
    """The header says whether a session is simulated, for whoever reads no further; it must not say otherwise."""
    if session.faults or session.header is None or session.header.simulated is None:
        return
    try:
        created = session.records[0].event if session.records[0].payload is not None else tombstone(session.review)
    except ValueError:  # verification names that event
        return
    if isinstance(created, Created | Erased) and created.simulated != session.header.simulated:
        told = "" if session.header.simulated else "not "
        session.faults.append(LineFault(session.line, f"it says {told}simulated, and its events say otherwise"))


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg']}" if place else problem["msg"]
