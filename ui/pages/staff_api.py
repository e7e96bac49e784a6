"""The staff's HTTP interface: the sessions, one session for review, ratings, the debrief's release, the reports.

Every handler looks up who asks and what their role allows: interviewers see sessions without names, rate and
release; the hiring team reads; administrators may do all and see who looked.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from statistics import NormalDist
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from evaluators import ContextError, Score
from evaluators.report import ratings
from evaluators.timeline import review
from harness import assessment
from harness.access.staff import Role, Staff
from harness.live import Refusal
from logs import Entry
from logs.events import Adjudicated, AnyEvent, DebriefReleased, Looked, Rating
from tasks.rubrics import DEFAULT, rubric
from ui.pages import report as reports
from ui.pages.signin import signed_in
from ui.pages.staff_desk import RATERS, Desk, Known, Whole, blinded, code, dimensions, left, looks

Json = dict[str, Any]
NOTICE = "practice tasks, not for decisions"
SUBJECTS = {"natural", "preference", "fabricated"}
router = APIRouter(prefix="/api/staff")


class RatingBody(BaseModel):
    """One level on one dimension, with words from the session that show it."""

    model_config = ConfigDict(extra="ignore")
    dimension: str = Field(max_length=48)
    level: Literal[1, 2, 3, 4]
    quote: str = Field(max_length=2_000)
    evidence: int | None = Field(default=None, ge=1)


class SettleBody(BaseModel):
    """A decision on what no rule could settle, with its reason."""

    model_config = ConfigDict(extra="ignore")
    subject: str = Field(max_length=120)
    decision: str = Field(max_length=16)
    reason: str = Field(default="", max_length=2_000)


def install(app: FastAPI) -> None:
    """Adds the routes, and the desk that they share, to the plain application."""
    state = app.state
    app.state.desk = Desk(state.home, state.clock, lambda: state.sessions.runs.sandbox)
    app.include_router(router)


def allowed(*roles: Role) -> Callable[[Request], Staff]:
    """A dependency: the member of staff who asks, if their role is one of these; Refusal (401, 403) otherwise."""

    def find(request: Request) -> Staff:
        found = signed_in(request.app, request)
        if found is None:
            raise Refusal("sign-in", "Sign in to see this.", 401)
        if found.role not in roles:
            raise Refusal("role", f"The role {found.role} may not do this.", 403)
        return found

    return find


Reader = Annotated[Staff, Depends(allowed("interviewer", "hiring", "administrator"))]
Rater = Annotated[Staff, Depends(allowed("interviewer", "administrator"))]


def desk_of(request: Request) -> Desk:
    """The desk; Refusal while the server starts."""
    if request.app.state.sessions is None:
        raise Refusal("starting", "The server is starting; this takes a few seconds.", 503)
    desk: Desk = request.app.state.desk
    return desk


At = Annotated[Desk, Depends(desk_of)]


@router.get("/sessions")
def sessions(staff: Reader, desk: At) -> JSONResponse:
    """Every session, newest first, with figures where they are known; and which pairs can be told apart."""
    titles = {found.name: found.title for found in assessment.every(desk.home)}
    rows = [row(desk, staff, name, known, titles) for name, known in _all(desk)]
    rows.sort(key=lambda r: (-r["sat"], r["id"]))
    groups: dict[tuple[str, bool], list[Json]] = {}
    for found in rows:
        if found["figures"] and found["figures"]["d_prime"]:
            groups.setdefault((found["assessment"], found["simulated"]), []).append(found)
    return JSONResponse(
        {
            "me": {"name": staff.name, "role": staff.role},
            "notice": NOTICE,
            "now": desk.clock(),
            "raters": RATERS,
            "sessions": rows,
            "comparisons": [
                {"assessment": name, "simulated": simulated, **told_apart(group)}
                for (name, simulated), group in sorted(groups.items())
            ],
        }
    )


@router.get("/sessions/{session_id}")
def session(session_id: str, staff: Reader, desk: At) -> JSONResponse:
    """One session for review; the look is logged. A session that still runs gives its line only."""
    known = _known(desk, session_id)
    line = row(desk, staff, session_id, known, {f.name: f.title for f in assessment.every(desk.home)})
    me = {"name": staff.name, "role": staff.role}
    if known.problem or known.state.phase != "submitted":
        return JSONResponse({"me": me, "notice": NOTICE, "session": line, "review": None})
    whole = _whole(desk, session_id)
    append(desk, session_id, staff, Looked(by=staff.name, page="review"))
    context = blinded(whole.context, staff.name if staff.role == "interviewer" else None)
    shown = review(context, whole.verified, whole.worked)
    names = rubric(DEFAULT)
    answer = {
        "me": me,
        "notice": NOTICE,
        "session": line,
        "review": json.loads(shown.model_dump_json()),
        "starter": [[task, path, text] for (task, path), text in context.starter.items()],
        "rubric": {
            "name": names.name,
            "version": names.version,
            "dimensions": [{"id": d.id, "title": d.title, "levels": list(d.levels)} for d in names.dimensions],
        },
        "ratings": [r.model_dump() for r in ratings(context)],
        "differing": known.marks.apart(dimensions()) if _ready(known, staff) else [],
        "debrief": known.marks.released and {"by": known.marks.released[0], "at": known.marks.released[1]},
        "disputes": _disputes(whole),
        "grading": _grading(whole),
        "looks": looks(whole.context.review) if staff.role == "administrator" else None,
        "may": {"rate": staff.role != "hiring", "release": staff.role != "hiring"},
    }
    return JSONResponse(answer)


@router.post("/sessions/{session_id}/ratings")
def rate(session_id: str, body: RatingBody, staff: Rater, desk: At) -> JSONResponse:
    """Appends a rating. The quote is required, so that every level can be traced to the session."""
    _finished(desk, session_id)
    if body.dimension not in dimensions():
        raise Refusal("unknown", "The rubric has no such dimension.", 404)
    if not body.quote.strip():
        raise Refusal("quote", "Quote what in the session shows this level.", 422)
    names = rubric(DEFAULT)
    append(
        desk,
        session_id,
        staff,
        Rating(
            rater=staff.name,
            rubric=names.name,
            version=names.version,
            dimension=body.dimension,
            level=body.level,
            quote=body.quote.strip(),
            evidence=body.evidence,
        ),
    )
    return JSONResponse({"dimension": body.dimension, "level": body.level})


@router.post("/sessions/{session_id}/settle")
def settle(session_id: str, body: SettleBody, staff: Rater, desk: At) -> JSONResponse:
    """Appends a person's decision on a challenge that fits no item, an open grade, or two ratings that differ."""
    known = _finished(desk, session_id)
    whole = _whole(desk, session_id)
    challenges = {row.subject for row in review(whole.context, None, whole.worked).to_settle}
    grades = {row["subject"] for row in _grading(whole)}
    differing = {f"rating/{d}" for d in known.marks.apart(dimensions())} if _ready(known, staff) else set()
    fits = (
        (body.subject in challenges and body.decision in SUBJECTS)
        or (body.subject in grades and body.decision in ("0", "1", "2", "3"))
        or (body.subject in differing and body.decision in ("1", "2", "3", "4"))
    )
    if not fits:
        raise Refusal("unknown", "There is nothing of that kind to settle in this session.", 404)
    event = Adjudicated(by=staff.name, subject=body.subject, decision=body.decision, reason=body.reason.strip())
    append(desk, session_id, staff, event)
    return JSONResponse({"subject": body.subject, "decision": body.decision})


