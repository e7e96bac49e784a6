"""The queue: what only people can settle, over all sessions.

Who decides sees an alias instead of the candidate and nobody else's decision; the machine's guess, and the twin
where the answer makes the response, come with their own.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from evaluators import Score
from evaluators.adjudication.questions import Question, questions
from evaluators.decisions import standing
from evaluators.reports.cases import Case, case
from harness.access.staff import Staff
from harness.live import Refusal
from logs.events import Adjudicated, Looked
from tasks import TaskError, task_named
from ui.pages.staff_access import At, Rater, append, finished_session, whole_session
from ui.pages.staff_desk import Known, Whole, code

Json = dict[str, Any]
NOTICE = "practice tasks, not for decisions"
ORDER = ("dispute", "grade", "changed", "self_corrected", "diagnosed", "challenge")
"""Disputes come first: a candidate waits for the answer."""
router = APIRouter(prefix="/api/staff/queue")


class DecisionBody(BaseModel):
    """A decision on one question, with its reason."""

    model_config = ConfigDict(extra="ignore")
    subject: str = Field(max_length=120)
    decision: str = Field(max_length=200)
    reason: str = Field(default="", max_length=2_000)


@router.get("")
def queue(staff: Rater, desk: At) -> JSONResponse:
    """Every question that waits for this person, alike ones together; `reading` sessions are not scored yet."""
    rows: list[Json] = []
    reading = 0
    for name, heads in desk.heads().items():
        known = desk.known(name, heads)
        if known.problem or known.state.phase != "submitted":
            continue
        scored = desk.score(name, known)
        reading += scored is None
        if isinstance(scored, Score):
            rows += [_row(name, known, q) for q in scored.awaiting if known.marks.wants(q.subject, staff.name)]
    rows.sort(key=lambda r: (ORDER.index(r["kind"]), r["task"], r["about"], r["sat"], r["session"], r["ms"]))
    me = {"name": staff.name, "role": staff.role}
    return JSONResponse({"me": me, "notice": NOTICE, "reading": reading, "questions": rows})


@router.get("/{session_id}")
def question(
    session_id: str, subject: Annotated[str, Query(max_length=120)], staff: Rater, desk: At
) -> JSONResponse:
    """One question with its evidence; the look is logged."""
    finished_session(desk, session_id)
    whole = whole_session(desk, session_id)
    found = _open(whole, subject)
    append(desk, session_id, staff, Looked(by=staff.name, page="question"))
    return JSONResponse(_shown(whole, case(whole.context, whole.worked, found), staff, session_id))


@router.post("/{session_id}")
def decide(session_id: str, body: DecisionBody, staff: Rater, desk: At) -> JSONResponse:
    """Appends this person's decision, once; answers with the machine's guess and what is still awaited."""
    finished_session(desk, session_id)
    whole = whole_session(desk, session_id)
    found = _open(whole, body.subject)
    now = standing(whole.context, body.subject)
    if body.decision not in case(whole.context, whole.worked, found).choices:
        raise Refusal("decision", "That is no decision on this question.", 422)
    if not body.reason.strip():
        raise Refusal("reason", "Say why in a few words: whoever reads the score later asks for it.", 422)
    if now.by(staff.name):
        raise Refusal("decided", "You have decided on this already; a first decision stands.")
    if now.settled:
        raise Refusal("settled", "Others have settled this in the meantime.")
    event = Adjudicated(by=staff.name, subject=body.subject, decision=body.decision, reason=body.reason.strip())
    append(desk, session_id, staff, event)
    whole = whole_session(desk, session_id)
    return JSONResponse(_shown(whole, case(whole.context, whole.worked, found), staff, session_id))


def waiting(known: Known, scored: Score, staff: Staff) -> int:
    """How many open questions of a session still want this person."""
    return sum(known.marks.wants(q.subject, staff.name) for q in scored.awaiting)


def _open(whole: Whole, subject: str) -> Question:
    found = next((q for q in questions(whole.context, whole.worked) if q.subject == subject), None)
    if found is None:
        raise Refusal("unknown", "There is no such question in this session.", 404)
    return found


def _row(session_id: str, known: Known, question: Question) -> Json:
    return {
        "session": session_id,
        "code": code(session_id),
        "subject": question.subject,
        "kind": question.kind,
        "task": question.task,
        "title": _title(question.task),
        "about": _about(question.task, question.item) if question.item else "",
        "number": question.number,
        "ms": question.ms,
        "sat": known.state.created_at,
        "simulated": bool(known.state.created and known.state.created.simulated),
    }


def _shown(whole: Whole, found: Case, staff: Staff, session_id: str) -> Json:
    """The case for this person: what could sway them and what is awaited only once they have decided."""
    now = standing(whole.context, found.subject)
    mine = now.by(staff.name)
    answer: Json = json.loads((found if mine else found.undecided()).model_dump_json())
    return {
        **answer,
        "session": session_id,
        "code": code(session_id),
        "simulated": whole.context.created.simulated,
        "mine": mine and {"decision": mine.decision, "reason": mine.reason},
        "settled": now.settled if mine else None,
        "awaits": now.awaits if mine else None,
    }


@cache
def _title(task: str) -> str:
    try:
        return task_named(task).file.title
    except TaskError:
        return task


@cache
def _about(task: str, item: str) -> str:
    try:
        found = task_named(task).item(item)
    except (TaskError, KeyError):
        return item
    return found.symbol or found.id.replace("-", " ").capitalize()
