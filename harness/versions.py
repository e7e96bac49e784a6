"""The versions of tasks from which sessions were drawn, kept beside the log."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from harness.tables import VersionRow
from tasks import Kept, Task, pack


def keep(engine: Engine, tasks: Iterable[Task], now: int) -> None:
    """Keeps what is not kept yet. `now` is server time in milliseconds."""
    for task in tasks:
        try:
            with Session(engine) as db:
                if db.get(VersionRow, task.digest) is None:
                    db.add(VersionRow(digest=task.digest, task=task.name, content=pack(task), at=now))
                    db.commit()
        except IntegrityError:
            continue  # another process kept it meanwhile


def kept_in(engine: Engine) -> Kept:
    """Finds what was kept, by digest."""

    def kept(digest: str) -> bytes | None:
        with Session(engine) as db:
            row = db.get(VersionRow, digest)
            return row.content if row else None

    return kept
