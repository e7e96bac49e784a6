"""The application as a process of its own, on a free port and a home of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from evaluators import SessionContext, load_context
from harness import assessment
from harness.access import staff
from harness.access.invitations import DAY, invite
from harness.assessment import Assessment
from harness.clock import wall_clock
from harness.home import Home, open_home
from harness.settings import Settings
from logs import Record
from ui.demo import DEMO, TASKS, ensure_demo

START_UP = 120.0
"""Seconds within which a server must be ready."""
HARNESS = (str(Path(sys.executable).with_name("harness")),)
WITHOUT_SANDBOX = (
    sys.executable,
    "-c",
    "import harness.sandbox.find as f; f.programs = lambda built: iter(()); from ui.command import main; main()",
)
"""The same command on a machine that has no bubblewrap anywhere."""
PASSWORD = "a long enough password"
"""Of accounts that live for one test."""


class Server:
    """`harness serve`: started, killed and started again on the same port and home."""

    def __init__(
        self, folder: Path, command: tuple[str, ...] = HARNESS, environment: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._command = command
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("HARNESS_")}
        self._environment = {**inherited, "HARNESS_HOME": str(folder / "home"), **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self.output = folder / "server.txt"

    def start(self) -> None:
        """Starts the process; it listens at once and is ready later."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                [*self._command, "serve", "--port", str(self.port)],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        """Waits until the server says that it is ready."""
        until = time.monotonic() + START_UP
        while time.monotonic() < until:
            assert self._process is not None
            assert self._process.poll() is None, f"The server ended: {self.output.read_text()}"
            try:
                if httpx.get(f"{self.base}/ready", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.25)
        raise AssertionError(f"The server was not ready within {START_UP} s: {self.output.read_text()}")

    def kill(self) -> None:
        """Ends the process without any warning, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks the process to end."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(15)
        self._process = None

    @contextmanager
    def home(self) -> Iterator[Home]:
        """The server's home, opened beside it."""
        found = open_home(Settings(home=self.folder / "home"))
        try:
            yield found
        finally:
            found.log.close()
            found.engine.dispose()

    def invitation(
        self,
        name: str = "Ann Example",
        tasks: tuple[str, ...] = TASKS,
        expires: int = DAY,
        session: str | None = None,
    ) -> str:
        """A candidate's link to a session of these tasks; `expires` in milliseconds from now."""
        with self.home() as home:
            ensure_demo(home)
            series = DEMO if tasks == TASKS else "-".join(tasks)
            if tasks != TASKS:
                made = Assessment(name=series, title="One task", tasks=tasks, seed=1)
                assessment.save(home, made)
            token = invite(home, series, name, wall_clock() + expires, session_id=session)
        return f"{self.base}/c/{token}"

    def account(self, name: str, role: staff.Role) -> None:
        """A staff account with the password of all tests."""
        with self.home() as home:
            if staff.find(home, name) is None:
                staff.add(home, name, role, PASSWORD)

    def sessions(self) -> list[str]:
        """Ids of all sessions, in the order in which they were made."""
        with self.home() as home:
            return [record.session_id for record in sorted(home.log.firsts(), key=lambda r: r.server_time)]

    def context(self, session: str) -> SessionContext:
        """A session with its tasks as drawn for it."""
        with self.home() as home:
            return load_context(home.log, session)

    def records(self, session: str, review: bool = False) -> list[Record]:
        """A chain of a session."""
        with self.home() as home:
            return list(home.log.read(session, "review" if review else "session"))


def free_port() -> int:
    """A port of the loopback device that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
