"""The one input of every evaluator: a session's two chains and its tasks as they were drawn for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal, NamedTuple

from evaluators.rules import AS_WRITTEN, Rekeying, Rules
from harness.versions import kept_in
from logs import ErasedError, Log, Record
from logs.events import IMPORTED, AnyEvent, Created, LedgerOpened, Opened, Submitted, TaskPlan
from logs.replay import FileKey
from tasks import Drawn, Kept, Task, TaskError, draw, nothing_kept, task_named, version_of


class ContextError(Exception):
    """The session cannot be evaluated; the message says why in one sentence."""


class Happened(NamedTuple):
    """An event with its row of the log."""

    record: Record
    event: AnyEvent

    @property
    def seq(self) -> int:
        """Place in its chain, from 1."""
        return self.record.seq

    @property
    def ms(self) -> int:
        """Working time of the session in milliseconds."""
        return self.record.working_ms


@dataclass(frozen=True)
class Span:
    """When a task was worked on: places in the chain and working milliseconds; None where it did not happen."""

    opened_seq: int | None
    opened_ms: int
    ledger_seq: int | None
    ledger_ms: int | None
    submitted_seq: int | None
    submitted_ms: int | None
    end_ms: int
    """Submission, or the last event of the session."""

    def before_submission(self, seq: int) -> bool:
        """Whether an event at `seq` counts for the task."""
        return self.submitted_seq is None or seq < self.submitted_seq

    def before_ledger(self, seq: int) -> bool:
        """Whether an event at `seq` came before the ledger step was first opened."""
        return self.before_submission(seq) and (self.ledger_seq is None or seq < self.ledger_seq)


@dataclass(frozen=True)
class SessionContext:
    """A session as evaluators see it. Both chains are in order; `tasks` are keyed by name.

    Its mappings are read-only: many evaluators are handed the same context.
    """

    session_id: str
    records: tuple[Record, ...]
    review: tuple[Record, ...]
    tasks: Mapping[str, Drawn]
    created: Created
    rules: Rules = AS_WRITTEN

    def __post_init__(self) -> None:
        object.__setattr__(self, "tasks", MappingProxyType(dict(self.tasks)))

    @cached_property
    def events(self) -> tuple[Happened, ...]:
        """The session chain, parsed. Raises ErasedError when content is gone."""
        return tuple(Happened(record, record.event) for record in self.records)

    @cached_property
    def _by_kind(self) -> dict[str, list[Happened]]:
        kinds: dict[str, list[Happened]] = {}
        for happened in self.events:
            kinds.setdefault(happened.record.kind, []).append(happened)
        return kinds

    def of(self, *kinds: str) -> list[Happened]:
        """The events of these kinds, in order."""
        return sorted((h for kind in kinds for h in self._by_kind.get(kind, [])), key=lambda h: h.seq)

    @cached_property
    def reviewed(self) -> tuple[Happened, ...]:
        """The review chain, parsed; erased entries are left out."""
        return tuple(Happened(record, record.event) for record in self.review if record.payload is not None)

    @cached_property
    def starter(self) -> Mapping[FileKey, str]:
        """The starter text of every file of every task."""
        texts = [(name, drawn.task.starter) for name, drawn in self.tasks.items()]
        return MappingProxyType({(name, path): text for name, own in texts for path, text in own.items()})

    @cached_property
    def plans(self) -> Mapping[str, TaskPlan]:
        """The plan of each task, by name, in the order of the assessment; its form by the keys that hold now."""
        plans = (plan.model_copy(update={"form": self._form(plan)}) for plan in self.created.tasks)
        return MappingProxyType({plan.task: plan for plan in plans})

    @cached_property
    def rekeyed(self) -> Mapping[tuple[str, str], Rekeying]:
        """The keys of this session's tasks that were found wrong, by task and item."""
        return MappingProxyType(self.rules.standing((plan.task, plan.digest) for plan in self.created.tasks))

    @cached_property
    def spans(self) -> Mapping[str, Span]:
        """When each task was opened, looked over and handed in."""
        return MappingProxyType({name: self._span(name) for name in self.plans})

    @property
    def finished(self) -> bool:
        """Whether every task was handed in."""
        return all(span.submitted_seq is not None for span in self.spans.values())

    def with_review(self, review: Sequence[Record]) -> SessionContext:
        """The same session with another review chain."""
        return self._like(replace(self, review=tuple(review)))

    def under(self, rules: Rules) -> SessionContext:
        """The same session under other rules of the house."""
        return self._like(replace(self, rules=rules))

    def _like(self, other: SessionContext) -> SessionContext:
        """The other session of the same log, without parsing the log again."""
        kept = ("events", "_by_kind", "starter", "spans")
        other.__dict__.update({name: self.__dict__[name] for name in kept if name in self.__dict__})
        return other

    def _form(self, plan: TaskPlan) -> dict[str, Literal["flawed", "clean"]]:
        corrected: dict[str, Literal["flawed", "clean"]] = {
            item: "clean" if rekeyed.decision == "flawed-is-right" else "flawed"
            for (task, item), rekeyed in self.rekeyed.items()
            if task == plan.task and item in plan.form and rekeyed.decision != "void"
        }
        return {**plan.form, **corrected}

    def _span(self, name: str) -> Span:
        opened = ledger = submitted = None
        for happened in self.of("opened", "ledger_opened", "submitted"):
            event = happened.event
            if isinstance(event, Opened) and event.task == name and opened is None:
                opened = happened
            elif isinstance(event, LedgerOpened) and event.task == name and ledger is None and submitted is None:
                ledger = happened
            elif isinstance(event, Submitted) and event.task == name and submitted is None:
                submitted = happened
        last = submitted.ms if submitted else max((record.working_ms for record in self.records), default=0)
        return Span(
            opened_seq=opened.seq if opened else None,
            opened_ms=opened.ms if opened else 0,
            ledger_seq=ledger.seq if ledger else None,
            ledger_ms=ledger.ms if ledger else None,
            submitted_seq=submitted.seq if submitted else None,
            submitted_ms=submitted.ms if submitted else None,
            end_ms=last,
        )


