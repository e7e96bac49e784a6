"""`harness tasks import`: bug-fix pairs become coding tasks."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands.mutation import read_bytes, sandbox
from ui.commands.output import JsonFlag, Problem, print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.pairs import Ready, Refused


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("import")(import_pairs)


def import_pairs(
    pairs: Annotated[
        Path, typer.Option(help="JSON Lines: id, buggy_code, fixed_code, tests, entry_point, description.")
    ],
    to: Annotated[Path, typer.Option(help="The folder in which the tasks' folders are made.")],
    title: Annotated[
        str | None, typer.Option(help="Put all pairs into one task of this title; without, each is a task.")
    ] = None,
    seconds: Annotated[float, typer.Option(help="How long one test may take.", min=0.1, max=60)] = 2.0,
    json: JsonFlag = False,
) -> None:
    """Makes coding tasks of bug-fix pairs, and says of each line that cannot be used why.

    Both codes are run under the tests in the sandbox. Tests that both pass become the visible tests, those that
    the buggy code fails become the hidden check. A check is code that lint and scoring run outside the sandbox, so
    read what was made before you lint it.
    """
    from harness.authoring.pairs import LIMITS, try_pairs
    from tasks.lint.structure import MOST_STATEMENTS
    from tasks.pairs import Refused, read_pairs, write_tasks
    from tasks.pairs.folder import task_name

    if title is not None:
        task_name(title)
    shown = sys.stderr.isatty() and not json
    records = list(read_pairs(read_bytes(pairs)))
    tried: list[int] = []

    def done(line: int) -> None:
        tried.append(line)
        if shown:
            typer.echo(f"\r\033[KTried {len(tried)} of {len(records)} pairs", err=True, nl=False)

    found = try_pairs(records, sandbox(), replace(LIMITS, wall=seconds), done)
    if shown:
        typer.echo("\r\033[K", err=True, nl=False)
    refused = [each for each in found if isinstance(each, Refused)]
    ready = [each for each in found if not isinstance(each, Refused)]
    if title is not None and len(ready) > MOST_STATEMENTS:
        raise Problem(
            f"{len(ready)} pairs are too many for one task; {MOST_STATEMENTS} is the most. Split the file."
        )
    folders = write_tasks([each for _, each in ready], to, title, pairs.name)
    _report(ready, refused, folders, to, title, json)
    if not ready:
        raise typer.Exit(1)


def _report(
    ready: Sequence[tuple[int, Ready]],
    refused: Sequence[Refused],
    folders: Sequence[Path],
    to: Path,
    title: str | None,
    json: bool,
) -> None:
    places = list(folders) * len(ready) if title is not None else list(folders)
    if json:
        print_json(
            {
                "imported": [
                    {
                        "line": line,
                        "id": each.pair.id,
                        "task": folder.name,
                        "visible": len(each.visible),
                        "hidden": len(each.hidden),
                    }
                    for (line, each), folder in zip(ready, places, strict=True)
                ],
                "refused": [
                    {"line": each.line, "id": each.id, "problem": each.problem, "said": each.said}
                    for each in refused
                ],
                "to": str(to),
            }
        )
        return
    for each in sorted(refused, key=lambda each: each.line):
        about = f" ({' '.join(each.id.split())[:60]})" if each.id else ""
        say(f"line {each.line}{about}: {each.said}")
    for line, pair in ready:
        if not pair.visible:
            said = "every test shows the flaw, so none is left that the candidate may see; add a harmless one."
            say(f"line {line} ({pair.pair.id}): note: {said}")
    say(f"{len(ready)} of {len(ready) + len(refused)} pairs are in {len(folders)} new task folders in {to}.")
    if folders:
        say("Lint and scoring run the checks outside the sandbox, so read them first. Lint says what is missing:")
        say(f"  harness tasks lint {folders[0]}")
