"""Schema migrations of the log and of the harness tables, in one Alembic environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent
NEWEST = max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))
"""The newest revision: revisions are numbered, and their files begin with the number."""


def config(engine: Engine) -> Config:
    """Alembic's configuration for this engine."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(FOLDER))
    found.attributes["engine"] = engine
    return found


def upgrade(engine: Engine) -> None:
    """Brings the schema to the newest revision; loads Alembic only if it is not there already."""
    if current(engine) == NEWEST:
        return
    from alembic import command

    command.upgrade(config(engine), "head")


def current(engine: Engine) -> str | None:
    """The revision of a database; None for an empty one."""
    with engine.connect().execution_options(harness_read=True) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Takes the schema back to a revision; at `base` nothing is left."""
    from alembic import command

    command.downgrade(config(engine), revision)