@router.post("/sessions/{session_id}/debrief")
def release(session_id: str, staff: Rater, desk: At) -> JSONResponse:
    """Lets the candidate read the debrief; once released it stays released."""
    known = _finished(desk, session_id)
    if known.marks.released is None:
        append(desk, session_id, staff, DebriefReleased(by=staff.name))
    return JSONResponse({"released": True})


@router.get("/sessions/{session_id}/report.html")
def report_page(session_id: str, staff: Reader, desk: At) -> Response:
    """The report as a page that needs nothing else; the look is logged."""
    whole = _reported(desk, session_id, staff)
    context = blinded(whole.context, staff.name if staff.role == "interviewer" else None)
    return HTMLResponse(reports.report_html(context, whole.verified), headers={"Cache-Control": "no-store"})


@router.get("/sessions/{session_id}/report.json")
def report_file(session_id: str, staff: Reader, desk: At) -> Response:
    """The report as JSON, by the schema that it names; the look is logged."""
    whole = _reported(desk, session_id, staff)
    context = blinded(whole.context, staff.name if staff.role == "interviewer" else None)
    mark = "-simulated" if whole.context.created.simulated else ""
    return Response(
        reports.report_json(context, whole.verified),
        media_type="application/json",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="report-{code(session_id)}{mark}.json"',
        },
    )


def append(desk: Desk, session_id: str, staff: Staff, event: AnyEvent) -> None:
    """Appends one event to the session's review chain."""
    desk.home.log.append(session_id, [Entry(event, f"staff:{staff.name}", desk.clock())], "review")


