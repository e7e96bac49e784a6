"""Work in a process of its own: what the code that it runs does to its process costs that work alone."""

from __future__ import annotations

import os
import re
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from tasks.watch import Step, Watch

TRACE = "trace"
Tell = Callable[[Any], None]
Work = Callable[..., None]
"""`work(watch, tell, *arguments)`, a function of a module: it runs other people's code under the watch."""


class Apart:
    """A fresh process that works, and what it told. Use it as a context: it is ended with that, whatever it does.

    `own` are where and what is said when time runs out between two steps; `limit` is in seconds a step. What the
    code prints is dropped, and the temporary files that it leaves are deleted.
    """

    def __init__(self, work: Work, arguments: Sequence[Any], own: tuple[str, str], limit: float) -> None:
        self._step = Step(*own, limit)
        self._done = False
        self._broken: str | None = None
        with ExitStack() as made:
            self._folder = Path(made.enter_context(tempfile.TemporaryDirectory(prefix="apart-"))).resolve()
            context: Any = get_context(_METHOD)
            if _METHOD == "forkserver":
                # Forked from a process that has loaded everything already, and run nothing.
                context.set_forkserver_preload([__name__, "tasks.lint.proving", "pytest"])
            self._answers, answering = context.Pipe(duplex=False)
            made.callback(self._answers.close)
            given = (work, tuple(arguments), answering, self._folder, own, limit)
            self._process = context.Process(target=_run, args=given)
            self._process.start()
            answering.close()
            made.callback(self._process.join)
            made.callback(self._process.kill)
            self._made = made.pop_all()

    def __enter__(self) -> Apart:
        return self

    def __exit__(self, *error: object) -> None:
        self._made.close()

    @property
    def ready(self) -> tuple[Connection, int]:
        """What to wait for: something was told, or it has ended."""
        return self._answers, self._process.sentinel

    @property
    def ended(self) -> bool:
        """Whether it will tell nothing more that `told` does not give. A child of its own may keep the pipe."""
        return self._process.exitcode is not None

    def told(self) -> Iterator[Any]:
        """What it has told since the last time."""
        try:
            while self._answers.poll():
                kind, said = self._answers.recv()
                if kind == "told":
                    yield said
                elif kind == "step":
                    self._step = said
                elif kind == "broken":
                    self._broken = said
                else:
                    self._done = True
        except (EOFError, OSError):
            self._process.join()

    def all_told(self) -> Iterator[Any]:
        """Everything that it tells, as it comes, until it has ended."""
        while not self.ended:
            wait(self.ready)
            yield from self.told()
        yield from self.told()

    def early(self) -> str | None:
        """After its end: a sentence if the code that it ran ended it. Raises RuntimeError for a fault of ours."""
        if self._broken is not None:
            raise RuntimeError(f"{self._step.where}: {self._broken}")
        if self._done:
            return None
        step = self._step
        trace = self._folder / TRACE
        text = trace.read_text(encoding="utf-8", errors="replace") if trace.is_file() else ""
        if not text:
            return f"{step.where}: {step.what} ended the process that ran it; take out what does so."
        return (
            f"{step.where}: {step.what} did not end within {step.seconds:g} seconds"
            f"{_place(text, self._folder)}; mend the loop, for nothing that comes after it was looked at."
        )


_METHOD = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"


def _place(trace: str, folder: Path) -> str:
    """The innermost line of the code in a trace of the interpreter's, which begins with the innermost."""
    root = re.escape(str(folder))
    frame = re.search(rf'File "(?:{root}[^"]*?([^"/\\]+)|checks/([^"]+)|(proof))", line (\d+)', trace)
    if frame is None:
        return ""
    file, check, proof, line = frame.groups()
    return f" (at line {line} of {file or check or f'the {proof}'})"


def _run(
    work: Work, arguments: tuple[Any, ...], answering: Connection, folder: Path, own: tuple[str, str], limit: float
) -> None:
    """In the process of its own."""
    tempfile.tempdir = str(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with (folder / TRACE).open("w", encoding="utf-8") as trace:
        watch = Watch(own, lambda step: answering.send(("step", step)), trace, limit)
        try:
            work(watch, lambda said: answering.send(("told", said)), *arguments)
        except Exception:
            answering.send(("broken", traceback.format_exc()))
        else:
            answering.send(("done", None))
        watch.end()
    answering.close()
    os._exit(0)  # a thread that the code left behind must not hold the process
