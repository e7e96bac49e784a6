"""A small task of our own, turns over it, and a network that reaches no further than this machine."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.assistant import Assistant, Piece, Turn
from logs.events import TaskPlan
from tasks import Drawn, Task, draw, draw_form, load_task

DIAL = Path(__file__).parent / "fixtures" / "dial"


def plan_for(drawn: Drawn, index: int = 0, seed: int = 1) -> TaskPlan:
    task = drawn.task
    generator = random.Random(seed)
    names = [i.id for i in task.items] + [f.id for f in task.fillers]
    return TaskPlan(
        task=task.name,
        digest=task.digest,
        seed=seed,
        minutes=task.file.minutes,
        form=draw_form(task, seed, index),
        segments={n: "".join(generator.choices("abcdefghijklmnopqrstuvwxyz234567", k=12)) for n in names},
    )


@pytest.fixture(scope="session")
def dial() -> Task:
    return load_task(DIAL)


@pytest.fixture
def turn(dial: Task) -> Callable[..., Turn]:
    """Turns over the dial: `turn("write clamp_value", index=1, said=…)`."""

    def make(prompt: str = "", *, task: Task = dial, index: int = 0, **more: Any) -> Turn:
        drawn = draw(task, 1)
        more.setdefault("files", dict(drawn.task.starter))
        return Turn(task=drawn, plan=plan_for(drawn, index), prompt=prompt, **more)

    return make


@pytest.fixture
def say() -> Callable[[Assistant, Turn], list[Piece]]:
    def collect(assistant: Assistant, turn: Turn) -> list[Piece]:
        async def gather() -> list[Piece]:
            return [piece async for piece in assistant.reply(turn)]

        return asyncio.run(gather())

    return collect


@pytest.fixture(autouse=True)
def _only_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Every connection and look-up that leaves the machine fails, and the test with it."""
    tried: list[Any] = []
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            tried.append(address)
            raise OSError("no network in tests")
        connect(self, address)

    def looked_up(host: Any, *rest: Any, **more: Any) -> Any:
        if host not in (None, "", "127.0.0.1", "::1", "localhost", b"127.0.0.1", b"localhost"):
            tried.append(host)
            raise OSError("no network in tests")
        return resolve(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    yield tried
    assert not tried, f"tried to reach {tried}"
