"""`harness demo` and `harness serve`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from typing import TYPE_CHECKING, Annotated

import typer

from harness.access.invitations import DAY, invite
from harness.clock import wall_clock
from harness.home import Home
from ui.commands import models
from ui.commands.output import Problem, home, say
from ui.demo import DEMO, ensure_demo, logins

if TYPE_CHECKING:
    from starlette.types import ASGIApp

PortOption = Annotated[int | None, typer.Option(help="Default: HARNESS_PORT, or 7861.", min=1, max=65535)]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.command("demo")(demo)
    app.command("serve")(serve)


def demo(
    port: PortOption = None,
    browser: Annotated[bool, typer.Option(help="Open the candidate's page in a browser.")] = True,
    simulated: Annotated[bool, typer.Option(help="Add past sessions by simulated candidates.")] = True,
) -> None:
    """Makes a demonstration with two tasks and past sessions, serves it, and prints the links."""
    at = home()
    installed = models.installed(at.settings)
    ensure_demo(at)
    accounts = logins(at)
    number = port or at.settings.port
    base = f"http://127.0.0.1:{number}"
    token = invite(at, DEMO, "demo candidate", wall_clock() + 7 * DAY)
    listener = listen(number)
    say(f"\n  Candidate   {base}/c/{token}")
    say(f"  Staff       {base}/sign-in")
    for account in accounts:
        say(f"              {account.name:<12} {account.password:<14} {account.role}")
    models.list_models(installed)
    say("\n  Practice tasks, not for decisions. Ctrl C stops the server; nothing is lost.\n")
    if browser:
        threading.Thread(target=open_when_ready, args=(base, f"{base}/c/{token}"), daemon=True).start()
    if simulated and not at.log.sessions():
        threading.Thread(target=_simulate, args=(at, base), daemon=True).start()
    _serve(at, listener)


def serve(port: PortOption = None, host: Annotated[str, typer.Option()] = "127.0.0.1") -> None:
    """Serves the application."""
    at = home()
    installed = models.installed(at.settings)
    listener = listen(port or at.settings.port, host)
    models.list_models(installed)
    say(f"Serving on http://{host}:{port or at.settings.port}")
    _serve(at, listener)


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """A socket that takes connections from now on, at a free port for 0. Raises Problem if it is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends small answers at once instead of 40 ms later (Nagle's algorithm).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise Problem(
            f"Port {port} cannot be used ({error.strerror}). Stop what uses it, or choose another with --port."
        ) from None
    listener.listen(512)
    return listener


def _serve(at: Home, listener: socket.socket) -> None:
    from ui.app import create_app

    serve_app(create_app(at), listener)


def serve_app(app: ASGIApp, listener: socket.socket) -> None:
    """Serves the application until the process is told to end."""
    import uvicorn

    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5, lifespan="on")
    uvicorn.Server(config).run(sockets=[listener])


def _wait_until_ready(base: str) -> bool:
    """Waits until the server answers that it is ready; at most two minutes."""
    import httpx

    for _ in range(240):
        try:
            if httpx.get(f"{base}/ready", timeout=5).status_code == 200:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    return False


def open_when_ready(base: str, link: str) -> None:
    """Opens the link in a browser as soon as the server answers."""
    import httpx

    for _ in range(60):
        try:
            httpx.get(f"{base}/assets/tokens.css", timeout=5)
        except httpx.HTTPError:
            time.sleep(0.5)
            continue
        webbrowser.open(link)
        return


def _simulate(at: Home, base: str) -> None:
    """Adds the past sessions once the server is ready, so that the first page does not wait for them.

    They are sat in a process of their own: a server that is stopped does not wait for them either.
    """
    if not _wait_until_ready(base):
        return
    environment = {**os.environ, "HARNESS_HOME": str(at.folder), "HARNESS_DATABASE_URL": at.settings.database}
    sitting = subprocess.Popen(
        [sys.executable, "-m", "ui.demo"], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert sitting.stdout is not None
    for line in sitting.stdout:
        say(f"  {line.strip()}")
