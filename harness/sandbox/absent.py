"""The sandbox that is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from harness.sandbox.interface import Candidate, CandidateGone, Candidates
from harness.sandbox.limits import Limits
from harness.sandbox.result import Result, TestResult
from harness.sandbox.tier import Tier


@dataclass(frozen=True)
class AbsentSandbox:
    """Refuses every run with `message`, one sentence that says why and what to do."""

    message: str
    tier: Tier = Tier.ABSENT
    environment: str = ""

    def run(self, files: Mapping[str, str], command: Sequence[str], limits: Limits = Limits()) -> Result:  # noqa: B008
        """Refuse."""
        return Result("refused", None, "", 0, self.tier, self.message)

    def run_tests(
        self,
        files: Mapping[str, str],
        tests: Sequence[str],
        limits: Limits = Limits(),  # noqa: B008
    ) -> tuple[Result, tuple[TestResult, ...]]:
        """Refuse."""
        return self.run(files, tests, limits), ()

    @contextmanager
    def candidate(
        self,
        files: Mapping[str, str],
        module: str,
        limits: Limits = Limits(),  # noqa: B008
    ) -> Iterator[Candidate]:
        """Raise CandidateGone: without a sandbox a grade is null, never 0."""
        raise CandidateGone("there is no sandbox")
        yield

    @contextmanager
    def shared(self) -> Iterator[Candidates]:
        """Give this sandbox, which refuses."""
        yield self
