"""The candidate's HTTP interface: what the workspace and simulated candidates talk to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from harness import assessment, lifecycle
from harness.access import cookies
from harness.access.invitations import InvitationError, bind, look_up, use
from harness.accommodation import agreed
from harness.assessment import Assessment
from harness.disclosure import disclosure
from harness.intake import read, take, well_formed
from harness.live import LiveSession, Refusal
from harness.sessions import Sessions
from harness.view import clock_view, run_view, session_view
from logs import StorageError
from logs.events import Prompt
from logs.events.prompt import Stretch

Json = dict[str, Any]
JSON: TypeAdapter[Any] = TypeAdapter(Any)
EVENTS = "/api/events"
STARTING = "The server is starting; this takes a few seconds."
NOT_STORED = {
    "error": "The server could not store this just now. It is kept in your browser and sent again.",
    "code": "storage",
}
LARGEST_BODY = 8 << 20
LONG_POLL = 25.0
Text = Annotated[str, BeforeValidator(well_formed)]
"""What a person wrote: half characters, which no text may hold, become U+FFFD instead of an error."""
router = APIRouter(prefix="/api")


class Body(BaseModel):
    """Base of request bodies; unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore")


class ConsentBody(Body):
    """Agreement to the disclosure, with the invitation's token."""

    token: str = Field(max_length=400)


class LeaseBody(Body):
    """A window asks to be the one that writes."""

    writer: str = Field(min_length=1, max_length=64)
    take: bool = False


class TaskBody(Body):
    """The task that an action is about."""

    task: str = Field(max_length=64)


class QuoteBody(Body):
    """Words of a statement that a question is about."""

    segment: str | None = Field(default=None, max_length=32)
    text: Text = Field(max_length=20_000)


class PromptBody(TaskBody):
    """A question to the assistant; `prompt` is made by the browser so that sending twice asks once."""

    prompt: str = Field(min_length=1, max_length=64)
    text: Text = Field(max_length=40_000)
    origins: tuple[Stretch, ...] | None = Field(default=None, max_length=8_000)
    file: str | None = Field(default=None, max_length=64)
    quote: QuoteBody | None = None
    model: str | None = Field(default=None, max_length=64)
    again: str | None = Field(default=None, max_length=64)


class RunBody(TaskBody):
    """What to run: `tests`, or a file."""

    what: str = Field(max_length=64)


@dataclass(frozen=True)
class Seat:
    """A request of a candidate who is signed in."""

    live: LiveSession
    sessions: Sessions

    @property
    def assessment(self) -> Assessment:
        """The assessment that is sat; read from the database, which most requests do not need."""
        assert self.live.state.created is not None
        return assessment.find(self.sessions.home, self.live.state.created.assessment)

    def view(self) -> Json:
        """What the browser is told."""
        about = self.assessment
        runs = self.sessions.runs
        return session_view(
            self.live.state,
            self.live.id,
            self.sessions.clock(),
            about.title,
            about.notice,
            runs.sandbox.tier,
            runs.refusal,
            self.sessions.replies.reviewing(self.live),
        )


async def sessions_of(request: Request) -> Sessions:
    """The sessions of this process; Refusal while the server warms up."""
    sessions: Sessions | None = getattr(request.app.state, "sessions", None)
    if sessions is None:
        raise Refusal("starting", STARTING, 503)
    return sessions


async def seated(request: Request, sessions: Sessions) -> LiveSession:
    """The session of the candidate of the cookie. Refusal (401) without one."""
    session_id = cookies.read(sessions.home, request, cookies.CANDIDATE)
    if session_id is None:
        raise Refusal("cookie", "Open the link of your invitation to begin or to continue.", 401)
    return await sessions.get(session_id)


async def seat(request: Request, sessions: Annotated[Sessions, Depends(sessions_of)]) -> Seat:
    """The candidate of the cookie at their session. Refusal (401) without one."""
    return Seat(await seated(request, sessions), sessions)


Seated = Annotated[Seat, Depends(seat)]


@router.post("/consent")
async def consent(body: ConsentBody, sessions: Annotated[Sessions, Depends(sessions_of)]) -> JSONResponse:
    """Uses the invitation up, makes the session (or continues one) and signs the browser in."""
    home, now = sessions.home, sessions.clock()
    try:
        row = look_up(home, body.token, now)
        if row.session_id is None:  # before the link is used up
            wanted = assessment.find(home, row.assessment)
            lifecycle.openable(wanted)
            lifecycle.answering(wanted, sessions.replies.assistants.models)
        else:
            await sessions.get(row.session_id)
        row = use(home, body.token, now)
    except InvitationError as error:
        raise Refusal(error.code, str(error), 410) from None
    found = assessment.find(home, row.assessment)
    session_id = row.session_id
    if session_id is None:
        simulated = row.seed is not None and row.place is not None
        session_id = lifecycle.create(
            home,
            sessions.clock,
            found,
            row.candidate,
            row.seed if simulated and row.seed is not None else found.seed,
            row.place if simulated and row.place is not None else assessment.next_index(home, found.name),
            row.policy,
            sessions.replies.assistants.models,
        )
        bind(home, row.digest, session_id)
        live = await sessions.get(session_id)
        more = agreed(live.state.created.tasks if live.state.created else (), row.extra)
        await live.act(lambda *_: [lifecycle.consent(disclosure(found)), *more])
    response = JSONResponse({"next": "/work/"})
    cookies.give(home, response, cookies.CANDIDATE, session_id)
    return response


