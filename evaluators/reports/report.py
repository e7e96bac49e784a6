"""The report of a session as JSON, by a schema that is published with it."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from evaluators.adjudication.unsettled import Unsettled
from evaluators.context import SessionContext
from evaluators.evaluator import Evaluation, Evaluator, evaluate
from evaluators.figures.activity import Break, Signal
from evaluators.figures.process import Process, process
from evaluators.outcomes.outcome import Worked, work
from evaluators.reports.differences import Difference
from evaluators.reports.moments import Moment
from evaluators.reports.rubric import Profile, RatingRow, SessionRubric, profile, ratings, session_rubric
from evaluators.reports.timeline import Header, Share, StatementRow, TaskHead, review
from evaluators.rules import Correction
from evaluators.scoring.score import Score, score

FORMAT = "harness-report-1"


class Corrected(BaseModel):
    """A key of this session's items that was found wrong. `at` is server time (ms since 1970, UTC)."""

    model_config = ConfigDict(frozen=True)
    task: str
    item: str
    decision: Correction
    author: str
    reason: str
    at: int


class Report(BaseModel):
    """A session's report: score, statements with their key, rubric profile, provenance, integrity, process.

    `format` names the schema. All times are working milliseconds unless said otherwise.
    """

    model_config = ConfigDict(frozen=True)
    format: Literal["harness-report-1"]
    header: Header
    score: Score
    tasks: tuple[TaskHead, ...]
    statements: tuple[StatementRow, ...]
    moments: tuple[Moment, ...]
    differences: tuple[Difference, ...]
    provenance: tuple[Share, ...]
    signals: tuple[Signal, ...]
    """Recorded facts that inform a person and decide nothing."""
    pauses: tuple[Break, ...]
    process: Process
    rubric: SessionRubric
    ratings: tuple[RatingRow, ...]
    profile: Profile
    to_settle: tuple[Unsettled, ...]
    rekeyed: tuple[Corrected, ...]
    evaluations: tuple[Evaluation, ...]
    """What evaluators found, and those that failed."""
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
    """The report of a session, with what these evaluators find; pure for deterministic evaluators."""
    worked = worked or work(context)
    shown = review(context, verified, worked)
    return Report(
        format=FORMAT,
        header=shown.header,
        score=score(context, worked),
        tasks=shown.tasks,
        statements=shown.statements,
        moments=shown.moments,
        differences=shown.differences,
        provenance=shown.provenance,
        signals=shown.signals,
        pauses=shown.pauses,
        process=process(context, worked, shown.activity),
        rubric=session_rubric(context),
        ratings=ratings(context),
        profile=profile(context, worked),
        to_settle=shown.to_settle,
        rekeyed=tuple(
            Corrected(task=task, item=item, decision=r.decision, author=r.author, reason=r.reason, at=r.at)
            for (task, item), r in sorted(context.rekeyed.items())
        ),
        evaluations=evaluate(context, evaluators),
        limits=LIMITS,
    )


def report_schema() -> dict[str, Any]:
    """The JSON Schema of the report (draft 2020-12)."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Report.model_json_schema()}


def schema_text() -> str:
    """The schema as it is published beside this module."""
    return json.dumps(report_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
