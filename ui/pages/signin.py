"""Signing in and out for staff, and who a request comes from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from harness.access import cookies, staff
from ui.pages.frame import page

router = APIRouter()


@router.get("/sign-in")
def form(request: Request) -> Response:
    """The form."""
    if cookies.read(request.app.state.home, request, cookies.STAFF):
        return RedirectResponse("/review/", 303)
    return page("signin.html", problem=None, name="")


@router.post("/sign-in")
def sign_in(
    request: Request, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
) -> Response:
    """Checks name and password."""
    home = request.app.state.home
    found = staff.sign_in(home, name[:64], password[:200])
    if found is None:
        return page(
            "signin.html", 401, problem="Name and password do not fit. Check both and try again.", name=name
        )
    response = RedirectResponse("/review/", 303)
    cookies.give(home, response, cookies.STAFF, found.name)
    return response


@router.post("/sign-out")
def sign_out() -> Response:
    """Forgets who was signed in."""
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(cookies.STAFF)
    return response


def signed_in(app: Any, request: Request) -> staff.Staff | None:
    """The member of staff behind a request."""
    name = cookies.read(app.state.home, request, cookies.STAFF)
    return staff.find(app.state.home, name) if name else None


def staff_name(app: Any, request: Request) -> str | None:
    """Their name, for pages that only staff may open."""
    found = signed_in(app, request)
    return found.name if found else None


def candidate_name(app: Any, request: Request) -> str | None:
    """The candidate's session, for pages that only candidates may open."""
    return cookies.read(app.state.home, request, cookies.CANDIDATE)
