"""One file while it is replayed: its text, the origin of every character, and the graves of what was deleted."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import Literal, NamedTuple

from logs.changes import Part, splice, text, units

TYPED = "typed"
History = Literal["undo", "redo"]
MOST_BURIED = 200_000
"""UTF-16 units in the graves of a document; beyond, the older half of the graves goes."""
LONGEST_SCATTERED = 4_000
"""Units of graves in which letters are looked for one by one: a candidate's text must not cost us minutes."""


class Run(NamedTuple):
    """A stretch of `length` UTF-16 units of one origin.

    Origins: `starter`, `typed`, `assistant:SEGMENT` (of what is no statement, the id of its reply), `pasted` (from
    elsewhere), `own` (moved by paste, from a place that is not known any more).
    """

    length: int
    origin: str


class Span(NamedTuple):
    """A stretch of a file of one origin; or of no length: the grave of `buried`, the `order`-th that was dug.

    Graves lie between the characters where the text was, so that every edit before them moves them along. What an
    undo has buried comes back by redo only, all else by undo only.
    """

    length: int
    origin: str
    buried: str = ""
    order: int = 0
    undone: bool = False


class Document:
    """One file. Letters typed one behind the other are put in together, when anything else is asked or done."""

    def __init__(self, content: str) -> None:
        self._units = units(content)
        self._spans = [Span(len(self._units), "starter")] if content else []
        self._dug = 0
        self._buried = 0
        self._letters: list[str] = []
        self._start = 0
        self._next = -1
        """Where a letter goes that is typed behind the last one; -1 when none waits."""
        self._last = (0, 0)
        """A span near the last edit, and where it begins: the next one is mostly near there."""
        self.length = len(self._units)
        """In UTF-16 units."""

    @property
    def units(self) -> str:
        """The text as a string of UTF-16 units."""
        if self._letters:
            self._settle()
        return self._units

    @property
    def text(self) -> str:
        """The file's text."""
        return text(self.units)

    @property
    def runs(self) -> list[Run]:
        """The origins of all characters, in order; neighbours differ."""
        return self.slice(0, self.length)

    def slice(self, start: int, end: int) -> list[Run]:
        """The origins of a stretch."""
        if self._letters:
            self._settle()
        found: list[Run] = []
        place, position = self._near(start)
        while place < len(self._spans) and position < end:
            span = self._spans[place]
            low, high = max(start, position), min(end, position + span.length)
            if low < high:
                found.append(Run(high - low, span.origin))
            position += span.length
            place += 1
        return merged(found)

    def copy(self) -> Document:
        """The same, apart from this one."""
        if self._letters:
            self._settle()
        found = Document.__new__(Document)
        found.__dict__.update(self.__dict__, _spans=self._spans.copy(), _letters=[])
        return found

    def type(self, start: int, letters: str) -> None:
        """Puts typed units in at `start`."""
        if not letters:
            return
        if start != self._next:
            if self._letters:
                self._settle()
            self._start = start
        self._letters.append(letters)
        self.length += len(letters)
        self._next = start + len(letters)

    def replace(
        self, parts: Sequence[Part], origins: Sequence[Iterable[Run]], history: History | None = None
    ) -> None:
        """Applies replacements that are in order and within the document, with the origins of what each puts in.

        An undo or redo puts in what lies buried at its place, with the origins it had; `origins` count if nothing
        does.
        """
        if not parts:
            return
        before = self.units
        place, position = self._near(parts[0].start)
        old = _Reader(self._spans, place, position)
        first = max(0, place - 1)  # what is put in may join the span before
        new = self._spans[first:place]
        self._last = first, position - sum(span.length for span in new)
        self._dug += any(part.inserted for part in parts)
        for part, runs in zip(parts, origins, strict=True):
            new += old.until(part.start)
            gap, known = old.graves(), self._dug
            for span in old.until(part.start + part.deleted):
                gap.append(self._bury(span, before, old.position, history) if span.length else span)
            gap += old.graves()
            raised = _raised(gap, part.inserted, known, history == "redo") if history and part.inserted else None
            if raised is not None:
                new += raised
                self._buried -= len(part.inserted)
            else:
                new += (Span(run.length, run.origin) for run in runs)
                new += gap
        new += old.next()
        self._spans[first : old.place] = _joined(new)
        self._units = splice(before, parts)
        self.length = len(self._units)
        if self._buried > MOST_BURIED:
            self._forget()

    def _bury(self, span: Span, before: str, end: int, history: History | None) -> Span:
        self._dug += 1
        self._buried += span.length
        return Span(0, span.origin, before[end - span.length : end], self._dug, history == "undo")

    def _forget(self) -> None:
        orders = sorted(span.order for span in self._spans if span.buried)
        middle = orders[len(orders) // 2]
        self._spans, self._last = [s for s in self._spans if s.length or s.order > middle], (0, 0)
        self._buried = sum(len(span.buried) for span in self._spans)

    def _settle(self) -> None:
        """Puts the waiting letters in."""
        start, letters = self._start, "".join(self._letters)
        self._letters, self._next = [], -1
        self._dug += 1  # graves before and after this are never joined
        self._units = self._units[:start] + letters + self._units[start:]
        spans, length = self._spans, len(letters)
        place, position = self._last
        if place >= len(spans) or not position < start <= position + spans[place].length:
            place, position = self._last = self._near(start)
        if place == len(spans):
            spans.append(Span(length, TYPED))
            return
        span = spans[place]
        if span.origin == TYPED and span.length:
            spans[place] = Span(span.length + length, TYPED)
        elif start == position:
            spans.insert(place, Span(length, TYPED))
        elif start == position + span.length:
            spans.insert(place + 1, Span(length, TYPED))
        else:
            before, after = Span(start - position, span.origin), Span(position + span.length - start, span.origin)
            spans[place : place + 1] = (before, Span(length, TYPED), after)

    def _near(self, start: int) -> tuple[int, int]:
        """The first span that reaches `start`, and where it begins; looked for from the last edit on."""
        spans, (place, position) = self._spans, self._last
        while place and position >= start:
            place -= 1
            position -= spans[place].length
        while place < len(spans) and position + spans[place].length < start:
            position += spans[place].length
            place += 1
        return place, position


class _Reader:
    """Reads spans in order, cut where one asks."""

    def __init__(self, spans: Sequence[Span], place: int, position: int) -> None:
        self._spans = spans
        self.place, self.position = place, position
        """How many spans, and how many units, lie before; while a span is handed out, the units include it."""
        self._cut: Span | None = None

    def until(self, end: int) -> Iterator[Span]:
        """What lies before `end`, not the graves at `end` itself."""
        while self.position < end and self.place < len(self._spans):
            span, left = self._cut or self._spans[self.place], end - self.position
            if span.length > left:
                self._cut = Span(span.length - left, span.origin)
                span = Span(left, span.origin)
            else:
                self._cut = None
                self.place += 1
            self.position += span.length
            yield span

    def graves(self) -> list[Span]:
        """The graves that come next."""
        first = self.place
        while self._cut is None and self.place < len(self._spans) and not self._spans[self.place].length:
            self.place += 1
        return list(self._spans[first : self.place])

    def next(self) -> list[Span]:
        """The next span, or what is left of one that was cut; empty at the end."""
        found = [self._cut] if self._cut else list(self._spans[self.place : self.place + 1])
        self.place += 1
        return found


def merged(runs: Iterable[Run]) -> list[Run]:
    """The runs with neighbours of one origin joined."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1].origin == run.origin:
            found[-1] = Run(found[-1].length + run.length, run.origin)
        else:
            found.append(run)
    return found


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Neighbours of one origin joined: characters, and graves that were dug one after the other."""
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        if last is None or last.origin != span.origin or bool(last.length) != bool(span.length):
            found.append(span)
        elif span.length:
            found[-1] = Span(last.length + span.length, span.origin)
        elif abs(last.order - span.order) == 1 and last.undone == span.undone:
            order = max(last.order, span.order)
            found[-1] = Span(0, span.origin, last.buried + span.buried, order, span.undone)
        else:
            found.append(span)
    return found


def _raised(gap: Sequence[Span], wanted: str, known: int, undone: bool) -> list[Span] | None:
    """The graves of a gap, opened where `wanted` lies in them; None if it does not.

    What was buried last comes back first: the newest graves that hold enough are looked into, and then all. Graves
    after the `known`-th do not count: the same step has dug them, and brings back something else.
    """
    graves = [span for span in gap if span.order <= known and span.undone == undone]
    newest = sorted(graves, key=attrgetter("order"), reverse=True)
    held = list(accumulate(len(span.buried) for span in newest))
    enough = bisect_left(held, len(wanted))
    if enough == len(held):
        return None
    for first in (newest[enough].order, newest[-1].order):
        chosen = [span for span in graves if span.order >= first]
        ranges = _ranges("".join(span.buried for span in chosen), wanted)
        if ranges:
            return _opened(gap, ranges, {span.order for span in chosen})
    return None


def _ranges(buried: str, wanted: str) -> list[tuple[int, int]]:
    """Where `wanted` stands in `buried`: in one piece, or else its letters in order; empty if it does not."""
    place = buried.find(wanted)
    if place >= 0:
        return [(place, place + len(wanted))]
    found: list[tuple[int, int]] = []
    place = len(buried) if len(buried) <= LONGEST_SCATTERED else 0
    for letter in reversed(wanted):
        place = buried.rfind(letter, 0, place)
        if place < 0:
            return []
        found.append((place, place + 1))
    return found[::-1]


def _opened(gap: Iterable[Span], ranges: Sequence[tuple[int, int]], chosen: Container[int]) -> list[Span]:
    """The graves of a gap, the chosen ones opened at ranges of their text."""
    found: list[Span] = []
    position = index = 0
    for span in gap:
        if span.order not in chosen:
            found.append(span)
            continue
        at, end = position, position + len(span.buried)
        while index < len(ranges) and ranges[index][0] < end:
            low, high = max(at, ranges[index][0]), min(end, ranges[index][1])
            if at < low:
                found.append(span._replace(buried=span.buried[at - position : low - position]))
            found.append(Span(high - low, span.origin))
            at = high
            if ranges[index][1] > end:
                break
            index += 1
        if at < end:
            found.append(span._replace(buried=span.buried[at - position :]))
        position = end
    return found
