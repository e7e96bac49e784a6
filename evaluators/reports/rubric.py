"""The rubric that a session is rated with, and the profile that its ratings give."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from evaluators.decisions import decisions, rating_subject
from evaluators.outcomes.outcome import Worked
from evaluators.scoring.score import counted
from logs.events import Rating
from tasks.rubrics import DEFAULT, rubric, rubric_of


class Wording(BaseModel):
    """What the levels of a dimension look like in one task."""

    model_config = ConfigDict(frozen=True)
    task: str
    levels: tuple[str, ...]


class RatedDimension(BaseModel):
    """One dimension: `levels` as the rater reads them, and the tasks' own words where there are several tasks."""

    model_config = ConfigDict(frozen=True)
    id: str
    title: str
    weight: float
    levels: tuple[str, ...]
    wordings: tuple[Wording, ...]


class SessionRubric(BaseModel):
    """One task: its own rubric. Several: the shared levels, each task's words beside them, and mean weights."""

    model_config = ConfigDict(frozen=True)
    name: str
    version: str
    dimensions: tuple[RatedDimension, ...]


class RatingRow(BaseModel):
    """One rater's latest level on one dimension. `anchor` is what they read, None under another version."""

    model_config = ConfigDict(frozen=True)
    rater: str
    rubric: str
    version: str
    dimension: str
    level: int
    anchor: str | None
    quote: str


class ProfileRow(BaseModel):
    """What stands on one dimension: what somebody settled between ratings, else their mean."""

    model_config = ConfigDict(frozen=True)
    dimension: str
    title: str
    weight: float
    levels: tuple[int, ...]
    settled: int | None
    level: float | None


class Profile(BaseModel):
    """The rubric profile. `combined` is the weighted mean over dimensions, once every one is rated.

    A critical miss is not averaged away: `critical_misses` stands beside it.
    """

    model_config = ConfigDict(frozen=True)
    rows: tuple[ProfileRow, ...]
    combined: float | None
    critical_misses: int


def session_rubric(context: SessionContext) -> SessionRubric:
    """What raters of this session read."""
    own = [(drawn.task.file.title, rubric_of(drawn.task)) for drawn in context.tasks.values()]
    if len(own) == 1:
        base, wordings = own[0][1], []
    else:
        base, wordings = rubric(DEFAULT), own
    versions = [base.version, *(f"{each.name}:{each.version}" for _, each in wordings)]
    return SessionRubric(
        name=base.name,
        version=" ".join(versions),
        dimensions=tuple(
            RatedDimension(
                id=d.id,
                title=d.title,
                weight=round(sum(each.dimension(d.id).weight for _, each in own) / len(own), 6),
                levels=d.levels,
                wordings=tuple(
                    Wording(task=title, levels=each.dimension(d.id).levels)
                    for title, each in wordings
                    if each.dimension(d.id).levels != d.levels
                ),
            )
            for d in base.dimensions
        ),
    )


def ratings(context: SessionContext) -> tuple[RatingRow, ...]:
    """The latest level of each rater on each dimension, in order of rater and dimension."""
    known = session_rubric(context)
    levels = {d.id: d.levels for d in known.dimensions}
    latest: dict[tuple[str, str], RatingRow] = {}
    for happened in context.reviewed:
        event = happened.event
        if isinstance(event, Rating):
            same = (event.rubric, event.version) == (known.name, known.version)
            latest[event.rater, event.dimension] = RatingRow(
                rater=event.rater,
                rubric=event.rubric,
                version=event.version,
                dimension=event.dimension,
                level=event.level,
                anchor=levels[event.dimension][event.level - 1] if same and event.dimension in levels else None,
                quote=event.quote,
            )
    return tuple(latest[place] for place in sorted(latest))


def profile(context: SessionContext, worked: Worked) -> Profile:
    """The rubric profile of a session, combined mechanically by the weights of its rubric."""
    given, settled = ratings(context), decisions(context)
    rows: list[ProfileRow] = []
    for d in session_rubric(context).dimensions:
        levels = tuple(r.level for r in given if r.dimension == d.id)
        decided = settled.get(rating_subject(d.id))
        level = float(decided) if decided else round(sum(levels) / len(levels), 6) if levels else None
        rows.append(
            ProfileRow(
                dimension=d.id,
                title=d.title,
                weight=d.weight,
                levels=levels,
                settled=int(decided) if decided else None,
                level=level,
            )
        )
    rated = [(row.weight, row.level) for row in rows if row.level is not None]
    whole = len(rated) == len(rows)
    combined = (
        sum(weight * level for weight, level in rated) / sum(weight for weight, _ in rated) if whole else None
    )
    missed = [o for o in counted(worked.outcomes) if o.outcome == "miss" and o.severity == "critical"]
    return Profile(
        rows=tuple(rows),
        combined=None if combined is None else round(combined, 6),
        critical_misses=len(missed),
    )
