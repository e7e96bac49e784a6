"""The application: it listens at once, serves the plain pages, and warms up the rest behind them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from evaluators.scoring.session import score_session
from harness import api
from harness.assistant import Assistants, ModelsError, configured, warm
from harness.clock import Clock, wall_clock
from harness.home import Home
from harness.retention import daily
from harness.sandbox import find_sandbox
from harness.sessions import Sessions
from ui.pages import assets, debrief, report, signin, welcome
from ui.pages.frame import page
from ui.protection import Protection

PAGES = ("/work", "/review")
LOG = logging.getLogger("harness")
FAILURE = "The server could not start. Its log says why; everything recorded so far is safe."


class Stage:
    """The Gradio pages: a plain waiting page until they are built."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self.inner: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands page requests on; everything else goes to the plain application."""
        path = scope.get("path", "")
        if path == api.EVENTS and scope["type"] == "http":
            await self._app.state.events(scope, receive, send)
            return
        if scope["type"] == "http" and path.startswith(PAGES):
            if path.strip("/") in ("work", "review") and (turned := self._turned_away(Request(scope), path)):
                await turned(scope, receive, send)
            elif self.inner is None:
                await self._not_yet()(scope, receive, send)
            else:
                await self.inner(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _not_yet(self) -> Response:
        """The waiting page, or why there is nothing to wait for."""
        if self._app.state.failure is None:
            return page("waiting.html", status=503, headers={"Retry-After": "1"})
        return page("message.html", 500, title="This page is not available", sentence=FAILURE, way=None)

    def _turned_away(self, request: Request, path: str) -> Response | None:
        """Where somebody goes who may not open the page; None for those who may."""
        if path.startswith("/review"):
            return None if signin.signed_in(self._app, request) else RedirectResponse("/sign-in", 303)
        if signin.candidate_name(self._app, request):
            return None
        sentence = "Open the link of your invitation to begin or to continue."
        return page("message.html", 401, title="Nobody is signed in here", sentence=sentence, way=None)


def create_app(home: Home) -> ASGIApp:
    """The application over an open home, as it is served."""
    return application(home)[1]


def application(
    home: Home, clock: Clock = wall_clock, pages: bool = True, pace: float | None = None
) -> tuple[FastAPI, ASGIApp]:
    """The plain application and the whole one around it.

    `pages=False` leaves the Gradio pages and all background work out (simulations); `pace` overrides the
    seconds between two chunks of the assistant's speech.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            starting = asyncio.create_task(_start(app, stage, stack, home, clock, pages, pace))
            if not pages:
                await starting
            try:
                yield
            finally:
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)
                if sessions := app.state.sessions:
                    await sessions.stop()

    app = FastAPI(title="Harness", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.home = home
    app.state.clock = clock
    app.state.sessions = None
    app.state.ready = False
    app.state.failure = None
    api.install(app)
    for module in (welcome, signin, debrief, report):
        app.include_router(module.router)
    app.include_router(assets.router)

    @app.get("/ready")
    async def ready(request: Request) -> JSONResponse:
        state = request.app.state
        return JSONResponse({"ready": state.ready, "problem": state.failure}, 200 if state.ready else 503)

    stage = Stage(app)
    return app, Protection(stage)


async def _start(
    app: FastAPI,
    stage: Stage,
    stack: AsyncExitStack,
    home: Home,
    clock: Clock,
    pages: bool,
    pace: float | None,
) -> None:
    settings = home.settings
    try:
        sandbox = await asyncio.to_thread(
            find_sandbox,
            allow_reduced=settings.allow_reduced_isolation,
            allow_none=settings.unsafe_local_exec,
        )
        models = configured(settings.models_file, settings.model, settings.api_base)
        assistants = Assistants(settings.assistant_pace if pace is None else pace, models, sandbox)
        sessions = Sessions(home, clock, assistants, sandbox)
        if pages:
            await sessions.start()
            retention = asyncio.create_task(daily(home, clock))
            stack.callback(retention.cancel)

            async def score(session_id: str) -> None:
                await asyncio.to_thread(score_session, home, session_id, sandbox, clock)

            sessions.on_sealed.append(score)
        app.state.sessions = sessions
        if pages:
            stage.inner = await asyncio.to_thread(_build_pages, app)
            await stack.enter_async_context(_lifespan_of(stage.inner))
            await warm(live=models is not None)
            await assistants.prepare()
        app.state.ready = True
    except Exception as error:
        app.state.failure = FAILURE  # anybody can read it: why stands in the log alone
        if isinstance(error, ModelsError):
            LOG.error("The server could not start: %s", error)
        else:
            LOG.exception("The server could not start")
        if not pages:
            raise


def _build_pages(plain: FastAPI) -> Any:
    """The application of the Gradio pages; importing Gradio takes seconds."""
    from ui.pages.staff import mount as mount_staff
    from ui.pages.workspace import mount as mount_workspace

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.plain = plain
    mount_workspace(app, lambda request: signin.candidate_name(plain, request))
    mount_staff(app, plain, lambda request: signin.staff_name(plain, request))
    return app


@asynccontextmanager
async def _lifespan_of(app: Any) -> AsyncIterator[None]:
    async with app.router.lifespan_context(app):
        yield
