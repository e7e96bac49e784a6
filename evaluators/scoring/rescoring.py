"""Scores many sessions again, over processes of this machine or a Dask cluster: the same bytes either way.

Every worker opens the home by itself, scores a few sessions at a time and keeps the scores before it answers: what
is done stays done, and a run that was broken off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context

from evaluators.context import ContextError
from evaluators.scoring.rekeying import house
from evaluators.scoring.score import score
from evaluators.scoring.scores import Kept, bases, keep, known, mark
from evaluators.scoring.session import checked, kept
from harness.clock import wall_clock
from harness.home import Home, open_home
from harness.sandbox import Sandbox, find_sandbox
from harness.settings import Settings

CHUNK = 16
"""Sessions that a worker takes at once."""
PATIENCE = 10
"""Seconds within which a Dask scheduler has to answer."""


class RescoringError(Exception):
    """The workers cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Failure:
    """A session that could not be scored, and why in one sentence."""

    session: str
    why: str


@dataclass(frozen=True)
class Rescored:
    """What a run did: sessions scored now, those scored on the same basis before, those that could not be.

    `left_out` were not handed in yet, or their content was erased.
    """

    scored: int
    skipped: int
    left_out: int
    failed: tuple[Failure, ...]


@dataclass(frozen=True)
class Workers:
    """Where to score: `jobs` processes of this machine, or a Dask scheduler at this address."""

    jobs: int = 1
    dask: str | None = None


def rescore(
    home: Home,
    sessions: Sequence[str] | None = None,
    workers: Workers | None = None,
    heard: Callable[[int, int], None] = lambda done, of: None,
) -> Rescored:
    """Scores these sessions (all that are handed in without), but for those scored on the same basis before.

    `heard` is told how many are done, and of how many. Raises RescoringError.
    """
    workers = workers or Workers()
    names = home.log.sessions() if sessions is None else sessions
    wanted = bases(home, house(home), mark(find_sandbox()), names)
    done = known(home, wanted)
    todo = [name for name in wanted if name not in done]
    chunks = [tuple(todo[start : start + CHUNK]) for start in range(0, len(todo), CHUNK)]
    failed: list[Failure] = []
    finished = 0
    heard(0, len(todo))
    with _executor(workers, len(chunks)) as executor:
        for chunk, unscored in _results(home, executor, chunks):
            failed += unscored
            finished += len(chunk)
            heard(finished, len(todo))
    failures = tuple(sorted(failed, key=lambda failure: failure.session))
    return Rescored(len(todo) - len(failures), len(done), len(names) - len(wanted), failures)


def score_some(home: Home, sandbox: Sandbox, sessions: Sequence[str]) -> list[Failure]:
    """Scores sessions and keeps the scores; what cannot be scored is told, one sentence each."""
    rules = house(home)
    done: list[Kept] = []
    failed: list[Failure] = []
    for name in sessions:
        try:
            context, worked = checked(home, name, sandbox, wall_clock, rules)
            done.append(kept(context, score(context, worked), sandbox, wall_clock))
        except ContextError as error:
            failed.append(Failure(name, str(error)))
        except Exception as error:  # a session that breaks the evaluators must not stop the others
            failed.append(Failure(name, f"It cannot be scored: {type(error).__name__}: {error}"))
    keep(home, done)
    return failed


def _work(settings: str, sessions: Sequence[str]) -> list[Failure]:
    """Runs in a worker; `settings` is their JSON."""
    return score_some(*_place(settings), sessions)


def _results(
    home: Home, executor: Executor | None, chunks: Sequence[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], list[Failure]]]:
    if executor is None:
        for chunk in chunks:
            yield chunk, score_some(home, find_sandbox(), chunk)
        return
    settings = home.settings.model_dump_json()
    futures: dict[Future[list[Failure]], tuple[str, ...]] = {
        executor.submit(_work, settings, chunk): chunk for chunk in chunks
    }
    for future in as_completed(futures):
        chunk = futures[future]
        try:
            yield chunk, future.result()
        except Exception as error:  # a worker that died: what it had kept stays, the rest is done by the next run
            yield chunk, [Failure(name, f"Its worker died ({type(error).__name__}).") for name in chunk]


@contextmanager
def _executor(workers: Workers, chunks: int) -> Iterator[Executor | None]:
    """None where this process does it itself."""
    if workers.dask is not None:
        with _cluster(workers.dask) as executor:
            yield executor
    elif workers.jobs > 1 and chunks > 1:
        # Spawned, not forked: the parent has threads that hold locks.
        with ProcessPoolExecutor(min(workers.jobs, chunks), mp_context=get_context("spawn")) as pool:
            yield pool
    else:
        yield None


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise RescoringError("Dask is not installed; install the extra `harness[dask]`.") from None
    try:
        client = Client(address, timeout=PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise RescoringError(f"No Dask scheduler answers at {address} ({error}).") from None
    with client:
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=4)
def _place(settings: str) -> tuple[Home, Sandbox]:
    """A worker's own home and sandbox, opened once."""
    return open_home(Settings.model_validate_json(settings)), find_sandbox()
