"""One reply under way: every piece is in the log once delivered, and whatever fails is a recorded end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Literal

from harness.assistant import (
    Assistant,
    AssistantError,
    Complete,
    Delta,
    Found,
    Piece,
    Planting,
    TakenBack,
    Turn,
    Understood,
    Used,
    Working,
)
from harness.assistant.meter import Meter, metered
from harness.live import Happening, LiveSession
from harness.state import SessionState
from harness.view import SPENT, segment_view
from logs.events import (
    AnyEvent,
    Failover,
    Natural,
    Pause,
    Planted,
    Prompt,
    Reaction,
    ReplyEnded,
    Segment,
    Withdrawn,
)

Json = dict[str, Any]
Status = Literal["complete", "stopped", "failed"]
LOG = logging.getLogger("harness")
ELSEWHERE = "The model that was asked did not answer."
CUT = "The answer reached the longest that is allowed here, and its unfinished end is left out. Ask for the rest."
SHORTEST_WAIT = 1_000
"""Milliseconds of waiting for nothing below which a reply that went on, or was stopped, gives nothing back."""


@dataclass
class Running:
    """A reply under way: what was sent so far, for whoever opens the stream, now or again."""

    events: list[Json] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    ended: bool = False
    task: asyncio.Task[None] | None = None

    async def push(self, event: Json) -> None:
        """Hands an event to every open stream."""
        async with self.changed:
            self.events.append(event)
            self.ended = self.ended or event["t"] == "end"
            self.changed.notify_all()

    async def follow(self) -> AsyncIterator[Json]:
        """All events from the beginning, until the end."""
        sent = 0
        while True:
            async with self.changed:
                while len(self.events) == sent and not self.ended:
                    await self.changed.wait()
                new = self.events[sent:]
            for event in new:
                yield event
            sent += len(new)
            if self.ended and sent == len(self.events):
                return


@dataclass
class Answer:
    """The answering of one prompt, or one reply of the review, whose start is in the log.

    `instead` answers where `assistant` fails before its first words; None where nobody may. `spent` is a
    sentence when the session's live models may not be asked any more.
    """

    live: LiveSession
    task: str
    reply: str
    prompt: Prompt | None
    running: Running
    assistant: Assistant
    instead: Assistant | None
    spent: str | None
    noting: set[asyncio.Task[None]] = field(default_factory=set)
    """What is still being found out about words that were delivered; it is noted also when the reply is over."""

    def __post_init__(self) -> None:
        self._started = self.live.clock()
        self._first: int | None = None
        self._understood = Understood((), None)
        self._used = Used(0, 0, 0.0)
        self._meter = Meter(self.live.clock)
        self._given = 0
        """The moment until which waiting was given back."""

    async def run(self, turn: Turn) -> None:
        """Speaks to the end. A failure ends the reply with a sentence; only what nobody foresaw is raised."""
        await self.running.push(
            {
                "t": "start",
                "prompt": self.prompt.prompt if self.prompt else None,
                "origin": "answer" if self.prompt else "review",
                "at": self.live.state.named(self.task).replies[self.reply].at,
                "model": self.assistant.model,
            }
        )
        try:
            with metered(self._meter):
                await self._speak(turn)
            await self._end("complete", CUT if self._used.cut else None)
        except asyncio.CancelledError:
            await self._end("stopped", None)
        except AssistantError as error:
            await self._end("failed", str(error))
        except Exception:
            LOG.exception("Reply %s of session %s ended by a fault of ours.", self.reply, self.live.id)
            await self._end("failed", "The assistant did not answer. Your message is kept.")
            raise

    async def _speak(self, turn: Turn) -> None:
        try:
            if self.spent:
                raise AssistantError(self.spent)
            async for piece in self.assistant.reply(turn):
                await self._take(piece)
            return
        except AssistantError as error:
            # What was delivered stands: after the first words nobody else can go on with the sentence.
            if self.instead is None or self._first is not None:
                raise
            why = str(error)
        await self._fail_over(self.instead, why)
        async for piece in self.instead.reply(turn):
            await self._take(piece)

    async def _fail_over(self, instead: Assistant, why: str) -> None:
        failover = Failover(
            task=self.task, reply=self.reply, wanted=self.assistant.model, answered=instead.model, why=why
        )
        self._given = max(self._started, self.live.clock())
        lost = Pause(start=self._started, end=self._given, reason="assistant")
        await self._log(Happening(failover, "assistant"), Happening(lost, "system"))
        await self.running.push({"t": "failover", "why": why, "model": instead.model})

    async def _take(self, piece: Piece) -> None:
        about = {"task": self.task, "reply": self.reply}
        match piece:
            case Understood(reaction=reacted):
                self._understood = piece
                if reacted is not None:
                    await self._log(Happening(Reaction(**about, **asdict(reacted)), "assistant"))
            case Used():
                self._used = piece
                if self.noting:
                    await asyncio.wait(self.noting)
            case Working(doing):
                await self.running.push({"t": "working", "doing": doing})
            case Planting(planted, digest):
                events = [Planted(**about, digest=digest, **asdict(point)) for point in planted]
                await self._log(*(Happening(event, "assistant") for event in events))
            case TakenBack(segment):
                await self._log(Happening(Withdrawn(**about, segment=segment), "system"))
            case Delta(index, text, head):
                self._first = self._first or self.live.clock()
                where = {
                    "i": index,
                    "id": head.segment,
                    "form": head.form,
                    "file": head.file,
                    "symbol": head.symbol,
                }
                await self.running.push({"t": "delta", **where, "text": text})
            case Complete(index, said, found):
                event = Segment(
                    task=self.task,
                    reply=self.reply,
                    index=index,
                    segment=said.head.segment,
                    form=said.head.form,
                    text=said.text,
                    file=said.head.file,
                    symbol=said.head.symbol,
                    role=said.role,
                    item=said.item,
                )
                logged = asyncio.create_task(self._log(Happening(event, "assistant")))
                if found is not None:
                    self._note(found, logged)
                # Delivered means in the log; the shield keeps a stop from tearing the two apart.
                await asyncio.shield(logged)
                await self.running.push({"t": "segment", "i": index, **segment_view(event)})

    def _note(self, found: Awaitable[tuple[Found, ...]], logged: asyncio.Task[None]) -> None:
        """Notes what is found in the code that is `logged`, in order; nothing that ends the reply ends this."""
        before = {logged, *self.noting}

        async def note() -> None:
            natural = [Natural(task=self.task, reply=self.reply, **asdict(one)) for one in await found]
            await asyncio.wait(before)
            await self.live.act(partial(noted, natural))

        noting = asyncio.create_task(note())
        self.noting.add(noting)
        noting.add_done_callback(self.noting.discard)

    async def _log(self, *happened: Happening) -> None:
        def decide(state: SessionState, _: int) -> list[Happening]:
            return list(happened) if is_open(state, self.task, self.reply) else []

        await self.live.act(decide)

    async def _end(self, status: Status, reason: str | None) -> None:
        used = self._meter.used
        ended = ReplyEnded(
            task=self.task,
            reply=self.reply,
            status=status,
            reason=reason,
            topics=self._understood.topics,
            certainty=self._understood.certainty,
            milliseconds=max(0, self.live.clock() - self._started),
            first_milliseconds=None if self._first is None else max(0, self._first - self._started),
            answered=self._used.answered,
            tokens_in=used.tokens_in,
            tokens_out=used.tokens_out,
            cost=used.cost,
        )
        asked, answered = self.assistant.model, ended.answered
        happened: list[AnyEvent] = [ended]
        if answered is not None and answered != asked:
            moved = Failover(task=self.task, reply=self.reply, wanted=asked, answered=answered, why=ELSEWHERE)
            happened = [moved, ended]
            await self.running.push({"t": "failover", "why": ELSEWHERE, "model": answered})

        lost: list[tuple[int, int]] = []

        def decide(state: SessionState, now: int) -> list[Happening]:
            if not is_open(state, self.task, self.reply):
                return []
            lost[:] = self._lost(status, now)
            pauses = (Pause(start=start, end=end, reason="assistant") for start, end in lost)
            return [*(Happening(e, "assistant") for e in happened), *(Happening(p, "system") for p in pauses)]

        await asyncio.shield(self.live.act(decide))
        about = {"status": status, "reason": reason, "spent": reason == SPENT, "back": bool(lost)}
        await self.running.push({"t": "end", **about})

    def _lost(self, status: Status, now: int) -> list[tuple[int, int]]:
        """The waiting that was our fault: all of it if nobody answered, else where a model was silent.

        A model that fails beside the one that answers costs as much time as one that hangs until it is stopped.
        """
        if status == "failed":
            return [(self._started, now)]
        waits = ((max(start, self._given), end) for start, end in self._meter.lost(now))
        return [(start, end) for start, end in waits if end - start >= SHORTEST_WAIT]


def noted(natural: list[Natural], state: SessionState, _: int) -> list[Happening]:
    """What was found in code that was delivered, unless the session is sealed."""
    said = {s.segment for t in state.tasks for r in t.replies.values() for s in r.segments}
    return [Happening(n, "system") for n in natural if n.segment in said and not state.sealed]


def is_open(state: SessionState, task: str, reply: str) -> bool:
    """Whether the reply can still be added to: not if another process took this one for dead and ended it."""
    return not state.sealed and state.named(task).replies[reply].status == "streaming"
