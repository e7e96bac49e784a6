"""CodeMirror change sets in Python. Positions count UTF-16 units, as in the browser.

A document is held as a string of units: a character outside the basic plane stands as its two
surrogates, so that positions are indexes. `units` and `text` convert at the rim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

Change = int | Sequence[int | str]
Changes = Sequence[Change]


NEGATIVE = "A change set names how much it keeps and deletes by numbers from 0 on."


class MisfitError(ValueError):
    """A change set that does not fit the document it is applied to."""


class Part(NamedTuple):
    """`deleted` units are taken away and `inserted` put in at `start` (position in the old document)."""

    start: int
    deleted: int
    inserted: str


def units(text: str) -> str:
    """The text as a string of UTF-16 units."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, memoryview(raw).cast("H")))


def text(document: str) -> str:
    """The text of a string of units. Lone surrogates become U+FFFD."""
    if document.isascii():
        return document
    return document.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def parts(changes: Changes, length: int) -> list[Part]:
    """The replacements of a change set, in order. Raises MisfitError unless it covers `length` exactly."""
    found: list[Part] = []
    position = 0
    for change in changes:
        if isinstance(change, int):
            if change < 0:
                raise MisfitError(NEGATIVE)
            position += change
            continue
        deleted, *lines = change
        if not isinstance(deleted, int) or deleted < 0:
            raise MisfitError(NEGATIVE)
        found.append(Part(position, deleted, units("\n".join(str(line) for line in lines))))
        position += deleted
    if position != length:
        raise MisfitError(f"The change set is for a document of {position} units, this one has {length}.")
    return found


def apply(document: str, changes: Changes) -> str:
    """The document (units) after the change set. Raises MisfitError."""
    return splice(document, parts(changes, len(document)))


def splice(document: str, replacements: Iterable[Part]) -> str:
    """The document (units) after replacements that are in order and lie within it."""
    pieces: list[str] = []
    end = 0
    for part in replacements:
        pieces += (document[end : part.start], part.inserted)
        end = part.start + part.deleted
    pieces.append(document[end:])
    return "".join(pieces)


def insertion(changes: Changes, length: int) -> Part | None:
    """The one insertion of a line that is all of a change set; None if it is anything else.

    Most edits are this. Raises MisfitError unless it covers `length` exactly.
    """
    count = len(changes)
    start: Change = 0
    rest: Change = 0
    if count == 1:
        change = changes[0]
    elif count == 3:
        start, change, rest = changes
    elif count == 2 and isinstance(changes[0], int):
        start, change = changes
    elif count == 2:
        change, rest = changes
    else:
        return None
    if not isinstance(start, int) or not isinstance(rest, int):
        return None
    if isinstance(change, int) or len(change) != 2 or change[0] != 0:
        return None
    if start < 0 or rest < 0:
        raise MisfitError(NEGATIVE)
    if start + rest != length:
        raise MisfitError(f"The change set is for a document of {start + rest} units, this one has {length}.")
    return Part(start, 0, units(str(change[1])))


def replacement(before: str, after: str) -> list[int | list[int | str]]:
    """The change set (JSON form) that replaces the differing middle of two texts."""
    old, new = units(before), units(after)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    changed: list[int | list[int | str]] = [head] if head else []
    lines = text(new[head : len(new) - tail]).split("\n")
    inserted: list[int | str] = list(lines) if lines != [""] else []
    changed.append([len(old) - head - tail, *inserted])
    return [*changed, tail] if tail else changed
