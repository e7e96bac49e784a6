"""The state of a session: a fold over its log. Nothing here is kept anywhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from logs import Head, Record, Replay
from logs.events import (
    IMPORTED,
    AcceptedRest,
    Accommodation,
    AnyEvent,
    Challenge,
    Clipboard,
    Consented,
    Created,
    Disposition,
    Edit,
    Exposure,
    Failover,
    Late,
    Lease,
    LedgerClosed,
    LedgerOpened,
    Opened,
    Pause,
    Prompt,
    Reaction,
    ReplyEnded,
    ReplyStarted,
    Run,
    RunResult,
    SecondTab,
    Segment,
    Skew,
    Submitted,
    TaskPlan,
)
from tasks import Drawn, Kept, draw, nothing_kept, version_of

Phase = Literal["welcome", "ready", "work", "ledger", "between", "submitted", "erased", "imported"]


@dataclass
class Reply:
    """One turn of the assistant, with the question it answers."""

    id: str
    prompt: Prompt | None
    origin: Literal["answer", "review"]
    at: int
    """Working time in milliseconds."""
    segments: list[Segment] = field(default_factory=list)
    topics: tuple[str, ...] = ()
    status: Literal["streaming", "complete", "stopped", "failed"] = "streaming"
    reason: str | None = None
    model: str = "authored"
    """The model that was asked, or the one that answered in its stead."""
    moved: str | None = None
    """Why another one answered, in a sentence."""
    server: int | None = None
    """The server process that answers."""
    tokens: int = 0
    cost: float = 0.0
    """Tokens in and out, and US dollars."""


@dataclass
class Decision:
    """The last disposition of a statement."""

    event: Disposition
    at: int
    """Working time in milliseconds."""


@dataclass
class TaskState:
    """One task of the session."""

    plan: TaskPlan
    drawn: Drawn
    opened_at: int | None = None
    """Server time."""
    ledger_first: int | None = None
    """Server time at which the ledger step was first opened."""
    in_ledger: bool = False
    submitted_at: int | None = None
    extra: int = 0
    """Minutes more than planned, by accommodation."""
    replies: dict[str, Reply] = field(default_factory=dict)
    prompts: dict[str, Prompt] = field(default_factory=dict)
    reacted: list[str] = field(default_factory=list)
    """Opaque ids of the statements whose challenge the assistant reacted to, in order."""
    exposed: set[str] = field(default_factory=set)
    decisions: dict[str, Decision] = field(default_factory=dict)
    comments: list[tuple[Challenge, int]] = field(default_factory=list)
    runs: dict[str, Run] = field(default_factory=dict)
    results: dict[str, RunResult] = field(default_factory=dict)
    run_at: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The task's name."""
        return self.plan.task

    @property
    def minutes(self) -> int:
        """Working minutes."""
        return self.plan.minutes + self.extra

    @property
    def said(self) -> list[str]:
        """Opaque ids of all statements delivered, each once, in order."""
        seen: dict[str, None] = {}
        for reply in self.replies.values():
            seen.update((s.segment, None) for s in reply.segments if s.segment)
        return list(seen)

    @property
    def review_begun(self) -> bool:
        """Whether the assistant's review was started."""
        return any(r.origin == "review" for r in self.replies.values())


