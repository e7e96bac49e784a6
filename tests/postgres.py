"""A throw-away PostgreSQL of the tests: its own cluster in a temporary folder, on a Unix socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

ROLE = "harness"
MISSING = "PostgreSQL is not installed: `apt-get install postgresql` (or `brew install postgresql`) adds it."
PATIENCE = 30.0
"""Seconds in which a cluster must answer."""


class NoPostgres(Exception):
    """The machine has no PostgreSQL; the text says what to install."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster; `folder` holds its socket."""

    folder: Path
    _numbers: count[int]

    def url(self, name: str) -> str:
        """The URL of a database of the cluster."""
        return f"postgresql://{ROLE}@/{name}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, which is dropped at the end."""
        name = f"d{os.getpid()}_{next(self._numbers)}"
        self._command(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self._command(f"DROP DATABASE {name} WITH (FORCE)")

    def _command(self, sql: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.encode())


@contextmanager
def cluster(durable: bool = False) -> Iterator[Cluster]:
    """A cluster until the block ends. Raises NoPostgres.

    Only a `durable` one waits for the disk at each commit: killing a web process does not need it,
    measuring does.
    """
    binaries = _binaries()
    # PostgreSQL refuses to run as root, and a socket's path may hold about a hundred bytes only.
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    data = folder / "data"
    settings = {"listen_addresses": "", "unix_socket_directories": str(folder), "max_connections": "100"}
    settings |= {} if durable else {"fsync": "off", "synchronous_commit": "off"}
    server: subprocess.Popen[bytes] | None = None
    try:
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
            **identity,  # type: ignore[call-overload]
        )
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options], stdout=log, stderr=log, cwd=folder, **identity
            )
        found = Cluster(folder, count(1))
        _wait(found, server)
        yield found
    finally:
        if server is not None:
            server.terminate()
            server.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(found: Cluster, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with suppress(psycopg.OperationalError), psycopg.connect(found.url("postgres")):
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {(found.folder / 'log').read_text()[-2000:]}")


def _binaries() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name.split(".")[0]))
    known = [*reversed(versions), *(Path(p).parent for p in (shutil.which("initdb"),) if p)]
    for folder in known:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(MISSING)


def _owner() -> pwd.struct_passwd | None:
    """Whom the cluster belongs to: ourselves, or somebody without rights when we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres("PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as.")
