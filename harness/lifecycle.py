"""The steps of a session: created, consented, tasks opened, ledger step, handed in, sealed."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping

import rfc8785

from harness.assessment import DISCLOSURE, Assessment
from harness.assistant import Mode, Models
from harness.clock import Clock, Entropy, opaque
from harness.hearing import Hearing, silence
from harness.home import Home
from harness.live import Happening, LiveSession, Refusal
from harness.state import SessionState
from harness.versions import keep
from logs import Entry
from logs.events import (
    Consented,
    Created,
    Lease,
    LedgerOpened,
    Opened,
    Sealed,
    SecondTab,
    Submitted,
    TaskPlan,
)
from logs.keys import public_hex, sealed_bytes
from tasks import Form, Task, TaskError, draw, draw_behaviours, draw_form, task_named

DrawForm = Callable[[Task, int, int], Form]
LEASE = 15_000
"""Milliseconds of silence after which a window no longer holds the session; it is heard of every 5 s."""
MOST_WINDOWS = 50
"""Other windows of one session that are noted."""
BROKEN = (
    "A task of this assessment cannot be opened just now. Nothing is lost and this link stays good: "
    "please tell the people who invited you, then open it again."
)
LOG = logging.getLogger("harness")


def plan_tasks(
    assessment: Assessment, seed: int, index: int, entropy: Entropy, form: DrawForm = draw_form
) -> tuple[TaskPlan, ...]:
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
                form=form(task, seed, index),
                segments={name: opaque(entropy) for name in task.statements},
                behaviours=draw_behaviours(task, seed, index),
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
    models: Models | None = None,
    form: DrawForm = draw_form,
) -> str:
    """Makes a session and returns its id; the form stands in the log before anybody sees anything.

    `models` are those that the installation has, `form` draws which twins are shown. Raises Refusal if the
    assessment asks for another model.
    """
    mode, offered = answering(assessment, models)
    session_id = "s" + opaque(home.entropy, 11)
    event = Created(
        assessment=assessment.name,
        version=f"{assessment.version}+{DISCLOSURE}",
        candidate=candidate,
        simulated=policy is not None,
        policy=policy,
        practice=mode == "practice",
        model=offered[0] if offered else "authored",
        assistant=mode,
        offered=offered,
        fallback=assessment.fallback,
        seed=seed,
        index=index,
        tasks=plan_tasks(assessment, seed, index, home.entropy, form),
        ledger_minutes=assessment.ledger_minutes,
    )
    keep(home.engine, (task_named(name) for name in assessment.tasks), clock())
    home.log.append(session_id, [Entry(event, "system", clock())])
    return session_id


def answering(assessment: Assessment, models: Models | None) -> tuple[Mode, tuple[str, ...]]:
    """Who answers in the sessions of an assessment, and the models to choose from, the first by default."""
    mode = assessment.assistant or ("practice" if models is not None and models.everywhere else "authored")
    if mode == "authored":
        return mode, ()
    known = models.names if models else ()
    wanted = assessment.models or known[:1]
    if not wanted or set(wanted) - set(known):
        missing = ", ".join(sorted(set(wanted) - set(known))) or "a model"
        sentence = f"This assessment asks for {missing}, which this installation does not have"
        raise Refusal("model", f"{sentence}; please tell the people who invited you.", 503)
    return mode, wanted


def openable(assessment: Assessment) -> None:
    """Raises Refusal if a task of the assessment cannot be used."""
    try:
        for name in assessment.tasks:
            draw(task_named(name), assessment.seed)
    except TaskError as error:
        raise unusable(error) from None


def unusable(error: TaskError) -> Refusal:
    """What a candidate is told of a task that cannot be used; the log says what is wrong with it, and where."""
    LOG.error("A task cannot be opened: %s", error)
    return Refusal("task", BROKEN, 503)


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

    A window that was not heard of for a while (closed, or its computer asleep) holds it no longer. One that is
    refused is noted, once: it stands open beside the one that writes.
    """
    refused = False

    def decide(state: SessionState, now: int) -> list[Happening]:
        nonlocal refused
        refused = False
        if state.sealed:
            return []
        gap = [Happening(event, "system") for event in silence(live.hearing, now)]
        if state.writer == writer:
            return gap
        held = live.hearing.at is not None and now - live.hearing.at < LEASE
        refused = state.writer is not None and held and not take
        if not refused:
            return [*gap, Happening(Lease(writer=writer, taken=state.writer is not None))]
        if writer in state.windows or len(state.windows) >= MOST_WINDOWS:
            return []
        return [Happening(SecondTab(state="opened", writer=writer), "system")]

    await live.act(decide)
    if refused:
        raise Refusal("leased", "This session is open in another window.")
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
