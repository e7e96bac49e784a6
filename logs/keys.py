"""The keys that seal sessions: Ed25519. One signs; the public halves of all others are kept with their dates.

The folder of the signing key also holds `keyring.json`: every public key that ever signed here, and those of
imported sessions. A retired key's private half is destroyed, so that nothing can be sealed with it any more.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

Origin = Literal["own", "imported"]
RING = "keyring.json"


class KeyringError(Exception):
    """The keys cannot be read; the message says which file."""


class KnownKey(BaseModel):
    """A public key (raw, hex) with its dates, in milliseconds since 1970 (UTC)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: str = Field(pattern=r"^[0-9a-f]{64}$")
    made: int = Field(ge=0)
    retired: int | None = None
    """When another key took over; None for the one that signs, and for keys of others."""
    origin: Origin = "own"
    """`imported`: it sealed a session that was made elsewhere."""

    @property
    def fingerprint(self) -> str:
        """The key in words short enough to compare."""
        return fingerprint(self.key)


Ring = tuple[KnownKey, ...]
_RING: TypeAdapter[Ring] = TypeAdapter(Ring)


def sealing_key(path: Path) -> Ed25519PrivateKey:
    """The key at `path`; it is made if there is none. Raises KeyringError if it cannot be read."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            _write_private(path, Ed25519PrivateKey.generate())
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise KeyringError(f"{path} cannot be read as a key: {error}.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyringError(f"{path} does not hold an Ed25519 key.")
    return key


def ring(path: Path) -> Ring:
    """Every key known beside the signing key at `path`, oldest first. Empty where nothing was ever sealed."""
    kept = _kept(path)
    if not path.exists():
        return kept
    current = public_hex(sealing_key(path))
    if current not in {k.key for k in kept if k.origin == "own"}:
        # The first key of an installation has no entry yet; its file says when it was made.
        kept = (*(k for k in kept if k.key != current), KnownKey(key=current, made=_made(path)))
    newest = max(k.made for k in kept if k.key == current)
    return tuple(
        k.model_copy(update={"retired": newest})
        if k.origin == "own" and k.key != current and k.retired is None
        else k
        for k in sorted(kept, key=lambda k: (k.made, k.key))
    )


def rotate(path: Path, now: int) -> KnownKey:
    """Makes a new signing key at `path` and retires the one before it; returns the new one.

    At any moment a crash leaves a key that signs and a ring that knows it. The old private key is gone afterwards.
    """
    sealing_key(path)
    old = ring(path)
    key = Ed25519PrivateKey.generate()
    made = KnownKey(key=public_hex(key), made=now)
    _write_ring(path, (*old, made))
    waiting = path.with_suffix(".new")
    waiting.unlink(missing_ok=True)
    _write_private(waiting, key)
    waiting.replace(path)
    retired = tuple(
        k.model_copy(update={"retired": now}) if k.origin == "own" and k.retired is None else k for k in old
    )
    _write_ring(path, (*retired, made))
    return made


def trust(path: Path, keys: Sequence[KnownKey]) -> Ring:
    """Adds keys that sealed imported sessions, with the dates of their makers; returns those that were unknown."""
    known = ring(path)
    names = {k.key for k in known}
    new = tuple({k.key: k.model_copy(update={"origin": "imported"}) for k in keys if k.key not in names}.values())
    if new:
        _write_ring(path, (*known, *new))
    return new


def public_hex(key: Ed25519PrivateKey) -> str:
    """The raw public key, 64 hex digits."""
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


def fingerprint(key: str) -> str:
    """The first 16 digits of a public key in groups of four."""
    return " ".join(key[i : i + 4] for i in range(0, 16, 4))


def sealed_bytes(session_id: str, events: int, head: str) -> bytes:
    """What a seal signs."""
    return f"{session_id}\n{events}\n{head}".encode()


def holds(public: str, signature: str, message: bytes) -> bool:
    """Whether `signature` (hex) of `message` is by the key `public` (hex)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _kept(path: Path) -> Ring:
    file = path.with_name(RING)
    try:
        return _RING.validate_json(file.read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise KeyringError(f"{file} cannot be read: {error.strerror}.") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        what = f"{where}: {first['msg']}" if where else first["msg"]
        raise KeyringError(f"{file} is damaged ({what}); put back a copy of it from a backup.") from None


def _write_ring(path: Path, keys: Ring) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f"{RING}.new")
    with waiting.open("wb") as file:
        file.write(_RING.dump_json(keys, indent=1))
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path.with_name(RING))


def _write_private(path: Path, key: Ed25519PrivateKey) -> None:
    raw = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _made(path: Path) -> int:
    return int(path.stat().st_mtime * 1000)
