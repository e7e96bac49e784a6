"""A session as it stands in the database, examined: chains, marks, and what stands where nobody looks."""

from __future__ import annotations

from logs.copies import copied
from logs.keys import Ring
from logs.marks import Marks
from logs.store import Log
from logs.verdict import Expected, Verdict, verdict
from logs.verify import Fault


def examine(log: Log, marks: Marks, ring: Ring, session_id: str, expected: Expected = ()) -> Verdict:
    """The verdict on one session, or on events that belong to none. `expected` as in `logs.verdict`."""
    copy = log.read(session_id, "copy")
    made_here = copied(log.engine, session_id) is None
    misplaced = tuple(
        Fault(session_id, chain, seq, f"event {seq} stands where no event has a place: inserted")
        for chain, seq in log.misplaced(session_id)
    )
    if made_here and copy:
        what = "it is a look at a copy, and the session was made here: inserted"
        misplaced += (Fault(session_id, "copy", copy[0].seq, what),)
    said = verdict(
        session_id,
        log.read(session_id),
        log.read(session_id, "review"),
        ring,
        expected=expected,
        marks=marks.of(session_id),
        copy=None if made_here else copy,
    )
    return Verdict(session_id, (*said.faults, *misplaced)) if misplaced else said


def examined(log: Log, marks: Marks) -> list[str]:
    """The ids of all there is to examine: sessions, the oldest first, what is left of others, and strays."""
    return list(dict.fromkeys([*log.sessions(), *log.ids(), *marks.sessions()]))
