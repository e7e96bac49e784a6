"""The text of every file at any moment, with the origin of every character, from the log alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from logs.changes import insertion, parts, splice, text, units
from logs.events import Clipboard, Edit, Transaction
from logs.record import Record

FileKey = tuple[str, str]
"""Task and file."""


class Run(NamedTuple):
    """A stretch of `length` UTF-16 units of one origin.

    Origins: `starter`, `typed`, `assistant:SEGMENT`, `pasted` (from elsewhere), `own` (moved by paste).
    """

    length: int
    origin: str


@dataclass
class Document:
    """One file: its units and the origins of its characters."""

    units: str
    runs: list[Run]
    cut: dict[str, tuple[Run, ...]] = field(default_factory=dict)
    """Origins of what was deleted, by its text: an undo or a move brings them back."""

    @property
    def text(self) -> str:
        """The file's text."""
        return text(self.units)

    def type(self, start: int, letters: str) -> None:
        """Puts typed units in at `start`."""
        self.units = f"{self.units[:start]}{letters}{self.units[start:]}"
        position, length = 0, len(letters)
        for place, run in enumerate(self.runs):
            end = position + run.length
            if start > end:
                position = end
                continue
            following = self.runs[place + 1] if start == end and place + 1 < len(self.runs) else None
            if run.origin == "typed":
                self.runs[place] = Run(run.length + length, "typed")
            elif following is not None and following.origin == "typed":
                self.runs[place + 1] = Run(following.length + length, "typed")
            else:
                before, after = Run(start - position, run.origin), Run(end - start, run.origin)
                around = (before, Run(length, "typed"), after)
                self.runs[place : place + 1] = [r for r in around if r.length]
            return
        self.runs.append(Run(length, "typed"))

    def copy(self) -> Document:
        """The same, apart from this one."""
        return Document(self.units, self.runs.copy(), self.cut.copy())


@dataclass(frozen=True)
class Paste:
    """What the browser said of the clipboard: the origin of the next paste in a file."""

    origin: str
    length: int


class Replay:
    """Applies edits one after another; feed it the records of a session in order."""

    def __init__(self, starter: Mapping[FileKey, str]) -> None:
        self.documents = {
            key: Document(units(content), [Run(len(units(content)), "starter")] if content else [])
            for key, content in starter.items()
        }
        self._pastes: dict[FileKey, Paste] = {}

    def copy(self) -> Replay:
        """The same state, which goes its own way from here."""
        found = Replay({})
        found.documents = {key: document.copy() for key, document in self.documents.items()}
        found._pastes = self._pastes.copy()
        return found

    def feed(self, record: Record, until_client: int | None = None) -> None:
        """Applies one record; with `until_client`, only the transactions up to that client time.

        Raises MisfitError if an edit does not fit, KeyError for a file that the task does not have.
        """
        if record.kind in ("edit", "clipboard"):
            event = record.event
            assert isinstance(event, Edit | Clipboard)
            self.take(event, until_client)

    def take(self, event: Edit | Clipboard, until_client: int | None = None) -> None:
        """Applies one event, as `feed` does."""
        if isinstance(event, Edit):
            key = (event.task, event.file)
            chosen = event.transactions
            if until_client is not None:
                chosen = tuple(t for t in chosen if t.at <= until_client)
            self._take_edit(key, self.documents[key], chosen)
        elif event.action in ("paste", "drop") and event.task and event.file:
            origin = {"elsewhere": "pasted", "own": "own", "assistant": f"assistant:{event.segment or ''}"}
            self._pastes[event.task, event.file] = Paste(origin[event.origin], event.length)

    def _take_edit(self, key: FileKey, document: Document, transactions: Iterable[Transaction]) -> None:
        """Letters typed one behind the other go in together: most edits are that, and the text is copied once."""
        start, letters, count = 0, "", len(document.units)
        for transaction in transactions:
            typed = None
            if transaction.source is None and transaction.cause.startswith("input.type"):
                typed = insertion(transaction.changes, count)
            if letters and (typed is None or typed.start != start + len(letters)):
                document.type(start, letters)
                letters = ""
            if typed is None:
                self.apply(key, transaction)
                count = len(document.units)
                continue
            if not letters:
                start = typed.start
            letters += typed.inserted
            count += len(typed.inserted)
        if letters:
            document.type(start, letters)

    def apply(self, key: FileKey, transaction: Transaction) -> None:
        """Applies one transaction to a file."""
        document = self.documents[key]
        changes = parts(transaction.changes, len(document.units))
        removed = {
            document.units[p.start : p.start + p.deleted]: tuple(
                _slice(document.runs, p.start, p.start + p.deleted)
            )
            for p in changes
            if p.deleted
        }
        runs: list[Run] = []
        end = 0
        for part in changes:
            runs += _slice(document.runs, end, part.start)
            if part.inserted:
                runs += self._origins(key, document, transaction, part.inserted, removed)
            end = part.start + part.deleted
        runs += _slice(document.runs, end, len(document.units))
        document.units = splice(document.units, changes)
        document.runs = _merged(runs)
        document.cut.update(removed)
        if len(document.cut) > 200:
            for old in list(document.cut)[:100]:
                del document.cut[old]

    def _origins(
        self,
        key: FileKey,
        document: Document,
        transaction: Transaction,
        inserted: str,
        removed: dict[str, tuple[Run, ...]],
    ) -> list[Run]:
        if transaction.source:
            return [Run(len(inserted), f"assistant:{transaction.source}")]
        known = document.cut.get(inserted) or removed.get(inserted)
        if transaction.cause.startswith(("undo", "redo", "move")) and known:
            return list(known)
        if transaction.cause.startswith(("input.paste", "input.drop")):
            paste = self._pastes.pop(key, None)
            if paste and paste.origin != "own":
                return [Run(len(inserted), paste.origin)]
            moved = next((d.cut[inserted] for d in self.documents.values() if inserted in d.cut), None)
            return list(moved) if moved else [Run(len(inserted), "own" if paste else "pasted")]
        return [Run(len(inserted), "typed")]


def replay(
    records: Iterable[Record], starter: Mapping[FileKey, str], when: Callable[[Record], bool] = lambda _: True
) -> Replay:
    """The state of every file after all records for which `when` holds (records are in order)."""
    state = Replay(starter)
    for record in records:
        if not when(record):
            break
        state.feed(record)
    return state


def shares(document: Document) -> dict[str, int]:
    """Units of the document by origin; hunks of all replies together as `assistant`."""
    found: dict[str, int] = {}
    for run in document.runs:
        name = run.origin.partition(":")[0]
        found[name] = found.get(name, 0) + run.length
    return found


def _slice(runs: Iterable[Run], start: int, end: int) -> list[Run]:
    found: list[Run] = []
    position = 0
    for run in runs:
        low, high = max(start, position), min(end, position + run.length)
        if low < high:
            found.append(Run(high - low, run.origin))
        position += run.length
        if position >= end:
            break
    return found


def _merged(runs: Iterable[Run]) -> list[Run]:
    merged: list[Run] = []
    for run in runs:
        if merged and merged[-1].origin == run.origin:
            merged[-1] = Run(merged[-1].length + run.length, run.origin)
        else:
            merged.append(run)
    return merged
