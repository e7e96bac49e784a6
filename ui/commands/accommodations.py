"""`harness sessions accommodate`: more time or a break for a candidate, in the log and on their clock."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from harness.accommodation import give_break, give_time
from harness.clock import wall_clock
from harness.home import Home
from harness.live import LiveSession, Refusal
from logs.events import Accommodation, Pause
from ui.commands.output import JsonFlag, Problem, account, home, print_json, say
from ui.commands.sessions import plain, sat_here


def register(app: typer.Typer) -> None:
    """Adds the verb to `harness sessions`."""
    app.command("accommodate")(accommodate)


def accommodate(
    session: str,
    reason: Annotated[str, typer.Option(help="Why; for those who arrange the interviews, never for raters.")],
    extra_minutes: Annotated[int | None, typer.Option(help="Minutes more for a task.")] = None,
    pause: Annotated[int | None, typer.Option("--break", help="Minutes for which the clock stands.")] = None,
    task: Annotated[str | None, typer.Option(help="The task; without, the open one, or the next.")] = None,
    by: Annotated[str, typer.Option(help="Who decided; the account of this machine without.")] = "",
    json: JsonFlag = False,
) -> None:
    """Gives a candidate more time for a task, or a break now. A server that runs shows it within five seconds."""
    if (extra_minutes is None) == (pause is None):
        raise Problem("Say either --extra-minutes N or --break N.")
    if not reason.strip() or len(reason) > 500:
        raise Problem("A reason has between 1 and 500 characters.")
    at, decider = home(), (by or account())[:64]
    sat_here(at, session)
    try:
        if extra_minutes is not None:
            given = asyncio.run(_time(at, session, extra_minutes, reason.strip(), decider, task))
            found = {"session": session, "what": "time", "task": given.task, "minutes": given.minutes}
            words = f"{given.minutes} minutes more for {given.task}."
        else:
            stands = asyncio.run(_break(at, session, pause or 0, reason.strip(), decider))
            found = {"session": session, "what": "break", "start": stands.start, "end": stands.end}
            words = f"The clock stands for {(stands.end - stands.start) // 60_000} minutes."
    except Refusal as refusal:
        raise Problem(str(refusal)) from None
    if json:
        print_json(found)
    else:
        say(plain(f"{session}: {words}"))


async def _time(at: Home, session: str, minutes: int, reason: str, by: str, task: str | None) -> Accommodation:
    return await give_time(await _live(at, session), minutes, reason, by, task)


async def _break(at: Home, session: str, minutes: int, reason: str, by: str) -> Pause:
    return await give_break(await _live(at, session), minutes, reason, by)


async def _live(at: Home, session: str) -> LiveSession:
    return await LiveSession(at, session, wall_clock).load()
