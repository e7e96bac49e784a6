"""Reads a file of pairs, line by line: what can be used, and one sentence for what cannot."""

from __future__ import annotations

import json
import keyword
import re
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from tasks.schema import LONGEST_NAME

LONGEST_LINE = 200_000
"""Characters of one record."""


class Pair(BaseModel):
    """One record: the same code with a bug and without, and tests that show the difference.

    Further keys are allowed and ignored. `tests` are assertions, test functions, or a function `check(candidate)`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    id: StrictStr = Field(min_length=1, max_length=200)
    buggy_code: StrictStr = Field(min_length=1)
    fixed_code: StrictStr = Field(min_length=1)
    tests: StrictStr = Field(min_length=1)
    entry_point: StrictStr = Field(min_length=1, max_length=100)
    description: StrictStr = ""

    @property
    def name(self) -> str:
        """The id as a task's name; empty if nothing of it can be part of one. No path comes from an id."""
        plain = unicodedata.normalize("NFKD", self.id.casefold())
        words = re.findall("[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
        if words and not words[0][0].isalpha():
            words.insert(0, "pair")
        return "-".join(words)[:LONGEST_NAME].strip("-")


class Refused(Exception):
    """A line that becomes no task: which one (from 1), its id if it has one, a word for the reason, a sentence."""

    def __init__(self, line: int, identifier: str | None, problem: str, said: str) -> None:
        super().__init__(f"line {line}: {said}")
        self.line = line
        # Both are shown on screens and written to files, whatever somebody put into them.
        self.id = "".join(c if c.isprintable() else "\ufffd" for c in identifier[:200]) if identifier else None
        self.problem = problem
        self.said = "".join(c if c.isprintable() else "\ufffd" for c in said)


def read_pairs(file: bytes) -> Iterator[tuple[int, Pair] | Refused]:
    """Each line that is not empty, as a pair with its number or as what is wrong with it; they are UTF-8."""
    seen: dict[str, int] = {}
    # Only line feeds end a record: a text in it may hold every other separator.
    for number, raw in enumerate(file.removeprefix(BOM_UTF8).split(b"\n"), start=1):
        if not raw.strip():
            continue
        try:
            pair = _pair(number, _decoded(number, raw))
            if pair.name in seen:
                said = f"its id gives the name {pair.name!r}, as line {seen[pair.name]} does; change one of them."
                raise Refused(number, pair.id, "duplicate", said)
        except Refused as refused:
            yield refused
            continue
        seen[pair.name] = number
        yield number, pair


def _decoded(number: int, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        said = f"it is not UTF-8 (at its byte {error.start + 1}); save the file as UTF-8."
        raise Refused(number, None, "encoding", said) from None


def _pair(number: int, raw: str) -> Pair:
    if len(raw) > LONGEST_LINE:
        said = f"the record has {len(raw)} characters; at most {LONGEST_LINE} are taken."
        raise Refused(number, None, "size", said)
    try:
        values: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        where = f" at its character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
        raise Refused(number, None, "json", f"it is no JSON{where}; a record is one object on one line.") from None
    if not isinstance(values, dict):
        raise Refused(number, None, "json", "it is no JSON object; a record is one object on one line.")
    known = values.get("id") if isinstance(values.get("id"), str) else None
    try:
        pair = Pair.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        said = f"{first['loc'][0]}: {first['msg']}; it has to be a text." if first["loc"] else first["msg"]
        raise Refused(number, known, "fields", said) from None
    for key, value in pair.model_dump().items():
        if any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in value):
            raise Refused(number, known, "characters", f"{key} holds a NUL or half a character; take it out.")
    if not pair.name:
        raise Refused(number, known, "name", "its id has no letter or digit to make a name of; give it another.")
    if not pair.entry_point.isidentifier() or keyword.iskeyword(pair.entry_point):
        said = f"entry_point {pair.entry_point!r} is no name of a function; give the function's own."
        raise Refused(number, known, "entry-point", said)
    return pair
