"""Who of the staff may ask for what, and the session that they ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from evaluators import ContextError
from harness.access.looks import look
from harness.access.staff import Role, Staff
from harness.live import Refusal
from logs import Entry
from logs.events import AnyEvent, Looked
from ui.pages.signin import signed_in
from ui.pages.staff_desk import Desk, Known, Whole


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


def append(desk: Desk, session_id: str, staff: Staff, event: AnyEvent) -> None:
    """Appends one event to the session's review chain; a look goes where looks belong."""
    if isinstance(event, Looked):
        look(desk.home, session_id, event.by, event.page, desk.clock())
        return
    desk.home.log.append(session_id, [Entry(event, f"staff:{staff.name}", desk.clock())], "review")


def known_session(desk: Desk, session_id: str) -> Known:
    """The session as it stands now; Refusal (404) without one."""
    desk.refresh()
    log = desk.home.log
    heads = (log.head(session_id).seq, log.head(session_id, "review").seq)
    if not heads[0]:
        raise Refusal("unknown", "There is no such session.", 404)
    return desk.known(session_id, heads)


def finished_session(desk: Desk, session_id: str) -> Known:
    """A session that can be read and is handed in; Refusal otherwise."""
    known = known_session(desk, session_id)
    if known.problem:
        raise Refusal("unreadable", known.problem)
    if known.state.phase != "submitted":
        raise Refusal("unfinished", "This session is not handed in yet.")
    return known


def whole_session(desk: Desk, session_id: str) -> Whole:
    """The session with its checks run; Refusal if it cannot be evaluated."""
    try:
        return desk.whole(session_id)
    except ContextError as error:
        raise Refusal("context", str(error)) from None