def load_context(log: Log, session_id: str, find: Callable[[str], Task] = task_named) -> SessionContext:
    """The session with that id; `find` gives a task by name.

    A task that has changed since the session was drawn is taken as it was then. Raises ContextError when there
    is no such session, its content was erased, or the version of a task is neither in the library nor kept.
    """
    kept = kept_in(log.engine)
    return context_of(session_id, log.read(session_id), log.read(session_id, "review"), find, kept)


def context_of(
    session_id: str,
    records: Sequence[Record],
    review: Sequence[Record],
    find: Callable[[str], Task] = task_named,
    kept: Kept = nothing_kept,
) -> SessionContext:
    """As `load_context`, from records already read; `kept` finds the versions of tasks that were kept."""
    if not records:
        raise ContextError(f"There is no session {session_id!r} in the log.")
    try:
        created = records[0].event
        if not isinstance(created, Created):
            raise ContextError(f"Session {session_id!r} does not begin with its creation; verify the log.")
        if created.assessment == IMPORTED:
            raise ContextError(f"Session {session_id!r} was imported; it is for reading and is never scored.")
        tasks = {plan.task: _drawn(session_id, plan, find, kept) for plan in created.tasks}
        context = SessionContext(session_id, tuple(records), tuple(review), tasks, created)
        _ = context.events
    except ErasedError:
        raise ContextError(f"The content of session {session_id!r} was erased; it cannot be evaluated.") from None
    return context


def _drawn(session_id: str, plan: TaskPlan, find: Callable[[str], Task], kept: Kept) -> Drawn:
    try:
        return draw(version_of(plan.task, plan.digest, kept, find), plan.seed)
    except TaskError as error:
        raise ContextError(f"Session {session_id!r} cannot be evaluated: {error}") from None
