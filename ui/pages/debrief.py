"""The debrief: what a candidate is told afterwards, once somebody has released it, and how they dispute a key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from evaluators import ContextError, SessionContext
from evaluators.reports.debrief import Debrief, Entry, debrief
from evaluators.scoring.session import checked_context
from harness import assessment
from harness.access import cookies
from harness.assessment import AssessmentError
from logs import Entry as LogEntry
from logs.events import DebriefReleased, Disputed
from ui.pages.frame import page

router = APIRouter()
DAYS = 14
"""Days after the release in which a key can be disputed."""
DAY = 86_400_000
LONGEST = 2_000
"""Characters of a dispute."""
CHOICES = {"Accepted": "accept", "Edited": "edit", "Rejected": "reject", "Marked": "unsure"}


class Refused(NamedTuple):
    """A dispute of the statement of that number that is too long to be kept."""

    number: int
    text: str


@router.get("/debrief")
async def read(request: Request) -> Response:
    """The candidate's own debrief, or a calm page while it is not released."""
    found = await run_in_threadpool(_own, request)
    if isinstance(found, Response):
        return found
    return _shown(request, *found)


@router.post("/debrief/dispute")
async def dispute(request: Request, number: Annotated[int, Form()], text: Annotated[str, Form()] = "") -> Response:
    """Notes that the candidate disputes the key of a statement of their own session."""
    found = await run_in_threadpool(_own, request)
    if isinstance(found, Response):
        return found
    context, told, until = found
    entry = next((e for e in told.entries if e.number == number), None)
    if entry is None:
        return _message("There is no such statement", "Your debrief has no statement of that number.", 404)
    if request.app.state.clock() > until:
        return _message("The time for this is over", f"Keys could be disputed until {_day(until)}.", 409)
    words = text.replace("\r\n", "\n").strip()  # forms send each line end as two characters
    if words and not entry.disputes and entry.corrected is None:
        if len(words) > LONGEST:
            return _shown(request, context, told, until, Refused(number, words))
        await run_in_threadpool(_append, request, context.session_id, entry, words)
    return RedirectResponse(f"/debrief#e{number}", 303)


def _shown(
    request: Request, context: SessionContext, told: Debrief, until: int, refused: Refused | None = None
) -> Response:
    """The debrief; what was `refused` stands in its form again, with the reason."""
    return page(
        "debrief.html",
        status=422 if refused else 200,
        d=told,
        title=_title(request, context),
        day=_day(told.started),
        until=_day(until),
        open=request.app.state.clock() <= until,
        entries=told.entries,
        glyph=_glyph,
        clock=_clock,
        longest=LONGEST,
        refused=refused,
    )


def _append(request: Request, session_id: str, entry: Entry, text: str) -> None:
    event = Disputed(task=entry.task, item=entry.item, text=text)
    state = request.app.state
    state.home.log.append(session_id, [LogEntry(event, "candidate", state.clock())], "review")


def _own(request: Request) -> tuple[SessionContext, Debrief, int] | Response:
    """The session of the cookie, its debrief and the last moment for a dispute; or the page that says why not."""
    state = request.app.state
    session_id = cookies.read(state.home, request, cookies.CANDIDATE)
    if session_id is None:
        return _message("Nobody is signed in here", "Open the link of your invitation to read your debrief.", 401)
    released = [r for r in state.home.log.read(session_id, "review") if r.kind == "debrief_released"]
    if not released:
        return _message(
            "Your debrief is not here yet",
            "Once your session has been read and scored, this page shows every planted error that you met, "
            "with the right answer and its source. You do not need to do anything; come back to it later.",
            200,
        )
    if state.sessions is None:
        return page("waiting.html", status=503, headers={"Retry-After": "1"})
    try:
        context = checked_context(state.home, session_id, state.sessions.runs.sandbox, state.clock)
        told = debrief(context)
    except ContextError:
        return _message(
            "Your debrief cannot be shown",
            "The tasks of your session have changed or its data was erased. Ask the people who invited you.",
            409,
        )
    at = next((h.record.server_time for h in context.reviewed if isinstance(h.event, DebriefReleased)), 0)
    return context, told, at + DAYS * DAY


def _message(title: str, sentence: str, status: int) -> Response:
    return page("message.html", status, title=title, sentence=sentence, way=None)


def _title(request: Request, context: SessionContext) -> str:
    try:
        return assessment.find(request.app.state.home, context.created.assessment).title
    except AssessmentError:
        return context.created.assessment


def _glyph(entry: Entry) -> str | None:
    """The decision that the sentence about the candidate begins with, for its glyph."""
    return CHOICES.get(entry.you.split(" ", 1)[0])


def _clock(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"


def _day(ms: int) -> str:
    at = datetime.fromtimestamp(ms / 1000, UTC)
    return f"{at.day} {at:%B %Y}"
