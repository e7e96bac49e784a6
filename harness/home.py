"""The data folder of an installation: database, log, keys. Opening it brings the schema up to date."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from harness.clock import Entropy, system_entropy
from harness.migrations import upgrade
from harness.settings import Settings
from logs import DatabaseError, Log, open_engine
from logs.keys import sealing_key


@dataclass(frozen=True)
class Home:
    """What every command works on."""

    settings: Settings
    engine: Engine
    log: Log
    entropy: Entropy

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.settings.home

    @cached_property
    def key(self) -> Ed25519PrivateKey:
        """The key that seals sessions."""
        return sealing_key(self.folder / "keys" / "sealing.pem")

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
        raise DatabaseError(f"The database cannot be opened: {error.orig}. Check HARNESS_DATABASE_URL.") from None
    return Home(settings, engine, Log(engine, lambda: entropy(16)), entropy)
