"""Runs visible tests and hidden checks on a composed program, each pair once."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks.lint.candidate import LocalCandidate
from tasks.lint.program import Files, imported, laid_out

CHECK_LIMIT = 20.0
"""Seconds after which a single check counts as hanging."""


@dataclass(frozen=True)
class Verdict:
    """Whether it passed, in how many seconds, and what was said when it did not."""

    passed: bool
    seconds: float
    message: str = ""


@dataclass
class Trials:
    """Remembers verdicts, because the same program comes back on many forms and draws."""

    _verdicts: dict[tuple[Any, ...], Verdict] = field(default_factory=dict)
    _programs: set[tuple[Any, ...]] = field(default_factory=set)

    @property
    def programs(self) -> int:
        """How many different programs were run."""
        return len(self._programs)

    def check(self, source: str, files: Files, path: str) -> Verdict:
        """The verdict of the hidden check with this source on the module of `path`."""
        program = _key(files)
        self._programs.add(program)
        key = ("check", source, path, program)
        if key not in self._verdicts:
            self._verdicts[key] = _check(source, files, path)
        return self._verdicts[key]

    def visible(self, tests: Mapping[str, str], files: Files) -> Verdict:
        """The verdict of all visible tests on the program."""
        program = _key(files)
        self._programs.add(program)
        key = ("visible", _key(tests), program)
        if key not in self._verdicts:
            self._verdicts[key] = _visible(tests, files)
        return self._verdicts[key]


def _key(files: Mapping[str, str]) -> tuple[Any, ...]:
    return tuple(sorted(files.items()))


def _check(source: str, files: Files, path: str) -> Verdict:
    outcome: list[Verdict] = []

    def run() -> None:
        start = time.perf_counter()
        try:
            candidate = LocalCandidate(imported(path))
            start = time.perf_counter()
            space: dict[str, Any] = {"__name__": "hidden"}
            exec(compile(source, "check", "exec"), space)  # noqa: S102 - a task's own code
            space["check"](candidate)
            outcome.append(Verdict(True, time.perf_counter() - start))
        except BaseException as error:
            outcome.append(Verdict(False, time.perf_counter() - start, _said(error)))

    with laid_out(files):
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(CHECK_LIMIT)
    return outcome[0] if outcome else Verdict(False, CHECK_LIMIT, f"it hung for {CHECK_LIMIT:.0f} seconds")


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".strip().removesuffix(":").splitlines()[0][:200]


_WITHOUT = tuple(
    f"-pno:{name}" for name in ("cacheprovider", "terminal", "unraisableexception", "threadexception")
)


class _Failed:
    """A pytest plugin that keeps the first failure."""

    def __init__(self) -> None:
        self.first = ""
        self.ran = 0

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.ran += report.when == "call"
        if report.failed and not self.first:
            crash = getattr(report.longrepr, "reprcrash", None)
            said = crash.message.splitlines()[0] if crash and crash.message else ""
            self.first = f"{report.nodeid.rpartition('/')[2]}: {said}"[:200]

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and not self.first:
            said = str(report.longrepr).strip().splitlines()
            self.first = f"the tests cannot be collected: {said[-1] if said else ''}"[:200]


def _visible(tests: Mapping[str, str], files: Files) -> Verdict:
    import pytest  # slow to load, and lint of a design task does not need it

    start = time.perf_counter()
    failed = _Failed()
    options = ["--assert=plain", "--import-mode=importlib", *_WITHOUT]
    with laid_out(files | dict(tests)) as root, _quiet(), _plain_pytest():
        (root / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        paths = [str(root / name) for name in tests]
        pytest.main([*paths, *options, "-c", str(root / "pytest.ini"), "--rootdir", str(root)], [failed])
    if not failed.ran and not failed.first:
        failed.first = "there is no visible test"
    return Verdict(not failed.first, time.perf_counter() - start, failed.first)


@contextlib.contextmanager
def _quiet() -> Any:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


@contextlib.contextmanager
def _plain_pytest() -> Any:
    """Without installed plugins and without what a surrounding pytest has set."""
    kept = {name: os.environ.get(name) for name in ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_ADDOPTS")}
    modules = set(sys.modules)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    try:
        yield
    finally:
        for name, value in kept.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        for name in set(sys.modules) - modules:
            if name.startswith("test_"):
                del sys.modules[name]
