"""What is kept how long, and erasure: by rule once a day, or at somebody's request.

An assessment keeps the content of its sessions `retention_days` after the last thing that happened in them. What
an erasure takes and leaves is said in `logs.erasure`; beside the log the candidate's name stands on invitations,
which lose it too. Heartbeats, staff accounts and assessments hold nothing of candidates.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlmodel import Session

from harness import assessment
from harness.clock import Clock
from harness.home import Home
from harness.tables import InvitationRow, ScoreRow
from logs import ConflictError, StorageError
from logs.erasure import KEPT, Grounds, erase, scrub, tombstone
from logs.events import IMPORTED, Created, Erased
from logs.store import PLACED, TABLE

DAY = 86_400_000
HOUR = 3_600_000
DAYS = 180
"""Retention of sessions whose assessment is not known here, such as imported ones."""
DAILY = 86_400.0
"""Seconds between two applications of the rules by a server."""
INVITATIONS = InvitationRow.__table__  # type: ignore[attr-defined]
SCORES = ScoreRow.__table__  # type: ignore[attr-defined]
LOG = logging.getLogger("harness")


class RetentionError(Exception):
    """Something that cannot be erased, or a rule that cannot be applied; the message says why."""


@dataclass(frozen=True)
class Kept:
    """A session with content: its last event (ms since 1970, UTC), its rule, and its events with content."""

    session: str
    assessment: str
    simulated: bool
    last: int
    days: int
    events: int

    @property
    def due(self) -> int:
        """When its content is to be erased, in ms since 1970 (UTC)."""
        return self.last + self.days * DAY


@dataclass(frozen=True)
class Done:
    """One erasure: how many events lost their content, how many invitations their name.

    `scrubbed` is False where the database's files may still hold the old pages for a while.
    """

    session: str
    events: int
    invitations: int
    scrubbed: bool


def rules(home: Home) -> dict[str, int]:
    """Days by assessment. Raises RetentionError for a rule below one day."""
    found = {each.name: each.retention_days for each in assessment.every(home)}
    for name, days in found.items():
        if days < 1:
            raise RetentionError(f"Assessment {name!r} keeps sessions {days} days; a rule is at least one day.")
    return {**found, IMPORTED: found.get(IMPORTED, DAYS)}


def kept(home: Home) -> list[Kept]:
    """Every session that has content, the first to go first."""
    days = rules(home)
    content = TABLE.c.payload.is_not(None) & TABLE.c.kind.not_in(KEPT) & PLACED
    lasts = (
        select(TABLE.c.session_id, func.max(TABLE.c.server_time))
        .where(TABLE.c.chain == "session", PLACED)
        .group_by(TABLE.c.session_id)
    )
    left = select(TABLE.c.session_id, func.count()).where(content).group_by(TABLE.c.session_id)
    with home.engine.connect().execution_options(harness_read=True) as connection:
        holding = {row[0]: int(row[1]) for row in connection.execute(left)}
        ends = {row[0]: int(row[1]) for row in connection.execute(lasts)}
    found = []
    for first in home.log.firsts():
        if first.session_id not in holding:
            continue
        last, count = ends[first.session_id], holding[first.session_id]
        created = (
            first.event if first.payload is not None else tombstone(home.log.read(first.session_id, "review"))
        )
        name, simulated = "", False
        if isinstance(created, Created | Erased):
            name, simulated = created.assessment, created.simulated
        # What an interrupted or older erasure left behind goes at once.
        rule = 0 if isinstance(created, Erased) else days.get(name, DAYS)
        found.append(Kept(first.session_id, name, simulated, last, rule, count))
    return sorted(found, key=lambda k: (k.due, k.session))


def due(home: Home, now: int) -> list[Kept]:
    """The sessions whose time is over."""
    return [k for k in kept(home) if k.due <= now]


def apply_due(home: Home, now: int) -> list[Done]:
    """Erases what is due, and the names on invitations that nobody used in time. Safe in several processes."""
    done = []
    for each in due(home, now):
        grounds = Grounds("retention", f"kept {each.days} days by the rule of {each.assessment}", "schedule", now)
        with suppress(ConflictError):
            done.append(_erase(home, each.session, grounds))
    _forget_unused(home, now)
    return done


def erase_session(home: Home, session_id: str, reason: str, by: str, now: int) -> Done:
    """Erases one session at somebody's request. Raises RetentionError, logs.StorageError.

    A session that is still being sat is not erased: it would go on filling up.
    """
    check_erasable(home, session_id, reason, now)
    try:
        return _erase(home, session_id, Grounds("request", reason.strip(), by, now))
    except ConflictError as error:
        raise RetentionError(str(error)) from None


def check_erasable(home: Home, session_id: str, reason: str, now: int) -> None:
    """Raises RetentionError if this session cannot be erased now."""
    if not reason.strip() or len(reason) > 500:
        raise RetentionError("Give a reason of 1 to 500 characters; it stays in the log. Name no candidate in it.")
    records = home.log.read(session_id)
    if not records:
        raise RetentionError(f"There is no session {session_id!r}; `harness sessions list` shows them.")
    sealed = any(r.kind == "sealed" for r in records)
    if not sealed and records[0].payload is not None and now - records[-1].server_time < HOUR:
        raise RetentionError(
            f"Session {session_id!r} is still being sat; hand it in, or wait an hour after its last event."
        )


def erasure_of(home: Home, session_id: str) -> Erased | None:
    """The tombstone of a session, if its content was erased."""
    return tombstone(home.log.read(session_id, "review"))


def sentence(erased: Erased) -> str:
    """What everybody is told who asks for an erased session."""
    why = "by the retention rule" if erased.cause == "retention" else f"at a request of {erased.by}"
    return f"The content of this session was erased {why}: {erased.reason}."


async def daily(home: Home, clock: Clock) -> None:
    """Applies the rules now and once a day; for a server's lifetime. A failure is logged and tried again."""
    while True:
        try:
            for done in await asyncio.to_thread(apply_due, home, clock()):
                LOG.info("Retention: the content of session %s was erased", done.session)
        except (RetentionError, StorageError, assessment.AssessmentError) as error:
            LOG.error("Retention could not be applied: %s", error)
        await asyncio.sleep(DAILY)


def _erase(home: Home, session_id: str, grounds: Grounds) -> Done:
    events = erase(home.log, session_id, home.key, grounds)
    with home.engine.begin() as connection:  # what was computed from the content goes with it
        if home.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
        connection.execute(delete(SCORES).where(SCORES.c.session_id == session_id))
    names = _forget(home, INVITATIONS.c.session_id == session_id)
    return Done(session_id, events, names, scrub(home.engine))


def _forget_unused(home: Home, now: int) -> int:
    """Invitations nobody used lose their name once their own time is over; erased sessions' do in any case."""
    total = 0
    for name, days in rules(home).items():
        over = INVITATIONS.c.used.is_(None) & (INVITATIONS.c.expires + days * DAY <= now)
        erased = select(TABLE.c.session_id).where(TABLE.c.chain == "review", TABLE.c.kind == "erased", PLACED)
        where = (INVITATIONS.c.assessment == name) & or_(over, INVITATIONS.c.session_id.in_(erased))
        total += _forget(home, where)
    return total


def _forget(home: Home, where: ColumnElement[bool]) -> int:
    with Session(home.engine) as db:
        if home.engine.dialect.name == "sqlite":
            db.connection().exec_driver_sql("PRAGMA secure_delete=ON")
        gone = db.exec(update(InvitationRow).where(where, INVITATIONS.c.candidate != "").values(candidate=""))
        db.commit()
    return int(gone.rowcount)
