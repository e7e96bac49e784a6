"""The plug-in shape of evaluators, and a run that outlives the failure of any of them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext

GROUP = "harness.evaluators"
"""Entry point under which packages offer evaluators: a class without arguments."""


class Finding(BaseModel):
    """Something an evaluator found; it proposes and never decides.

    `evidence` are places in the session chain. `level` proposes a level (1 to 4) of the rubric's `dimension`;
    None describes only. `quote` stands word for word in one of the events.
    """

    model_config = ConfigDict(frozen=True)
    label: str
    text: str
    evidence: tuple[int, ...] = ()
    quote: str | None = None
    dimension: str | None = None
    level: int | None = None


class Evaluation(BaseModel):
    """What one evaluator gave: its findings, or its failure as a recorded fact."""

    model_config = ConfigDict(frozen=True)
    evaluator: str
    version: str
    findings: tuple[Finding, ...]
    failure: str | None


@runtime_checkable
class Evaluator(Protocol):
    """One question to a session. `version` changes whenever the same session could give other findings."""

    name: str
    version: str

    def evaluate(self, context: SessionContext) -> list[Finding]:
        """The findings; deterministic for deterministic evaluators. Anything raised is recorded."""


def evaluate(context: SessionContext, evaluators: Iterable[Evaluator]) -> tuple[Evaluation, ...]:
    """Every evaluator's findings, in the order given; a failing one does not touch the others."""
    found: list[Evaluation] = []
    for evaluator in evaluators:
        findings: tuple[Finding, ...] = ()
        failure: str | None = None
        try:
            findings = tuple(evaluator.evaluate(context))
        except Exception as error:  # a plug-in may fail in any way; the report must still come
            failure = f"{type(error).__name__}: {error}"
        found.append(
            Evaluation(evaluator=evaluator.name, version=evaluator.version, findings=findings, failure=failure)
        )
    return tuple(found)


def installed() -> tuple[Evaluator, ...]:
    """The evaluators of installed packages, by name."""
    loaded = (point.load()() for point in entry_points(group=GROUP))
    return tuple(sorted(loaded, key=lambda evaluator: str(evaluator.name)))
