"""What a run gave."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from logs.events.base import Event


class TestOutcome(BaseModel):
    """One test of a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    outcome: Literal["passed", "failed", "error", "skipped"]
    milliseconds: int
    message: str = ""


class RunResult(Event):
    """What a run gave."""

    kind: Literal["run_result"] = "run_result"
    task: str
    run: str
    status: Literal["passed", "failed", "timeout", "memory", "output", "refused", "error"]
    tier: str
    tests: tuple[TestOutcome, ...] = ()
    output: str = ""
    milliseconds: int = 0
