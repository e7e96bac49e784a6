"""The demonstration: an assessment of the two shipped tasks, accounts for the roles, simulated sessions."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from sqlmodel import Session

from harness import assessment
from harness.access import staff
from harness.access.invitations import DAY
from harness.assessment import Assessment
from harness.clock import opaque, wall_clock
from harness.home import Home, open_home
from harness.settings import Settings
from harness.tables import AssessmentRow

DEMO = "demo"
TASKS = ("news-ranking", "fraud-api")
SIMULATED = (
    ("careful", 2),
    ("accepts_everything", 1),
    ("rejects_everything", 1),
    ("silent_fixer", 1),
    ("copy_paste", 1),
)
"""Policies of the past sessions and how many of each."""
SEED = 20_260


@dataclass(frozen=True)
class Login:
    """A staff account of the demonstration."""

    name: str
    role: str
    password: str


def ensure_demo(home: Home) -> None:
    """Makes the demo assessment unless it is there."""
    with Session(home.engine) as db:
        if db.get(AssessmentRow, DEMO) is not None:
            return
    seed = int.from_bytes(home.entropy(6), "big")
    assessment.save(home, Assessment(name=DEMO, title="Demo assessment", tasks=TASKS, seed=seed))


def logins(home: Home) -> list[Login]:
    """The three staff accounts; their passwords are made once and kept in the data folder."""
    path = home.folder / "keys" / "demo-logins.txt"
    if path.exists():
        return [Login(*line.split("\t")) for line in path.read_text().splitlines()]
    found = [
        Login("interviewer", "interviewer", opaque(home.entropy, 12)),
        Login("manager", "hiring", opaque(home.entropy, 12)),
        Login("admin", "administrator", opaque(home.entropy, 12)),
    ]
    for login in found:
        staff.add(home, login.name, login.role, login.password)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("".join(f"{x.name}\t{x.role}\t{x.password}\n" for x in found))
    return found


async def simulated_sessions(
    home: Home,
    assessment_name: str,
    policy: str,
    seed: int,
    places: range,
    start: int,
    done: Callable[[str], None] = lambda _: None,
    on_bytes: Callable[[str, bytes], None] | None = None,
) -> list[str]:
    """Sits simulated sessions through the whole application, without its Gradio pages."""
    import httpx

    from harness.simulation import SimulatedClock, simulate
    from ui.app import application

    async with AsyncExitStack() as stack:

        async def serve(clock: SimulatedClock) -> httpx.ASGITransport:
            plain, wrapped = application(home, clock, pages=False, pace=0.0)
            await stack.enter_async_context(plain.router.lifespan_context(plain))
            return httpx.ASGITransport(wrapped)

        return await simulate(home, serve, assessment_name, policy, seed, places, start, done, on_bytes)


def past_sessions(home: Home, done: Callable[[str], None]) -> None:
    """Sits and scores the past sessions of the demonstration; `done` hears how far it is."""
    from evaluators.scoring.session import score_session
    from harness.sandbox import find_sandbox

    total = sum(count for _, count in SIMULATED)
    number = 0
    for policy, count in SIMULATED:
        start = wall_clock() - (14 - number) * DAY
        for session in asyncio.run(simulated_sessions(home, DEMO, policy, SEED + number, range(count), start)):
            score_session(home, session, find_sandbox(), wall_clock)
            number += 1
            done(f"Simulated past sessions: {number} of {total}")


if __name__ == "__main__":
    past_sessions(open_home(Settings()), lambda line: print(line, flush=True))
