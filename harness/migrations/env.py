"""Run by Alembic: applies migrations over the engine that the caller passes in."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import harness.tables  # noqa: F401 - the metadata is complete once both are imported
import logs.tables  # noqa: F401

LOCK = 0x6861_726E
engine = context.config.attributes["engine"]
with engine.connect() as connection:
    if engine.dialect.name == "postgresql":  # of several processes that start at once, one migrates
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
