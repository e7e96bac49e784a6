"""Run by Alembic: applies migrations over the engine that the caller passes in."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import harness.tables  # noqa: F401 - the metadata is complete once both are imported
import logs.tables  # noqa: F401

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
