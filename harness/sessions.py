"""All sessions of this process: found, recovered after a restart, and kept on time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from harness.assistant import Assistants
from harness.clock import Clock
from harness.home import Home
from harness.lifecycle import open_ledger, submit, unusable
from harness.live import Happening, LiveSession, Refusal
from harness.presence import Presence
from harness.replies import Replies
from harness.runs import Runs
from harness.sandbox import Sandbox
from harness.state import SessionState
from harness.timekeeping import due
from logs import Head, StorageError
from logs.copies import copied
from logs.events import Pause
from logs.marks import Place
from tasks import TaskError

ERASED = (
    "The record of this session was erased, at somebody's request or because its time was over. "
    "Nothing that you wrote is kept here any more. The people who invited you can tell you why."
)
COPY = (
    "This is the copy of a session that was sat elsewhere. It is here for reading: nobody can go on with it. "
    "The people who invited you can tell you where yours is."
)
SHORTEST_OUTAGE = 2_000
"""Milliseconds of downtime below which nothing is given back."""
BEAT = 5.0
"""Seconds between two durable heartbeats."""
MARK = 30.0
"""Seconds between two marks of where the open sessions stand."""
SILENT = 15_000
"""Milliseconds after which a process without a heartbeat does not count as running, whatever it holds."""


class Sessions:
    """Hands out live sessions; one object a process."""

    def __init__(self, home: Home, clock: Clock, assistants: Assistants, sandbox: Sandbox) -> None:
        self.home = home
        self.clock = clock
        self.presence = Presence(home, clock)
        self.replies = Replies(assistants, self.presence.number)
        self.runs = Runs(sandbox, self.presence.number)
        self.on_sealed: list[Callable[[str], Awaitable[None]]] = []
        self._live: dict[str, LiveSession] = {}
        self._loading = asyncio.Lock()
        self._others: frozenset[int] = frozenset()
        self._keeper: asyncio.Task[None] | None = None
        self._adopting: asyncio.Task[None] | None = None
        self._downtime: tuple[int, int] | None = None
        """From when to when no server ran, before this one."""
        self._background: set[asyncio.Task[None]] = set()
        self._marked: dict[str, int] = {}
        """Events that the last mark of each open session counts."""

    async def get(self, session_id: str) -> LiveSession:
        """The session of that id. Raises Refusal if there is none."""
        if found := self._live.get(session_id):
            return found
        async with self._loading:
            if session_id not in self._live:
                try:
                    live = await LiveSession(self.home, session_id, self.clock).load()
                except TaskError as error:
                    raise unusable(error) from None
                if live.state.erased:
                    raise Refusal("erased", ERASED, 410)
                if live.state.created is None:
                    raise Refusal("unknown", "This session does not exist.", 404)
                if await asyncio.to_thread(copied, self.home.engine, session_id):
                    raise Refusal("copy", COPY, 410)
                await self._abandon(live, await asyncio.to_thread(self.presence.others))
                if self._downtime is not None:
                    await live.act(partial(_outage, *self._downtime))
                self._live[session_id] = live
                if not live.state.sealed:
                    self.replies.assistants.expect(task.drawn.task for task in live.state.tasks)
        return self._live[session_id]

    async def start(self) -> None:
        """Gives downtime back to open sessions, and keeps time from now on.

        A candidate who is there is served at once; the sessions of the others are read in the background.
        """
        now = self.clock()
        last = await asyncio.to_thread(self.presence.last_beat)
        self._others = await asyncio.to_thread(self.presence.others)
        if last is not None and not (self._others and now - last < SILENT):
            self._downtime = last, now
        await asyncio.to_thread(self.presence.arrive)
        self._adopting = asyncio.create_task(self._adopt())
        self._keeper = asyncio.create_task(self._keep_time())

    async def ready(self) -> None:
        """Waits until every open session has its downtime back."""
        if self._adopting is not None:
            await asyncio.wait([self._adopting])

    async def stop(self) -> None:
        """Ends the background work; everything acknowledged is in the log."""
        for running in (self._keeper, self._adopting):
            if running:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
        await self.replies.close()
        for task in list(self._background):
            task.cancel()
        if self._keeper:
            await asyncio.to_thread(self.presence.leave, self._adopted)

    async def keep(self, live: LiveSession) -> None:
        """Does what is due in one session: the review, the ledger step, handing in."""
        if due(live.state, self.clock()) is None:
            return
        await live.load()  # another process may have done it, or a pause there may have moved it
        what = due(live.state, self.clock())
        task = live.state.task
        if what is None or task is None:
            return
        if what == "review":
            await self.replies.review(live, task.name)
        elif what == "ledger":
            await open_ledger(live, task.name, by_clock=True)
            await self.replies.review(live, task.name)
        else:
            await self.hand_in(live, task.name, by_clock=True)

    async def look_back(self, live: LiveSession, task: str) -> None:
        """Opens the ledger step; the first time the assistant brings up what was not met."""
        await open_ledger(live, task)
        await self.replies.review(live, task)

    async def hand_in(self, live: LiveSession, task: str, by_clock: bool = False) -> None:
        """Hands a task in; when it was the last one, scoring is started."""
        if not by_clock and self.replies.reviewing(live):
            raise Refusal("review", "The assistant is still bringing up what is left; read it, then hand in.")
        await self.replies.noted(live)
        if await submit(live, task, by_clock):
            for callback in self.on_sealed:
                running = asyncio.ensure_future(callback(live.id))
                self._background.add(running)
                running.add_done_callback(self._background.discard)

    async def settled(self) -> None:
        """Waits until everything that handing in started is done."""
        while self._background:
            await asyncio.wait(self._background)

    async def _keep_time(self) -> None:
        beats = marked = 0.0
        while True:
            for live in list(self._live.values()):
                with suppress(Refusal, StorageError):
                    await self.keep(live)
                if live.state.sealed:
                    self._live.pop(live.id, None)
            beats += 1.0
            marked += 1.0
            if marked >= MARK:
                marked = 0.0
                with suppress(Exception):
                    await self._mark()
            if beats >= BEAT:
                beats = 0.0
                with suppress(Exception):
                    # Until downtime is given back to all, the last heartbeat is the one before it: were this
                    # process killed now, the next one would begin from there.
                    await asyncio.to_thread(self.presence.beat if self._adopted else self.presence.arrive)
                    await self._take_over()
            await asyncio.sleep(1.0)

    async def _mark(self) -> None:
        """Marks where the open sessions stand, of which something is new."""
        stand = {name: live.state.head for name, live in self._live.items()}
        new: dict[Place, Head] = {
            (name, "session"): head for name, head in stand.items() if head.seq > self._marked.get(name, 0)
        }
        await asyncio.to_thread(self.home.marks.put, new, self.clock())
        self._marked = {name: head.seq for name, head in stand.items()}

    @property
    def _adopted(self) -> bool:
        done = self._adopting is not None and self._adopting.done() and not self._adopting.cancelled()
        return done and self._adopting is not None and self._adopting.exception() is None

    async def _adopt(self) -> None:
        """Reads every open session, so that each is kept on time and has its downtime back."""
        for session_id in await asyncio.to_thread(self.home.log.unsealed):
            while True:
                try:
                    await self.get(session_id)
                    break
                except StorageError:
                    await asyncio.sleep(1.0)
                except Refusal:
                    break
        await asyncio.to_thread(self.presence.beat)

    async def _take_over(self) -> None:
        """Looks after the sessions of a process that is gone."""
        others = await asyncio.to_thread(self.presence.others)
        gone, self._others = self._others - others, others
        if gone:
            for session_id in await asyncio.to_thread(self.home.log.unsealed):
                with suppress(Refusal):  # one that cannot be opened keeps nobody else waiting
                    live = await (await self.get(session_id)).load()
                    await self._abandon(live, others)

    async def _abandon(self, live: LiveSession, others: frozenset[int]) -> None:
        await self.replies.abandon(live, others)
        await self.runs.abandon(live, others)


def _outage(last: int, now: int, state: SessionState, _: int) -> list[Happening]:
    """The time without any server since the last heartbeat, unless another process gave it back already."""
    start = max(last, state.last_time)
    if state.sealed or state.task is None or now - start < SHORTEST_OUTAGE:
        return []
    return [Happening(Pause(start=start, end=now, reason="server"), "system")]
