"""What staff pages know of the sessions: a line each, scored in the background, and one session whole.

Nothing here is truth: everything is worked out from the log and kept in memory until the log says more. Scoring
runs hidden checks in the sandbox, so a session is scored once for every state of its review chain, and looks,
which change nothing, do not count.
"""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from evaluators import ContextError, Score, SessionContext, score
from evaluators.outcomes import Worked, work
from evaluators.scoring import checked_context
from evaluators.unsettled import to_settle
from harness.clock import Clock
from harness.home import Home
from harness.retention import sentence
from harness.sandbox import Sandbox
from harness.state import SessionState
from harness.timekeeping import deadlines
from logs import ErasedError, Record, verify
from logs.changes import MisfitError
from logs.erasure import tombstone
from logs.events import DebriefReleased, Disputed, Looked, Rating
from logs.store import TABLE
from tasks import TaskError
from tasks.rubrics import DEFAULT, rubric

Json = dict[str, Any]
RATERS = 2
"""Raters that a session wants."""
KEPT = 16
"""Whole sessions kept in memory."""
APART = 2
"""Levels by which two ratings of a dimension differ so much that somebody settles them."""


@dataclass(frozen=True)
class Marks:
    """What the review chain of a session says, looks left out."""

    raters: dict[str, frozenset[str]]
    """Rater to the dimensions rated."""
    levels: dict[str, dict[str, int]]
    """Dimension to rater to level."""
    settled: frozenset[str]
    disputes: int
    released: tuple[str, int] | None
    """Who released the debrief, and when (ms since 1970)."""

    def complete(self, dimensions: frozenset[str]) -> frozenset[str]:
        """The raters who have rated every dimension."""
        return frozenset(rater for rater, done in self.raters.items() if dimensions <= done)

    def apart(self, dimensions: frozenset[str]) -> list[str]:
        """Dimensions on which complete raters differ by two levels or more, and that nobody has settled."""
        whole = self.complete(dimensions)
        found = []
        for dimension, given in self.levels.items():
            levels = [level for rater, level in given.items() if rater in whole]
            if len(levels) >= RATERS and max(levels) - min(levels) >= APART:
                found.append(dimension)
        return [d for d in found if f"rating/{d}" not in self.settled]


@dataclass(frozen=True)
class Whole:
    """One session for the review page. `verified` says whether both chains hold."""

    context: SessionContext
    worked: Worked
    verified: bool


def dimensions() -> frozenset[str]:
    """Ids of the rubric's dimensions."""
    return frozenset(dimension.id for dimension in rubric(DEFAULT).dimensions)


def code(session_id: str) -> str:
    """How a session is called where names stay hidden."""
    return session_id[-4:].upper()


def blinded(context: SessionContext, rater: str | None) -> SessionContext:
    """The session without the candidate's name and, unless every rater is in, without other people's ratings.

    With `rater` None nothing is taken away.
    """
    if rater is None:
        return context
    label = f"Candidate {code(context.session_id)}"
    found = replace(context, created=context.created.model_copy(update={"candidate": label, "policy": None}))
    marks = marks_of(context.review)
    if len(marks.complete(dimensions())) >= RATERS and rater in marks.complete(dimensions()):
        return found
    kept = [r for r in context.review if r.kind != "rating" or _rater(r) == rater]
    return found.with_review(kept)


def marks_of(review: tuple[Record, ...] | list[Record]) -> Marks:
    """What the records of a review chain say."""
    done: dict[str, set[str]] = {}
    levels: dict[str, dict[str, int]] = {}
    settled: set[str] = set()
    disputes, released = 0, None
    for record in review:
        if record.payload is None or record.kind in ("check", "looked"):
            continue
        event = record.event
        if isinstance(event, Rating):
            done.setdefault(event.rater, set()).add(event.dimension)
            levels.setdefault(event.dimension, {})[event.rater] = event.level
        elif event.kind == "adjudicated":
            settled.add(event.subject)
        elif isinstance(event, Disputed):
            disputes += 1
        elif isinstance(event, DebriefReleased) and released is None:
            released = (event.by, record.server_time)
    raters = {rater: frozenset(names) for rater, names in done.items()}
    return Marks(raters, levels, frozenset(settled), disputes, released)


def looks(review: tuple[Record, ...]) -> list[Json]:
    """Who looked at the session and when, newest first."""
    seen = [r for r in review if r.kind == "looked" and r.payload is not None]
    return [
        {"by": r.event.by, "page": r.event.page, "at": r.server_time}
        for r in reversed(seen)
        if isinstance(r.event, Looked)
    ]


def _rater(record: Record) -> str | None:
    event = record.event if record.payload is not None else None
    return event.rater if isinstance(event, Rating) else None


@dataclass
class Known:
    """A session as last seen. `state` is the fold of its chain; `heads` are the ends of both chains."""

    heads: tuple[int, int]
    state: SessionState
    problem: str | None
    """Why the session cannot be read; None if it can."""
    marks: Marks
    key: tuple[int, ...]
    """Session head and the review records that are no looks: what a score depends on."""


