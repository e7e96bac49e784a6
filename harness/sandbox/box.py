"""One running sandbox process group: its pipes, its watchdog, its end."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from harness.sandbox.line import Line
from harness.sandbox.memory import resident

Verdict = Literal["timeout", "startup", "memory", "output"]
TICK = 0.05  # seconds between two looks of the watchdog


class LaunchFailed(RuntimeError):
    """No process could be started; the message is what the launcher printed."""


@dataclass(frozen=True)
class Started:
    """A launched process; `inner` is the process number of the root of its group as the host sees it."""

    process: subprocess.Popen[bytes]
    inner: int
    folder: str | None = None  # a folder on the host to remove at the end


class Launcher(Protocol):
    """Starts the driver with three ends of pipes: messages in, messages out, and its output."""

    def launch(self, incoming: int, outgoing: int, output: int, others: Sequence[int] = ()) -> Started:
        """`others` are more ends of pipes that the driver keeps. Raises LaunchFailed."""

    def kill(self, started: Started) -> None:
        """End the whole group at once."""


class Box:
    """A sandbox process that waits for its job or does it; used once."""

    def __init__(self, launcher: Launcher, spare: int = 0) -> None:
        """Start it, with `spare` more lines than the first one. Raises LaunchFailed."""
        self._launcher = launcher
        self.verdict: Verdict | None = None
        self.output = bytearray()
        self._output_limit: int | None = None
        self._memory: int | None = None
        self._deadline: tuple[float, Verdict] | None = None
        self.closed = False
        self.lines: list[Line] = []
        self.ends: list[tuple[int, int]] = []  # of each line, as the driver knows them
        try:
            for _ in range(1 + spare):
                theirs, outgoing = os.pipe2(os.O_CLOEXEC)
                incoming, their_outgoing = os.pipe2(os.O_CLOEXEC)
                self.lines.append(Line(incoming, outgoing))
                self.ends.append((theirs, their_outgoing))
            self._printed, their_output = os.pipe2(os.O_CLOEXEC)
            try:
                others = [end for pair in self.ends[1:] for end in pair]
                self._started = launcher.launch(*self.ends[0], their_output, others)
            except BaseException:
                os.close(self._printed)
                raise
            finally:
                os.close(their_output)
        except BaseException:
            for line in self.lines:
                line.close()
            raise
        finally:
            for pair in self.ends:
                for end in pair:
                    os.close(end)
        # A process descriptor cannot come to mean another process when the number is used again.
        self._descriptor: int | None = None
        with contextlib.suppress(OSError):
            self._descriptor = os.pidfd_open(self._started.inner)
        self._watchdog = threading.Thread(target=self._watch, name="sandbox watchdog", daemon=True)
        self._watchdog.start()

    @property
    def line(self) -> Line:
        """The line to process 1."""
        return self.lines[0]

    @property
    def alive(self) -> bool:
        """Whether the group still runs."""
        return self.verdict is None and self._watchdog.is_alive()

    def limit(self, memory: int, output: int | None) -> None:
        """Bound resident memory and printed bytes; None drops whatever is printed."""
        self._output_limit = output
        self._memory = memory

    def allow(self, seconds: float | None, verdict: Verdict = "timeout") -> None:
        """End the group with `verdict` unless this is called again within `seconds`."""
        self._deadline = None if seconds is None else (time.monotonic() + seconds, verdict)

    def wait(self, seconds: float) -> None:
        """Wait for the group's own end and the last of its output, at most so long."""
        self._watchdog.join(seconds)

    def close(self) -> None:
        """End the group if it still runs, reap it, and let go of every pipe. May be called twice."""
        if self.closed:
            return
        self.closed = True
        self._kill()
        self._watchdog.join(10)
        try:
            self._started.process.wait(5)
        except subprocess.TimeoutExpired:
            self._started.process.kill()
            self._started.process.wait()
        for line in self.lines:
            line.close()
        os.close(self._printed)
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None
        if self._started.folder is not None:
            import shutil

            shutil.rmtree(self._started.folder, ignore_errors=True)

    def _kill(self) -> None:
        # The root of the group, not the process that started it: that one then reaps it and ends by itself,
        # where killing it first would leave the root to process 1 of the host as a zombie.
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)
        self._launcher.kill(self._started)

    def _end(self, verdict: Verdict) -> None:
        if self.verdict is None:
            self.verdict = verdict
        self._kill()

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._printed, select.POLLIN | select.POLLHUP)
        looked = 0.0
        while True:
            if poll.poll(TICK * 1000):
                piece = os.read(self._printed, 1 << 16)
                if not piece:
                    return  # every process of the group has ended
                self._print(piece)
            now = time.monotonic()
            deadline = self._deadline
            if deadline is not None and now > deadline[0]:
                self._end(deadline[1])
            if self._memory is not None and now - looked >= TICK:
                looked = now
                if resident(self._started.inner) > self._memory:
                    self._end("memory")

    def _print(self, piece: bytes) -> None:
        limit = self._output_limit
        if limit is None:
            return
        self.output += piece[: limit - len(self.output) + 1]
        if len(self.output) > limit:
            del self.output[limit:]
            self._end("output")
