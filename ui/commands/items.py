"""`harness items`: keys that were found wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evaluators.figures.detection import Figures
from evaluators.rules import CORRECTIONS, WORDS, Rekeying
from evaluators.scoring.rekeying import Affected, RekeyingError, affected, proposed, rekey, rekeyings
from harness.clock import wall_clock
from ui.commands.output import JsonFlag, Problem, account, home, print_json, progress, say, table
from ui.commands.scoring import end_with
from ui.commands.sessions import plain

if TYPE_CHECKING:
    from evaluators.scoring.rescoring import Rescored

app = typer.Typer(no_args_is_help=True, help="Items of the library: keys that were found wrong.")


@app.command("rekey")
def rekey_item(
    task: str,
    item: str,
    decision: Annotated[str, typer.Option(help=", ".join(CORRECTIONS))],
    reason: Annotated[str, typer.Option(help="Why; candidates who met the item read it in their debrief.")],
    version: Annotated[
        str | None, typer.Option(help="Digest of the task's version, or how it begins; the present one without.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who decided; the account of this machine without.")] = "",
    jobs: Annotated[int, typer.Option(help="Processes that rescore.", min=1, max=256)] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which sessions would change.")] = False,
    json: JsonFlag = False,
) -> None:
    """Corrects the key of an item and rescores every session that drew this version of its task.

    Earlier scores are kept. `as-written` takes a correction back. Sessions that cannot be scored are named on
    standard error, and the exit code is then 2.
    """
    from evaluators.scoring.rescoring import Workers, rescore

    at = home()
    try:
        correction = proposed(at, task, item, decision, by or account(), reason, wall_clock(), version)
    except RekeyingError as error:
        raise Problem(str(error)) from None
    found = affected(at, correction)
    if not dry_run:
        rekey(at, correction)
    names = [each.session for each in found]
    done = None if dry_run else rescore(at, names, Workers(jobs), progress("sessions rescored", not json))
    if json:
        print_json(
            {
                "dry_run": dry_run,
                "task": task,
                "digest": correction.digest,
                "item": item,
                "decision": decision,
                "sessions": [_row(each) for each in found],
                "rescored": done.scored if done else 0,
                "failed": [{"session": f.session, "why": f.why} for f in done.failed] if done else [],
            }
        )
    else:
        _say(correction, found, done)
    if done is not None:
        end_with(done.failed)


def _say(correction: Rekeying, found: Sequence[Affected], done: Rescored | None) -> None:
    """What a correction changes, or without `done` would change."""
    say(f"{correction.task}, {correction.item}: {WORDS[correction.decision]}. {len(found)} sessions drew it.")
    if found:
        rows = [(each.session, each.twin, words(each.before), words(each.after), each.why or "") for each in found]
        table(rows, ("Session", "Twin", "Was", "Would be" if done is None else "Is", ""))
    if done is None:
        say("Nothing was changed.")
    else:
        say(f"{done.scored} sessions rescored; earlier scores are kept.")


@app.command("rekeyed")
def rekeyed(json: JsonFlag = False) -> None:
    """Every correction of a key, with who decided it and why."""
    found = rekeyings(home())
    if json:
        print_json({"rekeyed": [_correction(each) for each in found]})
    elif found:
        lines = [
            (_day(r.at), r.task, r.digest[:12], r.item, r.decision, plain(r.author), plain(r.reason))
            for r in found
        ]
        table(lines, ("When", "Task", "Version", "Item", "Decision", "Who", "Why"))
    else:
        say("No key was ever corrected.")


def words(figures: Figures | None) -> str:
    """The counts of a session in a few words."""
    if figures is None:
        return "no figures"
    return f"{figures.hits}/{figures.flawed} caught, {figures.false_alarms}/{figures.clean} false alarms"


def _row(each: Affected) -> dict[str, Any]:
    return {
        "session": each.session,
        "assessment": each.assessment,
        "simulated": each.simulated,
        "twin": each.twin,
        "before": each.before and each.before.model_dump(mode="json"),
        "after": each.after and each.after.model_dump(mode="json"),
        "why": each.why,
    }


def _correction(r: Rekeying) -> dict[str, Any]:
    return {
        "task": r.task,
        "digest": r.digest,
        "item": r.item,
        "decision": r.decision,
        "author": r.author,
        "reason": r.reason,
        "at": r.at,
    }


def _day(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d}"
