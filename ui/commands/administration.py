"""`harness invite`, `harness users` and `harness looks`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from harness import assessment
from harness.access import staff
from harness.access.invitations import DAY, invite
from harness.access.looks import looks as every_look
from harness.clock import opaque, wall_clock
from ui.commands.output import JsonFlag, Problem, home, print_json, say, table
from ui.commands.sessions import plain, sat_here
from ui.demo import ensure_demo


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.command("invite")(invite_candidate)
    app.command("users")(users)
    app.command("looks")(looks)


def invite_candidate(
    name: Annotated[str, typer.Argument(help="How the candidate is called on screen.")],
    assessment_name: Annotated[str, typer.Option("--assessment")] = "demo",
    days: Annotated[int, typer.Option(help="How many days the link is good for.", min=1, max=90)] = 7,
    session: Annotated[str | None, typer.Option(help="A session to continue instead of a new one.")] = None,
    extra_time: Annotated[
        int | None, typer.Option(help="Percent more time for every task, such as 25.", min=1, max=300)
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Makes a link for one candidate; it can be used once."""
    at = home()
    if assessment_name == "demo":
        ensure_demo(at)
    assessment.find(at, assessment_name)
    if session is not None:
        sat_here(at, session)
    if session is not None and extra_time is not None:
        raise Problem("A session that has begun gets more time by `harness sessions accommodate`.")
    until = wall_clock() + days * DAY
    token = invite(at, assessment_name, name[:120], until, session_id=session, extra=extra_time)
    link = f"http://127.0.0.1:{at.settings.port}/c/{token}"
    if json:
        print_json({"link": link, "token": token})
    else:
        say(link)


def users(
    name: Annotated[str | None, typer.Argument(help="Make this account, or set its password anew.")] = None,
    role: Annotated[str, typer.Option(help="interviewer, hiring or administrator")] = "interviewer",
    json: JsonFlag = False,
) -> None:
    """Lists the staff accounts, or makes one and prints its new password."""
    at = home()
    if name is not None:
        password = opaque(at.entropy, 16)
        try:
            staff.add(at, name, role, password)
        except staff.StaffError as error:
            raise Problem(str(error)) from None
        if json:
            print_json({"name": name, "role": role, "password": password})
        else:
            say(f"{name} ({role}) signs in with the password {password}")
        return
    accounts = staff.every(at)
    if json:
        print_json({"users": [{"name": a.name, "role": a.role} for a in accounts]})
    else:
        table([(a.name, a.role) for a in accounts], ("Name", "Role"))


def looks(
    session: Annotated[str | None, typer.Option(help="Only looks at this session.")] = None,
    by: Annotated[str | None, typer.Option(help="Only looks of this member of staff.")] = None,
    json: JsonFlag = False,
) -> None:
    """Who of the staff looked at which session and when, newest first."""
    found = every_look(home(), session, by)
    if json:
        print_json({"looks": [{"at": x.at, "by": x.by, "page": x.page, "session": x.session} for x in found]})
    elif found:
        rows: list[tuple[str, ...]] = [
            (f"{datetime.fromtimestamp(x.at / 1000, UTC):%Y-%m-%d %H:%M}", plain(x.by), plain(x.page), x.session)
            for x in found
        ]
        table(rows, ("When (UTC)", "Who", "Page", "Session"))
    else:
        say("Nobody has looked.")
