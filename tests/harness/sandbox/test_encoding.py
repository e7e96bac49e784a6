# ruff: noqa: E501
"""Whatever goes through the protocol comes out the same, and nothing malformed comes out at all."""

import contextlib
import datetime
import decimal
import enum
import fractions
import zoneinfo
from collections import namedtuple
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.sandbox.inside.encoding import decode, dumps, encode, loads
from harness.sandbox.inside.reading import Malformed, Unencodable


def through(value: Any) -> Any:
    return decode(loads(dumps(encode(value))))


def same(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return same(list(left.items()), list(right.items()))
    if isinstance(left, float):
        return repr(left) == repr(right)
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)
    return bool(left == right)


hashable = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary(),
    st.dates(), st.times(), st.timedeltas(), st.datetimes(),
    st.datetimes(timezones=st.just(datetime.UTC)), st.fractions(), st.decimals(allow_nan=False),
)  # fmt: skip
values = st.recursive(
    st.one_of(hashable, st.floats(), st.complex_numbers()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(hashable, inner, max_size=4), st.frozensets(hashable, max_size=4),
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values)
def test_plain_data_comes_back_the_same(value: Any) -> None:
    assert same(through(value), value)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=[])))
def test_lone_surrogates_survive(text: str) -> None:
    assert through(text) == text


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3), np.array([1.5, np.nan, np.inf]), np.array([], dtype="i2"), np.array(3),
        np.array([True, False]), np.array([1 + 2j]), np.array(["2024-01-01", "NaT"], dtype="M8[s]"),
        np.array([1, 2], dtype="m8[ns]"), np.array(["a", "bcd"]), np.array([1, "x", None, (1, 2)], dtype=object),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.arange(3, dtype=">i4"), np.zeros((0, 3)),
        np.arange(10)[::-2], np.float32(1.5), np.int64(7), np.bool_(True), np.datetime64("2024-01-01", "D"),
        np.str_("x"),
    ],
)  # fmt: skip
def test_arrays_come_back_the_same(array: Any) -> None:
    found = through(array)
    assert type(found) is type(array)
    assert found.dtype == array.dtype or found.dtype.newbyteorder(">") == array.dtype
    np.testing.assert_array_equal(found, array)


