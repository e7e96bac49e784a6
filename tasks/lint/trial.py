"""Runs visible tests and hidden checks on composed programs, each only where the outcome is not known yet."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.lint.candidate import LocalCandidate
from tasks.lint.reach import mentioned, module, reached
from tasks.lint.visible import Run, run_visible
from tasks.program import Files, imported, laid_out
from tasks.watch import Watch

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Verdict:
    """Whether it passed, in how many seconds, and what was said when it did not."""

    passed: bool
    seconds: float
    message: str = ""


@dataclass
class Trials:
    """Remembers verdicts on the task `name`, because the same program comes back on many forms and draws.

    While `whole` is set, every program is run with all tests and every check. Otherwise a verdict holds for all
    programs that agree in everything which the test or check can reach. `unsteady` names the checks that gave
    both verdicts on the same code.
    """

    name: str
    watch: Watch
    whole: bool = True
    unsteady: set[str] = field(default_factory=set)
    _verdicts: dict[Key, Verdict] = field(default_factory=dict)
    _programs: set[Key] = field(default_factory=set)

    @property
    def programs(self) -> int:
        """How many different programs were looked at."""
        return len(self._programs)

    def check(self, name: str, source: str, files: Files, path: str, label: str) -> Verdict:
        """The verdict of the hidden check `name` with this source on the module of `path`.

        `label` says of which program, such as "with every twin clean".
        """
        program = tuple(sorted(files.items()))
        self._programs.add(program)
        alike: Key = ("check", source, path, reached(files, mentioned(source)))
        exact: Key = ("check", source, path, program)
        key = exact if self.whole else alike
        if key not in self._verdicts:
            with self.watch.over(f"{self.name}/checks/{name}.py", f"{label}, the check"):
                verdict = _check(name, source, files, path)
            before = self._verdicts.setdefault(alike, verdict)
            self._verdicts[exact] = verdict
            if before.passed != verdict.passed:
                self.unsteady.add(name)
        return self._verdicts[key]

    def visible(self, tests: Mapping[str, str], programs: Sequence[tuple[str, Files]]) -> list[Verdict]:
        """The verdicts of all visible tests on each program, in order; what has to be run is run together.

        A program comes with a label.
        """
        suites = [_Suite.of(tests, files) for _, files in programs]
        runs: dict[Key, Run] = {}
        for suite, (label, files) in zip(suites, programs, strict=True):
            self._programs.add(suite.program)
            if self.whole and suite.exact not in self._verdicts:
                runs[suite.program] = Run(label, files, tests)
            elif not self.whole and (
                missing := {n for n, key in suite.units.items() if key not in self._verdicts}
            ):
                runs[suite.program] = Run(label, files, tests, frozenset(missing))
        outcomes = (
            dict(zip(runs, run_visible(list(runs.values()), self.name, self.watch), strict=True)) if runs else {}
        )
        for suite in suites:
            if suite.program in runs:
                outcome = outcomes[suite.program]
                for name in runs[suite.program].wanted or suite.units:
                    # A file that cannot be collected stands under its own name.
                    said = outcome.get(name, outcome.get(name[: name.index("::") + 2]))
                    self._verdicts[suite.units[name]] = _verdict(said)
                if self.whole:
                    self._verdicts[suite.exact] = _together([_verdict(said) for said in outcome.values()])
        return [
            self._verdicts[suite.exact]
            if self.whole
            else _together([self._verdicts[key] for key in suite.units.values()])
            for suite in suites
        ]


_SILENT = Verdict(True, 0.0, "nothing ran")


@dataclass(frozen=True)
class _Suite:
    """The visible tests of one program: each function and class with what its outcome depends on."""

    program: Key
    exact: Key
    units: dict[str, Key]

    @staticmethod
    def of(tests: Mapping[str, str], files: Files) -> _Suite:
        program = tuple(sorted(files.items()))
        units = {
            f"{path}::{name}": ("visible", path, name, reached(files | {path: text}, [name]))
            for path, text in tests.items()
            for name in module(text).defined
            if name.startswith(("test", "Test"))
        }
        return _Suite(program, ("visible", tuple(sorted(tests.items())), program), units)


def _verdict(said: str | None) -> Verdict:
    return _SILENT if said is None else Verdict(not said, 0.0, said)


def _together(verdicts: Sequence[Verdict]) -> Verdict:
    """All tests of a program together: the first failure if there is one."""
    ran = [verdict for verdict in verdicts if verdict is not _SILENT]
    if not ran:
        return Verdict(False, 0.0, "there is no visible test")
    return next((verdict for verdict in ran if not verdict.passed), ran[0])


def _check(name: str, source: str, files: Files, path: str) -> Verdict:
    start = time.perf_counter()
    with laid_out(files):
        try:
            candidate = LocalCandidate(imported(path))
            start = time.perf_counter()
            space: dict[str, Any] = {"__name__": "hidden"}
            exec(compile(source, f"checks/{name}.py", "exec"), space)  # noqa: S102 - a task's own code
            space["check"](candidate)
        except BaseException as error:
            return Verdict(False, time.perf_counter() - start, _said(error))
        return Verdict(True, time.perf_counter() - start)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".strip().removesuffix(":").splitlines()[0][:200]
