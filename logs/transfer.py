"""A session as JSON Lines, complete and verifiable without the database, and back."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any

from logs.record import Record

FORMAT = "harness-session-1"
BYTES = ("payload", "salt", "payload_hash", "prev_hash", "hash")


class UnreadableError(ValueError):
    """A line that is no record; the message names the line."""


def export_lines(records: Iterable[Record], simulated: bool) -> Iterator[str]:
    """A header line, then one line a record; byte columns in base64."""
    yield json.dumps({"format": FORMAT, "simulated": simulated})
    for record in records:
        row = asdict(record)
        for name in BYTES:
            row[name] = None if row[name] is None else base64.b64encode(row[name]).decode()
        yield json.dumps(row, sort_keys=True)


def import_lines(lines: Iterable[str]) -> Iterator[Record]:
    """The records of an export. Raises UnreadableError naming the first line that cannot be read."""
    names = {f.name for f in fields(Record)}
    for number, line in enumerate(lines, start=1):
        try:
            row: dict[str, Any] = json.loads(line)
            if number == 1:
                if row.get("format") != FORMAT:
                    raise ValueError(f"the first line does not say format {FORMAT}")
                continue
            if set(row) != names:
                raise ValueError("its keys are not those of a record")
            for name in BYTES:
                row[name] = None if row[name] is None else base64.b64decode(row[name], validate=True)
            yield Record(**row)
        except (ValueError, TypeError, AttributeError) as error:
            raise UnreadableError(f"Line {number} cannot be read: {error}.") from None
