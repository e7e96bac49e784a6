"""A home with finished sessions, the staff's interface over it, and browsers that are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from harness import api
from harness.access import cookies, staff
from harness.assessment import Assessment, save
from harness.home import Home
from harness.lifecycle import plan_tasks
from harness.sandbox.absent import AbsentSandbox
from harness.tables import StaffRow
from logs import Entry
from logs.events import (
    AnyEvent,
    Challenge,
    Consented,
    Created,
    Disposition,
    Exposure,
    LedgerOpened,
    Opened,
    Prompt,
    ReplyEnded,
    ReplyStarted,
    Sealed,
    Segment,
    Submitted,
    TaskPlan,
)
from logs.keys import public_hex, sealed_bytes
from tasks import task_named
from tests.conftest import START
from ui.pages import debrief, signin, staff_api
from ui.protection import Protection

TASK = "news-ranking"
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
SANDBOX = AbsentSandbox("There is no sandbox in this test.")


def sat(
    home: Home,
    session_id: str,
    finished: bool = True,
    simulated: bool = True,
    more: Callable[[TaskPlan], Sequence[AnyEvent]] | None = None,
) -> dict[str, str]:
    """Writes a session of one design task: every claim is said and shown, all are rejected with hostile words.

    `more` gives what else happens before it is handed in. Returns the opaque ids by item and filler.
    """
    settings = Assessment(name="demo", title="Demo assessment", tasks=(TASK,), seed=1)
    save(home, settings)
    plan = plan_tasks(settings, 1, 0, home.entropy)[0]
    task = task_named(TASK)
    now = START

    def entry(event: AnyEvent, actor: str = "candidate") -> Entry:
        nonlocal now
        now += 10_000
        return Entry(event, actor, now, now - START, now)

    policy = "careful" if simulated else None
    created = Created(
        assessment="demo",
        version="1",
        candidate=f"Ann {HOSTILE}",
        simulated=simulated,
        policy=policy,
        seed=1,
        index=0,
        tasks=(plan,),
    )
    entries = [
        entry(created, "system"),
        entry(Consented(disclosure="1", text_digest="0" * 64)),
        entry(Opened(task=TASK)),
        entry(Prompt(task=TASK, prompt="p1", text=f"What now? {HOSTILE}")),
        entry(
            ReplyStarted(task=TASK, reply="r1", prompt="p1", origin="answer", source="authored", model="authored"),
            "assistant",
        ),
    ]
    said = [item for item in task.items if item.form == "claim"][:6]
    for index, item in enumerate(said):
        flawed = plan.form.get(item.id) == "flawed"
        role = "decoy" if item.kind == "decoy" else "twin"
        entries += [
            entry(
                Segment(
                    task=TASK,
                    reply="r1",
                    index=index,
                    segment=plan.segments[item.id],
                    form="claim",
                    text=(item.flawed or "") if flawed else item.clean,
                    role=role,  # type: ignore[arg-type]
                    item=item.id,
                ),
                "assistant",
            ),
            entry(Exposure(segment=plan.segments[item.id], where="conversation")),
        ]
    entries.append(entry(ReplyEnded(task=TASK, reply="r1", status="complete", milliseconds=10), "assistant"))
    entries += [
        entry(
            Disposition(
                segment=plan.segments[item.id],
                decision="reject",
                confidence=3,
                reason=item.family,
                fix=f"No: {HOSTILE}",
                where="conversation",
            )
        )
        for item in said
    ]
    entries.append(entry(Challenge(segment=None, quote="a day", text=f"Why a day? {HOSTILE}")))
    entries += [entry(event, "system") for event in (more(plan) if more else ())]
    if finished:
        entries += [
            entry(LedgerOpened(task=TASK, by="candidate"), "system"),
            entry(Submitted(task=TASK, by="candidate", artifact="0" * 64), "system"),
        ]
    home.log.append(session_id, entries)
    if finished:
        head, key = home.log.head(session_id), home.key
        signature = key.sign(sealed_bytes(session_id, head.seq, head.hash.hex())).hex()
        seal = Sealed(events=head.seq, head=head.hash.hex(), key=public_hex(key), signature=signature)
        home.log.append(session_id, [entry(seal, "system")])
    return plan.segments


@pytest.fixture
def app(home: Home) -> FastAPI:
    """The plain application with the staff's interface, without assistant, sandbox and Gradio."""
    app = FastAPI()
    app.state.home = home
    app.state.clock = lambda: START + 86_400_000
    app.state.sessions = SimpleNamespace(runs=SimpleNamespace(sandbox=SANDBOX))
    api.install(app)
    for module in (signin, debrief):
        app.include_router(module.router)
    staff_api.install(app)
    with Session(home.engine) as db:
        for role in staff.ROLES:
            db.add(StaffRow(name=f"the-{role}", role=role, password="none"))
        db.add(StaffRow(name="second", role="interviewer", password="none"))
        db.commit()
    return app


@pytest.fixture
def visit(app: FastAPI) -> Iterator[Any]:
    """Makes a browser that is signed in under this name, or as nobody."""
    opened: list[TestClient] = []

    def make(name: str | None = None) -> TestClient:
        client = TestClient(Protection(app), base_url="http://harness.invalid")
        opened.append(client)
        if name:
            client.cookies.set(cookies.STAFF, cookies._signer(app.state.home, cookies.STAFF).dumps(name))
        return client

    yield make
    for client in opened:
        client.close()


def candidate(home: Home, client: TestClient, session_id: str) -> TestClient:
    """The same browser with the candidate's cookie of a session."""
    client.cookies.set(cookies.CANDIDATE, cookies._signer(home, cookies.CANDIDATE).dumps(session_id))
    return client


def kinds(home: Home, session_id: str) -> list[str]:
    return [record.kind for record in home.log.read(session_id, "review") if record.kind != "check"]


def rate(client: TestClient, session_id: str, dimension: str, level: int, quote: str = "“Why a day?”") -> int:
    body = {"dimension": dimension, "level": level, "quote": quote}
    return int(client.post(f"/api/staff/sessions/{session_id}/ratings", json=body).status_code)
