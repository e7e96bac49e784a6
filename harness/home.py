"""The data folder of an installation: database, log, keys. Opening it brings the schema up to date."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from harness.clock import Entropy, system_entropy, wall_clock
from harness.migrations import upgrade
from harness.settings import Settings
from logs import DatabaseError, Log, open_engine
from logs.copies import note_sealed_elsewhere
from logs.database import reason
from logs.keys import ring, sealing_key
from logs.marks import Marks

SEALING = Path("keys") / "sealing.pem"
"""The key that seals sessions, in the data folder; the keyring is beside it."""
MARKED = "marked"
"""The file beside the key that says that every session has its marks."""
SALTS = 128
"""Salts drawn at once: asking the system for each event is slower than hashing it."""


@dataclass(frozen=True)
class Home:
    """What every command works on."""

    settings: Settings
    engine: Engine
    log: Log
    marks: Marks
    entropy: Entropy

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.settings.home

    @property
    def key_file(self) -> Path:
        """Where the key that seals sessions lies; the keyring is beside it."""
        return self.folder / SEALING

    @property
    def key(self) -> Ed25519PrivateKey:
        """The key that seals sessions; read anew, so that a rotation reaches a running server."""
        return sealing_key(self.key_file)

    @cached_property
    def secret(self) -> bytes:
        """32 bytes that sign invitations and cookies; made on first use, kept in the data folder."""
        path = self.folder / "keys" / "cookies.key"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(handle, "wb") as file:
            secret = self.entropy(32)
            file.write(secret)
        return secret


def open_home(settings: Settings, entropy: Entropy = system_entropy) -> Home:
    """Opens (and on first use makes) the data folder. Raises DatabaseError with what to do."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"The data folder cannot be made ({error}); set HARNESS_HOME to another.") from None
    engine = open_engine(settings.database)
    try:
        upgrade(engine)
    except DBAPIError as error:
        raise DatabaseError(
            f"The database cannot be opened: {reason(error)}. Check HARNESS_DATABASE_URL."
        ) from None
    log, path = Log(engine, Salts(entropy)), settings.home / SEALING
    marks = Marks(engine, lambda: sealing_key(path))
    log.mark = marks.write
    _begin_marks(log, marks, path)
    return Home(settings, engine, log, marks, entropy)


def _begin_marks(log: Log, marks: Marks, key_file: Path) -> None:
    """Once, at the first start that knows of them: marks for all that stands, and what came out of files is noted.

    Never again: a mark that is gone was removed, and must not come back by itself (see `logs.marks`).
    """
    done = key_file.with_name(MARKED)
    if done.exists():
        return
    marks.begin_missing(wall_clock())
    note_sealed_elsewhere(log, {known.key for known in ring(key_file) if known.origin == "imported"})
    try:
        done.parent.mkdir(parents=True, exist_ok=True)
        done.touch()
    except OSError as error:
        raise DatabaseError(f"{done} cannot be made: {error.strerror}.") from None


class Salts:
    """Hands out 16 unpredictable bytes at a time, many of which are drawn at once; from any thread."""

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy
        self._drawn: list[bytes] = []
        self._drawing = Lock()

    def __call__(self) -> bytes:
        """The next 16 bytes; nobody else gets the same ones."""
        with self._drawing:
            if not self._drawn:
                raw = self._entropy(SALTS * 16)
                self._drawn = [raw[i : i + 16] for i in range(0, len(raw), 16)]
            return self._drawn.pop()
