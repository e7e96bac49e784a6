"""The text of every file at any moment, with the origin of every character, from the log alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from logs.changes import apply, parts, text, units
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

    def feed(self, record: Record, until_client: int | None = None) -> None:
        """Applies one record; with `until_client`, only the transactions up to that client time.

        Raises MisfitError if an edit does not fit, KeyError for a file that the task does not have.
        """
        if record.kind == "edit":
            edit = record.event
            assert isinstance(edit, Edit)
            for transaction in edit.transactions:
                if until_client is None or transaction.at <= until_client:
                    self.apply((edit.task, edit.file), transaction)
        elif record.kind == "clipboard":
            clip = record.event
            assert isinstance(clip, Clipboard)
            if clip.action in ("paste", "drop") and clip.task and clip.file:
                origin = {"elsewhere": "pasted", "own": "own", "assistant": f"assistant:{clip.segment or ''}"}
                self._pastes[clip.task, clip.file] = Paste(origin[clip.origin], clip.length)

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
        document.units = apply(document.units, transaction.changes)
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
