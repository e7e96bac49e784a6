"""Tables that are not log: assessments, invitations, staff, form counters, heartbeats, corrected keys, versions of
tasks, scores.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel


class AssessmentRow(SQLModel, table=True):
    """An assessment: one to three tasks with settings. `settings` is JSON of `Assessment`."""

    __tablename__ = "assessment"

    name: str = Field(primary_key=True, max_length=64)
    settings: str = Field(sa_column=Column(Text, nullable=False))
    drawn: int = 0
    """Forms drawn so far: the index of the next session."""


class InvitationRow(SQLModel, table=True):
    """An invitation: known by the SHA-256 of its secret, used at most once."""

    __tablename__ = "invitation"

    digest: str = Field(primary_key=True, max_length=64)
    assessment: str = Field(max_length=64, foreign_key="assessment.name")
    candidate: str = Field(max_length=120)
    expires: int = Field(sa_column=Column(BigInteger, nullable=False))
    session_id: str | None = Field(default=None, max_length=32)
    resumes: bool = False
    """True for a link that continues the session instead of starting one."""
    policy: str | None = Field(default=None, max_length=32)
    """Name of the simulated candidate; the session is then marked as simulated."""
    seed: int | None = None
    place: int | None = None
    """Seed and index of the form, where a simulation fixes them."""
    used: int | None = Field(default=None, sa_column=Column(BigInteger))
    extra: int | None = None
    """Percent more time, agreed on beforehand."""


class StaffRow(SQLModel, table=True):
    """A member of staff. `password` is an argon2 hash."""

    __tablename__ = "staff"

    name: str = Field(primary_key=True, max_length=64)
    role: str = Field(max_length=16)
    password: str = Field(max_length=200)


class HeartbeatRow(SQLModel, table=True):
    """When a server was last known to run; downtime is given back to candidates."""

    __tablename__ = "heartbeat"

    id: int = Field(primary_key=True)
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


class RekeyedRow(SQLModel, table=True):
    """A key that was found wrong; the last row of an item stands. `digest` is the task's, hex."""

    __tablename__ = "rekeyed"
    __table_args__ = (Index("rekeyed_item", "task", "digest", "item"),)

    id: int | None = Field(default=None, primary_key=True)
    task: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    item: str = Field(max_length=64)
    decision: str = Field(max_length=16)
    author: str = Field(max_length=64)
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


class VersionRow(SQLModel, table=True):
    """A task as it was when sessions were drawn from it, whole and packed (`tasks.versions`); `digest` is hex."""

    __tablename__ = "task_version"

    digest: str = Field(primary_key=True, max_length=64)
    task: str = Field(max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


class ScoreRow(SQLModel, table=True):
    """A session's score under one state of log and versions; a new state gives a new row.

    `basis` is the SHA-256 (hex) of all that the score depends on, `score` the bytes of its JSON.
    """

    __tablename__ = "score"

    session_id: str = Field(primary_key=True, max_length=32)
    basis: str = Field(primary_key=True, max_length=64)
    score: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
