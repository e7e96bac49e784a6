"""Typed JSON for the call protocol; the same file serves both ends, so it imports nothing of the project.

None, bool, str, finite floats and integers below 2**53 are themselves, a list is a list, and everything else is
an object `{"$": tag, ...}`. `decode` is strict: an unknown tag, a wrong type, a missing or additional key, deep
nesting or a value whose size is not backed by data raises Malformed. Decoding builds plain data only; it never
calls code that the data names.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import decimal
import fractions
import json
import math
import sys
from collections.abc import Callable
from typing import Any

from . import frames
from .reading import Malformed, Unencodable, exact, read_bytes, read_range, short, zone

DEEPEST = 40
LARGEST_INTEGER = 4096  # bits
_PLAIN_INTEGER = 1 << 53


Reference = Callable[[Any], "dict[str, Any] | None"]
Resolve = Callable[[str, "dict[str, Any]"], Any]


def dumps(value: Any) -> bytes:
    """Encoded data as bytes of JSON."""
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode("ascii")


def loads(data: bytes) -> Any:
    """JSON without NaN, repeated keys or unbounded numbers. Raises Malformed."""
    try:
        return json.loads(data, parse_constant=_refuse, parse_int=_integer, object_pairs_hook=_object)
    except (ValueError, RecursionError, MemoryError):
        raise Malformed("not JSON") from None


def _refuse(_: str) -> Any:
    raise Malformed("not a number")


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise Malformed("a number too long")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a key twice")
    return found


def encode(value: Any, refer: Reference = lambda _: None, depth: int = 0) -> Any:
    """Plain data for `dumps`. `refer` may turn a value that has no encoding into a tagged object of its own.

    Raises Unencodable.
    """
    if depth > DEEPEST:
        raise Unencodable("nested too deeply")
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return value if -_PLAIN_INTEGER < value < _PLAIN_INTEGER else _big(value)
    if kind is float:
        return value if math.isfinite(value) else {"$": "float", "v": repr(value)}
    below = depth + 1
    if kind is list:
        return [encode(each, refer, below) for each in value]
    if kind is dict:
        pairs = [[encode(k, refer, below), encode(v, refer, below)] for k, v in value.items()]
        return {"$": "dict", "v": pairs}
    if kind in (tuple, set, frozenset):
        return {"$": kind.__name__, "v": [encode(each, refer, below) for each in value]}
    if kind in (bytes, bytearray):
        return {"$": kind.__name__, "v": base64.b64encode(value).decode()}
    if kind in _SIMPLE:
        return {"$": kind.__name__, "v": _SIMPLE[kind](value)}
    if kind is range:
        return {"$": "range", "v": [encode(each) for each in (value.start, value.stop, value.step)]}
    if "numpy" in sys.modules:

        def write(within: Any) -> Any:
            return encode(within, refer, below)

        found = frames.encode_array(value, write) or frames.encode_frame(value, write)
        if found is not None:
            return found
    for base in (bool, int, float, str, bytes, tuple, list, dict, set, frozenset):
        # Enumerations, named tuples, counters, default dictionaries: the plain value within.
        if isinstance(value, base):
            return encode(_PLAIN[base](value), refer, depth)
    found = refer(value)
    if found is not None:
        return found
    raise Unencodable(kind.__name__)


_PLAIN: dict[type, Callable[[Any], Any]] = {
    bool: bool,
    int: lambda value: int.__add__(value, 0),
    float: lambda value: float.__add__(value, 0.0),
    str: lambda value: str.__str__(value) if type(str.__str__(value)) is str else "".join(str.__iter__(value)),
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    list: lambda value: list(list.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
}

_SIMPLE: dict[type, Callable[[Any], Any]] = {
    complex: lambda value: [encode(value.real), encode(value.imag)],
    datetime.date: lambda value: value.isoformat(),
    datetime.datetime: lambda value: _moment(value),
    datetime.time: lambda value: value.isoformat(),
    datetime.timedelta: lambda value: [value.days, value.seconds, value.microseconds],
    decimal.Decimal: str,
    fractions.Fraction: lambda value: [encode(value.numerator), encode(value.denominator)],
}


def _big(value: int) -> dict[str, str]:
    if value.bit_length() > LARGEST_INTEGER:
        raise Unencodable("an integer too large")
    return {"$": "int", "v": hex(value)}


def _moment(value: datetime.datetime) -> list[Any]:
    place = value.tzinfo
    name = getattr(place, "key", None)  # zoneinfo's name, such as Europe/Paris
    if place is not None and name is None:
        offset = value.utcoffset()
        name = (offset or datetime.timedelta()).total_seconds()
    return [value.replace(tzinfo=None).isoformat(), name, value.fold]


def decode(data: Any, resolve: Resolve | None = None, depth: int = 0) -> Any:
    """The value that `encode` was given. `resolve(tag, object)` serves tags that only one end knows.

    Raises Malformed.
    """
    if depth > DEEPEST:
        raise Malformed("nested too deeply")
    if data is None or isinstance(data, (bool, str, int, float)):
        return data
    if isinstance(data, list):
        return [decode(each, resolve, depth + 1) for each in data]
    if not isinstance(data, dict) or not isinstance(data.get("$"), str):
        raise Malformed("an object without a tag")
    tag = data["$"]
    below = depth + 1
    try:
        if tag in _READ:
            if set(data) != {"$", "v"}:
                raise Malformed("a key too many or too few")
            return _READ[tag](data["v"], lambda each: decode(each, resolve, below))
        if tag.startswith(("np.", "pd.")):
            return frames.decode_tagged(tag, data, lambda each: decode(each, resolve, below))
        if resolve is not None:
            return resolve(tag, data)
    except Malformed:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        ArithmeticError,
        AttributeError,
        binascii.Error,
    ) as failure:
        raise Malformed(f"{tag}: {type(failure).__name__}") from None
    raise Malformed("an unknown tag")


def _read_moment(data: Any, _: Callable[[Any], Any]) -> datetime.datetime:
    text, place, fold = data
    found = datetime.datetime.fromisoformat(exact(text, str)).replace(fold=exact(fold, int))
    if place is None:
        return found
    if isinstance(place, str):
        return found.replace(tzinfo=zone(place))
    return found.replace(tzinfo=datetime.timezone(datetime.timedelta(seconds=place)))


def _read_float(data: Any, _: Callable[[Any], Any]) -> float:
    if data not in ("nan", "inf", "-inf"):
        raise Malformed("not a float")
    return float(data)


def _read_int(data: Any, _: Callable[[Any], Any]) -> int:
    if len(exact(data, str)) > LARGEST_INTEGER // 4 + 4:
        raise Malformed("an integer too large")
    return int(data, 16)


def _items(data: Any, read: Callable[[Any], Any]) -> list[Any]:
    return [read(each) for each in exact(data, list)]


def _read_dict(data: Any, read: Callable[[Any], Any]) -> dict[Any, Any]:
    return {read(key): read(value) for key, value in exact(data, list)}


_READ: dict[str, Callable[[Any, Callable[[Any], Any]], Any]] = {
    "float": _read_float,
    "int": _read_int,
    "dict": _read_dict,
    "tuple": lambda data, read: tuple(_items(data, read)),
    "set": lambda data, read: set(_items(data, read)),
    "frozenset": lambda data, read: frozenset(_items(data, read)),
    "bytes": lambda data, _: read_bytes(data),
    "bytearray": lambda data, _: bytearray(read_bytes(data)),
    "complex": lambda data, read: complex(*(exact(read(each), float) for each in data)),
    "date": lambda data, _: datetime.date.fromisoformat(exact(data, str)),
    "datetime": _read_moment,
    "time": lambda data, _: datetime.time.fromisoformat(exact(data, str)),
    "timedelta": lambda data, _: datetime.timedelta(*(exact(each, int) for each in data)),
    "Decimal": lambda data, _: decimal.Decimal(short(data)),
    "Fraction": lambda data, read: fractions.Fraction(*(exact(read(each), int) for each in data)),
    "range": read_range,
}
