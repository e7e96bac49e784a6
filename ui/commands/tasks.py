"""`harness tasks`: the library, and what an author of tasks needs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tasks import draw, load_task, usable
from tasks.loader import folder_of
from ui.commands import authoring, mutation, pairs, preview
from ui.commands.output import JsonFlag, print_json, say, table

app = typer.Typer(no_args_is_help=True, help="The task library: list, show, prove, write and grow it.")
for group in (authoring, preview, mutation, pairs):
    group.register(app)


@app.command("list")
def list_tasks(json: JsonFlag = False) -> None:
    """All tasks."""
    found, broken = usable()
    tasks = found.values()
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
                ],
                "broken": list(broken),
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
    for reason in broken:
        typer.echo(f"broken: {reason}", err=True)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A task's name or folder.")],
    seed: Annotated[int, typer.Option(help="Seed of the parameters.")] = 0,
) -> None:
    """One task as a session with that seed would see it, with its items."""
    drawn = draw(load_task(folder_of(name)), seed)
    say(drawn.task.brief)
    for item in drawn.task.items:
        say(f"\n{item.id} ({item.kind}, {item.form}, {item.severity or 'no severity'})")
        say(f"  flawed: {item.flawed}" if item.flawed else "  decoy")
        say(f"  clean: {item.clean}")
        say(f"  right: {item.right}")


@app.command()
def lint(
    tasks: Annotated[list[str] | None, typer.Argument(help="Names or folders; the whole library without.")] = None,
    draws: Annotated[int, typer.Option(help="Draws of the parameters.", min=1)] = 20,
    seconds: Annotated[
        float, typer.Option(help="How long one test, check or proof may take.", min=0.1, max=600)
    ] = 20.0,
    json: JsonFlag = False,
) -> None:
    """Proves tasks by running them; every failure names file, line and remedy."""
    from tasks.lint import lint_library

    folders = [folder_of(word) for word in tasks] if tasks else None
    shown = sys.stderr.isatty() and not json
    report = lint_library(draws, folders, progress=_progress if shown else None, limit=seconds)
    if shown:
        typer.echo("\r\033[K", err=True, nl=False)
    if json:
        print_json(report.to_json())
    else:
        say(report.to_text())
    if not report.passed:
        raise typer.Exit(1)


def _progress(done: int, total: int, about: str) -> None:
    said = f" ({about})" if about else ""
    typer.echo(f"\r\033[KProving: {done} of {total} parts done{said}", err=True, nl=False)
