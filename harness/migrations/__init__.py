"""Schema migrations of the log and of the harness tables, in one Alembic environment."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def config(engine: Engine) -> Config:
    """Alembic's configuration for this engine."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent))
    found.attributes["engine"] = engine
    return found


def upgrade(engine: Engine) -> None:
    """Brings the schema to the newest revision; does nothing if it is there already."""
    settings = config(engine)
    newest = ScriptDirectory.from_config(settings).get_current_head()
    with engine.connect().execution_options(harness_read=True) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != newest:
        command.upgrade(settings, "head")
