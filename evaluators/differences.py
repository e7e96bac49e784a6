"""What the assistant gave against what was delivered, as lines that people can read."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from evaluators.outcomes import Worked
from evaluators.symbols import definition

State = Literal["unchanged", "changed", "missing", "not adopted"]


class Line(BaseModel):
    """One line: ` ` in both, `-` only in what the assistant gave, `+` only in what was delivered."""

    model_config = ConfigDict(frozen=True)
    mark: Literal[" ", "-", "+"]
    text: str


class Difference(BaseModel):
    """One hunk of the assistant, or one section of a document, against the delivered text.

    `numbers` are the statements concerned. A section is compared with the statements that were taken over into
    it, line by line.
    """

    model_config = ConfigDict(frozen=True)
    task: str
    file: str
    title: str
    kind: Literal["hunk", "section"]
    numbers: tuple[int, ...]
    state: State
    lines: tuple[Line, ...]


def differences(context: SessionContext, worked: Worked) -> tuple[Difference, ...]:
    """For every hunk that was said, then for every section that was written, in order."""
    found: list[Difference] = []
    for statement in worked.said:
        if statement.form != "hunk" or statement.file is None or statement.symbol is None:
            continue
        artifact = worked.artifacts[statement.task]
        part = definition(artifact.final.get(statement.file, ""), statement.symbol)
        adopted = statement.segment in artifact.adoptions
        delivered = part.text if part else ""
        lines = compare(statement.text, delivered)
        state: State = "missing" if part is None else "changed"
        if part is not None and all(line.mark == " " for line in lines):
            state = "unchanged"
        if not adopted:
            state = "not adopted"
        found.append(
            Difference(
                task=statement.task,
                file=statement.file,
                title=statement.symbol,
                kind="hunk",
                numbers=(statement.number,),
                state=state,
                lines=lines,
            )
        )
    for name, artifact in worked.artifacts.items():
        task = context.tasks[name].task
        if task.file.kind != "design":
            continue
        for file in task.file.files:
            delivered = artifact.final.get(file.path, "")
            given = [
                s
                for s in worked.said
                if s.task == name
                and s.segment in artifact.adoptions
                and artifact.adoptions[s.segment].file == file.path
            ]
            if not delivered.strip() and not given:
                continue
            lines = compare("\n".join(s.text for s in given), delivered)
            kept = all(line.mark == " " for line in lines)
            found.append(
                Difference(
                    task=name,
                    file=file.path,
                    title=file.title,
                    kind="section",
                    numbers=tuple(s.number for s in given),
                    state="not adopted" if not given else "unchanged" if kept else "changed",
                    lines=lines,
                )
            )
    return tuple(found)


def compare(given: str, delivered: str) -> tuple[Line, ...]:
    """The lines of both texts in order, each marked by where it stands."""
    before, after = given.rstrip().splitlines(), delivered.rstrip().splitlines()
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
    return (*found, *(Line(mark=" ", text=text) for text in after[place:]))


def _unified(before: list[str], after: list[str]) -> list[str]:
    """The rows of deepdiff's unified difference, without its two head lines."""
    from deepdiff import DeepDiff  # here: slow to load, and only staff pages need it

    changed = DeepDiff("\n".join([*before, ""]), "\n".join([*after, ""])).get("values_changed", {})
    return [row for change in changed.values() for row in change["diff"].splitlines()[2:]]
