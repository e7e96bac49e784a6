"""`harness simulate`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from harness.clock import wall_clock
from ui.commands.output import JsonFlag, Problem, home, print_json, say
from ui.demo import ensure_demo, simulated_sessions


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("simulate")(simulate_sessions)


def simulate_sessions(
    policy: Annotated[str, typer.Option(help="Which simulated candidate.")],
    n: Annotated[int, typer.Option("-n", help="How many sessions.", min=1, max=10_000)] = 1,
    seed: Annotated[int, typer.Option(help="The same seed gives the same forms to every policy.")] = 0,
    assessment_name: Annotated[str, typer.Option("--assessment")] = "demo",
    json: JsonFlag = False,
) -> None:
    """Simulated candidates sit whole sessions through the real intake, assistant and sandbox."""
    from harness.simulation import POLICIES

    if policy not in POLICIES:
        raise Problem(f"There is no policy {policy!r}; the policies are {', '.join(POLICIES)}.")
    at = home()
    if assessment_name == "demo":
        ensure_demo(at)

    def progress(session: str) -> None:
        if not json:
            say(session)

    start = wall_clock() - 30 * 86_400_000
    sessions = asyncio.run(simulated_sessions(at, assessment_name, policy, seed, range(n), start, progress))
    if json:
        print_json({"sessions": sessions})
