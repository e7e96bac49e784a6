"""What every part of the encoding reads with: strict, and Malformed for anything else."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Callable
from typing import Any

LONGEST_RANGE = 1_000_000


class Malformed(ValueError):
    """The text is not an encoding of anything."""


class Unencodable(TypeError):
    """A value has no encoding."""


def exact(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise Malformed(f"not {kind.__name__}")
    return value


def keys(data: dict[str, Any], *names: str) -> None:
    if set(data) != {"$", *names}:
        raise Malformed("a key too many or too few")


def read_bytes(text: Any) -> bytes:
    return base64.b64decode(exact(text, str), validate=True)


def short(text: Any) -> str:
    if len(exact(text, str)) > 2000:
        raise Malformed("too long")
    return str(text)


def read_range(data: Any, read: Callable[[Any], Any]) -> range:
    start, stop, step = (exact(read(each), int) for each in data)
    found = range(start, stop, step)
    if step == 0 or (found and abs(stop - start) // abs(step) > LONGEST_RANGE):
        raise Malformed("a range too long")
    return found


def zone(name: str) -> datetime.tzinfo:
    import zoneinfo

    if name == "UTC":
        return zoneinfo.ZoneInfo("UTC")
    if len(name) > 64:
        raise Malformed("no such zone")
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, OSError):
        raise Malformed("no such zone") from None
