"""Sits simulated sessions through an application, one after another."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import httpx

from harness.access.invitations import DAY, Simulation, invite, look_up
from harness.home import Home
from harness.simulation.browser import Browser, SimulatedClock
from harness.simulation.policies import POLICIES
from harness.tables import InvitationRow

ORIGIN = "http://harness.invalid"
GAP = 3 * 3_600_000
"""Milliseconds between the starts of two simulated sessions."""


async def simulate(
    home: Home,
    serve: Callable[[SimulatedClock], Awaitable[httpx.ASGITransport]],
    assessment: str,
    policy: str,
    seed: int,
    places: range,
    start: int,
    done: Callable[[str], None] = lambda _: None,
    on_bytes: Callable[[str, bytes], None] | None = None,
) -> list[str]:
    """Sits one session a place in the series of forms and returns their ids.

    `serve` starts the application on a clock; `start` is the time of the first session. The same seed and
    place give the same form to every policy. Raises KeyError for an unknown policy.
    """
    sessions = []
    for place in places:
        clock = SimulatedClock(start + place * GAP)
        transport = await serve(clock)
        generator = random.Random(f"{seed}:{place}:{policy}")  # noqa: S311 - reproducible by design
        candidate = f"simulated {policy.replace('_', ' ')} {place + 1}"
        token = invite(home, assessment, candidate, clock() + DAY, Simulation(policy, seed, place))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, timeout=120) as client:
            await POLICIES[policy](generator).sit(Browser(client, clock, on_bytes), token)
        sessions.append(session_of(home, token))
        done(sessions[-1])
    return sessions


def session_of(home: Home, token: str) -> str:
    """The session that an invitation started."""
    row: InvitationRow = look_up(home, token, 0)
    assert row.session_id is not None
    return row.session_id
