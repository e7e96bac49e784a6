"""The report of a session as JSON, by a schema that is published with it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from evaluators.differences import Difference
from evaluators.evaluator import Evaluation, Evaluator, evaluate
from evaluators.moments import Moment
from evaluators.outcomes import Worked, work
from evaluators.score import Score, score
from evaluators.timeline import Header, Share, StatementRow, TaskHead, review
from evaluators.unsettled import Unsettled
from logs.events import Rating

FORMAT = "harness-report-1"


class Minutes(BaseModel):
    """Working minutes in one state (described, never scored)."""

    model_config = ConfigDict(frozen=True)
    state: str
    minutes: float


class RatingRow(BaseModel):
    """One rater's latest level on one dimension."""

    model_config = ConfigDict(frozen=True)
    rater: str
    rubric: str
    version: str
    dimension: str
    level: int
    quote: str


class Report(BaseModel):
    """A session's report: score, statements with their key, process, ratings. `format` names the schema."""

    model_config = ConfigDict(frozen=True)
    format: Literal["harness-report-1"]
    header: Header
    score: Score
    tasks: tuple[TaskHead, ...]
    statements: tuple[StatementRow, ...]
    moments: tuple[Moment, ...]
    differences: tuple[Difference, ...]
    provenance: tuple[Share, ...]
    process: tuple[Minutes, ...]
    ratings: tuple[RatingRow, ...]
    to_settle: tuple[Unsettled, ...]
    evaluations: tuple[Evaluation, ...]
    limits: tuple[str, ...]
    """What the reader has to keep in mind."""


LIMITS = (
    "The intervals take the items as independent and count this one sitting only.",
    "About 12 flawed and 8 clean statements over two tasks are needed for an estimate of a person; below that "
    "the counts and intervals stand alone and nobody should be ranked by them.",
    "Process and provenance are described and never scored: speed, acceptance rate and copying do not track "
    "quality.",
    "A person decides; every automatic proposal can be overruled with a reason.",
)


def report(
    context: SessionContext,
    verified: bool | None = None,
    evaluators: tuple[Evaluator, ...] = (),
    worked: Worked | None = None,
) -> Report:
    """The report of a session; pure for deterministic evaluators."""
    worked = worked or work(context)
    shown = review(context, verified, worked)
    minutes: dict[str, int] = {}
    for stretch in shown.activity:
        minutes[stretch.state] = minutes.get(stretch.state, 0) + stretch.end_ms - stretch.start_ms
    return Report(
        format=FORMAT,
        header=shown.header,
        score=score(context, worked),
        tasks=shown.tasks,
        statements=shown.statements,
        moments=shown.moments,
        differences=shown.differences,
        provenance=shown.provenance,
        process=tuple(Minutes(state=s, minutes=round(ms / 60_000, 2)) for s, ms in sorted(minutes.items())),
        ratings=ratings(context),
        to_settle=shown.to_settle,
        evaluations=evaluate(context, evaluators),
        limits=LIMITS,
    )


def ratings(context: SessionContext) -> tuple[RatingRow, ...]:
    """The latest level of each rater on each dimension, in order of rater and dimension."""
    latest: dict[tuple[str, str, str, str], RatingRow] = {}
    for happened in context.reviewed:
        event = happened.event
        if isinstance(event, Rating):
            latest[event.rater, event.rubric, event.version, event.dimension] = RatingRow(
                rater=event.rater,
                rubric=event.rubric,
                version=event.version,
                dimension=event.dimension,
                level=event.level,
                quote=event.quote,
            )
    return tuple(latest[place] for place in sorted(latest))


def report_schema() -> dict[str, Any]:
    """The JSON Schema of the report (draft 2020-12)."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Report.model_json_schema()}
