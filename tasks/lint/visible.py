"""Runs the visible tests of many programs in one session of pytest, each in a folder of its own."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from tasks.program import Files
from tasks.watch import Watch

Outcomes = dict[str, str]
"""By `file::name` of each test function or class: an empty string, or the first thing that failed in it."""
_UNUSED = ("cacheprovider", "faulthandler", "terminal", "unraisableexception", "threadexception")
_OPTIONS = ("--assert=plain", "--import-mode=importlib", *(f"-pno:{name}" for name in _UNUSED))


@dataclass(frozen=True)
class Run:
    """A program with its visible tests, and which of them are wanted, as `file::name` (None: all).

    `label` says which program it is, such as "with every twin clean".
    """

    label: str
    files: Files
    tests: Mapping[str, str]
    wanted: frozenset[str] | None = None


def run_visible(runs: Sequence[Run], name: str, watch: Watch) -> list[Outcomes]:
    """The outcomes of each run, in order. A file that cannot be collected is an outcome of the name `file::`.

    `name` is the task's; `watch` keeps time over each test and over the import of each file of tests.
    """
    import pytest  # slow to load, and lint of a design task does not need it

    with tempfile.TemporaryDirectory(prefix="lint-") as folder, _quiet(), _plain_pytest():
        root = Path(folder).resolve()
        session = _Session(root, runs, name, watch)
        for number, run in enumerate(runs):
            place = root / f"p{number}"
            place.mkdir()
            for path, text in {**run.files, **run.tests}.items():
                (place / path).write_text(text, encoding="utf-8")
        (root / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        paths = [str(root / f"p{number}" / name) for number, run in enumerate(runs) for name in run.tests]
        try:
            pytest.main([*paths, *_OPTIONS, "-c", str(root / "pytest.ini"), "--rootdir", str(root)], [session])
        finally:
            session.leave()
    return session.outcomes


@dataclass
class _Session:
    """A pytest plugin: gives each program its own modules, and keeps what failed first."""

    root: Path
    runs: Sequence[Run]
    name: str
    watch: Watch
    outcomes: list[Outcomes] = field(init=False)
    pytest_make_collect_report: Any = field(init=False)
    pytest_runtest_protocol: Any = field(init=False)
    _modules: dict[int, dict[str, ModuleType]] = field(default_factory=dict)
    _outside: dict[str, ModuleType] = field(default_factory=dict)
    _current: int | None = None

    def __post_init__(self) -> None:
        import pytest

        @pytest.hookimpl(wrapper=True)
        def collect(collector: Any) -> Generator[None, Any, Any]:
            self._enter(collector.path)
            if not isinstance(collector, pytest.Module):
                return (yield)
            with self._timed(collector.nodeid, "importing it"):
                return (yield)

        @pytest.hookimpl(wrapper=True)
        def run(item: Any) -> Generator[None, Any, Any]:
            self._enter(item.path)
            with self._timed(item.nodeid, item.name):
                return (yield)

        self.outcomes = [{} for _ in self.runs]
        self.pytest_make_collect_report, self.pytest_runtest_protocol = collect, run

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keeps the tests that are wanted."""
        items[:] = [item for item in items if self._wanted(item.nodeid)]

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Notes that a test ran, or the first thing that failed."""
        number, unit = self._place(report.nodeid)
        if report.when == "call":
            self.outcomes[number].setdefault(unit, "")
        if report.failed and not self.outcomes[number].get(unit):
            crash = getattr(report.longrepr, "reprcrash", None)
            said = crash.message.splitlines()[0] if crash and crash.message else ""
            self.outcomes[number][unit] = f"{report.nodeid.rpartition('/')[2]}: {said}"[:200]

    def pytest_collectreport(self, report: Any) -> None:
        """Notes a file that cannot be collected."""
        if report.failed and "/" in report.nodeid:
            number, unit = self._place(report.nodeid)
            said = str(report.longrepr).strip().splitlines()
            self.outcomes[number][unit] = f"the tests cannot be collected: {said[-1] if said else ''}"[:200]

    def leave(self) -> None:
        """Puts the modules from before the session back."""
        self._switch(None)

    def _wanted(self, nodeid: str) -> bool:
        number, unit = self._place(nodeid)
        wanted = self.runs[number].wanted
        return wanted is None or unit in wanted

    def _timed(self, nodeid: str, what: str) -> contextlib.AbstractContextManager[None]:
        number, unit = self._place(nodeid)
        where = f"{self.name}/visible/{unit.partition('::')[0]}"
        return self.watch.over(where, f"{self.runs[number].label}, {what}")

    @staticmethod
    def _place(nodeid: str) -> tuple[int, str]:
        """The number of the program, and the test file with the function or class."""
        path, _, rest = nodeid.partition("::")
        folder, _, file = path.partition("/")
        return int(folder.removeprefix("p")), f"{file}::{rest.partition('::')[0].partition('[')[0]}"

    def _enter(self, path: Path) -> None:
        with contextlib.suppress(ValueError):
            parts = path.relative_to(self.root).parts
            if parts:
                self._switch(int(parts[0].removeprefix("p")))

    def _switch(self, number: int | None) -> None:
        """Makes the modules of that program the ones that an import finds; None: those from outside."""
        if number == self._current:
            return
        names = {Path(path).stem for run in self.runs for path in run.files if path.endswith(".py")}
        held = {name: sys.modules.pop(name) for name in names if name in sys.modules}
        if self._current is None:
            self._outside = held
        else:
            self._modules[self._current] = held
            sys.path.remove(str(self.root / f"p{self._current}"))
        sys.modules.update(self._outside if number is None else self._modules.get(number, {}))
        if number is not None:
            sys.path.insert(0, str(self.root / f"p{number}"))
        importlib.invalidate_caches()
        self._current = number


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


@contextlib.contextmanager
def _plain_pytest() -> Iterator[None]:
    """Without installed plugins and without what a surrounding pytest has set; nothing is left behind."""
    kept = {name: os.environ.get(name) for name in ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_ADDOPTS")}
    modules, flag = set(sys.modules), sys.dont_write_bytecode
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = flag
        for name, value in kept.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        for name in set(sys.modules) - modules:
            if re.match(r"p\d+(\.|$)", name):  # the tests' own modules, named after the folders
                del sys.modules[name]