class SessionState:
    """Feed it the records of the session chain in order."""

    def __init__(self, kept: Kept = nothing_kept) -> None:
        """`kept` finds the versions of tasks that were kept."""
        self._kept = kept
        self.head = Head()
        self.created: Created | None = None
        self.created_at = 0
        self.consented = False
        self.tasks: list[TaskState] = []
        self.pauses: list[Pause] = []
        self.late = 0
        """Events that arrived when their task was over."""
        self.writer: str | None = None
        self.windows: set[str] = set()
        """Other windows that stand open, as far as is known."""
        self.acknowledged = 0
        self.sealed = False
        self.erased = False
        """The content is gone; what was made of the rest says nothing of the candidate."""
        self.last_time = 0
        self.skew: int | None = None
        """The browser's clock minus ours in milliseconds, as last recorded."""
        self.replay = Replay({})

    @property
    def task(self) -> TaskState | None:
        """The task being worked on: opened and not submitted."""
        for task in self.tasks:  # asked many times a request
            if task.opened_at is not None and task.submitted_at is None:
                return task
        return None

    @property
    def following(self) -> TaskState | None:
        """The next task to open."""
        return next((t for t in self.tasks if t.opened_at is None), None)

    @property
    def phase(self) -> Phase:
        """Where the session stands."""
        if self.erased:
            return "erased"
        if self.created and self.created.assessment == IMPORTED:
            return "imported"
        if not self.consented:
            return "welcome"
        if self.task:
            return "ledger" if self.task.in_ledger else "work"
        if self.following is None:
            return "submitted"
        return "ready" if self.tasks[0].opened_at is None else "between"

    def named(self, task: str) -> TaskState:
        """The task of that name; KeyError if the session has none."""
        return {t.name: t for t in self.tasks}[task]

    def files(self, task: str) -> dict[str, str]:
        """The current text of every file of a task."""
        return {file: doc.text for (name, file), doc in self.replay.documents.items() if name == task}

    def holding(self, segment: str) -> TaskState | None:
        """The task in which this statement was said."""
        return next((t for t in self.tasks if segment in t.said), None)

    def feed_all(self, records: Iterable[Record]) -> None:
        """Feeds every record."""
        for record in records:
            self.feed(record)

    def feed(self, record: Record, event: AnyEvent | None = None) -> None:
        """Takes one record in; `event` is what it holds, where that is at hand."""
        self.head = Head(record.seq, record.hash)
        self.last_time = max(self.last_time, record.server_time)
        if record.client_seq is not None:
            self.acknowledged = max(self.acknowledged, record.client_seq)
        if record.payload is None:
            self.erased = self.sealed = True  # nothing may follow
            return
        event = event or record.event
        if isinstance(event, Edit | Clipboard):
            self.replay.take(event, payload=record.payload)
            return
        at = record.working_ms
        match event:
            case Created() as event:
                self._create(event, record.server_time)
            case Consented():
                self.consented = True
            case Opened(task=name):
                self.named(name).opened_at = record.server_time
            case Prompt() as event:
                self.named(event.task).prompts[event.prompt] = event
            case ReplyStarted() as event:
                task = self.named(event.task)
                prompt = task.prompts.get(event.prompt or "")
                task.replies[event.reply] = Reply(
                    event.reply, prompt, event.origin, at, model=event.model, server=event.server
                )
            case Segment() as event:
                self.named(event.task).replies[event.reply].segments.append(event)
            case ReplyEnded() as event:
                reply = self.named(event.task).replies[event.reply]
                reply.status, reply.reason, reply.topics = event.status, event.reason, event.topics
                reply.tokens, reply.cost = event.tokens_in + event.tokens_out, event.cost
            case Failover() as event:
                reply = self.named(event.task).replies[event.reply]
                reply.model, reply.moved = event.answered, event.why
            case Reaction() as event:
                self.named(event.task).reacted.append(event.segment)
            case Exposure(segment=segment):
                if task_of := self.holding(segment):
                    task_of.exposed.add(segment)
            case Disposition() as event:
                if task_of := self.holding(event.segment):
                    task_of.decisions[event.segment] = Decision(event, at)
            case AcceptedRest() as event:
                for segment in event.segments:
                    decision = Disposition(segment=segment, decision="accept", where="ledger")
                    self.named(event.task).decisions[segment] = Decision(decision, at)
            case Challenge() as event:
                task_of = self.holding(event.segment) if event.segment else self.task
                if task_of:
                    task_of.comments.append((event, at))
            case Run() as event:
                self.named(event.task).runs[event.run] = event
                self.named(event.task).run_at[event.run] = at
            case RunResult() as event:
                self.named(event.task).results[event.run] = event
            case LedgerOpened(task=name):
                self.named(name).in_ledger = True
                self.named(name).ledger_first = self.named(name).ledger_first or record.server_time
            case LedgerClosed(task=name):
                self.named(name).in_ledger = False
            case Accommodation(what="time", task=name, minutes=minutes):
                self.named(name).extra += minutes
            case Pause() as event:
                self.pauses.append(event)
            case Skew(milliseconds=skew):
                self.skew = skew
            case Late():
                self.late += 1
            case Lease(writer=writer):
                self.writer = writer
                self.windows.discard(writer)
            case SecondTab(state="opened", writer=str(other)):
                self.windows.add(other)
            case SecondTab(state="closed", writer=str(other)):
                self.windows.discard(other)
            case Submitted(task=name):
                self.named(name).submitted_at = record.server_time
            case _ if record.kind == "sealed":
                self.sealed = True

    def _create(self, event: Created, at: int) -> None:
        self.created, self.created_at = event, at
        self.tasks = [
            TaskState(plan, draw(version_of(plan.task, plan.digest, self._kept), plan.seed))
            for plan in event.tasks
        ]
        starter = {(t.name, path): content for t in self.tasks for path, content in t.drawn.task.starter.items()}
        self.replay = Replay(starter)
