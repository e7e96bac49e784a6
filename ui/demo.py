"""The demonstration: an assessment of the two shipped tasks, accounts for the roles, simulated sessions."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from sqlmodel import Session

from harness import assessment
from harness.access import staff
from harness.assessment import Assessment
from harness.clock import opaque
from harness.home import Home
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
    seed = int.from_bytes(home.entropy(4), "big")
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
