"""The candidate's first page: what is recorded, for how long, who reads it; consent."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from harness import assessment
from harness.access import cookies
from harness.access.invitations import InvitationError, look_up
from harness.accommodation import extended
from harness.disclosure import paragraphs
from harness.lifecycle import openable
from harness.live import Refusal
from tasks import task_named
from ui.pages.frame import page

router = APIRouter()


@router.get("/")
def home(request: Request) -> Response:
    """Staff go to the sessions, candidates to their work, anybody else reads where to go."""
    state = request.app.state
    if cookies.read(state.home, request, cookies.STAFF):
        return RedirectResponse("/review/", 303)
    if cookies.read(state.home, request, cookies.CANDIDATE):
        return RedirectResponse("/work/", 303)
    return page("home.html")


@router.get("/c/{token}")
def welcome(request: Request, token: str) -> Response:
    """The welcome page of an invitation, or a clear sentence why it cannot be used."""
    state = request.app.state
    try:
        row = look_up(state.home, token, state.clock())
    except InvitationError as error:
        return _refused(str(error), 410 if error.code == "expired" else 404)
    if row.used is not None:
        if row.session_id and cookies.read(state.home, request, cookies.CANDIDATE) == row.session_id:
            return RedirectResponse("/work/", 303)
        return _refused(
            "This link was used already. Open it in the browser you started with, "
            "or ask the person who invited you for a link to continue.",
            410,
        )
    found = assessment.find(state.home, row.assessment)
    try:
        openable(found)
    except Refusal as refusal:
        return _refused(str(refusal), refusal.status)
    tasks = [task_named(name) for name in found.tasks]
    return page(
        "welcome.html",
        token=token,
        assessment=found,
        candidate=row.candidate,
        resumes=row.resumes,
        parts=paragraphs(found),
        tasks=[
            (t.file.title, t.file.kind, extended(found.minutes.get(t.name, t.file.minutes), row.extra))
            for t in tasks
        ],
    )


def _refused(sentence: str, status: int) -> HTMLResponse:
    return page("message.html", status, title="This link cannot be used", sentence=sentence, way=None)
