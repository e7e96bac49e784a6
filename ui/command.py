"""The command line: `harness VERB`. Each verb prints for people, and JSON with `--json`."""

from __future__ import annotations

import sys

import typer

from harness.assessment import AssessmentError
from logs import DatabaseError, StorageError
from logs.transfer import UnreadableError
from tasks import TaskError
from ui.commands import administration, machine, running, scoring, sessions, simulation, tasks
from ui.commands.output import Problem

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Runs, records and scores Human + AI interviews.",
)
for group in (running, administration, scoring, simulation, machine):
    group.register(app)
app.add_typer(tasks.app, name="tasks")
app.add_typer(sessions.app, name="sessions")

EXPECTED = (AssessmentError, DatabaseError, StorageError, TaskError, UnreadableError, Problem)


def main() -> None:
    """Runs the command; what can be expected to go wrong is one line on standard error and exit code 2."""
    try:
        app()
    except EXPECTED as error:
        print(f"harness: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
