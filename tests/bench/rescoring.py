"""What scoring many sessions costs: one session apart from its checks, thousands over processes, Dask workers.

`python -m tests.bench.rescoring --sessions 10000` takes half an hour on two processors and stops by itself.
Times are of the processor where it says so: other programs on the machine disturb them less than the clock.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from evaluators import load_context, score, score_bytes
from evaluators.scoring.rekeying import house
from evaluators.scoring.rescoring import Workers, rescore
from evaluators.scoring.scores import bases, mark, read
from evaluators.scoring.session import score_session
from harness.clock import wall_clock
from harness.home import Home, open_home
from harness.sandbox import find_sandbox
from harness.settings import Settings
from logs import Entry, Head, Record
from logs.record import Chain
from ui.demo import ensure_demo, past_sessions

AT_ONCE = 50
"""Copied sessions that are handed to the log's writer before it is waited for."""
ROUNDS = 5
WHOSE = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
CHAINS: tuple[Chain, ...] = ("session", "review")


@dataclass(frozen=True)
class Single:
    """Processor milliseconds to score one recorded session whose checks were run; medians over sessions."""

    sessions: int
    events: int
    read: float
    worked: float
    whole: float
    slowest: float


def recorded(home: Home) -> list[str]:
    """Sessions that simulated candidates sat, with their checks run."""
    ensure_demo(home)
    past_sessions(home, lambda _: None)
    return home.log.sessions()


def copied(home: Home, sources: list[str], count: int) -> None:
    """Copies of recorded sessions under new ids, each with chains of its own, stored as any other.

    The seal's signature is copied too and is of the source; nothing that scores looks at it.
    """
    chains = {(s, chain): [_entry(r) for r in home.log.read(s, chain)] for s in sources for chain in CHAINS}
    waiting = []
    for number in range(count):
        source, name = sources[number % len(sources)], f"copy{number:08d}"
        for chain in CHAINS:
            records = home.log.records(name, Head(), chains[source, chain], chain)
            waiting.append(home.log.submit(records))
        if len(waiting) >= AT_ONCE:
            for each in waiting:
                each.result()
            waiting.clear()
    for each in waiting:
        each.result()


def single(home: Home, sessions: list[str]) -> Single:
    """How long one session takes; the first round, which fills caches, is left out."""
    reads: list[float] = []
    works: list[float] = []
    events = []
    for turn in range(ROUNDS + 1):
        for name in sessions:
            began = time.process_time()
            context = load_context(home.log, name)
            between = time.process_time()
            score_bytes(score(context))
            if turn:
                reads.append(between - began)
                works.append(time.process_time() - between)
                events.append(len(context.records))
    whole = [1e3 * (r + w) for r, w in zip(reads, works, strict=True)]
    return Single(
        len(sessions),
        round(statistics.mean(events)),
        1e3 * statistics.median(reads),
        1e3 * statistics.median(works),
        statistics.median(whole),
        max(whole),
    )


def timed(home: Home, names: list[str], workers: Workers) -> tuple[float, float]:
    """Seconds by the clock and of the processor to score these sessions, none of which has a score yet.

    Processor time of workers is known once they have ended, so it is complete for processes and not for Dask.
    """
    began, used = time.perf_counter(), processor()
    done = rescore(home, names, workers)
    assert (done.scored, done.failed) == (len(names), ()), done
    return time.perf_counter() - began, processor() - used


def processor() -> float:
    """Processor seconds of this process and of those that it started and that have ended."""
    return sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime for who in WHOSE)


def forget(home: Home) -> None:
    """Takes every score away, so that the same sessions can be scored again."""
    with home.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM score")


def kept(home: Home, names: list[str]) -> dict[str, bytes | None]:
    """The scores that stand."""
    wanted = bases(home, house(home), mark(find_sandbox()), names)
    return {name: read(home, name, basis) for name, basis in wanted.items()}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rescoring", description=__doc__)
    parser.add_argument("--sessions", type=int, default=300, help="recorded sessions that are rescored")
    parser.add_argument("--jobs", type=int, default=2, help="processes for the largest number")
    parser.add_argument(
        "--dask", type=int, default=200, help="sessions for the comparison of Dask workers; 0 leaves it out"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), chosen.sessions, chosen.jobs, chosen.dask)


def measure(folder: Path, sessions: int, jobs: int, dask: int) -> None:
    """Prints what scoring costs."""
    home = open_home(Settings(home=folder / "home"))
    sources = recorded(home)
    for name in sources:
        score_session(home, name, find_sandbox(), wall_clock)
    found = single(home, sources)
    say(f"Scoring one session ({found.events} events, checks run before)")
    say(f"  read and parsed   {found.read:6.1f} ms")
    say(f"  worked out        {found.worked:6.1f} ms")
    say(f"  whole, median     {found.whole:6.1f} ms   goal 50")
    say(f"  whole, slowest    {found.slowest:6.1f} ms\n")
    began = time.perf_counter()
    copied(home, sources, sessions)
    names = [name for name in home.log.sessions() if name.startswith("copy")]
    say(f"Rescoring recorded sessions over {jobs} processes ({time.perf_counter() - began:.0f} s to copy them)")
    sizes = sorted({max(1, sessions // 100), max(1, sessions // 10), sessions})
    rates = []
    for size in sizes:
        forget(home)
        seconds, used = timed(home, names[:size], Workers(jobs))
        rates.append((size, used))
        each = f"{1e3 * seconds / size:6.1f} ms each, {1e3 * used / size:6.1f} ms of a processor"
        say(f"  {size:6,d} sessions  {seconds:8.1f} s   {each}")
    for (less, short), (more, long) in pairwise(rates):
        each = 1e3 * (long - short) / (more - less)
        say(f"  from {less:,} to {more:,}: {each:.1f} ms of a processor for each further one")
    again = rescore(home, names, Workers(jobs))
    assert again.skipped == len(names)
    say("  run again: nothing is left to do\n")
    if dask:
        _dask(home, names[: min(dask, len(names))])
    home.log.close()
    home.engine.dispose()


def _dask(home: Home, names: list[str]) -> None:
    from distributed import LocalCluster

    say(f"The same {len(names)} sessions in this process, over processes and over Dask workers on this machine")
    forget(home)
    seconds, _ = timed(home, names, Workers())
    expected = kept(home, names)
    say(f"  this process      {seconds:8.1f} s")
    for jobs in (1, 2):
        with LocalCluster(
            n_workers=jobs, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
        ) as cluster:
            workers = Workers(dask=cluster.scheduler_address)
            forget(home)
            timed(home, names[: 2 * 16], workers)  # the workers load what they need
            forget(home)
            seconds, _ = timed(home, names, workers)
        same = "the same bytes" if kept(home, names) == expected else "OTHER BYTES"
        say(f"  {jobs} Dask worker{'s' if jobs > 1 else ' '}    {seconds:8.1f} s   {same}")


def _entry(record: Record) -> Entry:
    return Entry(
        record.event,
        record.actor,
        record.server_time,
        record.working_ms,
        record.client_time,
        record.client_seq,
    )


def say(line: str) -> None:
    """Prints at once, so that a run can be watched."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
