"""`harness tasks`: list, show, lint."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tasks import draw, library, task_named
from ui.commands.output import JsonFlag, print_json, say, table

app = typer.Typer(no_args_is_help=True, help="The task library: list, show, lint.")


@app.command("list")
def list_tasks(json: JsonFlag = False) -> None:
    """All tasks."""
    tasks = library().values()
    if json:
        print_json(
            {
                "tasks": [
                    {
                        "name": t.name,
                        "title": t.file.title,
                        "kind": t.file.kind,
                        "minutes": t.file.minutes,
                        "items": len(t.twins),
                        "decoys": len(t.decoys),
                        "digest": t.digest,
                    }
                    for t in tasks
                ]
            }
        )
        return
    table(
        [
            (t.name, t.file.kind, str(t.file.minutes), str(len(t.twins)), str(len(t.decoys)), t.file.title)
            for t in tasks
        ],
        ("Task", "Kind", "Minutes", "Items", "Decoys", "Title"),
    )


@app.command()
def show(name: str, seed: Annotated[int, typer.Option(help="Seed of the parameters.")] = 0) -> None:
    """One task as a session with that seed would see it, with its items."""
    drawn = draw(task_named(name), seed)
    say(drawn.task.brief)
    for item in drawn.task.items:
        say(f"\n{item.id} ({item.kind}, {item.form}, {item.severity or 'no severity'})")
        say(f"  flawed: {item.flawed}" if item.flawed else "  decoy")
        say(f"  clean: {item.clean}")
        say(f"  right: {item.right}")


@app.command()
def lint(
    folder: Annotated[Path | None, typer.Argument(help="One task's folder; the whole library without.")] = None,
    draws: Annotated[int, typer.Option(help="Draws of the parameters.", min=1)] = 20,
    json: JsonFlag = False,
) -> None:
    """Proves tasks by running them; every failure names file, line and remedy."""
    from tasks.lint import lint_folder, lint_library

    report = lint_library(draws) if folder is None else lint_folder(folder, draws)
    if json:
        print_json(report.to_json())
    else:
        say(report.to_text())
    if not report.passed:
        raise typer.Exit(1)
