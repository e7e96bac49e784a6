"""The steps of a session: created, consented, tasks opened, ledger step, handed in, sealed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import rfc8785

from harness.assessment import DISCLOSURE, Assessment
from harness.clock import Clock, Entropy, opaque
from harness.hearing import Hearing
from harness.home import Home
from harness.live import Happening, LiveSession, Refusal
from harness.state import SessionState
from logs import Entry
from logs.events import (
    Consented,
    Created,
    Lease,
    LedgerOpened,
    Opened,
    Sealed,
    Submitted,
    TaskPlan,
)
from logs.keys import public_hex, sealed_bytes
from tasks import draw_form, task_named

LEASE = 15_000
"""Milliseconds of silence after which a window no longer holds the session; it is heard of every 5 s."""


def plan_tasks(assessment: Assessment, seed: int, index: int, entropy: Entropy) -> tuple[TaskPlan, ...]:
    """The tasks of the `index`-th session of a series: parameters, form and opaque ids drawn."""
    plans = []
    for name in assessment.tasks:
        task = task_named(name)
        plans.append(
            TaskPlan(
                task=name,
                digest=task.digest,
                seed=int.from_bytes(hashlib.sha256(f"{seed}:{index}:{name}".encode()).digest()[:6], "big"),
                minutes=assessment.minutes.get(name, task.file.minutes),
                form=draw_form(task, seed, index),
                segments={name: opaque(entropy) for name in task.statements},
            )
        )
    return tuple(plans)


def create(
    home: Home,
    clock: Clock,
    assessment: Assessment,
    candidate: str,
    seed: int,
    index: int,
    policy: str | None = None,
    model: str = "authored",
) -> str:
    """Makes a session and returns its id; the form stands in the log before anybody sees anything."""
    session_id = "s" + opaque(home.entropy, 11)
    event = Created(
        assessment=assessment.name,
        version=f"{assessment.version}+{DISCLOSURE}",
        candidate=candidate,
        simulated=policy is not None,
        policy=policy,
        practice=model != "authored",
        model=model,
        seed=seed,
        index=index,
        tasks=plan_tasks(assessment, seed, index, home.entropy),
        ledger_minutes=assessment.ledger_minutes,
    )
    home.log.append(session_id, [Entry(event, "system", clock())])
    return session_id


def consent(text: str) -> Happening:
    """Agreement to the disclosure whose wording is `text`."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Happening(Consented(disclosure=DISCLOSURE, text_digest=digest))


async def open_next(live: LiveSession) -> None:
    """Starts the next task and its clock; does nothing if one is open."""

    def decide(state: SessionState, _: int) -> list[Happening]:
        if state.task or state.phase == "submitted":
            return []
        if not state.consented or state.following is None:
            raise Refusal("consent", "Please agree to the recording on the welcome page first.", 403)
        return [Happening(Opened(task=state.following.name))]

    await live.act(decide)


async def lease(live: LiveSession, writer: str, take: bool) -> None:
    """Makes `writer` the window that may write. Raises Refusal when another holds it and `take` is false.

    A window that was not heard of for a while (closed, or its computer asleep) holds it no longer.
    """

    def decide(state: SessionState, now: int) -> list[Happening]:
        if state.writer == writer or state.sealed:
            return []
        held = live.hearing.at is not None and now - live.hearing.at < LEASE
        if state.writer is not None and held and not take:
            raise Refusal("leased", "This session is open in another window.")
        return [Happening(Lease(writer=writer, taken=state.writer is not None))]

    await live.act(decide)
    live.hearing = Hearing(live.clock())


async def open_ledger(live: LiveSession, task: str, by_clock: bool = False) -> None:
    """Opens the ledger step; does nothing if it is open."""

    def decide(state: SessionState, _: int) -> list[Happening]:
        if state.task is None or state.task.name != task:
            raise Refusal("closed", "This task is not open any more.")
        if state.task.in_ledger:
            return []
        return [
            Happening(
                LedgerOpened(task=task, by="clock" if by_clock else "candidate"),
                "system" if by_clock else "candidate",
            )
        ]

    await live.act(decide)


async def submit(live: LiveSession, task: str, by_clock: bool = False) -> bool:
    """Hands the task in; after the last task the session is sealed. Returns whether this call sealed it."""

    def decide(state: SessionState, _: int) -> list[Happening]:
        if state.task is None or state.task.name != task:
            return []
        if not by_clock and state.task.ledger_first is None:
            raise Refusal("ledger", "Open the last look before you hand in.")
        return [
            Happening(
                Submitted(
                    task=task, by="clock" if by_clock else "candidate", artifact=artifact(state.files(task))
                ),
                "system" if by_clock else "candidate",
            )
        ]

    await live.act(decide)
    return bool(await live.act(lambda state, _: _seal(live, state)))


def artifact(files: Mapping[str, str]) -> str:
    """SHA-256 (hex) of files by path."""
    return hashlib.sha256(rfc8785.dumps(dict(files))).hexdigest()


def _seal(live: LiveSession, state: SessionState) -> list[Happening]:
    if state.sealed or state.phase != "submitted":
        return []
    key = live.home.key
    head = state.head.hash.hex()
    signature = key.sign(sealed_bytes(live.id, state.head.seq, head)).hex()
    sealed = Sealed(events=state.head.seq, head=head, key=public_hex(key), signature=signature)
    return [Happening(sealed, "system")]
