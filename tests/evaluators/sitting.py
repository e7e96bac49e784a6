"""A session written by hand: each method appends one event, ten seconds after the one before."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Literal

import toy_tasks as toy

from evaluators import SessionContext, load_context
from harness.tables import VersionRow
from logs import Entry, Log, open_engine
from logs.changes import replacement
from logs.events import (
    AcceptedRest,
    Adjudicated,
    AnyEvent,
    Challenge,
    Check,
    Clipboard,
    Created,
    Disposition,
    Edit,
    Exposure,
    Focus,
    LedgerClosed,
    LedgerOpened,
    Opened,
    Prompt,
    ReplyEnded,
    ReplyStarted,
    Segment,
    Submitted,
    TaskPlan,
    Transaction,
)
from logs.tables import EventRow
from tasks import TaskError

START = 1_750_000_000_000
STEP = 10_000
Twin = Literal["flawed", "clean"]


def memory_log(folder: Path) -> Log:
    """An empty log with fixed salts."""
    engine = open_engine(f"sqlite:///{folder / 'log.db'}")
    EventRow.metadata.create_all(engine, tables=[EventRow.__table__, VersionRow.__table__])  # type: ignore[attr-defined]
    counter = itertools.count()
    return Log(engine, lambda: next(counter).to_bytes(16, "big"))


def find(name: str) -> object:
    """A toy task by name."""
    if name not in toy.TASKS:
        raise TaskError(f"There is no task named {name!r}.")
    return toy.TASKS[name]


class Sitting:
    """One session under way."""

    def __init__(
        self,
        log: Log,
        forms: dict[str, dict[str, Twin]] | None = None,
        practice: bool = False,
        session: str = "S1",
        digest: str | None = None,
    ) -> None:
        self.log, self.session, self.now = log, session, 0
        self.forms: dict[str, dict[str, Twin]] = forms or {"code": {"total": "flawed", "mean": "clean"}}
        self.texts = {(t, p): text for t in self.forms for p, text in toy.TASKS[t].starter.items()}
        self.entries: list[Entry] = []
        plans = tuple(
            TaskPlan(
                task=name,
                digest=digest or toy.TASKS[name].digest,
                seed=1,
                minutes=30,
                form=form,
                segments={i.id: toy.SEGMENTS[i.id] for i in (*toy.TASKS[name].items, *toy.TASKS[name].fillers)},
            )
            for name, form in self.forms.items()
        )
        self.add(
            Created(
                assessment="toy",
                version="1",
                candidate="c1",
                practice=practice,
                seed=1,
                index=0,
                tasks=plans,
            ),
            "system",
        )
        self.open(next(iter(self.forms)))

    def add(self, event: AnyEvent, actor: str = "candidate") -> int:
        """Appends the event and returns its place."""
        self.now += STEP
        self.entries.append(Entry(event, actor, START + self.now, self.now, START + self.now))
        return len(self.entries)

    def open(self, task: str) -> None:
        self.task = task
        self.add(Opened(task=task))

    def say(self, name: str, expose: bool = True, deliver: bool = True, where: str = "conversation") -> None:
        """The assistant says an item or filler in this session's twin, and it comes into view."""
        task, segment = toy.TASKS[self.task], toy.SEGMENTS[name]
        item = next((i for i in task.items if i.id == name), None)
        filler = next((f for f in task.fillers if f.id == name), None)
        text = self.said(name)
        role = "filler" if filler else "decoy" if item and item.kind == "decoy" else "twin"
        whole = item or filler
        assert whole is not None
        reply = f"r{len(self.entries)}"
        self.add(
            ReplyStarted(
                task=self.task, reply=reply, prompt=None, origin="answer", source="authored", model="authored"
            ),
            "assistant",
        )
        if deliver:
            self.add(
                Segment(
                    task=self.task,
                    reply=reply,
                    index=0,
                    segment=segment,
                    form=whole.form,
                    text=text,
                    file=whole.file,
                    symbol=whole.symbol,
                    role=role,  # type: ignore[arg-type]
                    item=name,
                ),
                "assistant",
            )
        self.add(
            ReplyEnded(task=self.task, reply=reply, status="complete" if deliver else "stopped", milliseconds=10),
            "assistant",
        )
        if expose:
            self.add(Exposure(segment=segment, where=where))  # type: ignore[arg-type]

    def said(self, name: str) -> str:
        """What the assistant says for an item in this session's form."""
        task = toy.TASKS[self.task]
        for item in task.items:
            if item.id == name:
                flawed = self.forms[self.task].get(name) == "flawed"
                return (item.flawed or "") if flawed else item.clean
        return task.filler(name).text

    def decide(
        self, name: str, decision: str, reason: str | None = None, fix: str = "", sure: int | None = None
    ) -> None:
        self.add(
            Disposition(
                segment=toy.SEGMENTS[name],
                decision=decision,  # type: ignore[arg-type]
                confidence=sure,  # type: ignore[arg-type]
                reason=reason,
                fix=fix,
                where="conversation",
            )
        )

    def accept_rest(self, *names: str) -> None:
        self.add(AcceptedRest(task=self.task, segments=tuple(toy.SEGMENTS[n] for n in names)))

    def comment(self, name: str | None, text: str) -> None:
        self.add(Challenge(segment=toy.SEGMENTS[name] if name else None, quote="", text=text))

    def ask(self, text: str, about: str | None = None) -> None:
        self.add(
            Prompt(
                task=self.task,
                prompt=f"p{len(self.entries)}",
                text=text,
                segment=toy.SEGMENTS[about] if about else None,
            )
        )

    def write(self, file: str, text: str, cause: str = "input.type", source: str | None = None) -> None:
        """Replaces a file's text by one transaction."""
        before = self.texts[self.task, file]
        self.texts[self.task, file] = text
        changes = tuple(tuple(c) if isinstance(c, list) else c for c in replacement(before, text))
        transaction = Transaction(
            at=START + self.now + STEP, changes=changes, selection=(0, 0), cause=cause, source=source
        )
        self.add(Edit(task=self.task, file=file, transactions=(transaction,)))

    def define(self, name: str, code: str, source: str | None = None) -> None:
        """Replaces the definition of `name` in app.py, as the insert button does when `source` is given."""
        from evaluators.evidence.symbols import definition

        text = self.texts[self.task, "app.py"]
        part = definition(text, name)
        assert part is not None
        self.write("app.py", text.replace(part.text, code), "insert" if source else "input.type", source)

    def insert(self, name: str) -> None:
        """The insert button of a hunk."""
        self.define(name, self.said(name), toy.SEGMENTS[name])

    def paste(self, file: str, text: str, name: str | None) -> None:
        """Pastes text over the whole file, from a statement or from elsewhere."""
        self.add(
            Clipboard(
                action="paste",
                task=self.task,
                file=file,
                length=len(text),
                digest="0" * 64,
                origin="assistant" if name else "elsewhere",
                segment=toy.SEGMENTS[name] if name else None,
            )
        )
        self.write(file, text, "input.paste")

    def blur(self) -> None:
        self.add(Focus(state="blurred"))
        self.add(Focus(state="focused"))

    def ledger(self) -> None:
        self.add(LedgerOpened(task=self.task, by="candidate"), "system")

    def back_to_work(self) -> None:
        self.add(LedgerClosed(task=self.task))

    def submit(self) -> None:
        self.add(Submitted(task=self.task, by="candidate", artifact="0" * 64), "system")

    def finish(self) -> None:
        self.ledger()
        self.submit()

    def stored(self) -> SessionContext:
        """Writes the session to the log and loads it from there."""
        self.log.append(self.session, self.entries)
        self.entries = []
        return self.load()

    def load(self) -> SessionContext:
        return load_context(self.log, self.session, find)  # type: ignore[arg-type]

    def checked(self, verdicts: dict[tuple[str, str], str]) -> SessionContext:
        """Stored, with these verdicts recorded by (item, moment) for the artifacts that there are."""
        from evaluators.outcomes.outcome import work

        context = self.stored()
        events = [
            Check(
                task=s.task,
                item=s.item,
                moment=s.moment,
                artifact=s.artifact,
                check_digest=s.check_digest,
                environment="env",
                tier="strong",
                verdict="ungradable" if s.problem else verdicts.get((s.item, s.moment), "ungradable"),  # type: ignore[arg-type]
                detail=s.problem or "",
            )
            for s in work(context).subjects
        ]
        self.log.append(self.session, [Entry(e, "system", START) for e in events], "review")
        return self.load()

    def adjudicate(self, subject: str, decision: str, *people: str) -> None:
        """Each of these people decides so; two without names."""
        self.log.append(
            self.session,
            [
                Entry(Adjudicated(by=by, subject=subject, decision=decision, reason=""), "staff", START)
                for by in people or ("r1", "r2")
            ],
            "review",
        )
