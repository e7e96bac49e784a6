"""Proves parts of tasks in processes of their own, some at a time.

Each part gets a fresh process: tests and checks import modules of the same names, and pytest keeps state.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from tasks.apart import Apart, Tell
from tasks.lint.proving import Part, prove
from tasks.loader import TaskError, load_task
from tasks.watch import Watch

OWN = "reading its texts, formulas and patterns"


@dataclass(frozen=True)
class Job:
    """Draws of the task in `folder` that are proved together; `first` says that what needs no draw goes along."""

    folder: Path
    seeds: tuple[int, ...]
    first: bool


def proved(jobs: Sequence[Job], workers: int, limit: float) -> Iterator[tuple[Job, Part]]:
    """Each job with its part, as they are done, `workers` at a time.

    `limit` is how many seconds one test, check or proof may take. A job whose process ends early is a part with
    what was found until then and that failure, which names the file that was run.
    """
    waiting = deque(jobs)
    running: list[tuple[Job, Apart, list[Any]]] = []
    with ExitStack() as started:
        while waiting or running:
            while waiting and len(running) < workers:
                job = waiting.popleft()
                process = started.enter_context(Apart(_prove, (job,), (job.folder.name, OWN), limit))
                running.append((job, process, []))
            wait([each for _, process, _ in running for each in process.ready])
            for entry in list(running):
                job, process, heard = entry
                ended = process.ended
                heard += process.told()
                if ended:
                    running.remove(entry)
                    yield job, _part(heard, process.early())
                    process.__exit__()


def _part(heard: Sequence[Any], early: str | None) -> Part:
    part = next((said for said in heard if isinstance(said, Part)), None)
    return part or Part(failures=(*heard, *([early] if early is not None else [])))


def _prove(watch: Watch, tell: Tell, job: Job) -> None:
    """In the process of its own: tells each failure as it is found, so that none is lost, and the part."""
    try:
        tell(prove(load_task(job.folder), job.seeds, job.folder, watch, tell, job.first))
    except TaskError as error:
        tell(str(error))  # somebody changed the folder meanwhile
