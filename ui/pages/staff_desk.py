"""What staff pages know of the sessions: a line each, scored in the background, and one session whole.

Nothing here is truth: everything is worked out from the log and kept in memory until the log says more. Scoring
runs hidden checks in the sandbox, so a session is scored once for every state of its review chain, and looks,
which change nothing, do not count.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select

from evaluators import ContextError, Score, SessionContext, score
from evaluators.decisions import rating_subject
from evaluators.outcomes.outcome import Worked
from evaluators.scoring.rekeying import house
from evaluators.scoring.scores import AT_ONCE, DECIDING, bases, keep, mark, read
from evaluators.scoring.session import checked, kept
from harness.clock import Clock
from harness.home import Home
from harness.retention import sentence
from harness.sandbox import Sandbox
from harness.state import SessionState
from harness.timekeeping import deadlines
from harness.versions import kept_in
from logs import ErasedError, Record, verify
from logs.changes import MisfitError
from logs.erasure import tombstone
from logs.events import DebriefReleased, Disputed, Erased, Looked, Rating
from logs.store import TABLE
from tasks import TaskError
from tasks.rubrics import DEFAULT, rubric

LOG = logging.getLogger("harness")
Json = dict[str, Any]
Key = tuple[object, tuple[int, ...]]
"""The rules of the house and the state of the log that a score is of."""
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
    given: dict[str, frozenset[str]]
    """Subject of a question to who decided on it."""
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
        return [d for d in found if rating_subject(d) not in self.given]

    def wants(self, subject: str, person: str) -> bool:
        """Whether this person has not decided on a question yet."""
        return person not in self.given.get(subject, frozenset())


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


def marks_of(review: tuple[Record, ...] | list[Record]) -> Marks:
    """What the records of a review chain say."""
    done: dict[str, set[str]] = {}
    levels: dict[str, dict[str, int]] = {}
    given: dict[str, set[str]] = {}
    disputes, released = 0, None
    for record in review:
        if record.payload is None or record.kind in ("check", "looked"):
            continue
        event = record.event
        if isinstance(event, Rating):
            done.setdefault(event.rater, set()).add(event.dimension)
            levels.setdefault(event.dimension, {})[event.rater] = event.level
        elif event.kind == "adjudicated":
            given.setdefault(event.subject, set()).add(event.by)
        elif isinstance(event, Disputed):
            disputes += 1
        elif isinstance(event, DebriefReleased) and released is None:
            released = (event.by, record.server_time)
    raters = {rater: frozenset(names) for rater, names in done.items()}
    decided = {subject: frozenset(people) for subject, people in given.items()}
    return Marks(raters, levels, decided, disputes, released)


def looks(review: Sequence[Record]) -> list[Json]:
    """Who looked at the session and when, newest first."""
    seen = [r for r in review if r.kind == "looked" and r.payload is not None]
    return [
        {"by": r.event.by, "page": r.event.page, "at": r.server_time}
        for r in reversed(seen)
        if isinstance(r.event, Looked)
    ]


@dataclass
class Known:
    """A session as last seen. `state` is the fold of its chain; `heads` are the ends of both chains."""

    heads: tuple[int, int]
    state: SessionState
    problem: str | None
    """Why the session cannot be read; None if it can."""
    marks: Marks
    key: tuple[int, ...]
    """Session head and the places of the review records that a score depends on."""
    erased: Erased | None = None
    """What stands in place of the content, if that was erased."""


class Desk:
    """One a process. `sandbox` is asked for when a check has to run."""

    def __init__(self, home: Home, clock: Clock, sandbox: Callable[[], Sandbox]) -> None:
        self.home = home
        self.clock = clock
        self._sandbox = sandbox
        self._known: dict[str, Known] = {}
        self._house = house(home)
        self._scores: dict[str, tuple[Key, Score | str]] = {}
        self._whole: OrderedDict[tuple[str, Key], Whole] = OrderedDict()
        self._wanted: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._waiting: set[str] = set()
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._scoring = threading.Lock()
        self._thread: threading.Thread | None = None

    def refresh(self) -> None:
        """Reads the rules of the house anew: a corrected key changes every score of its task."""
        self._house = house(self.home)

    def heads(self) -> dict[str, tuple[int, int]]:
        """Every session with the last places of its session and review chains."""
        self.refresh()
        query = select(TABLE.c.session_id, TABLE.c.chain, func.max(TABLE.c.seq)).where(
            TABLE.c.chain.in_(("session", "review")), TABLE.c.seq >= 1
        )
        query = query.group_by(TABLE.c.session_id, TABLE.c.chain)
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
            state = found.state if found is not None else SessionState(kept_in(self.home.engine))
            problem = found.problem if found is not None else None
            try:
                if problem is None:
                    state.feed_all(log.read(session_id, "session", state.head.seq))
            except (TaskError, ErasedError, MisfitError) as error:
                problem = str(error)
            review = log.read(session_id, "review")
            erased = tombstone(review)
            if erased is not None:
                problem = sentence(erased)
                if not state.erased:  # what is kept in memory goes too
                    state = SessionState(kept_in(self.home.engine))
                    state.feed_all(log.read(session_id))
                    self._scores.pop(session_id, None)
                    for place in [place for place in self._whole if place[0] == session_id]:
                        self._whole.pop(place, None)
            key = (heads[0], *(r.seq for r in review if r.kind in DECIDING))
            found = Known(heads, state, problem, marks_of(review), key, erased)
            self._known[session_id] = found
            return found

    def score(self, session_id: str, known: Known) -> Score | str | None:
        """The score, a sentence why there is none, or None while it is being worked out."""
        found = self._scores.get(session_id)
        if found is not None and found[0] == (self._house.version, known.key):
            return found[1]
        self.want(session_id)
        return found[1] if found is not None else None

    def want(self, *sessions: str) -> None:
        """Scores these sessions in the background."""
        with self._lock:
            for session_id in sessions:
                if session_id not in self._waiting:
                    self._waiting.add(session_id)
                    self._wanted.put(session_id)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="staff-scores", daemon=True)
                self._thread.start()

    def whole(self, session_id: str) -> Whole:
        """The session with its checks run and its chains verified. Raises ContextError."""
        log = self.home.log
        rules = house(self.home)
        place = (session_id, (rules.version, self._key(session_id)))
        found = self._whole.get(place)
        if found is not None:
            review = tuple(log.read(session_id, "review"))
            return replace(found, context=found.context.with_review(review))
        with self._scoring:
            context, worked = checked(self.home, session_id, self._sandbox(), self.clock, rules)
        verified = (
            verify(session_id, "session", context.records) is None
            and verify(session_id, "review", context.review) is None
        )
        found = Whole(context, worked, verified)
        self._whole[session_id, (rules.version, self._key(session_id))] = found
        while len(self._whole) > KEPT:
            self._whole.popitem(last=False)
        return found

    def _key(self, session_id: str) -> tuple[int, ...]:
        log = self.home.log
        heads = (log.head(session_id).seq, log.head(session_id, "review").seq)
        return self.known(session_id, heads).key if heads[0] else ()

    def _work(self) -> None:
        while True:
            some = [self._wanted.get()]
            while len(some) < AT_ONCE and not self._wanted.empty():
                some.append(self._wanted.get())
            try:
                self.score_all(some)
            except Exception:  # whatever it is, whoever opens the list next asks again
                LOG.exception("The sessions could not be scored")
            with self._lock:
                self._waiting.difference_update(some)

    def score_all(self, sessions: list[str]) -> None:
        """Scores these sessions now, but for those whose score on the present basis is kept."""
        rules, where = house(self.home), mark(self._sandbox())
        wanted = bases(self.home, rules, where, sessions)
        for session_id in sessions:
            key = self._key(session_id)
            found = self._kept(session_id, wanted.get(session_id))
            scored: Score | str = found if found is not None else self._scored(session_id)
            if found is None:  # checks that were run meanwhile are part of what was scored
                key = self._key(session_id)
            with self._lock:
                self._scores[session_id] = ((rules.version, key), scored)
                self._waiting.discard(session_id)

    def _kept(self, session_id: str, basis: str | None) -> Score | None:
        stored = read(self.home, session_id, basis) if basis else None
        try:
            return Score.model_validate_json(stored) if stored else None
        except ValidationError:
            return None  # another release gave it, with other parts

    def _scored(self, session_id: str) -> Score | str:
        try:
            whole = self.whole(session_id)
            found = score(whole.context, whole.worked)
            if whole.context.finished:
                keep(self.home, [kept(whole.context, found, self._sandbox(), self.clock)])
            return found
        except ContextError as error:
            return str(error)
        except Exception as error:
            # One session that cannot be scored must not stop the others from being listed.
            return f"It cannot be scored: {type(error).__name__}."


def left(state: SessionState, now: int) -> int | None:
    """Milliseconds that the open task has left, the last look included once it is open; None without one."""
    task = state.task
    limits = deadlines(state, task) if task else None
    if task is None or limits is None:
        return None
    return max(0, (limits.ledger if task.in_ledger else limits.work) - now)
