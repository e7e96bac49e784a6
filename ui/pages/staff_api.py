"""The staff's HTTP interface: the sessions, one session for review, ratings, the debrief's release, the reports.

Every handler looks up who asks and what their role allows: interviewers see sessions without names, rate and
release; the hiring team reads; administrators may do all and see who looked.
"""

from __future__ import annotations

import json
from itertools import combinations
from statistics import NormalDist
from typing import Any, Literal

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from evaluators import Score
from evaluators.decisions import DECISIONS, rating_subject
from evaluators.evaluator import Evaluation, evaluate
from evaluators.figures.detection import ENOUGH_CLEAN, ENOUGH_FLAWED
from evaluators.reports.proposals import every
from evaluators.reports.rubric import ratings, session_rubric
from evaluators.reports.timeline import review
from harness import assessment
from harness.access.staff import Staff
from harness.live import Refusal
from logs.events import Adjudicated, DebriefReleased, Looked, Rating
from ui.pages import keys_api, queue_api
from ui.pages import report as reports
from ui.pages.blinding import blinded
from ui.pages.staff_access import At, Rater, Reader, append, finished_session, known_session, whole_session
from ui.pages.staff_desk import RATERS, Desk, Known, Whole, code, dimensions, left, looks

Json = dict[str, Any]
NOTICE = "practice tasks, not for decisions"
router = APIRouter(prefix="/api/staff")


class RatingBody(BaseModel):
    """One level on one dimension, with words from the session that show it."""

    model_config = ConfigDict(extra="ignore")
    dimension: str = Field(max_length=48)
    level: Literal[1, 2, 3, 4]
    quote: str = Field(max_length=2_000)
    evidence: int | None = Field(default=None, ge=1)


class SettleBody(BaseModel):
    """The level that stands where two ratings differ, with its reason."""

    model_config = ConfigDict(extra="ignore")
    subject: str = Field(max_length=120)
    decision: str = Field(max_length=16)
    reason: str = Field(default="", max_length=2_000)


def install(app: FastAPI) -> None:
    """Adds the routes, and the desk that they share, to the plain application."""
    state = app.state
    app.state.desk = Desk(state.home, state.clock, lambda: state.sessions.runs.sandbox)
    for each in (router, queue_api.router, keys_api.router):
        app.include_router(each)


@router.get("/sessions")
def sessions(staff: Reader, desk: At) -> JSONResponse:
    """Every session, newest first, with figures where they are known; and which pairs can be told apart."""
    titles = {found.name: found.title for found in assessment.every(desk.home)}
    rows = [row(desk, staff, name, known, titles) for name, known in _all(desk)]
    rows.sort(key=lambda r: (-r["sat"], r["id"]))
    return JSONResponse(
        {
            "me": {"name": staff.name, "role": staff.role},
            "notice": NOTICE,
            "now": desk.clock(),
            "raters": RATERS,
            "sessions": rows,
            "comparisons": comparisons(rows),
        }
    )


@router.get("/sessions/{session_id}")
def session(session_id: str, staff: Reader, desk: At) -> JSONResponse:
    """One session for review; the look is logged. A session that still runs gives its line only."""
    known = known_session(desk, session_id)
    line = row(desk, staff, session_id, known, {f.name: f.title for f in assessment.every(desk.home)})
    me = {"name": staff.name, "role": staff.role}
    if known.problem or known.state.phase != "submitted":
        return JSONResponse({"me": me, "notice": NOTICE, "session": line, "review": None})
    whole = whole_session(desk, session_id)
    append(desk, session_id, staff, Looked(by=staff.name, page="review"))
    seen = blinded(whole, staff)
    context = seen.context
    shown = review(context, seen.verified, seen.worked)
    looked = [*whole.context.review, *desk.home.log.read(session_id, "copy")]
    answer = {
        "me": me,
        "notice": NOTICE,
        "session": line,
        "review": json.loads(shown.model_dump_json()),
        "starter": [[task, path, text] for (task, path), text in context.starter.items()],
        "rubric": session_rubric(context).model_dump(mode="json"),
        "ratings": [r.model_dump() for r in ratings(context)],
        "proposals": _proposals(evaluate(whole.context, every()), known, staff),
        "differing": known.marks.apart(dimensions()) if _ready(known, staff) else [],
        "debrief": known.marks.released and {"by": known.marks.released[0], "at": known.marks.released[1]},
        "disputes": _disputes(whole),
        "looks": looks(looked) if staff.role == "administrator" else None,
        "may": {
            "rate": staff.role != "hiring",
            "release": staff.role != "hiring",
            "rekey": staff.role != "interviewer",
        },
    }
    return JSONResponse(answer)


@router.post("/sessions/{session_id}/ratings")
def rate(session_id: str, body: RatingBody, staff: Rater, desk: At) -> JSONResponse:
    """Appends a rating. The quote is required, so that every level can be traced to the session."""
    finished_session(desk, session_id)
    if body.dimension not in dimensions():
        raise Refusal("unknown", "The rubric has no such dimension.", 404)
    if not body.quote.strip():
        raise Refusal("quote", "Quote what in the session shows this level.", 422)
    whole = whole_session(desk, session_id)
    names = session_rubric(whole.context)
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
    proposals = _proposals(evaluate(whole.context, every()), known_session(desk, session_id), staff)
    own = [p for p in proposals if p["dimension"] == body.dimension]
    return JSONResponse({"dimension": body.dimension, "level": body.level, "proposals": own})