def row(desk: Desk, staff: Staff, session_id: str, known: Known, titles: dict[str, str]) -> Json:
    """One line of the lists. Raters see no names."""
    state, marks, names = known.state, known.marks, dimensions()
    created = state.created
    line: Json = {
        "id": session_id,
        "code": code(session_id),
        "candidate": None,
        "assessment": created.assessment if created else "",
        "title": titles.get(created.assessment, created.assessment) if created else "unknown",
        "sat": state.created_at,
        "simulated": bool(created and created.simulated),
        "practice": bool(created and created.practice),
        "state": state.phase,
        "left": left(state, desk.clock()),
        "problem": known.problem,
        "figures": None,
        "pending": 0,
        "raters": len(marks.complete(names)),
        "mine": len(marks.raters.get(staff.name, frozenset()) & names),
        "dimensions": len(names),
        "differ": len(marks.apart(names)),
        "challenges": desk.unsettled(session_id),
        "disputes": marks.disputes,
        "debrief": marks.released is not None,
    }
    if created and staff.role != "interviewer":
        line["candidate"] = created.candidate
    if known.problem is None and state.phase == "submitted":
        scored = desk.score(session_id, known)
        line["state"] = "scored" if isinstance(scored, Score) else "failed" if scored else "scoring"
        line["problem"] = scored if isinstance(scored, str) else None
        if isinstance(scored, Score):
            line["pending"] = scored.pending_checks
            line["figures"] = scored.figures and json.loads(scored.figures.model_dump_json())
            line["why"] = scored.why
    return line


def told_apart(rows: list[Json], level: float = 0.05) -> Json:
    """How many pairs there are, and which of them differ in d' by a two-sided z test with Holm's correction.

    Variances are those of the intervals. Source: S. Holm, A simple sequentially rejective multiple test
    procedure, Scandinavian Journal of Statistics 6 (1979), 65-70.
    """
    normal, tested = NormalDist(), []
    half = 2 * normal.inv_cdf(0.975)
    for one, other in combinations(rows, 2):
        a, b = one["figures"]["d_prime"], other["figures"]["d_prime"]
        spread = (((a["high"] - a["low"]) / half) ** 2 + ((b["high"] - b["low"]) / half) ** 2) ** 0.5
        p = 2 * (1 - normal.cdf(abs(a["estimate"] - b["estimate"]) / spread)) if spread else 1.0
        tested.append((p, one["id"], other["id"]))
    apart = []
    for place, (p, one_id, other_id) in enumerate(sorted(tested)):
        if p > level / (len(tested) - place):
            break
        apart.append([one_id, other_id])
    return {"sessions": len(rows), "pairs": len(tested), "apart": apart}


def _all(desk: Desk) -> list[tuple[str, Known]]:
    return [(name, desk.known(name, heads)) for name, heads in desk.heads().items()]


def _known(desk: Desk, session_id: str) -> Known:
    log = desk.home.log
    heads = (log.head(session_id).seq, log.head(session_id, "review").seq)
    if not heads[0]:
        raise Refusal("unknown", "There is no such session.", 404)
    return desk.known(session_id, heads)


def _finished(desk: Desk, session_id: str) -> Known:
    known = _known(desk, session_id)
    if known.problem:
        raise Refusal("unreadable", known.problem)
    if known.state.phase != "submitted":
        raise Refusal("unfinished", "This session is not handed in yet.")
    return known


def _whole(desk: Desk, session_id: str) -> Whole:
    try:
        return desk.whole(session_id)
    except ContextError as error:
        raise Refusal("context", str(error)) from None


def _reported(desk: Desk, session_id: str, staff: Staff) -> Whole:
    _finished(desk, session_id)
    whole = _whole(desk, session_id)
    append(desk, session_id, staff, Looked(by=staff.name, page="report"))
    return whole


def _ready(known: Known, staff: Staff) -> bool:
    """Whether this reader may see what others rated."""
    complete = known.marks.complete(dimensions())
    return len(complete) >= RATERS and (staff.role != "interviewer" or staff.name in complete)


def _grading(whole: Whole) -> list[Json]:
    """Corrections that only a person can grade: the hits whose grade is open for that reason."""
    found = []
    for outcome in whole.worked.outcomes:
        waits = outcome.outcome == "hit" and outcome.grade is None and "person" in (outcome.grade_note or "")
        statement = whole.worked.statement(outcome.task, outcome.item) if waits else None
        if statement is not None:
            fix = statement.last.fix if statement.last else ""
            subject = f"grade/{outcome.task}/{outcome.item}"
            found.append({"subject": subject, "number": statement.number, "task": outcome.task, "fix": fix})
    return sorted(found, key=lambda row: int(row["number"]))


def _disputes(whole: Whole) -> list[Json]:
    found = []
    for happened in whole.context.reviewed:
        event = happened.event
        if event.kind == "disputed":
            said = whole.worked.statement(event.task, event.item)
            number = said.number if said else None
            found.append({"task": event.task, "item": event.item, "number": number, "text": event.text})
    return found
