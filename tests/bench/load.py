"""Typing candidates as load: bounded in number and time, on the loopback interface only."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field

from harness.access.invitations import DAY, invite
from harness.home import Home
from tests.bench.wire import Gone, Wire
from ui.demo import DEMO

LETTERS = 10
"""Edits in a batch: a candidate types that many letters a second in a hurry."""


@dataclass
class Writer:
    """A candidate who types letters at the end of the first file, one batch after another."""

    wire: Wire
    name: str
    task: str = ""
    file: str = ""
    length: int = 0
    batches: int = 0
    latencies: list[float] = field(default_factory=list)

    async def enter(self, token: str) -> None:
        """Opens the invitation and the first task."""
        await self.wire.request("POST", "/api/consent", {"token": token})
        await self.wire.request("POST", "/api/lease", {"writer": self.name, "take": True})
        _, view = await self.wire.request("POST", "/api/open", {})
        self.task, first = view["task"]["name"], view["task"]["files"][0]
        self.file, self.length = first["path"], len(first["text"].encode("utf-16-le")) // 2

    def body(self) -> bytes:
        """The next batch."""
        now, self.batches = time.time_ns() // 1_000_000, self.batches + 1
        transactions = [
            {
                "at": now - 100 * (LETTERS - i),
                "changes": [self.length + i, [0, "abcdefghi\u00e9"[i % 10]]],
                "selection": [self.length + i + 1, self.length + i + 1],
                "cause": "input.type",
                "source": None,
            }
            for i in range(LETTERS)
        ]
        self.length += LETTERS
        event = {"n": self.batches, "at": now, "kind": "edit", "task": self.task, "file": self.file}
        batch = {"writer": self.name, "sent": now, "events": [{**event, "transactions": transactions}]}
        return json.dumps(batch).encode()

    async def send(self, path: str = "/api/events") -> None:
        """Sends a batch and waits for its acknowledgement. Raises RuntimeError without one."""
        message = self.wire.message("POST", path, self.body())
        began = time.perf_counter()
        status, answer = await self.wire.send(message)
        self.latencies.append(time.perf_counter() - began)
        if status != 200 or (path == "/api/events" and json.loads(answer)["acknowledged"] != self.batches):
            raise RuntimeError(f"{status} {answer[:200]!r}")


async def writers(home: Home, port: int, count: int) -> list[Writer]:
    """Candidates with an open task each."""
    found = [Writer(Wire(port), f"w{i}") for i in range(count)]
    until = time.time_ns() // 1_000_000 + DAY
    tokens = [invite(home, DEMO, writer.name, until) for writer in found]
    await listening(found[0].wire)
    for start in range(0, count, 16):
        pairs = zip(found[start : start + 16], tokens[start : start + 16], strict=True)
        await asyncio.gather(*(writer.enter(token) for writer, token in pairs))
    return found


async def listening(wire: Wire) -> None:
    """Waits until the server answers, half a minute at most. Raises Gone."""
    until = time.monotonic() + 30.0
    while True:
        try:
            await wire.request("GET", "/ready")
            return
        except Gone:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.01)


async def as_fast_as_possible(every: list[Writer], path: str, seconds: float) -> float:
    """Requests a second when each writer sends the next batch as soon as the last one is answered."""
    until = time.perf_counter() + seconds
    sent = 0

    async def write(writer: Writer) -> None:
        nonlocal sent
        while time.perf_counter() < until:
            await writer.send(path)
            sent += 1

    began = time.perf_counter()
    await asyncio.gather(*(write(writer) for writer in every))
    return sent / (time.perf_counter() - began)


async def each_once_a_second(every: list[Writer], seconds: int) -> list[float]:
    """Latencies in seconds, from the moment at which a batch was due: waiting for one's turn counts."""
    latencies: list[float] = []
    began = time.perf_counter() + 0.5

    async def write(place: int, writer: Writer) -> None:
        for turn in range(seconds):
            due = began + turn + place / len(every)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await writer.send()
            latencies.append(time.perf_counter() - due)

    await asyncio.gather(*(write(place, writer) for place, writer in enumerate(every)))
    return latencies


async def leave(every: list[Writer]) -> None:
    """Closes all connections."""
    for writer in every:
        await writer.wire.close()
