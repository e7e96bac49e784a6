"""The plug-in shape of evaluators, and a run that outlives the failure of any of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, Any, Protocol, runtime_checkable

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from evaluators.context import SessionContext

GROUP = "harness.evaluators"
"""Entry point under which packages offer evaluators: a class without arguments."""
LONGEST = 300
"""Characters of a failure that are kept."""
EXACT = 1 << 53
"""Whole numbers below it are read as they are by every reader of JSON."""


def _written(value: bool | float | str) -> bool | float | str:
    """The value, if a report can hold it."""
    if isinstance(value, str):
        _well_formed(value)
    elif not (math.isfinite(value) if isinstance(value, float) else -EXACT < value < EXACT):
        raise ValueError("The number is not finite, or too long for JSON.")
    return value


def _well_formed(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("The text holds half a character (a lone surrogate), which no file can hold.")
    return text


Text = Annotated[StrictStr, AfterValidator(_well_formed)]
Value = Annotated[StrictBool | StrictInt | StrictFloat | StrictStr, AfterValidator(_written)]
Level = Annotated[int, Field(ge=1, le=4)]


class Finding(BaseModel):
    """Something an evaluator found; it proposes and never decides.

    The type of `value` says what it is: a bool answers a question, a number measures, a word is a label.
    `evidence` are places in the session chain, and `quote` stands word for word in one of them. `level` proposes
    a level (1 to 4) of the rubric's `dimension`; None describes only. Numbers are finite and texts well-formed, so
    that a report can be written.
    """

    model_config = ConfigDict(frozen=True, revalidate_instances="always")
    name: Text
    value: Value
    reason: Text
    evidence: tuple[int, ...] = ()
    quote: Text | None = None
    dimension: Text | None = None
    level: Level | None = None


class Evaluation(BaseModel):
    """What one evaluator gave: its findings, or its failure as a recorded fact."""

    model_config = ConfigDict(frozen=True)
    evaluator: Text
    version: Text
    findings: tuple[Finding, ...]
    failure: Text | None


@runtime_checkable
class Evaluator(Protocol):
    """One question to a session. `version` changes whenever the same session could give other findings."""

    name: str
    version: str

    def evaluate(self, context: SessionContext) -> list[Finding]:
        """The findings; deterministic for deterministic evaluators. Anything raised is recorded."""


class UnfoundError(Exception):
    """A finding points at what is not there."""


class Unloadable:
    """Stands for an installed evaluator that could not be loaded; its failure is recorded with the others."""

    version = ""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self._why = why

    def evaluate(self, context: SessionContext) -> list[Finding]:
        """Raises ImportError, always."""
        raise ImportError(self._why)


def evaluate(context: SessionContext, evaluators: Iterable[Evaluator]) -> tuple[Evaluation, ...]:
    """Every evaluator's findings, in the order given; a failing one does not touch the others.

    A finding whose evidence or quote is not in the session is a failure too: what cannot be looked up counts
    for nothing.
    """
    found: list[Evaluation] = []
    for evaluator in evaluators:
        findings: tuple[Finding, ...] = ()
        failure: str | None = None
        try:
            findings = tuple(_grounded(context, finding) for finding in evaluator.evaluate(context))
        except (Exception, SystemExit) as error:  # a plug-in may fail in any way; the report must still come
            failure = _told(error)
        found.append(
            Evaluation(evaluator=evaluator.name, version=evaluator.version, findings=findings, failure=failure)
        )
    return tuple(found)


def installed() -> tuple[Evaluator, ...]:
    """The evaluators of installed packages, by name; one that cannot be loaded fails when it is asked."""
    loaded = (_loaded(point) for point in entry_points(group=GROUP))
    return tuple(sorted(loaded, key=lambda evaluator: str(evaluator.name)))


def _loaded(point: EntryPoint) -> Evaluator:
    try:
        found = point.load()()
        if not isinstance(found, Evaluator):
            return Unloadable(point.name, "It has no name, version or evaluate.")
        Evaluation(evaluator=found.name, version=found.version, findings=(), failure=None)
    except (Exception, SystemExit) as error:  # whatever is wrong with a package, the report must still come
        return Unloadable(point.name, _told(error))
    return found


def _told(error: BaseException) -> str:
    """A failure in words that can be written; what was raised may itself fail to say what it is."""
    try:
        words = f"{type(error).__name__}: {error}"
    except Exception:
        words = type(error).__name__
    return words.encode("utf-8", "backslashreplace").decode()[:LONGEST]


def _grounded(context: SessionContext, given: object) -> Finding:
    finding = Finding.model_validate(given)
    places = {happened.seq: happened for happened in context.events}
    missing = [place for place in finding.evidence if place not in places]
    if missing:
        raise UnfoundError(f"{finding.name} points at event {missing[0]}, which the session does not have.")
    if finding.quote is not None:
        within = [places[place] for place in finding.evidence] or list(context.events)
        if not any(finding.quote in text for each in within for text in _texts(each.event.model_dump())):
            raise UnfoundError(f"{finding.name} quotes words that stand nowhere in its evidence.")
    return finding


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for part in value for text in _texts(part)] if isinstance(value, list | tuple) else []