@router.post("/sessions/{session_id}/settle")
def settle(session_id: str, body: SettleBody, staff: Rater, desk: At) -> JSONResponse:
    """Appends a person's decision on two ratings that differ; everything else is settled in the queue."""
    known = finished_session(desk, session_id)
    differing = {rating_subject(d) for d in known.marks.apart(dimensions())} if _ready(known, staff) else set()
    if body.subject not in differing or body.decision not in DECISIONS["rating"]:
        raise Refusal("unknown", "There is nothing of that kind to settle in this session.", 404)
    event = Adjudicated(by=staff.name, subject=body.subject, decision=body.decision, reason=body.reason.strip())
    append(desk, session_id, staff, event)
    return JSONResponse({"subject": body.subject, "decision": body.decision})


@router.post("/sessions/{session_id}/debrief")
def release(session_id: str, staff: Rater, desk: At) -> JSONResponse:
    """Lets the candidate read the debrief; once released it stays released."""
    known = finished_session(desk, session_id)
    if known.marks.released is None:
        append(desk, session_id, staff, DebriefReleased(by=staff.name))
    return JSONResponse({"released": True})


@router.get("/sessions/{session_id}/report.html")
def report_page(session_id: str, request: Request, staff: Reader, desk: At) -> Response:
    """The report as a page that needs nothing else; the look is logged."""
    seen, proposals = _reported(desk, session_id, staff)
    base = str(request.base_url).rstrip("/")
    page = reports.report_html(seen.context, seen.verified, base, proposals, seen.worked)
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})


@router.get("/sessions/{session_id}/report.json")
def report_file(session_id: str, staff: Reader, desk: At) -> Response:
    """The report as JSON, by the schema that it names; the look is logged."""
    seen, proposals = _reported(desk, session_id, staff)
    mark = "-simulated" if seen.context.created.simulated else ""
    return Response(
        reports.report_json(seen.context, seen.verified, proposals, seen.worked),
        media_type="application/json",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="report-{code(session_id)}{mark}.json"',
        },
    )


def row(desk: Desk, staff: Staff, session_id: str, known: Known, titles: dict[str, str]) -> Json:
    """One line of the lists. Raters see no names."""
    state, marks, names = known.state, known.marks, dimensions()
    created = state.created
    about = created or known.erased
    line: Json = {
        "id": session_id,
        "code": code(session_id),
        "candidate": None,
        "assessment": about.assessment if about else "",
        "title": titles.get(about.assessment, about.assessment) if about else "unknown",
        "sat": state.created_at,
        "simulated": bool(about and about.simulated),
        "practice": bool(about and about.practice),
        "state": state.phase,
        "left": left(state, desk.clock()),
        "problem": known.problem,
        "figures": None,
        "pending": 0,
        "raters": len(marks.complete(names)),
        "mine": len(marks.raters.get(staff.name, frozenset()) & names),
        "dimensions": len(names),
        "differ": len(marks.apart(names)),
        "questions": 0,
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
            if staff.role != "hiring":
                line["questions"] = queue_api.waiting(known, scored, staff)
            line["figures"] = scored.figures and json.loads(scored.figures.model_dump_json())
            line["why"] = scored.why
    return line


def comparisons(rows: list[Json]) -> list[Json]:
    """Which pairs can be told apart, among the sessions of each assessment that hold enough statements for an
    estimate of a person; simulated and real ones for themselves."""
    groups: dict[tuple[str, bool], list[Json]] = {}
    for found in rows:
        figures = found["figures"]
        if figures and figures["flawed"] >= ENOUGH_FLAWED and figures["clean"] >= ENOUGH_CLEAN:
            groups.setdefault((found["assessment"], found["simulated"]), []).append(found)
    return [
        {"assessment": name, "simulated": simulated, **told_apart(group)}
        for (name, simulated), group in sorted(groups.items())
    ]


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


def _reported(desk: Desk, session_id: str, staff: Staff) -> tuple[Whole, frozenset[str] | None]:
    """The session for this reader, and the dimensions on which they may see proposed levels (None: all)."""
    known = finished_session(desk, session_id)
    whole = whole_session(desk, session_id)
    append(desk, session_id, staff, Looked(by=staff.name, page="report"))
    rated = None if staff.role == "hiring" else known.marks.raters.get(staff.name, frozenset())
    return blinded(whole, staff), rated


def _ready(known: Known, staff: Staff) -> bool:
    """Whether this reader may see what others rated."""
    complete = known.marks.complete(dimensions())
    return len(complete) >= RATERS and (staff.role != "interviewer" or staff.name in complete)


def _proposals(found: tuple[Evaluation, ...], known: Known, staff: Staff) -> list[Json]:
    """Levels that evaluators propose, on dimensions that this rater has rated; to those who do not rate, all."""
    rated = known.marks.raters.get(staff.name, frozenset())
    return [
        {
            "evaluator": each.evaluator,
            "dimension": finding.dimension,
            "level": finding.level,
            "reason": finding.reason,
        }
        for each in found
        for finding in each.findings
        if finding.dimension is not None
        and finding.level is not None
        and (staff.role == "hiring" or finding.dimension in rated)
    ]


def _disputes(whole: Whole) -> list[Json]:
    found = []
    for happened in whole.context.reviewed:
        event = happened.event
        if event.kind == "disputed":
            said = whole.worked.statement(event.task, event.item)
            number = said.number if said else None
            found.append({"task": event.task, "item": event.item, "number": number, "text": event.text})
    return found
