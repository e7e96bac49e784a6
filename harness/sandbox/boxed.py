"""A sandbox whose every run is one box of a launcher."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, get_args

from harness.sandbox.box import Box, Launcher, LaunchFailed
from harness.sandbox.call import ChildCandidate
from harness.sandbox.files import FileRefused, checked
from harness.sandbox.interface import Candidate, CandidateGone, Candidates
from harness.sandbox.limits import Limits
from harness.sandbox.line import LineBroken
from harness.sandbox.nest import CHILD_CPU, Nest
from harness.sandbox.result import Outcome, Result, Status, TestResult
from harness.sandbox.tier import Tier

_OUTCOMES: dict[str, Outcome] = {each: each for each in get_args(Outcome)}
_MOST_TESTS = 1000
_WARM = ("numpy", "pandas")
_SEED = 0  # one seed for all: the same artifact and check give the same grade


class BoxedSandbox:
    """Runs, tests and calls, each in a fresh box; optionally some boxes wait with their libraries imported."""

    def __init__(self, launcher: Launcher, tier: Tier, environment: str, limit_processes: bool = True) -> None:
        self.tier = tier
        self.environment = environment
        self._launcher = launcher
        self._limit_processes = limit_processes
        self._lock = threading.Lock()
        self._warm: list[Box] = []
        self._coming = 0
        self._keep = 0

    def __reduce__(self) -> tuple[type[BoxedSandbox], tuple[object, ...]]:
        """In another process it begins without a box that waits."""
        return BoxedSandbox, (self._launcher, self.tier, self.environment, self._limit_processes)

    def keep_warm(self, count: int) -> None:
        """From now on keep `count` unused boxes ready in the background; 0 ends them."""
        with self._lock:
            self._keep = count
            surplus, self._warm[:] = self._warm[count:], self._warm[:count]
        for box in surplus:
            box.close()
        self._refill()

    def run(self, files: Mapping[str, str], command: Sequence[str], limits: Limits = Limits()) -> Result:  # noqa: B008
        """See Sandbox. A command other than python is refused, as are file names that lead elsewhere."""
        if not command or command[0] != "python" or any("\0" in word for word in command):
            return self._refused("Only python can be run.")
        return self._do(files, {"mode": "run", "command": list(command)}, limits, [])

    def run_tests(
        self,
        files: Mapping[str, str],
        tests: Sequence[str],
        limits: Limits = Limits(),  # noqa: B008
    ) -> tuple[Result, tuple[TestResult, ...]]:
        """See Sandbox. Tests that are not among the files are refused."""
        if not tests or any(name not in files for name in tests):
            return self._refused("A test file is missing."), ()
        found: list[TestResult] = []
        job = {"mode": "tests", "tests": list(tests), "modules": ["pytest"]}
        result = self._do(files, job, limits, found)
        return result, tuple(found)

    @contextmanager
    def candidate(
        self,
        files: Mapping[str, str],
        module: str,
        limits: Limits = Limits(),  # noqa: B008
    ) -> Iterator[Candidate]:
        """See Sandbox."""
        job = {"mode": "candidate", "module": module}
        message = self._job(checked(files), job, limits, limits.cpu * CHILD_CPU)
        try:
            box = self._take()
        except LaunchFailed as failure:
            raise CandidateGone("no sandbox could be started") from failure
        child = ChildCandidate(box, box.line, limits.wall)
        try:
            box.limit(limits.memory, None)
            box.allow(limits.startup, "startup")
            try:
                box.line.send(message)
                if box.line.receive() != {"k": "ready"}:
                    raise LineBroken
            except LineBroken:
                reason = "it did not start in time" if box.verdict == "startup" else "it could not be started"
                raise CandidateGone(reason) from None
            child.import_module()
            yield child
        finally:
            box.close()
            child.close()

    @contextmanager
    def shared(self) -> Iterator[Candidates]:
        """A place for many children of one trust: the same candidate's code under several checks.

        Libraries are imported once and each child is forked from there, which is some ten times faster. Children
        come one after the other, never two at a time; between two of them every process and file of the first
        is removed, and after a crash the sandbox is a new one.
        """
        if self.tier is not Tier.STRONG:
            yield self  # only in a process namespace can everything of a child be removed
            return
        nest = Nest(self._launcher, self._job)
        try:
            yield nest
        finally:
            nest.close()

    def close(self) -> None:
        """End the boxes that wait."""
        self.keep_warm(0)

    def _do(
        self, files: Mapping[str, str], job: dict[str, Any], limits: Limits, tests: list[TestResult]
    ) -> Result:
        try:
            message = self._job(checked(files), job, limits, limits.cpu)
        except FileRefused as failure:
            return self._refused(str(failure))
        try:
            box = self._take()
        except LaunchFailed as failure:
            return Result("error", None, "", 0, self.tier, f"The sandbox could not be started: {failure}")
        try:
            return self._follow(box, message, limits, tests)
        finally:
            box.close()

    def _follow(self, box: Box, job: dict[str, Any], limits: Limits, tests: list[TestResult]) -> Result:
        code: int | None = None
        memory, running, started = False, None, time.monotonic()
        box.limit(limits.memory, limits.output)
        box.allow(limits.startup, "startup")
        try:
            box.line.send(job)
            if box.line.receive() != {"k": "ready"}:
                raise LineBroken
            started = time.monotonic()
            box.allow(limits.wall)
            while True:
                message = box.line.receive()
                if message["k"] == "ended":
                    code = message["code"] if type(message.get("code")) is int else None
                    break
                memory = memory or message["k"] == "memory"
                if message["k"] == "started":
                    running = (str(message.get("name"))[:300], time.monotonic())
                elif message["k"] == "test" and len(tests) < _MOST_TESTS:
                    running = None
                    tests.append(_test(message))
        except LineBroken:
            pass
        seconds = time.monotonic() - started
        box.wait(2)
        if running is not None and box.verdict in ("timeout", "memory", "output"):
            ms = round((time.monotonic() - running[1]) * 1000)
            tests.append(TestResult(running[0], "error", ms, _sentence(box.verdict, limits)))
        status, sentence = _status(box, code, memory, seconds, limits)
        output = bytes(box.output).decode(errors="replace")
        return Result(status, code, output, round(seconds * 1000), self.tier, sentence)

    def _job(self, files: dict[str, str], job: dict[str, Any], limits: Limits, cpu: int) -> dict[str, Any]:
        bounds = {
            "RLIMIT_CPU": cpu,
            "RLIMIT_AS": limits.memory,
            "RLIMIT_NOFILE": limits.open_files,
            "RLIMIT_FSIZE": limits.file_size,
            "RLIMIT_CORE": 0,
        }
        if self._limit_processes:
            bounds["RLIMIT_NPROC"] = limits.processes
        return {"k": "job", "modules": [], "seed": _SEED, "files": files, "limits": bounds, **job}

    def _refused(self, sentence: str) -> Result:
        return Result("refused", None, "", 0, self.tier, sentence)

    def _take(self) -> Box:
        """A waiting box if there is one, else a new one. Raises LaunchFailed."""
        found: Box | None = None
        dead: list[Box] = []
        with self._lock:
            while self._warm and found is None:
                box = self._warm.pop(0)
                if box.alive:
                    found = box
                else:
                    dead.append(box)
        for box in dead:
            box.close()
        self._refill()
        return found or Box(self._launcher)

    def _refill(self) -> None:
        with self._lock:
            missing = self._keep - len(self._warm) - self._coming
            self._coming += max(missing, 0)
        for _ in range(missing):
            threading.Thread(target=self._add, name="sandbox warm-up", daemon=True).start()

    def _add(self) -> None:
        box: Box | None = None
        try:
            box = Box(self._launcher)
            box.allow(Limits().startup, "startup")
            box.line.send({"k": "warm", "modules": list(_WARM)})
            box.line.receive()
            box.allow(None)
        except (LaunchFailed, LineBroken):
            if box is not None:
                box.close()
            box = None
        with self._lock:
            self._coming -= 1
            kept = box is not None and len(self._warm) < self._keep
            if box is not None and kept:
                self._warm.append(box)
        if box is not None and not kept:
            box.close()


def _test(message: dict[str, Any]) -> TestResult:
    """A report from the child, of which only the types are certain."""
    outcome, ms, text = message.get("outcome"), message.get("ms"), message.get("message")
    return TestResult(
        str(message.get("name"))[:300],
        _OUTCOMES.get(outcome, "error") if isinstance(outcome, str) else "error",
        ms if type(ms) is int and 0 <= ms < 1 << 31 else 0,
        text[:5000] if isinstance(text, str) else None,
    )


def _status(box: Box, code: int | None, memory: bool, seconds: float, limits: Limits) -> tuple[Status, str | None]:
    if box.verdict == "startup":
        return "error", f"The libraries did not load within {limits.startup:g} s."
    if box.verdict is not None:
        return box.verdict, _sentence(box.verdict, limits)
    if memory:
        return "memory", _sentence("memory", limits)
    if code is None:
        return "error", "The sandbox ended before the run did."
    if code in (-9, -24) and seconds > limits.cpu * 0.8:  # SIGKILL or SIGXCPU by RLIMIT_CPU
        return "timeout", f"Stopped after {limits.cpu} s of processor time."
    return ("ok", None) if code == 0 else ("exit", None)


def _sentence(verdict: str, limits: Limits) -> str:
    if verdict == "timeout":
        return f"Stopped after {limits.wall:g} s."
    if verdict == "memory":
        return f"Stopped: more than {limits.memory >> 20} MiB of memory."
    return f"Stopped: more than {limits.output >> 10} KiB of output."
