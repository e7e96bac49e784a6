"""Scores a session of the log: runs the checks that are missing, then computes."""

from __future__ import annotations

from evaluators.checks import run_checks
from evaluators.context import SessionContext, load_context
from evaluators.score import Score, score
from harness.clock import Clock
from harness.home import Home
from harness.sandbox import Sandbox


def checked_context(home: Home, session_id: str, sandbox: Sandbox, clock: Clock) -> SessionContext:
    """The session with every hidden check that can be run here. Raises ContextError."""
    context = load_context(home.log, session_id)
    if not context.finished:
        return context
    return run_checks(context, sandbox, home.log, clock())


def score_session(home: Home, session_id: str, sandbox: Sandbox, clock: Clock) -> Score:
    """The score of a session. Raises ContextError."""
    return score(checked_context(home, session_id, sandbox, clock))
