"""Proves parts of tasks in processes of their own: what a task does to its process is a failure of that task.

Each part gets a fresh process: tests and checks import modules of the same names, and pytest keeps state.
"""

from __future__ import annotations

import os
import re
import tempfile
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from tasks.lint.proving import Part, prove
from tasks.lint.watch import Step, Watch
from tasks.loader import TaskError, load_task

TRACE = "trace"


@dataclass(frozen=True)
class Job:
    """Draws of the task in `folder` that are proved together; `first` says that what needs no draw goes along."""

    folder: Path
    seeds: tuple[int, ...]
    first: bool


def proved(jobs: Sequence[Job], workers: int, limit: float) -> Iterator[tuple[Job, Part]]:
    """Each job with its part, as they are done, `workers` at a time.

    `limit` is how many seconds one test, check or proof may take. A job whose process ends early is a part with
    that failure, which names the file that was run. Raises RuntimeError for a fault of lint itself.
    """
    waiting = deque(jobs)
    running: dict[int, _Worker] = {}
    context = _context()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                worker = _Worker(waiting.popleft(), context, limit)
                running[worker.sentinel] = worker
            heard = {worker.answers: worker for worker in running.values()}
            for ready in wait([*running, *heard]):
                if isinstance(ready, int):
                    worker = running.pop(ready)
                    yield worker.job, worker.part()
                elif ready in heard:
                    heard[ready].listen()
    finally:
        for worker in running.values():
            worker.stop()


def _context() -> BaseContext:
    """Processes that begin afresh, forked where that can be from one that has loaded everything already."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["tasks.lint.workers", "pytest"])
    return context


@dataclass
class _Worker:
    """One process, and what it told so far."""

    job: Job
    context: BaseContext
    limit: float
    _step: Step | None = None
    _failures: list[str] = field(default_factory=list)
    _part: Part | None = None
    _broken: str | None = None

    def __post_init__(self) -> None:
        with ExitStack() as made:
            self._folder = Path(made.enter_context(tempfile.TemporaryDirectory(prefix="lint-"))).resolve()
            self.answers, answering = self.context.Pipe(duplex=False)
            made.callback(self.answers.close)
            arguments = (self.job, answering, self._folder, self.limit)
            self._process = self.context.Process(target=_run, args=arguments)  # type: ignore[attr-defined]
            self._process.start()
            answering.close()
            self._made = made.pop_all()

    @property
    def sentinel(self) -> int:
        """Ready when the process has ended."""
        return int(self._process.sentinel)

    def listen(self) -> None:
        """Takes in what it has told. Its end is told by the sentinel: a child of the process may keep the pipe."""
        try:
            while self.answers.poll():
                self._hear(self.answers.recv())
        except (EOFError, OSError):
            self._process.join()

    def part(self) -> Part:
        """What it found; only after its end. Raises RuntimeError."""
        self.listen()
        said = self._early() if self._part is None and self._broken is None else None
        self.stop()
        if self._broken is not None:
            raise RuntimeError(f"lint broke at {self.job.folder}: {self._broken}")
        return self._part or Part(failures=(*self._failures, *([said] if said else [])))

    def stop(self) -> None:
        """Ends it, whatever it does."""
        self._process.kill()
        self._process.join()
        self._made.close()

    def _hear(self, told: tuple[str, Any]) -> None:
        match told:
            case ("step", Step() as step):
                self._step = step
            case ("failure", str(failure)):
                self._failures.append(failure)
            case ("part", Part() as part):
                self._part = part
            case ("broken", str(said)):
                self._broken = said

    def _early(self) -> str:
        """The sentence for a process that ended before it was done."""
        step = self._step or Step(self.job.folder.name, "its code", self.limit)
        trace = self._folder / TRACE
        text = trace.read_text(encoding="utf-8", errors="replace") if trace.is_file() else ""
        if not text:
            return f"{step.where}: {step.what} ended the process that ran it; take out what does so."
        return (
            f"{step.where}: {step.what} did not end within {step.seconds:g} seconds"
            f"{_place(text, self._folder)}; mend the loop, then lint again for what comes after it."
        )


def _place(trace: str, folder: Path) -> str:
    """The innermost line of the task's code in a trace of the interpreter's, which begins with the innermost."""
    root = re.escape(str(folder))
    frame = re.search(rf'File "(?:{root}[^"]*?([^"/\\]+)|checks/([^"]+)|(proof))", line (\d+)', trace)
    if frame is None:
        return ""
    file, check, proof, line = frame.groups()
    return f" (at line {line} of {file or check or f'the {proof}'})"


def _run(job: Job, answering: Connection, folder: Path, limit: float) -> None:
    """In the process of its own."""
    # What it lays out is deleted with the folder, even if it is ended; what a task prints is no part of a report.
    tempfile.tempdir = str(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with (folder / TRACE).open("w", encoding="utf-8") as trace:
        watch = Watch(job.folder.name, answering.send, trace, limit)
        try:
            answering.send(("part", prove(load_task(job.folder), job.seeds, job.folder, watch, job.first)))
        except TaskError as error:
            answering.send(("part", Part(failures=(str(error),))))  # somebody changed the folder meanwhile
        except Exception:
            answering.send(("broken", traceback.format_exc()))
        watch.end()
    # A thread that a task left behind must not hold the process.
    answering.close()
    os._exit(0)
