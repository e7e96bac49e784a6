"""The text of every file at any moment, with the origin of every character, from the log alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from logs.changes import Part, parts, put_in
from logs.clipboard import Copy, copied
from logs.document import TYPED, Document, History, Run, merged
from logs.events import Clipboard, Edit, Transaction
from logs.record import Record
from logs.strokes import strike, strokes

FileKey = tuple[str, str]
"""Task and file."""
Step = tuple[str, Any, str | None]
"""Cause, changes and source of a transaction."""
PASTED = ("input.paste", "input.drop")
KNOWN = ("undo", "redo", "move", "input.copyline", *PASTED)
"""Causes of what may have an origin from before; everything else without a source is typed."""
MOST_CUTS = 200
"""Deletions that are known by their text, for moves; the older half goes when there are more."""
MOST_COPIES = 50
"""Copies that are known with their origins."""
LONGEST_MOVED = 100_000
"""UTF-16 units that are looked for in the files when they are pasted."""


@dataclass(frozen=True)
class Paste:
    """What the browser said of the clipboard: the origin of the next paste in a file."""

    origin: str
    digest: str


class Replay:
    """Applies edits one after another; feed it the records of a session in order."""

    def __init__(self, starter: Mapping[FileKey, str]) -> None:
        self.documents = {key: Document(content) for key, content in starter.items()}
        self._pastes: dict[FileKey, Paste] = {}
        self._cuts: dict[str, tuple[Run, ...]] = {}
        self._copies: dict[str, Copy] = {}
        """What was copied in the files, by its digest; the newest last."""

    def copy(self) -> Replay:
        """The same state, which goes its own way from here."""
        found = Replay({})
        found.documents = {key: document.copy() for key, document in self.documents.items()}
        found._pastes, found._cuts = self._pastes.copy(), self._cuts.copy()
        found._copies = self._copies.copy()
        return found

    def feed(self, record: Record, until_client: int | None = None) -> None:
        """Applies one record; with `until_client`, only the transactions up to that client time.

        Raises MisfitError if an edit does not fit, KeyError for a file that the task does not have.
        """
        if record.kind == "edit" and until_client is None and self._strike(record.payload):
            return
        if record.kind in ("edit", "clipboard"):
            event = record.event
            assert isinstance(event, Edit | Clipboard)
            self.take(event, until_client)

    def take(self, event: Edit | Clipboard, until_client: int | None = None, payload: bytes | None = None) -> None:
        """Applies one event, as `feed` does; `payload` are its stored bytes, where they are at hand."""
        if isinstance(event, Edit):
            if until_client is None and self._strike(payload):
                return
            chosen = event.transactions
            if until_client is not None:
                chosen = tuple(t for t in chosen if t.at <= until_client)
            self._take((event.task, event.file), [(t.cause, t.changes, t.source) for t in chosen])
        elif event.action in ("paste", "drop") and event.task and event.file:
            words = {"elsewhere": "pasted", "assistant": f"assistant:{event.segment or event.reply or ''}"}
            origin = words.get(event.origin, event.origin)
            self._pastes[event.task, event.file] = Paste(origin, event.digest)
        elif event.ranges and event.task and event.file:
            self._copy((event.task, event.file), event.ranges, event.digest)

    def _copy(self, key: FileKey, ranges: Sequence[tuple[int, int]], digest: str) -> None:
        """Keeps the origins of what is copied; of a file that is not replayed here there are none."""
        found = copied(self.documents[key], ranges, digest) if key in self.documents else None
        if found is None:
            return
        self._copies.pop(digest, None)
        self._copies[digest] = found
        if len(self._copies) > MOST_COPIES:
            del self._copies[next(iter(self._copies))]

    def _strike(self, payload: bytes | None) -> bool:
        """Applies a stored edit if it is plain typing."""
        typed = strokes(payload) if payload else None
        if typed is not None:
            strike(self.documents[typed[0]], typed[1])
        return typed is not None

    def apply(self, key: FileKey, transaction: Transaction) -> None:
        """Applies one transaction to a file."""
        self._take(key, [(transaction.cause, transaction.changes, transaction.source)])

    def _take(self, key: FileKey, steps: Iterable[Step]) -> None:
        """Letters typed one behind the other wait in the document: most edits are that."""
        document = self.documents[key]
        for cause, changes, source in steps:
            if source is None and not cause.startswith(KNOWN):
                typed = put_in(changes, document.length)
                if typed is not None:
                    document.type(*typed)
                    continue
            self._replace(key, document, cause, parts(changes, document.length), source)

    def _replace(
        self, key: FileKey, document: Document, cause: str, changes: list[Part], source: str | None
    ) -> None:
        removed = {
            document.units[p.start : p.start + p.deleted]: tuple(document.slice(p.start, p.start + p.deleted))
            for p in changes
            if p.deleted > 1 or (p.deleted and cause.startswith(("move", "delete.cut")))  # letters are not moved
        }
        pieces = [part.inserted for part in changes]
        if not source and cause.startswith(PASTED):
            origins = self._pasted(key, pieces)
        else:
            origins = [self._origins(key, cause, piece, source, removed) if piece else () for piece in pieces]
        document.replace(changes, origins, history(cause))
        self._cuts.update(removed)
        if len(self._cuts) > MOST_CUTS:
            for old in list(self._cuts)[: MOST_CUTS // 2]:
                del self._cuts[old]

    def _origins(
        self,
        key: FileKey,
        cause: str,
        inserted: str,
        source: str | None,
        removed: Mapping[str, tuple[Run, ...]],
    ) -> Iterable[Run]:
        """Those of what a part puts in."""
        if source:
            return [Run(len(inserted), f"assistant:{source}")]
        if cause.startswith(("undo", "redo", "move")):
            return moved(inserted, removed) or self._cuts.get(inserted) or [Run(len(inserted), TYPED)]
        if cause.startswith("input.copyline"):
            return self._standing(key, inserted) or [Run(len(inserted), TYPED)]
        return [Run(len(inserted), TYPED)]

    def _pasted(self, key: FileKey, pieces: Sequence[str]) -> list[Iterable[Run]]:
        """Those of what one paste puts in, at one cursor or at several."""
        paste = self._pastes.pop(key, None)
        copy = self._copies.get(paste.digest) if paste and paste.origin == "own" else None
        known = copy.origins(pieces) if copy else [None] * len(pieces)
        looked = {piece: self._looked_up(key, piece, paste) for piece in set(pieces) if piece and None in known}
        return [(runs or looked[piece]) if piece else () for piece, runs in zip(pieces, known, strict=True)]

    def _looked_up(self, key: FileKey, piece: str, paste: Paste | None) -> Iterable[Run]:
        """Those of pasted words of which it is not known where they were copied."""
        if paste and paste.origin != "own":
            return [Run(len(piece), paste.origin)]
        known = self._cuts.get(piece)
        if known is None and paste:
            known = self._standing(key, piece)
        return known or [Run(len(piece), "own" if paste else "pasted")]

    def _standing(self, key: FileKey, words: str) -> tuple[Run, ...] | None:
        """The origins of words that stand in one of the files, in this one if they do."""
        if len(words) > LONGEST_MOVED:
            return None
        for document in (self.documents[key], *self.documents.values()):
            at = document.units.find(words)
            if at >= 0:
                return tuple(document.slice(at, at + len(words)))
        return None


def history(cause: str) -> History | None:
    """Whether a change goes back or forth in the editor's history."""
    return "undo" if cause.startswith("undo") else "redo" if cause.startswith("redo") else None


def moved(inserted: str, removed: Mapping[str, tuple[Run, ...]]) -> tuple[Run, ...] | None:
    """The origins of text that the same change takes away elsewhere, perhaps with its line break turned."""
    if inserted in removed:
        return removed[inserted]
    for turned, back in ((inserted[-1] + inserted[:-1], -1), (inserted[1:] + inserted[0], 1)):
        if turned in removed:
            each = [run.origin for run in removed[turned] for _ in range(run.length)]
            each = each[1:] + each[:1] if back == -1 else each[-1:] + each[:-1]
            return tuple(merged(Run(1, origin) for origin in each))
    return None


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


__all__ = ["Document", "FileKey", "Paste", "Replay", "Run", "replay", "shares"]
