"""What a run gave."""

from dataclasses import dataclass
from typing import Literal

from harness.sandbox.tier import Tier

Status = Literal["ok", "exit", "timeout", "memory", "output", "refused", "error"]
Outcome = Literal["passed", "failed", "error", "skipped"]


@dataclass(frozen=True)
class Result:
    """One finished run.

    `status`: `ok` ended with exit code 0, `exit` with another or by a signal (then `exit_code` is negative);
    `timeout`, `memory` and `output` name the limit that ended it; `refused` never ran; `error` is the
    sandbox's own failure. `output` holds standard output and error as they came, cut at the limit.
    `message` is a sentence to show, or None.
    """

    status: Status
    exit_code: int | None
    output: str
    milliseconds: int
    tier: Tier
    message: str | None


@dataclass(frozen=True)
class TestResult:
    """One test as the candidate's own process reports it: for the candidate's eyes, never for a score."""

    __test__ = False  # pytest would otherwise try to collect a class of this name

    name: str
    outcome: Outcome
    milliseconds: int
    message: str | None
