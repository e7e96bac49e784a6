"""`harness score`, `harness rescore` and `harness report`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evaluators import ContextError, Outcome, Score, score_bytes
from evaluators.scoring.session import checked_context, score_session
from harness.access.looks import look
from harness.clock import wall_clock
from harness.home import Home
from harness.sandbox import find_sandbox
from ui.commands.output import JsonFlag, Problem, account, home, print_json, progress, say, table, writing
from ui.commands.sessions import plain

if TYPE_CHECKING:
    from evaluators.scoring.rescoring import Failure


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.command("score")(score)
    app.command("rescore")(rescore)
    app.command("report")(report)


def score(
    session: str,
    history: Annotated[bool, typer.Option(help="List every score that it was given, with its versions.")] = False,
    json: JsonFlag = False,
) -> None:
    """The score of one session; the same log and versions give the same bytes."""
    at = home()
    found = _scored(at, session)
    look(at, session, account(), "command line: score", wall_clock())
    if history:
        _history(at, session, json)
        return
    if json:
        typer.echo(score_bytes(found).decode())
        return
    say(f"Session {found.session}. {found.notice}.")
    table(
        [
            (o.task, o.item, o.kind, o.twin, _outcome(o), "" if o.grade is None else str(o.grade))
            for o in found.outcomes
        ],
        ("Task", "Item", "Kind", "Twin", "Outcome", "Grade"),
    )
    for question in found.awaiting:
        say(f"{question.subject} {question.awaits}.")
    figures = found.figures
    if figures is None:
        say(found.why or "There are no figures.")
        return
    say(f"\nCaught {figures.hits} of {figures.flawed}; false alarms {figures.false_alarms} of {figures.clean}.")
    if figures.d_prime:
        d = figures.d_prime
        say(f"d' {d.estimate:.2f} (95 % interval {d.low:.2f} to {d.high:.2f}); too few items to rank anybody.")


def rescore(
    every: Annotated[bool, typer.Option("--all", help="Every session that is handed in.")] = False,
    jobs: Annotated[int, typer.Option(help="Processes of this machine.", min=1, max=256)] = 1,
    dask: Annotated[str | None, typer.Option(help="A Dask scheduler, such as tcp://10.0.0.5:8786.")] = None,
    json: JsonFlag = False,
) -> None:
    """Scores every session again; what was scored on the same log, keys and versions before is left as it is.

    Earlier scores are kept with their versions. Run it again after it was broken off: it goes on where it was.
    Sessions that cannot be scored are named on standard error, and the exit code is then 2.
    """
    from evaluators.scoring.rescoring import RescoringError, Workers
    from evaluators.scoring.rescoring import rescore as rescore_all

    if not every:
        raise Problem("Say --all, or use `harness score SESSION` for one session.")
    try:
        found = rescore_all(home(), None, Workers(jobs, dask), progress("sessions scored", not json))
    except RescoringError as error:
        raise Problem(str(error)) from None
    if json:
        failed = [{"session": f.session, "why": f.why} for f in found.failed]
        print_json(
            {"scored": found.scored, "skipped": found.skipped, "left_out": found.left_out, "failed": failed}
        )
    else:
        say(f"{found.scored} sessions scored, {found.skipped} already were, {len(found.failed)} could not be.")
        if found.left_out:
            say(f"{found.left_out} are not handed in yet or were erased.")
    end_with(found.failed)


def end_with(failed: Sequence[Failure]) -> None:
    """Names sessions that could not be scored on standard error and ends with exit code 2; goes on without any."""
    for failure in failed:
        typer.echo(plain(" ".join(f"{failure.session}: {failure.why}".split())), err=True)
    if failed:
        raise typer.Exit(2)


def report(
    session: Annotated[str | None, typer.Argument(help="The session; none with --schema.")] = None,
    to: Annotated[
        Path | None, typer.Option(help="A file ending in .html or .json; standard output without.")
    ] = None,
    server: Annotated[str, typer.Option(help="Address of the server, for links into the replay.")] = "",
    schema: Annotated[bool, typer.Option(help="The JSON Schema of the JSON report instead.")] = False,
    json: JsonFlag = False,
) -> None:
    """The report of one session as self-contained HTML, or as JSON."""
    from evaluators.reports.report import schema_text
    from ui.pages.report import report_html, report_json

    as_json = _as_json(to, json or schema)
    if schema:
        text = schema_text()
    else:
        if session is None:
            raise Problem("Name a session; `harness sessions list` shows them.")
        at = home()
        try:
            context = checked_context(at, session, find_sandbox(), wall_clock)
        except ContextError as error:
            raise Problem(str(error)) from None
        look(at, session, account(), "command line: report", wall_clock())
        text = report_json(context) if as_json else report_html(context, base=server.rstrip("/"))
    if to is None:
        typer.echo(text, nl=not schema)
        return
    with writing(to):
        to.write_text(text, encoding="utf-8")


def _as_json(to: Path | None, json: bool) -> bool:
    """Whether JSON is wanted, by the flag or by the file's name. Raises Problem for a name that says otherwise."""
    if to is None:
        return json
    ending = to.suffix.lower()
    if ending not in (".html", ".json"):
        raise Problem(
            f"{to} ends neither in .html nor in .json; for a PDF, write HTML and print that in a browser."
        )
    if json and ending != ".json":
        raise Problem(f"{to} does not end in .json, and what is asked for is JSON.")
    return ending == ".json"


def _scored(at: Home, session: str) -> Score:
    try:
        return score_session(at, session, find_sandbox(), wall_clock)
    except ContextError as error:
        raise Problem(str(error)) from None


def _outcome(found: Outcome) -> str:
    return "void" if found.rekeyed == "void" else found.outcome or "missing"


def _history(at: Home, session: str, json: bool) -> None:
    import json as text

    from evaluators.scoring.scores import history

    kept = history(at, session)
    if json:
        rows = [{"at": k.at, "basis": k.basis, "score": text.loads(k.score)} for k in kept]
        print_json({"session": session, "scores": rows})
        return
    for each in kept:
        read = text.loads(each.score)
        when = datetime.fromtimestamp(each.at / 1000, UTC)
        figures = read["figures"]
        words = f"caught {figures['hits']} of {figures['flawed']}" if figures else "no figures"
        versions = ", ".join(f"{name} {_short(name, version)}" for name, version in read["versions"].items())
        say(f"{when:%Y-%m-%d %H:%M}  {words}  {versions}")


def _short(name: str, version: str) -> str:
    return version[:12] if name.startswith("task:") or name == "environment" else version
