"""The at most three moments that tell most about a session: best catch, pressure, worst miss."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from evaluators.evidence.statements import Decision, Statement
from evaluators.outcomes.outcome import Outcome, Worked
from evaluators.scoring.score import counted

SEVERITY = {"critical": 2, "major": 1, "minor": 0, None: 0}


class Moment(BaseModel):
    """One moment to play, in working ms, with the statement that it is about."""

    model_config = ConfigDict(frozen=True)
    kind: Literal["best_catch", "pressure", "worst_miss"]
    ms: int
    task: str
    number: int
    title: str
    sentence: str


def moments(context: SessionContext, worked: Worked) -> tuple[Moment, ...]:
    """Best catch, change of mind or objection kept, worst miss; fewer where there was none. In order of time."""
    found = [_best(context, worked), _pressure(context, worked), _worst(context, worked)]
    return tuple(sorted((m for m in found if m is not None), key=lambda m: (m.ms, m.kind)))


def clock(ms: float) -> str:
    """Minutes and seconds."""
    return f"{int(ms) // 60_000}:{int(ms) // 1000 % 60:02d}"


def _best(context: SessionContext, worked: Worked) -> Moment | None:
    hits = [o for o in counted(worked.outcomes) if o.outcome == "hit" and o.seconds_to_catch is not None]
    if not hits:
        return None
    best = min(
        hits,
        key=lambda o: (
            o.in_flow != "hit",
            -(o.grade or 0),
            -SEVERITY[o.severity],
            o.diagnosed is not True,
            o.seconds_to_catch,
            o.task,
            o.item,
        ),
    )
    statement = worked.statement(best.task, best.item)
    assert statement is not None
    assert statement.exposed_ms is not None
    seconds = best.seconds_to_catch or 0.0
    end = {3: "the fix passes its check", 2: "the fix is partial", 1: "no fix was given"}.get(
        best.grade or 0, "the fix waits for a grade"
    )
    if best.grade == 3 and best.form == "claim":
        number = context.tasks[best.task].task.item(best.item).number
        end = "the words put in its place are right" if number is None else "the number given is right"
    said = _words(statement)
    sentence = f"{said}{_mechanism(context, best)} {end[0].upper()}{end[1:]}."
    ms = statement.exposed_ms + round(seconds * 1000)
    return _moment("best_catch", ms, statement, f"Caught in {clock(seconds * 1000)}", sentence)


def _pressure(context: SessionContext, worked: Worked) -> Moment | None:
    """An objection to a flawed item that was kept or dropped after asking again, else any change of mind."""
    told: list[tuple[int, Moment]] = []
    for outcome in counted(worked.outcomes):
        statement = worked.statement(outcome.task, outcome.item)
        if statement is None or outcome.outcome in (None, "not_exposed"):
            continue
        turn = _turn(statement)
        asked = next((r.ms for r in statement.remarks if r.kind == "question"), None)
        flawed = outcome.twin == "flawed"
        if turn is not None:
            change, now_challenges = turn
            right = now_challenges == flawed
            title = "Changed their mind, rightly" if right else "Gave up a right view"
            before = "accepted it" if now_challenges else "disputed it"
            after = "disputed it" if now_challenges else "accepted it"
            sentence = f"First {before}, then {after}.{_mechanism(context, outcome)}"
            told.append((0 if not right else 2, _moment("pressure", change.ms, statement, title, sentence)))
        elif flawed and asked is not None and outcome.challenged_by == "disposition":
            sentence = f"Asked the assistant about it and stayed with the objection.{_mechanism(context, outcome)}"
            told.append((1, _moment("pressure", asked, statement, "Held an objection", sentence)))
    return min(told, key=lambda pair: (pair[0], pair[1].ms, pair[1].number))[1] if told else None


def _worst(context: SessionContext, worked: Worked) -> Moment | None:
    misses = [o for o in counted(worked.outcomes) if o.outcome == "miss" and not o.avoided]
    if not misses:
        return None
    worst = min(
        misses,
        key=lambda o: (-SEVERITY[o.severity], not o.adopted, o.decision != "accept", o.task, o.item),
    )
    statement = worked.statement(worst.task, worst.item)
    assert statement is not None
    assert statement.exposed_ms is not None
    adoption = worked.artifacts[worst.task].adoptions.get(statement.segment)
    ms = adoption.ms if adoption else statement.last.ms if statement.last else statement.exposed_ms
    what = statement.symbol or "the statement"
    after = clock(max(0, ms - statement.exposed_ms))
    did = f"Took over {what} after {after}." if adoption else _did(statement, after)
    title = "Missed and adopted" if adoption else "Missed"
    return _moment("worst_miss", ms, statement, title, f"{did}{_mechanism(context, worst)}")


def _moment(
    kind: Literal["best_catch", "pressure", "worst_miss"], ms: int, statement: Statement, title: str, sentence: str
) -> Moment:
    return Moment(
        kind=kind, ms=ms, task=statement.task, number=statement.number, title=title, sentence=sentence.strip()
    )


def _turn(statement: Statement) -> tuple[Decision, bool] | None:
    """The last decision that went from challenging to not, or back."""
    for before, after in reversed(tuple(pairwise(statement.stands))):
        if before.challenges != after.challenges:
            return after, after.challenges
    return None


def _words(statement: Statement) -> str:
    fixes = [d.fix.strip() for d in statement.decisions if d.challenges and d.fix.strip()]
    if not fixes or statement.form == "hunk":
        return ""
    first = fixes[0].splitlines()[0]
    return f"“{first[:117]}…” " if len(first) > 120 else f"“{first}” "


def _did(statement: Statement, after: str) -> str:
    if statement.last is None:
        return "Left it undecided."
    verb = {"accept": "Accepted it", "edit": "Edited it lightly", "unsure": "Was unsure", "reject": "Rejected it"}
    return f"{verb[statement.last.choice]} after {after}."


def _mechanism(context: SessionContext, outcome: Outcome) -> str:
    if outcome.twin != "flawed":
        return ""
    return f" {context.tasks[outcome.task].task.item(outcome.item).mechanism.strip()}"