class Desk:
    """One a process. `sandbox` is asked for when a check has to run."""

    def __init__(self, home: Home, clock: Clock, sandbox: Callable[[], Sandbox]) -> None:
        self.home = home
        self.clock = clock
        self._sandbox = sandbox
        self._known: dict[str, Known] = {}
        self._scores: dict[str, tuple[tuple[int, ...], Score | str, int]] = {}
        self._whole: OrderedDict[tuple[str, tuple[int, ...]], Whole] = OrderedDict()
        self._wanted: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._waiting: set[str] = set()
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._scoring = threading.Lock()
        self._thread: threading.Thread | None = None

    def heads(self) -> dict[str, tuple[int, int]]:
        """Every session with the last places of its session and review chains."""
        query = select(TABLE.c.session_id, TABLE.c.chain, func.max(TABLE.c.seq)).group_by(
            TABLE.c.session_id, TABLE.c.chain
        )
        found: dict[str, tuple[int, int]] = {}
        with self.home.engine.connect() as connection:
            for session_id, chain, seq in connection.execute(query):
                own, review = found.get(session_id, (0, 0))
                found[session_id] = (seq, review) if chain == "session" else (own, seq)
        return {name: pair for name, pair in found.items() if pair[0]}

    def known(self, session_id: str, heads: tuple[int, int]) -> Known:
        """The session at these heads."""
        with self._reading:
            found = self._known.get(session_id)
            if found is not None and found.heads == heads:
                return found
            log = self.home.log
            state = found.state if found is not None else SessionState()
            problem = found.problem if found is not None else None
            try:
                if problem is None:
                    state.feed_all(log.read(session_id, "session", state.head.seq))
            except (TaskError, ErasedError, MisfitError) as error:
                problem = str(error)
            review = log.read(session_id, "review")
            if erased := tombstone(review):
                problem = sentence(erased)
                if not state.erased:  # what is kept in memory goes too
                    state = SessionState()
                    state.feed_all(log.read(session_id))
                    self._scores.pop(session_id, None)
                    for place in [place for place in self._whole if place[0] == session_id]:
                        self._whole.pop(place, None)
            key = (heads[0], *(r.seq for r in review if r.kind in ("check", "adjudicated")))
            found = Known(heads, state, problem, marks_of(review), key)
            self._known[session_id] = found
            return found

    def score(self, session_id: str, known: Known) -> Score | str | None:
        """The score, a sentence why there is none, or None while it is being worked out."""
        found = self._scores.get(session_id)
        if found is not None and found[0] == known.key:
            return found[1]
        with self._lock:
            if session_id not in self._waiting:
                self._waiting.add(session_id)
                self._wanted.put(session_id)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="staff-scores", daemon=True)
                self._thread.start()
        return found[1] if found is not None else None

    def unsettled(self, session_id: str) -> int:
        """Challenges that fit no item and wait for a person, as far as they are known."""
        found = self._scores.get(session_id)
        return found[2] if found else 0

    def whole(self, session_id: str) -> Whole:
        """The session with its checks run and its chains verified. Raises ContextError."""
        log = self.home.log
        place = (session_id, self._key(session_id))
        found = self._whole.get(place)
        if found is not None:
            review = tuple(log.read(session_id, "review"))
            return replace(found, context=found.context.with_review(review))
        with self._scoring:
            context = checked_context(self.home, session_id, self._sandbox(), self.clock)
            worked = work(context)
        verified = (
            verify(session_id, "session", context.records) is None
            and verify(session_id, "review", context.review) is None
        )
        found = Whole(context, worked, verified)
        self._whole[session_id, self._key(session_id)] = found
        while len(self._whole) > KEPT:
            self._whole.popitem(last=False)
        return found

    def _key(self, session_id: str) -> tuple[int, ...]:
        log = self.home.log
        heads = (log.head(session_id).seq, log.head(session_id, "review").seq)
        return self.known(session_id, heads).key if heads[0] else ()

    def _work(self) -> None:
        while True:
            session_id = self._wanted.get()
            scored: Score | str
            waiting = 0
            try:
                whole = self.whole(session_id)
                scored = score(whole.context, whole.worked)
                waiting = unsettled(whole)
            except ContextError as error:
                scored = str(error)
            except Exception as error:
                # One session that cannot be scored must not stop the others from being listed.
                scored = f"It cannot be scored: {type(error).__name__}."
            with self._lock:
                self._scores[session_id] = (self._key(session_id), scored, waiting)
                self._waiting.discard(session_id)


def unsettled(whole: Whole) -> int:
    """Challenges that fit no item and that nobody has settled."""
    return sum(row.decision is None for row in to_settle(whole.context, whole.worked))


def left(state: SessionState, now: int) -> int | None:
    """Milliseconds that the open task has left, the last look included once it is open; None without one."""
    task = state.task
    limits = deadlines(state, task) if task else None
    if task is None or limits is None:
        return None
    return max(0, (limits.ledger if task.in_ledger else limits.work) - now)
