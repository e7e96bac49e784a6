"""Which mutants a task could use: the visible tests miss them and the hidden check finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

from harness.sandbox import CandidateError, CandidateGone, Candidates, Limits, Sandbox, TestResult
from tasks.apart import Apart, Tell
from tasks.watch import LIMIT, Watch

if TYPE_CHECKING:
    from tasks.mutation import Mutant

Check = Callable[[Any], None]
NAME = "checks/check.py"
"""What a check is called where a line of it is named."""


class TrialError(Exception):
    """The file cannot be tried as it is; the message says what to mend."""


@dataclass(frozen=True)
class Tried:
    """A mutant with what the visible tests and the hidden check say; None for what was not run.

    `detail` is the first test that found it, or how the check did.
    """

    mutant: Mutant
    visible: Literal["missed", "caught"] | None
    check: Literal["missed", "killed"] | None
    detail: str = ""

    @property
    def useful(self) -> bool:
        """Whether everything that was run speaks for it."""
        return self.visible != "caught" and self.check != "missed"


@dataclass(frozen=True)
class Trial:
    """Tries files under the visible tests and the hidden check of one author.

    `files` are the file to be changed, under `path`, and those beside it; `check` is the source of a check, which
    runs outside the sandbox as those of a task do, so it has to be the author's own. It may take `seconds` for
    one file.
    """

    sandbox: Sandbox
    path: str
    files: Mapping[str, str]
    tests: Mapping[str, str]
    check: str | None = None
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    seconds: float = LIMIT

    def run(self, mutants: Iterable[Mutant]) -> Iterator[Tried]:
        """Each mutant with its verdicts, in order, tried in a process of its own.

        Raises TrialError if the file itself does not pass, or if the check cannot be loaded or does not end.
        """
        with Apart(_run, (self, list(mutants)), ("the tests", "running them"), self.seconds) as process:
            for said in process.all_told():
                if isinstance(said, str):
                    raise TrialError(said)
                yield said
            if (early := process.early()) is not None:
                raise TrialError(early)


def _run(watch: Watch, tell: Tell, trial: Trial, mutants: Sequence[Mutant]) -> None:
    """In the process of its own: tells each verdict, or the sentence that ends the trial."""
    try:
        check = _loaded(trial.check, watch) if trial.check is not None else None
        with trial.sandbox.shared() as children:
            trying = _Trying(trial, check, children, watch)
            if (said := trying.found(trial.files[trial.path])) is not None:
                raise TrialError(f"{trial.path} itself does not pass: {said}. Mend it first.")
            for mutant in mutants:
                tell(trying.tried(mutant))
    except TrialError as error:
        tell(str(error))


@dataclass(frozen=True)
class _Trying:
    trial: Trial
    check: Check | None
    children: Candidates
    watch: Watch

    def tried(self, mutant: Mutant) -> Tried:
        caught = self._seen(mutant.source) if self.trial.tests else None
        if caught is not None:
            return Tried(mutant, "caught", None, caught)
        visible: Literal["missed"] | None = "missed" if self.trial.tests else None
        if self.check is None:
            return Tried(mutant, visible, None)
        killed = self._checked(mutant.source, self.check)
        return Tried(mutant, visible, "missed" if killed is None else "killed", killed or "")

    def found(self, source: str) -> str | None:
        """The first thing that stands against a file."""
        seen = self._seen(source) if self.trial.tests else None
        if seen is None and self.check is not None:
            killed = self._checked(source, self.check)
            return None if killed is None else f"the check {killed}"
        return seen

    def _seen(self, source: str) -> str | None:
        """What the visible tests say against it; None if all pass."""
        self.watch.alive()
        files = {**self.trial.files, self.trial.path: source, **self.trial.tests}
        result, tests = self.trial.sandbox.run_tests(files, list(self.trial.tests), self.trial.limits)
        if result.status in ("refused", "error"):
            raise TrialError(result.message or "the tests could not be run")
        return first_failure(result.message, tests)

    def _checked(self, source: str, check: Check) -> str | None:
        """How the hidden check fails; None if it passes."""
        self.watch.alive()
        files = {**self.trial.files, self.trial.path: source}
        module = PurePath(self.trial.path).stem
        try:
            with (
                self.children.candidate(files, module, self.trial.limits) as candidate,
                self.watch.over("the check", "trying a file with it"),
            ):
                check(candidate)
        except AssertionError:
            return "fails"
        except CandidateError as error:
            return f"meets {error.kind}"
        except CandidateGone as error:
            return f"gets no answer: {error.reason}"
        except Exception as error:  # an answer of another shape than the check can compare
            return f"cannot compare an answer ({type(error).__name__})"
        return None


def first_failure(message: str | None, tests: Iterable[TestResult]) -> str | None:
    """What went wrong first in a run of pytest; None if tests ran and all of them passed."""
    tests = list(tests)
    for test in tests:
        if test.outcome in ("failed", "error"):
            return f"{test.name} {'fails' if test.outcome == 'failed' else 'breaks off'}"
    if message is not None:
        return message.rstrip(".")
    return None if any(test.outcome == "passed" for test in tests) else "no test ran"


def _loaded(source: str, watch: Watch) -> Check:
    space: dict[str, Any] = {"__name__": "check"}
    try:
        with watch.over("the check", "loading it"):
            exec(compile(source, NAME, "exec"), space)  # noqa: S102 - the author's own check
    except Exception as error:
        raise TrialError(f"the check cannot be loaded ({type(error).__name__}: {error}); mend it.") from None
    check = space.get("check")
    if not callable(check):
        raise TrialError("the check has no function check(candidate); add it.")
    found: Check = check
    return found
