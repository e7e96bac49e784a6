"""What was copied, cut or dragged out of a file, with the origins that it had at that moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, groupby, pairwise, repeat

from logs.changes import text
from logs.document import TYPED, Document, Run

BREAK = "\n"


@dataclass(frozen=True)
class Copy:
    """Stretches of a file as they stood when they were copied, a line break behind each of them."""

    units: str
    runs: tuple[Run, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of what the clipboard held."""
        return sha256(text(self.units[: -len(BREAK)]).encode()).hexdigest()

    def origins(self, pieces: Iterable[str]) -> list[tuple[Run, ...] | None]:
        """Those of what a paste puts in, piece by piece: at every cursor the whole, or a line at each."""
        each, end = _each(self.runs), 0
        found: list[tuple[Run, ...] | None] = []
        for piece in pieces:
            start = self.units.find(piece, end)
            if start < 0:
                start = self.units.find(piece)
            end = max(start, 0) + len(piece)
            found.append(_runs(each[start:end]) if start >= 0 else None)
        return found


def copied(document: Document, ranges: Sequence[tuple[int, int]], digest: str) -> Copy | None:
    """What an event says was copied; None unless it stood there: ranges in order, and the text of this digest."""
    ends = [0, *chain.from_iterable(ranges), document.length]
    if any(start > end for start, end in pairwise(ends)):
        return None
    whole, each = document.units, _each(document.runs)
    pieces, origins = list[str](), list[str]()
    for start, end in ranges:
        pieces += (whole[start:end], BREAK)
        origins += each[start:end]
        origins.append(each[end] if whole[end : end + 1] == BREAK else (origins or [TYPED])[-1])
    found = Copy("".join(pieces), _runs(origins))
    return found if found.digest == digest else None


def _each(runs: Iterable[Run]) -> list[str]:
    """The origin of every unit."""
    return list(chain.from_iterable(repeat(run.origin, run.length) for run in runs))


def _runs(origins: Iterable[str]) -> tuple[Run, ...]:
    return tuple(Run(len(list(same)), origin) for origin, same in groupby(origins))
