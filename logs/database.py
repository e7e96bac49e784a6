"""Opens the database behind the log: SQLite with durable settings, or PostgreSQL by URL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Engine, LargeBinary, Table, create_engine, event, type_coerce
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.types import NullType


class DatabaseError(Exception):
    """The database cannot be used; the message says what to do."""


def reason(error: Exception) -> str:
    """Why the database refused, on one line. What follows the first may quote the row, and a candidate's words."""
    return next(iter(str(getattr(error, "orig", None) or error).splitlines()), type(error).__name__)


def as_stored(table: Table) -> list[ColumnElement[Any]]:
    """The columns of a table, to be read without conversion: one that somebody else wrote may hold anything."""
    return [
        type_coerce(column, NullType()).label(column.name) if isinstance(column.type, LargeBinary) else column
        for column in table.c
    ]


def open_engine(url: str) -> Engine:
    """An engine for `url` (`sqlite:///…` or `postgresql+psycopg://…`). Raises DatabaseError for a bad URL."""
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite", hide_parameters=True)
    except (ArgumentError, ModuleNotFoundError, ValueError) as error:
        raise DatabaseError(
            f"The database URL cannot be used ({error}). Set HARNESS_DATABASE_URL to sqlite:///PATH or postgresql://…"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
        event.listen(engine, "begin", _immediate)
    return engine


def _durable(connection: Any, _: Any) -> None:
    """WAL with FULL: what was acknowledged survives a power cut. BEGIN is ours, see `_immediate`."""
    connection.isolation_level = None
    connection.text_factory = _text
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _text(raw: bytes) -> str:
    """What is not UTF-8 is read all the same, or one such row would hide all others."""
    return raw.decode("utf-8", "surrogateescape")


def _immediate(connection: Any) -> None:
    """Take the write lock at once: a deferred one that upgrades later fails instead of waiting."""
    readonly = connection.get_execution_options().get("harness_read", False)
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")