FRAMES = [
    pd.DataFrame({"a": [1, 2], "b": [1.5, np.nan], "c": ["x", None], "d": [True, False]}),
    pd.DataFrame({"t": pd.to_datetime(["2024-01-01", None]), "z": pd.to_datetime(["2024-01-01", None], utc=True)}),
    pd.DataFrame({"z": pd.date_range("2024-03-31", periods=4, freq="h", tz="Europe/Paris")}),
    pd.DataFrame({"k": pd.Categorical(["a", None, "b"], ["b", "a"], ordered=True)}),
    pd.DataFrame({"i": pd.array([1, None], "Int64"), "f": pd.array([1.5, None], "Float64"),
                  "b": pd.array([True, None], "boolean"), "s": pd.array(["x", None], "string")}),
    pd.DataFrame({"d": pd.to_timedelta(["1h", None])}, index=pd.Index(["r", "s"], name="row")),
    pd.DataFrame(np.eye(2), columns=[("a", 1), ("b", 2)]),
    pd.DataFrame([[1, 2], [3, 4]], columns=["x", "x"]),
    pd.DataFrame([[1]], index=pd.MultiIndex.from_tuples([("a", 1)], names=["k", None])),
    pd.DataFrame(index=[1, 2, 3]),
    pd.DataFrame(),
]  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES)
def test_frames_come_back_the_same(frame: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(through(frame), frame, check_freq=False)


@pytest.mark.parametrize("series", [frame.iloc[:, 0] for frame in FRAMES if frame.shape[1]])
def test_series_come_back_the_same(series: "pd.Series[Any]") -> None:
    pd.testing.assert_series_equal(through(series), series, check_freq=False)


@pytest.mark.parametrize(
    "value",
    [
        pd.Timestamp("2024-01-01 12:00:00.123456789"), pd.Timestamp("2024-01-01", tz="Europe/Paris"),
        pd.Timestamp("2024-10-27 01:30", tz="UTC").tz_convert("Europe/Paris"), pd.Timestamp("2024-01-01", tz="UTC"),
        pd.Timedelta("1h"), pd.Timedelta(5, "ns"),
    ],
)  # fmt: skip
def test_moments_come_back_the_same(value: Any) -> None:
    found = through(value)
    assert found == value
    assert (type(found), found.unit) == (type(value), value.unit)
    assert str(getattr(found, "tz", None)) == str(getattr(value, "tz", None))


def test_missing_values_come_back_as_themselves() -> None:
    assert through(pd.NaT) is pd.NaT
    assert through(pd.NA) is pd.NA
    assert through(zoneinfo_moment()) == zoneinfo_moment()
    assert through([decimal.Decimal("NaN")])[0].is_nan()
    assert through(fractions.Fraction(1, 3)) == fractions.Fraction(1, 3)
    assert through(bytearray(b"x")) == bytearray(b"x")
    assert through(range(3, 9, 2)) == range(3, 9, 2)


def zoneinfo_moment() -> datetime.datetime:
    return datetime.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Paris"))


class Colour(enum.IntEnum):
    RED = 1


Point = namedtuple("Point", "x y")


class AlwaysEqual(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


@pytest.mark.parametrize(("value", "plain"), [(Colour.RED, 1), (Point(1, 2), (1, 2)), (AlwaysEqual(3), 3)])
def test_subclasses_become_the_plain_value(value: Any, plain: Any) -> None:
    found = through(value)
    assert type(found) is type(plain)
    assert found == plain


def test_an_object_has_no_encoding() -> None:
    with pytest.raises(Unencodable):
        encode(object())
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(Unencodable):
        encode(deep)
    with pytest.raises(Unencodable):
        encode(1 << 100_000)


BROKEN = [
    b"", b"NaN", b"Infinity", b'{"a":1,"a":2}', b"[" * 5000, b"[" * 200_000, b"9" * 5000, b"\xff",
    b"[" * 60 + b"]" * 60, b'{"a":1}', b'{"$":"nothing"}', b'{"$":"tuple"}', b'{"$":"tuple","v":1}',
    b'{"$":"tuple","v":[],"w":1}', b'{"$":1}', b'{"$":"float","v":"1e5"}', b'{"$":"int","v":"zz"}',
    b'{"$":"set","v":[[]]}', b'{"$":"dict","v":[[1]]}', b'{"$":"dict","v":[[[],1]]}', b'{"$":"bytes","v":"?"}',
    b'{"$":"range","v":[0,1000000000000,1]}', b'{"$":"range","v":[0,1,0]}', b'{"$":"date","v":"tomorrow"}',
    b'{"$":"datetime","v":["2024-01-01","../../etc/passwd",0]}', b'{"$":"Fraction","v":[1,0]}',
    b'{"$":"np.array","dtype":"<f8","shape":[1000000000],"v":""}', b'{"$":"np.array","dtype":"|O","shape":[1],"v":""}',
    b'{"$":"np.array","dtype":"<f8","shape":[-1],"v":""}', b'{"$":"np.scalar","dtype":"<f8","v":""}',
    b'{"$":"np.array","dtype":"V9999999999","shape":[0],"v":""}', b'{"$":"np.x"}', b'{"$":"pd.x"}',
    b'{"$":"pd.Series","name":null,"index":{"$":"pd.RangeIndex","name":null,"v":[0,9,1]},'
    b'"v":{"$":"np.array","dtype":"<f8","shape":[0],"v":""}}',
    b'{"$":"pd.DataFrame","columns":1,"index":1,"v":[]}', b'{"$":"pd.Timestamp","v":"1","unit":"ns","zone":"/etc/x"}',
    b'{"$":"pd.Index","name":[],"v":{"$":"pd.text","missing":"nan","v":[1]}}',
]  # fmt: skip


@pytest.mark.parametrize("data", BROKEN)
def test_malformed_data_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        decode(loads(data))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.sampled_from(["<f8", "nan", "<M8[s]"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.builds(
        lambda tag, rest: {**rest, "$": tag},
        st.sampled_from(["tuple", "dict", "set", "int", "datetime", "np.array", "np.objects", "np.scalar",
                         "pd.Series", "pd.DataFrame", "pd.Index", "pd.RangeIndex", "pd.MultiIndex", "pd.category",
                         "pd.zoned", "pd.masked", "pd.text", "pd.Timestamp", "range", "Decimal", "complex"]),
        st.dictionaries(st.sampled_from(["v", "dtype", "shape", "index", "name", "columns", "unit", "zone", "mask",
                                         "categories", "ordered", "names", "missing"]), inner, max_size=4),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(json_values)
def test_decoding_anything_gives_data_or_malformed(data: Any) -> None:
    with contextlib.suppress(Malformed):
        decode(data)
