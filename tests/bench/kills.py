"""Candidates type while the server is killed: what was acknowledged is there once, and replay is their text."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.access.invitations import DAY, invite
from harness.home import Home, open_home
from harness.settings import Settings
from harness.state import SessionState
from logs import verify
from logs.changes import units
from tests.bench.servers import Nursery, Server, server
from tests.bench.typist import Typist
from tests.bench.wire import Wire
from ui.demo import DEMO, ensure_demo

LONGEST_LIFE = 0.25
"""Seconds that a server lives at most, counted from its first acknowledgement."""


@dataclass(frozen=True)
class Outcome:
    """What a kill test saw."""

    kills: int
    edits: int
    lost: int
    doubled: int
    different: int
    """Sessions whose replay is not the typist's text."""
    broken: int
    """Sessions whose chain does not verify."""
    seconds: float

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return self.lost == self.doubled == self.different == self.broken == 0


def kill_test(nursery: Nursery, folder: Path, database: str, kills: int, seed: int, typists: int = 3) -> Outcome:
    """Kills a server that many times while candidates type, and compares the log with what they know."""
    began = time.monotonic()
    home = open_home(Settings(home=folder, database_url=database))
    try:
        ensure_demo(home)
        chance = random.Random(seed)
        with server(nursery, folder, database) as running:
            bots = [Typist([Wire(running.port)], random.Random(f"{seed}:{i}"), f"w{i}") for i in range(typists)]
            tokens = [invite(home, DEMO, f"typist {i}", time.time_ns() // 1_000_000 + DAY) for i in range(typists)]
            asyncio.run(_type_and_kill(running, bots, tokens, kills, chance))
        return compare(home, bots, kills, time.monotonic() - began)
    finally:
        home.log.close()
        home.engine.dispose()


async def _type_and_kill(
    running: Server, bots: list[Typist], tokens: list[str], kills: int, chance: random.Random
) -> None:
    for bot, token in zip(bots, tokens, strict=True):
        await bot.enter(token)
    over = asyncio.Event()

    async def typing(bot: Typist) -> None:
        while not over.is_set():
            for _ in range(bot.chance.randint(1, 4)):
                bot.type()
            await bot.flush()
            await asyncio.sleep(0.02)
        await bot.flush()

    tasks = [asyncio.create_task(typing(bot)) for bot in bots]
    try:
        for _ in range(kills):
            known = [bot.acknowledged for bot in bots]
            while not any(task.done() for task in tasks) and known == [bot.acknowledged for bot in bots]:
                await asyncio.sleep(0.002)
            await asyncio.sleep(chance.uniform(0, LONGEST_LIFE))
            await asyncio.to_thread(running.kill)
            running.start()
    finally:
        over.set()
        await asyncio.gather(*tasks)
        for bot in bots:
            for wire in bot.wires:
                await wire.close()


def compare(home: Home, bots: list[Typist], kills: int, seconds: float) -> Outcome:
    """The log against what the typists know: every number once, with its content, and the same text."""
    by_writer = {}
    for session in home.log.sessions():
        records = home.log.read(session)
        for record in records:
            if record.kind == "lease":
                by_writer[getattr(record.event, "writer", "")] = (session, records)
    lost = doubled = different = broken = 0
    for bot in bots:
        session, records = by_writer[bot.writer]
        stored: dict[int, list[Any]] = {}
        for record in records:
            if record.client_seq is not None:
                stored.setdefault(record.client_seq, []).append(record)
        doubled += sum(len(found) > 1 for found in stored.values())
        for event in bot.events[: bot.acknowledged]:
            found = stored.get(event["n"], [])
            lost += (
                not found
                or found[0].event.transactions[0].model_dump(mode="json")["changes"]
                != (event["transactions"][0]["changes"])
            )
        state = SessionState()
        state.feed_all(records)
        different += units(state.files(bot.task).get(bot.file, "")) != bot.document
        broken += verify(session, "session", records) is not None
    return Outcome(kills, sum(len(b.events) for b in bots), lost, doubled, different, broken, seconds)
