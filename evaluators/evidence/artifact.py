"""What stood in the files of a task, and when: at submission, at the ledger step, and where the assistant's
words were taken over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from evaluators.context import ContextError, SessionContext
from evaluators.evidence.statements import Statement
from evaluators.evidence.symbols import definition, same
from logs import Document, Record, Replay
from logs.changes import MisfitError, parts
from logs.events import Edit, Transaction

SHORTEST = 12
"""Fewest characters, without spaces, that can be told to be retyped."""
STANDING = 3_000
"""Working ms between two looks at a file: what was retyped and stood for less is no content of it."""


@dataclass(frozen=True)
class Adoption:
    """A statement's content came into a file after it was said.

    `whole` is the text of the file when the content first stood in it whole, and code as what its name means
    there; None if it never did (only parts were pasted), and then nothing can be said about a later change of it.
    """

    how: Literal["insert", "paste", "retyped"]
    file: str
    seq: int
    ms: int
    whole: str | None


@dataclass(frozen=True)
class Artifact:
    """One task's files by path. `at_ledger` is their state when the ledger step was first opened."""

    task: str
    final: dict[str, str]
    at_ledger: dict[str, str] | None
    documents: dict[str, Document]
    adoptions: dict[str, Adoption]
    """By opaque segment id."""


def transaction_ms(record: Record, transaction: Transaction) -> int:
    """Working time of one transaction: that of its batch, moved by the browser's own clock."""
    moved = 0 if record.client_time is None else transaction.at - record.client_time
    return max(0, record.working_ms + moved)


def inserted_origin(document: Document, transaction: Transaction, before: int) -> str | None:
    """The origin of the first characters that a transaction, just applied, put in; None if it put in nothing.

    `before` is the length of the document (UTF-16 units) before it.
    """
    shift = 0
    for part in parts(transaction.changes, before):
        if part.inserted:
            position = 0
            for run in document.runs:
                position += run.length
                if position > part.start + shift:
                    return run.origin
        shift += len(part.inserted) - part.deleted
    return None


def squeezed(text: str, form: str) -> str:
    """A text without what retyping changes: spaces of code; spaces, case and punctuation of prose."""
    return "".join(text.split()) if form == "hunk" else re.sub(r"[\W_]+", "", text.casefold())


def artifact_of(context: SessionContext, task: str, said: Iterable[Statement]) -> Artifact:
    """Replays one task up to its submission. Raises ContextError if an edit does not fit (a broken log)."""
    span = context.spans[task]
    starter = {key: text for key, text in context.starter.items() if key[0] == task}
    replay = Replay(starter)
    watch = _Watch([s for s in said if s.task == task], replay, task)
    at_ledger: dict[str, str] | None = None
    for happened in context.of("edit", "clipboard", "segment", "ledger_opened"):
        if not span.before_submission(happened.seq):
            break
        event, record = happened.event, happened.record
        if isinstance(event, Edit):
            if event.task != task:
                continue
            key = (task, event.file)
            if key not in replay.documents:
                raise ContextError(f"Event {record.seq} edits {event.file!r}, which task {task} does not have.")
            for transaction in event.transactions:
                before = len(replay.documents[key].units)
                try:
                    replay.apply(key, transaction)
                except MisfitError as error:
                    raise ContextError(f"Event {record.seq} does not fit the file it edits: {error}") from None
                origin = inserted_origin(replay.documents[key], transaction, before)
                if origin and origin.startswith("assistant:"):
                    watch.taken(origin.partition(":")[2], event.file, record, transaction)
            watch.look(event.file, record)
        elif record.kind == "clipboard":
            replay.feed(record)
        elif record.kind == "segment":
            watch.delivered(record.seq)
        elif record.seq == span.ledger_seq:
            watch.finish()
            at_ledger = _texts(replay, task)
    watch.finish()
    documents = {key[1]: document for key, document in replay.documents.items()}
    return Artifact(task, _texts(replay, task), at_ledger, documents, watch.adoptions())


