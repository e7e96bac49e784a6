"""What the assistant gave against what was delivered, as lines that people can read: by statement, by function, by
section."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from evaluators.evidence.passages import tokens
from evaluators.evidence.statements import Statement
from evaluators.evidence.symbols import definition, parts
from evaluators.outcomes.outcome import Worked
from tasks import Task
from tasks.sentences import sentences

Kind = Literal["hunk", "claim", "function", "section"]
State = Literal["unchanged", "changed", "missing", "not adopted", "own", "untouched"]
NEAR = 0.4
"""Least likeness (difflib's ratio) of two lines, or of a claim and a sentence, that are taken for one changed."""
LONGEST = 1_000
"""Characters of a line up to which its words are compared: what a candidate delivers may be of any length."""
Spans = tuple[tuple[int, int], ...]


class Line(BaseModel):
    """One line: ` ` in both, `-` only in what was given, `+` only in what was delivered.

    `changed` are the stretches (start, end) of a line that differ from the line that it replaces or became.
    """

    model_config = ConfigDict(frozen=True)
    mark: Literal[" ", "-", "+"]
    text: str
    changed: Spans = ()


class Difference(BaseModel):
    """One statement, one function or one section: what was given against what was delivered.

    `given` is the assistant's version where something of it was taken over (hunks: always), else the starter's.
    States: `untouched` is still the starter's, `own` the candidate's with nothing taken over. `numbers` are the
    statements concerned. Prose is compared sentence by sentence, code line by line.
    """

    model_config = ConfigDict(frozen=True)
    task: str
    file: str
    title: str
    kind: Kind
    given: Literal["assistant", "starter"]
    numbers: tuple[int, ...]
    state: State
    lines: tuple[Line, ...]


def differences(context: SessionContext, worked: Worked) -> tuple[Difference, ...]:
    """Every statement that can be compared, in order of saying; then every function and section, in order."""
    found = [each for said in worked.said if (each := of_statement(worked, said)) is not None]
    for name in worked.artifacts:
        task = context.tasks[name].task
        said = [s for s in worked.said if s.task == name]
        for file in task.file.files:
            if task.file.kind == "design":
                found += _section(task, worked, said, file.path, file.title)
            elif file.path.endswith(".py") and not file.readonly:
                found += _functions(task, worked, said, file.path)
    return tuple(found)


def of_statement(worked: Worked, said: Statement) -> Difference | None:
    """A hunk against the definition that was delivered; a claim that was taken over against what became of it."""
    artifact = worked.artifacts[said.task]
    adoption = artifact.adoptions.get(said.segment)
    if said.form == "hunk" and said.file is not None and said.symbol is not None:
        part = definition(artifact.final.get(said.file, ""), said.symbol)
        lines = compare(said.text.splitlines(), part.text.splitlines() if part else [])
        state: State = "not adopted" if adoption is None else "missing" if part is None else _changed(lines)
        return _row(said.task, said.file, said.symbol, "hunk", "assistant", [said], state, lines)
    if adoption is None:
        return None
    kept = _nearest(said.text, sentences(artifact.final.get(adoption.file, "")))
    lines = compare(sentences(said.text), kept)
    state = _changed(lines) if kept else "missing"
    return _row(said.task, adoption.file, f"Statement {said.number}", "claim", "assistant", [said], state, lines)


def compare(given: Sequence[str], delivered: Sequence[str]) -> tuple[Line, ...]:
    """The lines of both texts in order, each marked by where it stands."""
    before, after = _trimmed(given), _trimmed(delivered)
    found: list[Line] = []
    place = 0
    for row in _unified(before, after):
        hunk = re.match(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", row)
        if hunk is not None:
            # Without lines of its own, a hunk names the line before it.
            start = int(hunk[1]) - (hunk[2] != "0")
            found += [Line(mark=" ", text=text) for text in after[place:start]]
            place = start
        elif row[:1] in (" ", "+"):
            found.append(Line(mark="+" if row[0] == "+" else " ", text=row[1:]))
            place += 1
        elif row[:1] == "-":
            found.append(Line(mark="-", text=row[1:]))
    return _spanned((*found, *(Line(mark=" ", text=text) for text in after[place:])))


def _functions(task: Task, worked: Worked, said: Sequence[Statement], path: str) -> list[Difference]:
    """Every top-level definition that was delivered, was there at the start, or was taken over, in that order."""
    artifact = worked.artifacts[task.name]
    delivered, starter = artifact.final.get(path, ""), task.starter.get(path, "")
    names = dict.fromkeys([*_defined(delivered), *_defined(starter)])
    taken = [s for s in said if s.file == path and s.symbol and s.segment in artifact.adoptions]
    names.update(dict.fromkeys(s.symbol for s in taken if s.symbol))
    found: list[Difference] = []
    for name in names:
        own = [s for s in taken if s.symbol == name]
        part, first = definition(delivered, name), definition(starter, name)
        given = own[-1].text if own else first.text if first else ""
        lines = compare(given.splitlines(), part.text.splitlines() if part else [])
        state: State = "missing" if part is None else _changed(lines)
        if not own and part is not None:
            state = "untouched" if state == "unchanged" else "own"
        found.append(_row(task.name, path, name, "function", "assistant" if own else "starter", own, state, lines))
    return found


def _section(task: Task, worked: Worked, said: Sequence[Statement], path: str, title: str) -> list[Difference]:
    artifact = worked.artifacts[task.name]
    delivered, starter = artifact.final.get(path, ""), task.starter.get(path, "")
    own = [s for s in said if s.segment in artifact.adoptions and artifact.adoptions[s.segment].file == path]
    if not delivered.strip() and not own:
        return []
    if own:
        first = set(sentences(starter))  # what the section began with is neither the assistant's nor theirs
        given = [sentence for s in own for sentence in sentences(s.text)]
        lines = compare(given, [sentence for sentence in sentences(delivered) if sentence not in first])
    else:
        lines = compare(sentences(starter), sentences(delivered))
    state = _changed(lines)
    if not own:
        state = "untouched" if state == "unchanged" else "own"
    return [_row(task.name, path, title, "section", "assistant" if own else "starter", own, state, lines)]


def _row(
    task: str,
    file: str,
    title: str,
    kind: Kind,
    given: Literal["assistant", "starter"],
    own: Iterable[Statement],
    state: State,
    lines: tuple[Line, ...],
) -> Difference:
    numbers = tuple(statement.number for statement in own)
    return Difference(
        task=task, file=file, title=title, kind=kind, given=given, numbers=numbers, state=state, lines=lines
    )


def _changed(lines: Iterable[Line]) -> State:
    return "unchanged" if all(line.mark == " " for line in lines) else "changed"


def _defined(source: str) -> list[str]:
    """Names of the functions and classes of a file."""
    headers = re.compile(r"(?:@[^\n]*\n)*(?:async\s+)?(?:def|class)\s+(\w+)")
    matches = (headers.match(part.text) for part in parts(source))
    return [match[1] for match in matches if match is not None]


def _nearest(claim: str, delivered: Sequence[str]) -> list[str]:
    """The sentences that are likest to those of a claim, in their own order."""
    found: set[int] = set()
    for sentence in sentences(claim):
        likeness = [_likeness(sentence, other) for other in delivered]
        best = max(range(len(delivered)), key=lambda place: likeness[place], default=None)
        if best is not None and likeness[best] >= NEAR:
            found.add(best)
    return [delivered[place] for place in sorted(found)]


def _likeness(one: str, other: str) -> float:
    if max(len(one), len(other)) > LONGEST:
        return 0.0
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _trimmed(lines: Sequence[str]) -> list[str]:
    found = [line.rstrip() for line in lines]
    while found and not found[-1]:
        found.pop()
    return found


def _spanned(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines, with what changed within those that replace each other."""
    found: list[Line] = []
    for changed, group in groupby(lines, key=lambda line: line.mark != " "):
        rows = list(group)
        gone, came = [r for r in rows if r.mark == "-"], [r for r in rows if r.mark == "+"]
        if not changed or not gone or not came:
            found += rows
            continue
        spans: dict[int, Spans] = {}
        for one, other in zip(gone, came, strict=False):
            if _likeness(one.text, other.text) >= NEAR:
                spans[id(one)], spans[id(other)] = _spans(one.text, other.text)
        found += [row.model_copy(update={"changed": spans.get(id(row), ())}) for row in rows]
    return tuple(found)


def _spans(one: str, other: str) -> tuple[Spans, Spans]:
    """The stretches of both texts that differ, word by word."""
    first, second = tokens(one), tokens(other)
    left: list[tuple[int, int]] = []
    right: list[tuple[int, int]] = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for words, start, end, into in ((first, a, b, left), (second, c, d, right)):
            if end > start:
                begin = len("".join(words[:start]))
                into.append((begin, begin + len("".join(words[start:end]))))
    return tuple(left), tuple(right)


def _unified(before: list[str], after: list[str]) -> list[str]:
    """The rows of deepdiff's unified difference, without its two head lines."""
    from deepdiff import DeepDiff  # here: slow to load, and only staff pages need it

    changed = DeepDiff("\n".join([*before, ""]), "\n".join([*after, ""])).get("values_changed", {})
    return [row for change in changed.values() for row in change["diff"].splitlines()[2:]]
