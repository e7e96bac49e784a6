"""Migrations lead up and down on both databases, and end at the schema that the code names."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

import harness.tables  # noqa: F401 - the metadata is complete once both are imported
import logs.tables  # noqa: F401
from harness.migrations import downgrade, upgrade
from logs import Log, open_engine
from logs.store import TABLE

pytestmark = pytest.mark.databases


@pytest.fixture
def engine(database: str, tmp_path: object) -> Iterator[Engine]:
    if database.startswith("sqlite"):
        database = f"sqlite:///{tmp_path}/schema.db"
    found = open_engine(database)
    yield found
    found.dispose()


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, SQLModel.metadata))


def test_an_upgraded_schema_is_the_one_that_the_code_names(engine: Engine) -> None:
    upgrade(engine)
    assert differences(engine) == []


def test_a_drifted_schema_is_noticed(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX event_seal")
    assert differences(engine) != []


def test_down_leaves_nothing_and_up_again_is_whole(engine: Engine) -> None:
    upgrade(engine)
    downgrade(engine)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(engine)
    assert differences(engine) == []


def test_an_upgrade_that_is_not_needed_does_nothing(engine: Engine) -> None:
    upgrade(engine)
    upgrade(engine)
    assert differences(engine) == []


def test_processes_that_start_at_once_upgrade_once(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    program = "import sys; from harness.migrations import upgrade; from logs import open_engine; "
    program += "upgrade(open_engine(sys.argv[1]))"
    running = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert differences(engine) == []


def stray(engine: Engine, chain: str, seq: int) -> None:
    with engine.begin() as connection:
        row = {
            **dict.fromkeys(("server_time", "working_ms"), 0),
            **dict.fromkeys(("payload_hash", "prev_hash", "hash"), b""),
            "session_id": "s1",
            "chain": chain,
            "seq": seq,
            "kind": "looked",
            "actor": "x",
        }
        connection.execute(TABLE.insert(), [row])


@pytest.mark.parametrize(("chain", "seq"), [("session", 0), ("review", -5), ("bogus", 1)])
def test_the_database_refuses_events_where_nobody_looks(engine: Engine, chain: str, seq: int) -> None:
    upgrade(engine)
    with pytest.raises(IntegrityError):
        stray(engine, chain, seq)
    stray(engine, "copy", 1)


def test_an_upgrade_leaves_stray_events_to_be_named(engine: Engine) -> None:
    upgrade(engine)
    downgrade(engine, "0005")
    stray(engine, "bogus", 0)
    upgrade(engine)
    log = Log(engine, lambda: b"")
    assert log.misplaced("s1") == [("bogus", 0)]
    with pytest.raises(IntegrityError):
        stray(engine, "bogus", 1)
    log.close()
