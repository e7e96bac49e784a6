"""Scores a session of the log under the rules of the house: runs the checks that are missing, then computes."""

from __future__ import annotations

from evaluators.context import SessionContext
from evaluators.outcomes.outcome import Worked, work
from evaluators.scoring.checks import run_checks
from evaluators.scoring.rekeying import House, ruled_context
from evaluators.scoring.score import Score, score, score_bytes
from evaluators.scoring.scores import Kept, basis_of, keep, mark
from harness.clock import Clock
from harness.home import Home
from harness.sandbox import Sandbox


def checked(
    home: Home, session_id: str, sandbox: Sandbox, clock: Clock, house: House | None = None
) -> tuple[SessionContext, Worked]:
    """The session with every hidden check that can be run here, and what is worked out of it.

    Raises ContextError.
    """
    context = ruled_context(home, session_id, house)
    worked = work(context)
    if not context.finished:
        return context, worked
    found = run_checks(context, sandbox, home.log, clock(), worked)
    return found, worked if found is context else work(found)


def checked_context(home: Home, session_id: str, sandbox: Sandbox, clock: Clock) -> SessionContext:
    """The session with every hidden check that can be run here. Raises ContextError."""
    return checked(home, session_id, sandbox, clock)[0]


def score_session(home: Home, session_id: str, sandbox: Sandbox, clock: Clock) -> Score:
    """The score of a session, kept if the session is handed in. Raises ContextError."""
    context, worked = checked(home, session_id, sandbox, clock)
    found = score(context, worked)
    if context.finished:
        keep(home, [kept(context, found, sandbox, clock)])
    return found


def kept(context: SessionContext, found: Score, sandbox: Sandbox, clock: Clock) -> Kept:
    """A session's score as it is kept."""
    return Kept(context.session_id, basis_of(context, mark(sandbox)), score_bytes(found), clock())
