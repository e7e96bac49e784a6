"""Scores as they were given, each under the state of log and versions that it was computed from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from evaluators.context import SessionContext
from evaluators.matching.matcher import matcher
from evaluators.rules import Rules
from evaluators.scoring.rekeying import House
from evaluators.scoring.score import VERSION
from harness.home import Home
from harness.sandbox.interface import Sandbox
from harness.tables import ScoreRow
from logs.events import EVENT, Created
from logs.store import FIRST, PLACED, SEAL, TABLE

SCORES = ScoreRow.__table__  # type: ignore[attr-defined]
DECIDING = ("check", "adjudicated", "disputed")
"""Kinds of the review chain that a score depends on."""
AT_ONCE = 500
"""Sessions asked for in one query."""


@dataclass(frozen=True)
class Kept:
    """A score as it was given: the bytes of its JSON, its basis (hex), and when (ms since 1970, UTC)."""

    session: str
    basis: str
    score: bytes
    at: int


def mark(sandbox: Sandbox) -> str:
    """What a score depends on in a sandbox: how strong it is, and what candidate code sees in it."""
    return f"{sandbox.tier} {sandbox.environment}"


def basis_of(context: SessionContext, where: str) -> str:
    """The digest (SHA-256, hex) of all that the session's score depends on; `where` is the sandbox's mark."""
    deciding = [record.hash for record in context.review if record.kind in DECIDING]
    return _digest(context.records[-1].hash, deciding, context.rules, where)


def bases(home: Home, house: House, where: str, sessions: Iterable[str]) -> dict[str, str]:
    """The basis on which each of these sessions would be scored now, in order of their ids.

    What is not sealed yet is left out, and so is what was erased: there is nothing left of it to score.
    """
    names = sorted(sessions)
    found: dict[str, str] = {}
    with home.engine.connect().execution_options(harness_read=True) as connection:
        for start in range(0, len(names), AT_ONCE):
            found |= _some(connection, names[start : start + AT_ONCE], house, where)
    return found


def keep(home: Home, scores: Sequence[Kept]) -> None:
    """Stores scores; one that is there already stays as it is."""
    if not scores:
        return
    make = postgresql.insert if home.engine.dialect.name == "postgresql" else sqlite.insert
    rows = [{"session_id": s.session, "basis": s.basis, "score": s.score, "at": s.at} for s in scores]
    with home.engine.begin() as connection:
        connection.execute(make(SCORES).on_conflict_do_nothing(), rows)


def known(home: Home, wanted: Mapping[str, str]) -> set[str]:
    """Of these sessions (to their basis), those that have a score on it."""
    return {session for session, basis in _pairs(home, wanted) if wanted[session] == basis}


def read(home: Home, session: str, basis: str) -> bytes | None:
    """The score of a session on this basis."""
    query = select(SCORES.c.score).where(SCORES.c.session_id == session, SCORES.c.basis == basis)
    with home.engine.connect().execution_options(harness_read=True) as connection:
        found = connection.scalar(query)
    return None if found is None else bytes(found)


def history(home: Home, session: str) -> list[Kept]:
    """Every score that a session was given, the newest first."""
    query = select(SCORES).where(SCORES.c.session_id == session).order_by(SCORES.c.at.desc(), SCORES.c.basis)
    with home.engine.connect().execution_options(harness_read=True) as connection:
        return [Kept(r.session_id, r.basis, bytes(r.score), r.at) for r in connection.execute(query)]


def _some(connection: Connection, names: Sequence[str], house: House, where: str) -> dict[str, str]:
    ours = TABLE.c.session_id.in_(names)
    seals = select(TABLE.c.session_id, TABLE.c.hash).where(ours, TABLE.c.chain == "session", SEAL)
    firsts = select(TABLE.c.session_id, TABLE.c.payload).where(ours, TABLE.c.chain == "session", FIRST)
    deciding = (
        select(TABLE.c.session_id, TABLE.c.hash)
        .where(ours, TABLE.c.chain == "review", TABLE.c.kind.in_(DECIDING), PLACED)
        .order_by(TABLE.c.session_id, TABLE.c.seq)
    )
    heads = {row[0]: bytes(row[1]) for row in connection.execute(seals)}
    reviewed: dict[str, list[bytes]] = {}
    for session, value in connection.execute(deciding):
        reviewed.setdefault(session, []).append(bytes(value))
    found: dict[str, str] = {}
    for session, payload in connection.execute(firsts):
        if payload is None or session not in heads:
            continue
        created = EVENT.validate_json(payload)
        if isinstance(created, Created):
            found[session] = _digest(heads[session], reviewed.get(session, ()), house.rules(created), where)
    return found


def _pairs(home: Home, wanted: Iterable[str]) -> list[tuple[str, str]]:
    names = sorted(wanted)
    found: list[tuple[str, str]] = []
    with home.engine.connect().execution_options(harness_read=True) as connection:
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            query = select(SCORES.c.session_id, SCORES.c.basis).where(SCORES.c.session_id.in_(some))
            found += [(row[0], row[1]) for row in connection.execute(query)]
    return found


def _digest(head: bytes, deciding: Iterable[bytes], rules: Rules, where: str) -> str:
    standing = rules.standing((r.task, r.digest) for r in rules.rekeyed)
    corrections = [[r.task, r.digest, r.item, r.decision, r.at] for _, r in sorted(standing.items())]
    about = [
        VERSION,
        matcher().version,
        head.hex(),
        [each.hex() for each in deciding],
        rules.adjudicators,
        corrections,
        where,
    ]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()
