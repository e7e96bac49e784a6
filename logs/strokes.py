"""Batches of plain typing, read from their stored bytes without making objects of them: most edits are such.

Stored events have one form (canonical JSON: keys in order, no spaces), so that a pattern reads them. What is
anything else than letters put in one after the other (line breaks, deletions, pastes, escapes) is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from logs.changes import MisfitError, units
from logs.document import Document

Cut = Sequence[bytes]
"""A payload cut at its strokes: at 1, 5, 9 and so on how many units stay before, then the letters (UTF-8), then
how many stay behind; no digits stand for 0. What is left between is the head, commas and the end."""
HEAD = re.compile(rb'\{"file":"([^"\\]*)","kind":"edit","task":"([^"\\]*)","transactions":\[')
EACH = re.compile(
    rb'\{"at":\d++,"cause":"input\.type[^"\\]*+","changes":\[([0-9]*+),?\[0,"([^"\\]*+)"\],?([0-9]*+)\],'
    rb'"selection":\[[0-9,]*+\]\}'
)
_numbers: list[bytes] = []
"""The numbers from 0 on as they are written, as far as a file was long."""


def strokes(payload: bytes) -> tuple[tuple[str, str], Cut] | None:
    """Task and file of a stored edit, and where it is cut; None if it is not plain typing."""
    cut = EACH.split(payload)
    count = len(cut) // 4
    if not count or cut[-1] != b"]}" or cut[4:-1:4].count(b",") != count - 1:
        return None
    key = _key(cut[0])
    return (key, cut) if key else None


def strike(document: Document, cut: Cut) -> None:
    """Types the strokes. Raises MisfitError if one is for another length."""
    befores, letters, behinds = cut[1::4], cut[2::4], cut[3::4]
    count, length, start, behind = len(letters), document.length, int(befores[0] or 0), behinds[0]
    if start + int(behind or 0) == length and behinds.count(behind) == count:
        typed = b"".join(letters).decode()
        # Letters of one unit each, every one behind the one before it: most batches are that.
        if len(typed) == count == len(typed.encode("utf-16-le")) // 2 and befores[1:] == _written(
            start + 1, count - 1
        ):
            document.type(start, typed)
            return
    for before, piece, rest in zip(befores, letters, behinds, strict=True):
        if int(before or 0) + int(rest or 0) != document.length:
            raise MisfitError(f"A stroke is for another document than this one of {document.length} units.")
        document.type(int(before or 0), units(piece.decode()))


@lru_cache(maxsize=256)
def _key(head: bytes) -> tuple[str, str] | None:
    found = HEAD.fullmatch(head)
    return (found[2].decode(), found[1].decode()) if found else None


def _written(start: int, count: int) -> list[bytes]:
    if len(_numbers) < start + count:
        _numbers.extend(b"%d" % number for number in range(len(_numbers), start + count + 1000))
    return _numbers[start : start + count]
