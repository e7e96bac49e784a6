"""Turns a script into a log: through the real events and the real chain, ten seconds a step."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from evaluators.context import SessionContext, load_context
from evaluators.evidence.symbols import definition
from logs import Entry, Log
from logs.changes import replacement
from logs.events import (
    AcceptedRest,
    AnyEvent,
    Challenge,
    Clipboard,
    Created,
    Disposition,
    Edit,
    Exposure,
    LedgerClosed,
    LedgerOpened,
    Opened,
    Prompt,
    Reaction,
    ReplyEnded,
    ReplyStarted,
    Segment,
    Submitted,
    TaskPlan,
    Transaction,
)
from tasks.schema import Filler, Item
from tests.corpus.script import Script, Step, drawn, task

START = 1_750_000_000_000
STEP = 10_000
NOBODY = "0" * 64


def opaque(session: str, name: str) -> str:
    """The opaque id of a statement in a session."""
    return base64.b32encode(hashlib.sha256(f"{session}/{name}".encode()).digest())[:12].decode().lower()


class Played:
    """A session played from its script. `texts` are its labelled texts by place in the session chain."""

    def __init__(self, script: Script) -> None:
        self.script, self.now, self.task = script, 0, script.tasks[0]
        self.entries: list[Entry] = []
        self.texts: dict[int, tuple[str | None, str, str]] = {}
        """Place to statement (None for the chat), text, and meaning."""
        self.files = {(n, p): t for n in script.tasks for p, t in drawn(n).task.starter.items()}
        self.seen: set[str] = set()
        self.add(
            Created(
                assessment="corpus",
                version="1",
                candidate=script.who,
                seed=1,
                index=0,
                tasks=tuple(self._plan(name) for name in script.tasks),
            ),
            "system",
        )
        self.add(Opened(task=self.task))
        for step in script.did:
            getattr(self, f"_{step.verb}")(step)

    def stored(self, log: Log) -> SessionContext:
        """The session in the log, and read from there."""
        log.append(self.script.name, self.entries)
        return load_context(log, self.script.name, task)

    def add(self, event: AnyEvent, actor: str = "candidate") -> int:
        """Appends an event and returns its place."""
        self.now += STEP
        self.entries.append(Entry(event, actor, START + self.now, self.now, START + self.now))
        return len(self.entries)

    def _plan(self, name: str) -> TaskPlan:
        whole = task(name)
        return TaskPlan(
            task=name,
            digest=whole.digest,
            seed=1,
            minutes=whole.file.minutes,
            form={i.id: "flawed" if i.id in self.script.flawed else "clean" for i in whole.twins},
            segments={name: opaque(self.script.name, name) for name in whole.statements},
        )

    def _source(self, name: str) -> Item | Filler:
        whole = drawn(self.task).task
        return next((i for i in whole.items if i.id == name), None) or whole.filler(name)

    def _words(self, name: str) -> str:
        source = self._source(name)
        if isinstance(source, Filler):
            return source.text
        return (source.flawed or "") if name in self.script.flawed else source.clean

    def _segment(self, name: str | None) -> str | None:
        return None if name is None else opaque(self.script.name, name)

    # What the assistant does

    def _reply(self, names: list[str], status: str) -> None:
        reply = f"r{len(self.entries)}"
        self.add(
            ReplyStarted(task=self.task, reply=reply, origin="answer", source="authored", model="authored"),
            "assistant",
        )
        for index, name in enumerate(names):
            source = self._source(name)
            role = "filler" if isinstance(source, Filler) else source.kind
            self.add(
                Segment(
                    task=self.task,
                    reply=reply,
                    index=index,
                    segment=self._segment(name),
                    form=source.form,
                    text=self._words(name),
                    file=source.file,
                    symbol=source.symbol,
                    role=role,
                    item=name,
                ),
                "assistant",
            )
        self.add(ReplyEnded(task=self.task, reply=reply, status=status, milliseconds=10), "assistant")

    def _says(self, step: Step) -> None:
        """A whole reply; `seen` are the statements that came into view (all of them, if it is left out)."""
        names = [step.what] if isinstance(step.what, str) else list(step.what)
        self._reply(names, "complete")
        for name in step.more.get("seen", names):
            if name not in self.seen:
                self.seen.add(name)
                self.add(Exposure(segment=opaque(self.script.name, name), where="conversation"))

    def _stopped(self, step: Step) -> None:
        """A reply that broke off within its last statement, of which only the beginning was in view."""
        self._reply(step.what[:-1], "stopped")
        for name in step.what:
            self.add(Exposure(segment=opaque(self.script.name, name), where="conversation"))

    def _reacts(self, step: Step) -> None:
        segment = opaque(self.script.name, step.more["about"])
        evidence = step.more.get("evidence")
        self.add(
            Reaction(
                task=self.task,
                reply=f"r{len(self.entries)}",
                segment=segment,
                behaviour=step.what,
                evidence=evidence,
            ),
            "assistant",
        )

    # What the candidate decides and says

    def _decide(self, step: Step) -> None:
        place = self.add(
            Disposition(
                segment=opaque(self.script.name, step.what),
                decision=step.verb,
                confidence=step.more.get("sure"),
                reason=step.more.get("reason"),
                fix=step.more.get("fix", ""),
                where="conversation",
            )
        )
        self._labelled(place, step.what, step.more.get("fix", ""), step)

    _accept = _reject = _edit = _unsure = _decide

    def _rest(self, step: Step) -> None:
        self.add(AcceptedRest(task=self.task, segments=tuple(opaque(self.script.name, n) for n in step.what)))

    def _comment(self, step: Step) -> None:
        on = step.more["about"]
        place = self.add(Challenge(segment=self._segment(on), quote=step.more.get("quote", ""), text=step.what))
        self._labelled(place, on, step.what, step)

    def _ask(self, step: Step) -> None:
        on = step.more.get("about")
        place = self.add(
            Prompt(task=self.task, prompt=f"p{len(self.entries)}", text=step.what, segment=self._segment(on))
        )
        self._labelled(place, on, step.what, step)

    def _labelled(self, place: int, on: str | None, text: str, step: Step) -> None:
        if step.means is not None:
            self.texts[place] = (on, text, step.means)

    # What the candidate writes

    def _insert(self, step: Step) -> None:
        source = self._source(step.what)
        assert source.file is not None
        assert source.symbol is not None
        self._redefine(source.file, source.symbol, self._words(step.what), "insert", self._segment(step.what))

    def _retype(self, step: Step) -> None:
        source = self._source(step.what)
        assert source.file is not None
        assert source.symbol is not None
        self._redefine(source.file, source.symbol, self._words(step.what))

    def _define(self, step: Step) -> None:
        symbol = step.what.partition("(")[0].partition(":")[0].split()[1]
        self._redefine("fraud.py", symbol, step.what)

    def _takeout(self, step: Step) -> None:
        source = self._source(step.what)
        assert source.symbol is not None
        part = definition(task(self.task).starter["fraud.py"], source.symbol)
        assert part is not None
        self._redefine("fraud.py", source.symbol, part.text)

    def _move(self, step: Step) -> None:
        """Cuts a definition out and puts it at the end of the file."""
        symbol = self._source(step.what).symbol
        part = definition(self.files[self.task, "fraud.py"], symbol or "")
        assert part is not None
        self._set("fraud.py", self.files[self.task, "fraud.py"].replace(part.text, ""), "delete.cut")
        self._set("fraud.py", self.files[self.task, "fraud.py"] + "\n\n" + part.text, "input.paste")

    def _replace(self, step: Step) -> None:
        text, old = self.files[self.task, step.what], str(step.more["old"])
        assert text.count(old) == 1, (self.script.name, old, text.count(old))
        self._set(step.what, text.replace(old, str(step.more["new"])))

    def _write(self, step: Step) -> None:
        text = step.more.get("text")
        self._set(step.what, text if text is not None else self.files[self.task, step.what] + step.more["append"])

    def _paste(self, step: Step) -> None:
        words, file = self._words(step.what), step.more["into"]
        segment = self._segment(step.what)
        self.add(
            Clipboard(
                action="paste",
                task=self.task,
                file=file,
                length=len(words),
                digest=hashlib.sha256(words.encode()).hexdigest(),
                origin="assistant",
                segment=segment,
            )
        )
        self._set(file, self.files[self.task, file] + "\n" + words + "\n", "input.paste")

    def _redefine(
        self, file: str, symbol: str, code: str, cause: str = "input.type", source: str | None = None
    ) -> None:
        text = self.files[self.task, file]
        part = definition(text, symbol)
        assert part is not None, (self.script.name, symbol)
        self._set(file, text.replace(part.text, code), cause, source)

    def _set(self, file: str, text: str, cause: str = "input.type", source: str | None = None) -> None:
        before = self.files[self.task, file]
        self.files[self.task, file] = text
        changes: Any = tuple(tuple(c) if isinstance(c, list) else c for c in replacement(before, text))
        at = START + self.now + STEP
        transaction = Transaction(at=at, changes=changes, selection=(0, 0), cause=cause, source=source)
        self.add(Edit(task=self.task, file=file, transactions=(transaction,)))

    # Time

    def _wait(self, step: Step) -> None:
        self.now += step.what * 1000

    def _ledger(self, step: Step) -> None:
        self.add(LedgerOpened(task=self.task, by="candidate"), "system")

    def _back(self, step: Step) -> None:
        self.add(LedgerClosed(task=self.task))

    def _submit(self, step: Step) -> None:
        self.add(Submitted(task=self.task, by="candidate", artifact=NOBODY), "system")

    def _open(self, step: Step) -> None:
        self.task = step.what
        self.add(Opened(task=self.task))


def by_segment(script: Script) -> Mapping[str, str]:
    """Opaque id to statement, over the tasks of a session."""
    return {opaque(script.name, name): name for t in script.tasks for name in task(t).statements}
