"""The tables of the log."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

PLACES = {"event_chain": "chain IN ('session', 'review', 'copy')", "event_seq": "seq >= 1"}
"""What the database refuses of events by itself: places in which nobody would look."""


class EventRow(SQLModel, table=True):
    """One event. The payload is canonical JSON in a byte column, never JSONB, which refuses NUL."""

    __tablename__ = "event"
    __table_args__ = (
        # Where sessions begin and end, found without reading what lies between.
        *(
            Index(name, "session_id", "chain", sqlite_where=text(rows), postgresql_where=text(rows))
            for name, rows in (("event_first", "seq = 1"), ("event_seal", "kind = 'sealed'"))
        ),
        *(CheckConstraint(rule, name=name) for name, rule in PLACES.items()),
    )

    session_id: str = Field(primary_key=True, max_length=32)
    chain: str = Field(primary_key=True, max_length=8)
    seq: int = Field(primary_key=True)
    kind: str = Field(max_length=32)
    server_time: int = Field(sa_column=Column(BigInteger, nullable=False))
    client_time: int | None = Field(default=None, sa_column=Column(BigInteger))
    client_seq: int | None = Field(default=None, sa_column=Column(BigInteger))
    working_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    actor: str = Field(max_length=64)
    payload: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    salt: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    payload_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    prev_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class MarkRow(SQLModel, table=True):
    """Where a chain stood at a moment, signed; one row a chain."""

    __tablename__ = "mark"

    session_id: str = Field(primary_key=True, max_length=32)
    chain: str = Field(primary_key=True, max_length=8)
    seq: int
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    signature: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CopyRow(SQLModel, table=True):
    """A session that came out of a file, how much of it did, and the marks of its maker (JSON)."""

    __tablename__ = "imported"

    session_id: str = Field(primary_key=True, max_length=32)
    session_events: int
    review_events: int
    marks: str = Field(sa_column=Column(Text, nullable=False))