def stands_since(context: SessionContext, task: str, file: str, symbol: str | None) -> int:
    """Working ms from which the symbol (or the whole file) stood as it was submitted."""
    states: list[tuple[int, str]] = []
    replay = Replay({key: text for key, text in context.starter.items() if key[0] == task})
    span = context.spans[task]
    for happened in context.of("edit", "clipboard"):
        if not span.before_submission(happened.seq):
            break
        event = happened.event
        if isinstance(event, Edit) and event.task != task:
            continue
        replay.feed(happened.record)
        if isinstance(event, Edit) and event.file == file:
            states.append((happened.ms, replay.documents[task, file].text))
    since = states[-1][0] if states else span.opened_ms
    for ms, text in reversed(states):
        if not (same(text, states[-1][1], symbol) if symbol else text == states[-1][1]):
            break
        since = ms
    return since


def _texts(replay: Replay, task: str) -> dict[str, str]:
    return {key[1]: document.text for key, document in replay.documents.items() if key[0] == task}


class _Watch:
    """Looks out for each statement of a task in its files, from its delivery on."""

    def __init__(self, said: list[Statement], replay: Replay, task: str) -> None:
        self._said = {s.segment: s for s in said}
        self._words = {s.segment: squeezed(s.text, s.form) for s in said}
        self._replay, self._task = replay, task
        self._waiting = {s.delivered_seq: s for s in said}
        self._watched: set[str] = set()
        self._stood: set[str] = set()
        self._found: dict[str, Adoption] = {}
        self._looked: dict[str, int] = {}
        self._unseen: dict[str, Record] = {}
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def adoptions(self) -> dict[str, Adoption]:
        return {segment: self._found[segment] for segment in self._said if segment in self._found}

    def delivered(self, seq: int) -> None:
        """From now on the statement can be retyped, unless the candidate had written the same before."""
        statement = self._waiting.pop(seq, None)
        if statement is not None:
            self._watched.add(statement.segment)
            if self._standing(statement, self._files(statement)):
                self._stood.add(statement.segment)

    def finish(self) -> None:
        """A last look at what was edited since the one before."""
        self._looked.clear()
        for file, record in sorted(self._unseen.items(), key=lambda pair: pair[0]):
            self.look(file, record)

    def taken(self, segment: str, file: str, record: Record, transaction: Transaction) -> None:
        statement = self._said.get(segment)
        if statement is None or segment in self._found:
            return
        how: Literal["insert", "paste"] = "insert" if transaction.source else "paste"
        whole = self._whole(statement, file)
        self._found[segment] = Adoption(how, file, record.seq, transaction_ms(record, transaction), whole)

    def look(self, file: str, record: Record) -> None:
        """Looks for retyped statements in a file that was just edited."""
        if record.working_ms - self._looked.get(file, -STANDING) < STANDING:
            self._unseen[file] = record
            return
        self._unseen.pop(file, None)
        self._looked[file] = record.working_ms
        for segment in sorted(self._watched):
            statement, found = self._said[segment], self._found.get(segment)
            if (found is not None and found.whole is not None) or file not in self._files(statement):
                continue
            if not self._standing(statement, [file]):
                self._stood.discard(segment)
            elif segment not in self._stood:
                whole = self._whole(statement, file)
                if found is None:
                    self._found[segment] = Adoption("retyped", file, record.seq, record.working_ms, whole)
                elif whole is not None:
                    self._found[segment] = replace(found, file=file, whole=whole)

    def _whole(self, statement: Statement, file: str) -> str | None:
        """The file if the statement stands in it whole: code above another definition of its name does nothing."""
        if not self._standing(statement, [file]):
            return None
        text, symbol = self._replay.documents[self._task, file].text, statement.symbol
        if symbol is None or definition(statement.text, symbol) is None:
            return text
        return text if same(text, statement.text, symbol) else None

    def _files(self, statement: Statement) -> list[str]:
        if statement.form == "hunk" and statement.file is not None:
            return [statement.file]
        return sorted(key[1] for key in self._replay.documents if key[0] == self._task)

    def _standing(self, statement: Statement, files: list[str]) -> bool:
        words = self._words[statement.segment]
        if len(words) < SHORTEST:
            return False
        return any(words in self._squeezed(file, statement.form) for file in files)

    def _squeezed(self, file: str, form: str) -> str:
        document = self._replay.documents.get((self._task, file))
        if document is None:
            return ""
        known = self._known.get((file, form))
        if known is None or known[0] != document.units:
            known = self._known[file, form] = (document.units, squeezed(document.text, form))
        return known[1]


__all__ = ["Adoption", "Artifact", "artifact_of", "inserted_origin", "stands_since", "transaction_ms"]
