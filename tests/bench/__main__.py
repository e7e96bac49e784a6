"""`make bench`: what the record costs, as ratios against baselines of the same run. Stops by itself."""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from harness.home import Home, open_home
from harness.settings import Settings
from tests.bench import load, record, recovery, rescoring
from tests.bench.browser_kills import NoBrowser, browser_kill_test, chromium
from tests.bench.kills import Outcome, kill_test
from tests.bench.servers import Nursery, nursery, server
from tests.postgres import NoPostgres, cluster
from ui.demo import ensure_demo

KILLS = 200
CROWDS = (100, 300, 600)
ROUNDS = 3
SCORED = 300
"""Recorded sessions that are scored again; `python -m tests.bench.rescoring` takes more."""


def main() -> None:
    """Measures and prints; `--kills 0` leaves the kill test out."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seconds", type=int, default=4, help="length of each measurement under load")
    chosen = parser.parse_args()
    began = time.monotonic()
    say(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before the start\n")
    with tempfile.TemporaryDirectory() as folder, nursery(pages=chosen.kills > 0) as servers:
        asyncio.run(intake(servers, Path(folder) / "intake", chosen.seconds))
        crowds(servers, Path(folder) / "crowd", chosen.seconds)
        replaying()
        growth(Path(folder) / "grown")
        say(f"{recovery.report()}\n")
        rescoring.measure(_made(Path(folder) / "scored"), SCORED, 2, 0)
        if chosen.kills:
            killing(servers, Path(folder), chosen.kills)
    say(f"\n{time.monotonic() - began:.0f} s in all, load {os.getloadavg()[0]:.1f} at the end")


async def intake(servers: Nursery, folder: Path, seconds: int) -> None:
    """Acknowledged batches against raw inserts of the same rows and against an endpoint that does nothing."""
    home = open_home(Settings(home=folder))
    ensure_demo(home)
    rates: dict[str, list[float]] = {"/api/events": [], "/noop": []}
    costs: dict[str, list[float]] = {"/api/events": [], "/noop": []}
    with server(servers, folder, home.settings.database) as running:
        every = await load.writers(home, running.port, 32)
        for _ in range(ROUNDS):  # in turns, so that what else the machine does falls on both
            for path, found in rates.items():
                used = running.processor_seconds()
                places = [(w.batches, w.length) for w in every]
                found.append(await load.as_fast_as_possible(every, path, seconds))
                costs[path].append((running.processor_seconds() - used) / (found[-1] * seconds) * 1e6)
                if path == "/noop":  # those were not recorded: go on from where the log is
                    for writer, (batches, length) in zip(every, places, strict=True):
                        writer.batches, writer.length = batches, length
        await load.leave(every)
    rows = [r for s in home.log.sessions() for r in home.log.read(s) if r.kind == "edit"]
    raw = [record.raw_inserts(_made(folder / f"raw{i}"), rows, seconds) for i in range(ROUNDS)]
    edits = len(rows) * load.LETTERS
    home.log.close()
    home.engine.dispose()
    size = sum(p.stat().st_size for p in folder.glob("harness.db*") if not p.name.endswith("-shm"))
    taken, noop, written = (statistics.median(v) for v in (rates["/api/events"], rates["/noop"], raw))
    say("Intake through HTTP (SQLite, synchronous=FULL, 32 connections, 10 edits a batch)")
    say(f"  acknowledged batches  {taken:8.0f} /s")
    say(f"  raw inserts           {written:8.0f} /s   ratio {taken / written:.2f}   goal 0.30")
    say(f"  endpoint doing nothing{noop:8.0f} /s   ratio {taken / noop:.2f}   goal 0.60")
    work, nothing = (statistics.median(v) for v in (costs["/api/events"], costs["/noop"]))
    say(f"  processor time a batch{work:8.0f} µs, of the endpoint {nothing:.0f} µs: ratio {nothing / work:.2f}")
    say(f"  on disk               {size / edits:8.0f} bytes an edit, {size / len(rows):.0f} a batch\n")


def crowds(servers: Nursery, folder: Path, seconds: int) -> None:
    """Latency when so many candidates type at once, each sending one batch a second."""
    home = open_home(Settings(home=folder))
    ensure_demo(home)
    say("Typing candidates, one batch of 10 edits a second each: milliseconds from due to acknowledged")
    with server(servers, folder, home.settings.database) as running:
        asyncio.run(_crowds(running.port, home, seconds))
    home.log.close()
    home.engine.dispose()
    say("")


async def _crowds(port: int, home: Home, seconds: int) -> None:
    every = await load.writers(home, port, max(CROWDS))
    for count in CROWDS:
        latencies = sorted(await load.each_once_a_second(every[:count], seconds))
        middle, p99 = latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)]
        goal = "   goal 100" if count == max(CROWDS) else ""
        say(f"  {count:4d} candidates  median {1e3 * middle:7.1f}   p99 {1e3 * p99:7.1f}{goal}")
    await load.leave(every)


def replaying() -> None:
    """Replay and verification of an hour of typing."""
    found = record.play()
    say(f"Replay of an hour of typing ({found.edits:,} edits)")
    say(f"  whole, from stored bytes     {found.whole:10,.0f} edits/s   goal 500,000")
    say(f"  whole, events already read   {found.applied:10,.0f} edits/s")
    say(f"  with deletions, line breaks  {found.mixed:10,.0f} edits/s")
    say(f"  any moment from checkpoints  {1e3 * found.worst:10.1f} ms at most   goal 50")
    say(f"  checkpoints made once in     {1e3 * found.prepare:10.0f} ms")
    say(f"Verification                   {found.verified:10,.0f} events/s\n")


def growth(folder: Path) -> None:
    """How a database grows."""
    say("Growth (60 events a session)")
    for found in record.grow(_made(folder), (10, 100, 1_000)):
        say(
            f"  {found.sessions:5d} sessions  {found.appends:7,.0f} events/s stored   "
            f"open sessions found in {found.open:6.2f} ms   one read in {found.read:5.2f} ms   "
            f"{found.bytes_per_event:5.0f} bytes an event"
        )
    say("")


def killing(servers: Nursery, folder: Path, kills: int) -> None:
    """The kill test on both databases, a quarter of it through the page in a real browser."""
    say("Kill test: candidates type while the server is killed (SIGKILL) at random moments")
    say("  three over plain HTTP")
    paged = kills // 4
    home = _made(folder / "killed-sqlite")
    _tell("SQLite", kill_test(servers, home, f"sqlite:///{home / 'harness.db'}", kills - paged, seed=1))
    try:
        with cluster(durable=True) as postgres:
            with postgres.database() as url:
                found = kill_test(servers, _made(folder / "killed-postgres"), url, kills - paged, seed=2)
            _tell("PostgreSQL", found)
            with postgres.database() as url, chromium() as browser:
                say("  one in the workspace's page, in Chromium")
                home = _made(folder / "paged-sqlite")
                at = f"sqlite:///{home / 'harness.db'}"
                _tell("SQLite", browser_kill_test(servers, browser, home, at, paged, seed=3))
                home = _made(folder / "paged-postgres")
                _tell("PostgreSQL", browser_kill_test(servers, browser, home, url, paged, seed=4))
    except (NoPostgres, NoBrowser) as missing:
        say(f"  the rest was not measured: {missing}")


def _tell(name: str, found: Outcome) -> None:
    say(
        f"  {name:<11}  {found.kills} kills, {found.edits} edits: {found.lost} lost, {found.doubled} doubled, "
        f"{found.different} replays differ, {found.broken} chains broken   ({found.seconds:.0f} s)"
    )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def say(line: str) -> None:
    """Prints at once, so that a run can be watched."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
