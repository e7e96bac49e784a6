"""A session in memory: its state folded from the log, and the one way to append to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.clock import Clock
from harness.hearing import Hearing
from harness.home import Home
from harness.state import SessionState
from harness.timekeeping import working
from harness.versions import kept_in
from logs import ConflictError, Entry
from logs.events import AnyEvent

RETRIES = 5
MANY = 200
"""Records that are taken in beside the event loop, not in it."""


@dataclass(frozen=True)
class Happening:
    """An event to append: who did it, and what the browser said of its time and place."""

    event: AnyEvent
    actor: str = "candidate"
    client_time: int | None = None
    client_seq: int | None = None


class Refusal(Exception):
    """The session does not allow this now. `code` tells the cases apart; the text is for the candidate."""

    def __init__(self, code: str, sentence: str, status: int = 409, **more: object) -> None:
        super().__init__(sentence)
        self.code, self.status, self.more = code, status, more

    @property
    def body(self) -> dict[str, object]:
        """The answer to whoever asked."""
        return {"error": str(self), "code": self.code, **self.more}


class LiveSession:
    """One session. `act` decides on the newest state and appends what was decided, in one step."""

    def __init__(self, home: Home, session_id: str, clock: Clock) -> None:
        self.id = session_id
        self.state = SessionState(kept_in(home.engine))
        self.home = home
        self.clock = clock
        self.hearing = Hearing()
        """When the window that may write was last heard of; unknown after a restart."""
        self._lock = asyncio.Lock()

    async def load(self) -> LiveSession:
        """Reads what the log has beyond the state in memory: another process may have written to it."""
        async with self._lock:
            await self._catch_up()
        return self

    async def act(self, decide: Callable[[SessionState, int], Sequence[Happening]]) -> list[AnyEvent]:
        """Appends what `decide(state, now)` returns and waits for the commit.

        `decide` may raise Refusal. It is asked again if another process wrote to the session meanwhile: what
        it appends is refused by the database then, and for anything else the log is looked at first.
        Raises logs.StorageError when the database refuses; nothing is then stored.
        """
        async with self._lock:
            for _ in range(RETRIES):
                now = max(self.clock(), self.state.last_time)
                try:
                    happenings = decide(self.state, now)
                except Refusal:
                    if await self._catch_up():
                        continue
                    raise
                if not happenings:
                    if await self._catch_up():
                        continue
                    return []
                at = working(self.state, now)
                entries = [Entry(h.event, h.actor, now, at, h.client_time, h.client_seq) for h in happenings]
                records = self.home.log.records(self.id, self.state.head, entries)
                try:
                    await self.home.log.store(records)
                except ConflictError:
                    await self._catch_up()
                    continue
                for record, happening in zip(records, happenings, strict=True):
                    self.state.feed(record, happening.event)
                return [h.event for h in happenings]
        raise Refusal("busy", "The session is being written to from elsewhere; try again.", 503)

    async def add_late(self, decide: Callable[[int, int], Sequence[Happening]]) -> int:
        """Appends what `decide(highest, now)` returns to the review chain of a session that is sealed.

        `highest` is the number of the last event from the browser. Returns that of the last one then.
        """
        async with self._lock:
            highest = await asyncio.to_thread(self.home.log.last_client_seq, self.id, "review")
            highest, now = max(highest, self.state.acknowledged), self.clock()
            happenings = decide(highest, now)
            at = working(self.state, now)
            entries = [Entry(h.event, h.actor, now, at, h.client_time, h.client_seq) for h in happenings]
            await asyncio.to_thread(self.home.log.append, self.id, entries, "review")
            return max([highest, *(h.client_seq or 0 for h in happenings)])

    async def late(self) -> int:
        """How many events arrived when their task or the session was over."""
        if not self.state.sealed:
            return self.state.late
        review = await asyncio.to_thread(self.home.log.read, self.id, "review")
        return self.state.late + sum(record.kind == "late" for record in review)

    async def _catch_up(self) -> bool:
        """Takes in what others wrote; whether there was anything. The lock is held by the caller."""
        records = await asyncio.to_thread(self.home.log.read, self.id, "session", self.state.head.seq)
        if len(records) > MANY:  # a whole session: other candidates are served meanwhile
            await asyncio.to_thread(self.state.feed_all, records)
        else:
            self.state.feed_all(records)
        return bool(records)
