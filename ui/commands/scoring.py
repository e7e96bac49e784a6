"""`harness score`, `harness rescore` and `harness report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evaluators import ContextError, Score, score_bytes
from evaluators.scoring import checked_context, score_session
from harness.clock import wall_clock
from harness.home import Home
from harness.sandbox import find_sandbox
from ui.commands.output import JsonFlag, Problem, home, print_json, say, table


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.command("score")(score)
    app.command("rescore")(rescore)
    app.command("report")(report)


def score(session: str, json: JsonFlag = False) -> None:
    """The score of one session; the same log and versions give the same bytes."""
    found = _scored(home(), session)
    if json:
        typer.echo(score_bytes(found).decode())
        return
    say(f"Session {found.session}. {found.notice}.")
    table(
        [
            (o.task, o.item, o.kind, o.twin, o.outcome or "missing", "" if o.grade is None else str(o.grade))
            for o in found.outcomes
        ],
        ("Task", "Item", "Kind", "Twin", "Outcome", "Grade"),
    )
    figures = found.figures
    if figures is None:
        say(found.why or "There are no figures.")
        return
    say(f"\nCaught {figures.hits} of {figures.flawed}; false alarms {figures.false_alarms} of {figures.clean}.")
    if figures.d_prime:
        d = figures.d_prime
        say(f"d' {d.estimate:.2f} (95 % interval {d.low:.2f} to {d.high:.2f}); too few items to rank anybody.")


def rescore(
    every: Annotated[bool, typer.Option("--all", help="Every session.")] = False,
    json: JsonFlag = False,
) -> None:
    """Scores every session again; runs only the hidden checks that the log does not have."""
    if not every:
        raise Problem("Say --all, or use `harness score SESSION` for one session.")
    at = home()
    failed = []
    sessions = at.log.sessions()
    for session in sessions:
        try:
            score_session(at, session, find_sandbox(), wall_clock)
        except ContextError as error:
            failed.append({"session": session, "why": str(error)})
    if json:
        print_json({"scored": len(sessions) - len(failed), "failed": failed})
    else:
        for failure in failed:
            say(f"{failure['session']}: {failure['why']}")
        say(f"{len(sessions) - len(failed)} of {len(sessions)} sessions scored.")


def report(
    session: str,
    to: Annotated[
        Path | None, typer.Option(help="A file ending in .html or .json; standard output without.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """The report of one session as self-contained HTML, or as JSON."""
    from ui.pages.report import report_html, report_json

    at = home()
    try:
        context = checked_context(at, session, find_sandbox(), wall_clock)
    except ContextError as error:
        raise Problem(str(error)) from None
    as_json = json or (to is not None and to.suffix == ".json")
    text = report_json(context) if as_json else report_html(context)
    if to is None:
        typer.echo(text)
    else:
        to.write_text(text, encoding="utf-8")


def _scored(at: Home, session: str) -> Score:
    try:
        return score_session(at, session, find_sandbox(), wall_clock)
    except ContextError as error:
        raise Problem(str(error)) from None
