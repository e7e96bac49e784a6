"""The interface of every sandbox: run files, run tests, or call candidate code through the call protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from harness.sandbox.limits import Limits
from harness.sandbox.result import Result, TestResult
from harness.sandbox.tier import Tier


class CandidateError(Exception):
    """Candidate code raised. `kind` is the nearest built-in exception's name, for checks to compare.

    It carries no text of the candidate's, so that nothing of a hidden run can be shown.
    """

    def __init__(self, kind: str = "Exception") -> None:
        super().__init__("The candidate's code raised an exception.")
        self.kind = kind


class CandidateGone(Exception):
    """No answer came: candidate code ended, overran a limit or broke the protocol. `reason` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The candidate's code gave no answer: {reason}.")
        self.reason = reason


@dataclass(frozen=True)
class Handle:
    """An object that stays in the child; `type` is what the child calls its class, and no proof of anything."""

    number: int
    type: str


class Candidate(Protocol):
    """What a hidden check talks to; every answer is plain data decoded in the parent.

    Arguments and answers may hold None, bool, int, float, complex, str, bytes, list, tuple, dict with any keys,
    set, frozenset, range, date, time, datetime, timedelta, Decimal, Fraction, numpy scalars and arrays, pandas
    Series, DataFrame, Index, Timestamp, Timedelta, NaT and NA, and handles. Arguments may also hold callables of
    the parent: the child calls them back, each call in a thread of the parent, several at a time if the
    candidate's code does so. An exception that such a callable raises reaches candidate code as the built-in
    exception of the same kind; an AssertionError also reaches the check, whatever candidate code does with it.
    An answer that is anything else stays in the child and comes back as a Handle. Coroutines are run to the end.

    Every method raises CandidateError when candidate code raised and CandidateGone when no answer came.
    """

    def call(self, function: str, *args: Any, **kwargs: Any) -> Any:
        """Call `function` (dots allowed: `Class.method`) of the candidate's module."""

    def new(self, cls: str, *args: Any, **kwargs: Any) -> Handle:
        """Make an object of class `cls` that stays in the child."""

    def method(self, handle: Handle, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call method `name` of an object in the child."""

    def attribute(self, handle: Handle, name: str) -> Any:
        """Read attribute `name` of an object in the child."""

    def methods_in_threads(
        self, handle: Handle, name: str, argument_lists: Sequence[Sequence[Any]], threads: int
    ) -> list[Any]:
        """Call the method once for each list of arguments from `threads` threads at the same time.

        Answers come in the order of the lists; one exception in any call is a CandidateError.
        """


class Candidates(Protocol):
    """Gives children, each fresh."""

    def candidate(
        self, files: Mapping[str, str], module: str, limits: Limits = ...
    ) -> AbstractContextManager[Candidate]:
        """Import `module` from `files` in a fresh child and talk to it.

        Entering raises CandidateError or CandidateGone when the module cannot be imported, and FileRefused
        (a ValueError) for files with names that are not allowed.
        """


class Sandbox(Candidates, Protocol):
    """Runs candidate code. `environment` is a short digest of the interpreter and packages that it sees."""

    @property
    def tier(self) -> Tier:
        """How well it isolates."""

    @property
    def environment(self) -> str:
        """12 hex digits, or an empty string where nothing runs."""

    def run(self, files: Mapping[str, str], command: Sequence[str], limits: Limits = ...) -> Result:
        """Run `command` (its first word is `python`) in a fresh folder that holds `files`."""

    def run_tests(
        self, files: Mapping[str, str], tests: Sequence[str], limits: Limits = ...
    ) -> tuple[Result, tuple[TestResult, ...]]:
        """Run pytest on the named test files; the outcomes are what the child says, without trust."""

    def shared(self) -> AbstractContextManager[Candidates]:
        """Children of one trust in turn: several checks of one candidate's code, the libraries loaded once."""