@router.get("/session")
async def session(at: Seated) -> Json:
    """The whole view."""
    await at.live.load()
    await at.sessions.keep(at.live)
    return {**at.view(), "late": await at.live.late()}


@router.post("/open")
async def open_next(at: Seated) -> Json:
    """Starts the next task."""
    await lifecycle.open_next(at.live)
    return at.view()


@router.post("/lease")
async def lease(body: LeaseBody, at: Seated) -> Json:
    """Makes this window the one that writes."""
    await lifecycle.lease(at.live, body.writer, body.take)
    return {"writer": at.live.state.writer, "acknowledged": at.live.state.acknowledged}


class Events:
    """Takes batches of events; answers after the commit.

    The one busy path: an application by itself, since routing, dependencies and encoders cost more than the work.
    """

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        try:
            if scope["method"] != "POST":
                raise Refusal("method", "Events are sent by POST.", 405)
            status, answer = 200, await self._take(request)
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        except StorageError:
            status, answer = 503, NOT_STORED
        except ClientDisconnect:  # there is nobody to answer
            return
        body = JSON.dump_json(answer)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _take(self, request: Request) -> Json:
        sessions = self._app.state.sessions
        if sessions is None:
            raise Refusal("starting", STARTING, 503)
        live = await seated(request, sessions)
        try:
            batch = read(await _body(request))
        except ValidationError as error:
            last = error.errors(include_url=False)[-1]  # what the most lenient reading lacks
            raise _malformed([p for p in last["loc"] if "[" not in str(p)], last["msg"]) from None
        except ValueError as error:
            raise _malformed((), str(error)) from None
        acknowledged = await take(live, batch)
        state = live.state
        return {
            "acknowledged": acknowledged,
            "clock": clock_view(state, sessions.clock()),
            "phase": state.phase,
            "replies": list(state.task.replies) if state.task else [],
        }


@router.post("/prompt")
async def prompt(body: PromptBody, at: Seated) -> Json:
    """Asks the assistant; the reply is streamed elsewhere."""
    event = Prompt.model_validate(
        well_formed(
            {
                "task": body.task,
                "prompt": body.prompt,
                "text": body.text,
                "origins": body.origins,
                "file": body.file,
                "segment": body.quote.segment if body.quote else None,
                "quote": body.quote.text if body.quote else None,
                "model": body.model,
                "again": body.again,
            }
        )
    )
    return {"reply": await at.sessions.replies.ask(at.live, body.task, event)}


@router.get("/replies/{reply}")
async def reply(reply: str, at: Seated) -> StreamingResponse:
    """A reply as server-sent events, from its beginning to its end."""
    stream = at.sessions.replies.follow(at.live, reply)
    first = await anext(stream)

    async def lines() -> AsyncIterator[str]:
        yield f"data: {json.dumps(first)}\n\n"
        async for event in stream:
            yield f"data: {json.dumps(event)}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@router.post("/replies/{reply}/stop")
async def stop(reply: str, at: Seated) -> Json:
    """Stops a reply; complete pieces stay."""
    await at.sessions.replies.stop(at.live, reply)
    return {}


@router.post("/run")
async def run(body: RunBody, at: Seated) -> Json:
    """Runs the tests or a file."""
    return {"run": await at.sessions.runs.start(at.live, body.task, body.what)}


@router.get("/runs/{run}")
async def run_result(run: str, at: Seated) -> Json:
    """What a run gave; waits for it."""
    await at.sessions.runs.wait(at.live, run, LONG_POLL)
    for task in at.live.state.tasks:
        if run in task.runs:
            return run_view(task, task.runs[run])
    raise Refusal("unknown", "There is no such run.", 404)


@router.post("/ledger")
async def ledger(body: TaskBody, at: Seated) -> Json:
    """Opens the last look."""
    await at.sessions.look_back(at.live, body.task)
    return at.view()


@router.post("/submit")
async def submit(body: TaskBody, at: Seated) -> Json:
    """Hands the task in."""
    await at.sessions.hand_in(at.live, body.task)
    return at.view()


def install(app: FastAPI) -> None:
    """Adds the routes, and one clear sentence for everything that can go wrong."""
    app.state.events = Events(app)  # who stands before this application hands batches on to it at once
    app.add_route(EVENTS, app.state.events, methods=["POST"])
    app.include_router(router)

    @app.exception_handler(Refusal)
    async def refused(_: Request, error: Refusal) -> JSONResponse:
        return JSONResponse(error.body, error.status)

    @app.exception_handler(StorageError)
    async def not_stored(_: Request, __: StorageError) -> JSONResponse:
        return JSONResponse(NOT_STORED, 503)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        return await refused(_, _malformed(first["loc"][1:], first["msg"]))


async def _body(request: Request) -> bytes:
    """The body of a request. Raises Refusal (413) if it goes on and on, and ClientDisconnect if it breaks off."""
    found = bytearray()
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        found += message.get("body", b"")
        if len(found) > LARGEST_BODY:
            raise Refusal("large", "This is too large to be taken at once (8 MB).", 413)
        if not message.get("more_body", False):
            return bytes(found)


def _malformed(place: Sequence[str | int], why: str) -> Refusal:
    where = ".".join(str(part) for part in place) or "the body"
    return Refusal("malformed", f"The request cannot be read: {where}: {why}.", 422)
