"""Foreign logs: keystroke logs like ProgSnap2's as CSV, and chat-and-copy logs as JSON Lines.

A record becomes one `imported` event, in the order of the file; a record that cannot be read is reported by line
and nothing else is lost with it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from pydantic import ValidationError

from logs.events import Imported
from logs.exports.cells import unguarded
from logs.exports.lines import EXACT, LineFault
from logs.exports.mapping import Mapping, OurField
from logs.record import UnfitTextError, canonical

LONGEST = 32 << 20
"""Characters of a CSV cell."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NUMBERS: tuple[OurField, ...] = ("offset", "deleted")
WORDS: tuple[OurField, ...] = ("task", "file", "text", "removed", "inserted", "result")


@dataclass(frozen=True)
class ForeignRecord:
    """One record with its time (ms since 1970, UTC; None where it has none)."""

    event: Imported
    at: int | None


@dataclass
class ForeignSession:
    """The records of one session, in order. `subject` is what the log calls the person."""

    group: tuple[str, ...]
    subject: str
    records: list[ForeignRecord] = field(default_factory=list)


@dataclass(frozen=True)
class Foreign:
    """A foreign log as read. `seen` counts all records, readable or not."""

    sessions: tuple[ForeignSession, ...]
    faults: tuple[LineFault, ...]
    seen: int


def read_csv(raw: bytes, mapping: Mapping) -> Foreign:
    """A keystroke log: a header line, then a record a row."""
    return _grouped(_csv_rows(raw), mapping)


def read_json_lines(raw: bytes, mapping: Mapping) -> Foreign:
    """A chat-and-copy log: an object a line."""
    return _grouped(_json_rows(raw), mapping)


def _grouped(rows: Iterable[tuple[int, dict[str, str] | str]], mapping: Mapping) -> Foreign:
    sessions: dict[tuple[str, ...], ForeignSession] = {}
    faults: list[LineFault] = []
    seen = 0
    for line, row in rows:
        seen += 1
        try:
            if isinstance(row, str):
                raise ValueError(row)
            record, subject = _record(line, row, mapping)
            group = tuple(_needed(row, name) for name in mapping.session)
        except (ValueError, UnfitTextError) as error:
            faults.append(LineFault(line, " ".join(str(error).split())[:300]))
            continue
        sessions.setdefault(group, ForeignSession(group, subject)).records.append(record)
    return Foreign(tuple(sessions.values()), tuple(faults), seen)


def _record(line: int, row: dict[str, str], mapping: Mapping) -> tuple[ForeignRecord, str]:
    ours: dict[str, str] = {}
    more: dict[str, str] = {}
    for name, value in row.items():
        known = mapping.fields.get(name)
        if known:
            ours[known] = value
        elif value:
            more[name] = value
    name = ours.get("what", "")
    if "what" in mapping.fields.values() and not name:
        raise ValueError("it does not say what happened")
    values: dict[str, Any] = {key: ours[key] for key in WORDS if ours.get(key)}
    for key in NUMBERS:
        if ours.get(key):
            values[key] = _number(key, ours[key])
    time = ours.get("time") or (row.get("ClientTimestamp") if "ServerTimestamp" in mapping.fields else None)
    if time and not ours.get("time"):
        more.pop("ClientTimestamp", None)
    try:
        event = Imported(line=line, what=mapping.what(name), name=name[:200], more=more, **values)
    except ValidationError as error:
        raise ValueError(error.errors(include_url=False)[0]["msg"]) from None
    canonical(event)
    subject = ours.get("subject", "")
    subject.encode()  # a lone surrogate has no place in the log
    return ForeignRecord(event, _time(time, mapping) if time else None), subject


def _needed(row: dict[str, str], name: str) -> str:
    if not row.get(name):
        raise ValueError(f"it has no {name}, which tells sessions apart")
    return row[name]


def _number(name: str, value: str) -> int:
    try:
        number = int(value)
    except ValueError:
        raise ValueError(f"its {name} {value[:40]!r} is no whole number") from None
    if not 0 <= number <= EXACT:
        raise ValueError(f"its {name} {value[:40]!r} is out of range")
    return number


def _time(value: str, mapping: Mapping) -> int:
    """Milliseconds since 1970. Without a unit: a number past 1e11 is milliseconds, another one seconds."""
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if mapping.time != "iso" and number == number:
        seconds = mapping.time == "seconds" or (mapping.time is None and abs(number) < 1e11)
        milliseconds = number * 1000 if seconds else number
        if abs(milliseconds) > EXACT:
            raise ValueError(f"its time {value[:40]!r} is out of range")
        return round(milliseconds)
    if mapping.time in ("seconds", "milliseconds"):
        raise ValueError(f"its time {value[:40]!r} is no number")
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(f"its time {value[:40]!r} cannot be read") from None
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - EPOCH) // timedelta(milliseconds=1)


def _csv_rows(raw: bytes) -> Iterator[tuple[int, dict[str, str] | str]]:
    before = csv.field_size_limit(LONGEST)
    try:
        heads: list[str] | None = None
        for line, cells in _cells(raw):
            if isinstance(cells, str):
                yield line, cells
            elif heads is None:
                heads = [unguarded(cell).strip() for cell in cells]
                if len(set(heads)) != len(heads):
                    yield line, "two columns of the header have the same name"
                    return
            elif len(cells) != len(heads):
                yield line, f"it has {len(cells)} cells and the header {len(heads)}"
            elif any("\udc80" <= c <= "\udcff" for cell in cells for c in cell):
                yield line, "it is not UTF-8"
            else:
                yield line, {name: unguarded(cell) for name, cell in zip(heads, cells, strict=True)}
    finally:
        csv.field_size_limit(before)


def _cells(raw: bytes) -> Iterator[tuple[int, list[str] | str]]:
    """The rows with the lines on which they begin; behind what is no CSV, reading goes on with the next line."""
    # Only real line ends part lines: others may stand in a cell.
    lines = list(StringIO(raw.decode("utf-8-sig", "surrogateescape"), newline=""))
    start = 0
    while start < len(lines):
        reader = csv.reader((lines[n] for n in range(start, len(lines))), strict=True)
        begin = first = start
        try:
            for cells in reader:
                if cells:
                    yield begin + 1, cells
                begin = first + reader.line_num
            return
        except csv.Error as error:
            yield begin + 1, f"it is no row of CSV ({error})"
            start = begin + 1


def _json_rows(raw: bytes) -> Iterator[tuple[int, dict[str, str] | str]]:
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode("utf-8"))
            row = _flat(value) if isinstance(value, dict) else "it is no object"
        except UnicodeDecodeError:
            yield number, "it is not UTF-8"
        except RecursionError:
            yield number, "it is nested too deeply"
        except ValueError as error:
            yield number, f"it is no JSON ({error})"
        else:
            yield number, row


def _flat(value: dict[str, Any], before: str = "") -> dict[str, str]:
    """Fields by name, those of inner objects with a dot between; everything else that is no text as JSON."""
    found: dict[str, str] = {}
    for name, inner in value.items():
        if isinstance(inner, dict) and inner:
            found.update(_flat(inner, f"{before}{name}."))
        elif isinstance(inner, str):
            found[f"{before}{name}"] = inner
        elif inner is not None:
            found[f"{before}{name}"] = json.dumps(inner, sort_keys=True)
    return found
