"""The encoding of numpy arrays and pandas objects, which `encoding` asks when these libraries are in use."""

from __future__ import annotations

import base64
import datetime
import sys
from collections.abc import Callable
from typing import Any

from .reading import Malformed, Unencodable, exact, keys, read_bytes, read_range, short, zone

_UNITS = ("D", "h", "m", "s", "ms", "us", "ns")
_KINDS = frozenset("biufcMm")  # numpy's letters for types whose bytes say everything
_MASKED = frozenset(
    [
        "Int8",
        "Int16",
        "Int32",
        "Int64",
        "UInt8",
        "UInt16",
        "UInt32",
        "UInt64",
        "Float32",
        "Float64",
        "boolean",
    ]
)

Read = Callable[[Any], Any]
Write = Callable[[Any], Any]
"""Encodes what lies within an array or frame."""


def decode_tagged(tag: str, data: dict[str, Any], read: Read) -> Any:
    """The array or frame that `data` holds; `read` decodes what lies within. Raises Malformed and ValueError."""
    return _decode_array(tag, data, read) if tag.startswith("np.") else _decode_frame(tag, data, read)


def encode_array(value: Any, write: Write) -> dict[str, Any] | None:
    """The encoding of a numpy array or scalar; None for anything else. Raises Unencodable."""
    import numpy

    if not isinstance(value, (numpy.ndarray, numpy.generic)):
        return None
    dtype: Any = value.dtype
    if dtype.kind in "OUST" or dtype.names is not None or dtype.kind not in _KINDS:
        if isinstance(value, numpy.generic):
            if dtype.kind == "U":
                return {"$": "np.str", "v": str(value)}
            raise Unencodable(dtype.name)
        if type(value) is not numpy.ndarray or dtype.kind not in "OU":
            raise Unencodable(dtype.name)
        flat = [write(each) for each in value.ravel().tolist()]
        return {"$": "np.objects", "dtype": dtype.str, "shape": list(value.shape), "v": flat}
    if dtype.kind in "Mm" and numpy.datetime_data(dtype) not in [(unit, 1) for unit in _UNITS]:
        raise Unencodable(dtype.name)
    little = numpy.asarray(value).astype(dtype.newbyteorder("<"), copy=False)
    data = base64.b64encode(little.tobytes()).decode()
    name = dtype.newbyteorder("<").str
    if isinstance(value, numpy.generic):
        return {"$": "np.scalar", "dtype": name, "v": data}
    return {"$": "np.array", "dtype": name, "shape": list(value.shape), "v": data}


def _dtype(numpy: Any, name: Any) -> Any:
    if not isinstance(name, str) or len(name) > 12 or name[:1] not in "<|" or name[1:2] not in _KINDS:
        raise Malformed("no such type")
    if name[1] in "Mm" and name[2:] not in [f"8[{unit}]" for unit in _UNITS]:
        raise Malformed("no such unit")
    dtype = numpy.dtype(name)
    if dtype.itemsize > 32:
        raise Malformed("no such type")
    return dtype


def _decode_array(tag: str, data: dict[str, Any], read: Read) -> Any:
    import numpy

    if tag == "np.str":
        return numpy.str_(exact(data["v"], str))
    if tag == "np.scalar":
        keys(data, "dtype", "v")
        found = numpy.frombuffer(read_bytes(data["v"]), _dtype(numpy, data["dtype"]))
        if found.shape != (1,):
            raise Malformed("not one value")
        return found[0]
    keys(data, "dtype", "shape", "v")
    shape = tuple(exact(each, int) for each in exact(data["shape"], list))
    if len(shape) > 8 or any(each < 0 or each > 1 << 31 for each in shape):
        raise Malformed("not a shape")
    if tag == "np.array":
        return numpy.frombuffer(read_bytes(data["v"]), _dtype(numpy, data["dtype"])).reshape(shape).copy()
    if tag == "np.objects":
        values = [read(each) for each in exact(data["v"], list)]
        name = exact(data["dtype"], str)
        array = numpy.empty(len(values), dtype=object)
        for position, value in enumerate(values):
            array[position] = value
        if name != "|O":
            longest = max((len(exact(value, str)) for value in values), default=0)
            if name[:2] != "<U" or len(values) * longest > 1 << 24:
                raise Malformed("no such type")
            array = array.astype(f"<U{max(longest, 1)}")
        return array.reshape(shape)
    raise Malformed("an unknown tag")


def encode_frame(value: Any, write: Write) -> dict[str, Any] | None:
    """The encoding of a pandas object; None for anything else. Raises Unencodable."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "NA"):  # absent, or another thread is still importing it
        return None
    if value is pandas.NaT:
        return {"$": "pd.NaT"}
    if value is pandas.NA:
        return {"$": "pd.NA"}
    kind = type(value)
    if kind is pandas.Timestamp:
        place = None if value.tz is None else str(value.tz)
        return {"$": "pd.Timestamp", "v": str(value.asm8.view("i8")), "unit": value.unit, "zone": place}
    if kind is pandas.Timedelta:
        return {"$": "pd.Timedelta", "v": str(value.asm8.view("i8")), "unit": value.unit}
    if isinstance(value, pandas.DataFrame):
        columns = [_encode_column(pandas, value.iloc[:, i].array, write) for i in range(value.shape[1])]
        return {
            "$": "pd.DataFrame",
            "columns": _encode_index(pandas, value.columns, write),
            "index": _encode_index(pandas, value.index, write),
            "v": columns,
        }
    if isinstance(value, pandas.Series):
        return {
            "$": "pd.Series",
            "name": write(value.name),
            "index": _encode_index(pandas, value.index, write),
            "v": _encode_column(pandas, value.array, write),
        }
    if isinstance(value, pandas.Index):
        return _encode_index(pandas, value, write)
    return None


def _encode_index(pandas: Any, value: Any, write: Write) -> dict[str, Any]:
    if isinstance(value, pandas.RangeIndex):
        bounds = [value.start, value.stop, value.step]
        return {
            "$": "pd.RangeIndex",
            "name": write(value.name),
            "v": [int(each) for each in bounds],
        }
    if isinstance(value, pandas.MultiIndex):
        levels = [_encode_column(pandas, value.get_level_values(i).array, write) for i in range(value.nlevels)]
        return {
            "$": "pd.MultiIndex",
            "names": [write(name) for name in value.names],
            "v": levels,
        }
    column = _encode_column(pandas, value.array, write)
    return {"$": "pd.Index", "name": write(value.name), "v": column}


def _encode_column(pandas: Any, array: Any, write: Write) -> dict[str, Any]:
    import numpy

    if type(array) is pandas.arrays.NumpyExtensionArray:  # a string array is a subclass of it
        array = array.to_numpy()
    dtype = array.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        return {
            "$": "pd.category",
            "categories": _encode_index(pandas, array.categories, write),
            "ordered": bool(array.ordered),
            "v": encode_array(numpy.asarray(array.codes), write),
        }
    if isinstance(dtype, pandas.DatetimeTZDtype):
        ticks = numpy.asarray(array.tz_convert("UTC").tz_localize(None)).view("i8")
        return {"$": "pd.zoned", "zone": str(dtype.tz), "unit": dtype.unit,
                "v": encode_array(ticks, write)}  # fmt: skip
    if isinstance(dtype, pandas.StringDtype):
        texts = [None if pandas.isna(each) else str(each) for each in array]
        return {"$": "pd.text", "missing": "NA" if dtype.na_value is pandas.NA else "nan", "v": texts}
    if dtype.name in _MASKED and not isinstance(dtype, numpy.dtype):
        mask = numpy.asarray(pandas.isna(array))
        plain = array.to_numpy(dtype=dtype.numpy_dtype, na_value=0)
        return {"$": "pd.masked", "mask": encode_array(mask, write),
                "v": encode_array(plain, write)}  # fmt: skip
    if isinstance(dtype, numpy.dtype):
        return encode_array(numpy.asarray(array), write) or {}
    raise Unencodable(dtype.name)


def _decode_frame(tag: str, data: dict[str, Any], read: Read) -> Any:
    import pandas

    if tag in ("pd.NaT", "pd.NA"):
        keys(data)
        return pandas.NaT if tag == "pd.NaT" else pandas.NA
    if tag in ("pd.Timestamp", "pd.Timedelta"):
        unit = data["unit"]
        if unit not in ("s", "ms", "us", "ns"):
            raise Malformed("no such unit")
        ticks = int(short(data["v"]))
        if tag == "pd.Timedelta":
            keys(data, "v", "unit")
            return pandas.Timedelta(ticks, unit=unit).as_unit(unit)
        keys(data, "v", "unit", "zone")
        moment = pandas.Timestamp(ticks, unit=unit).as_unit(unit)
        return moment if data["zone"] is None else moment.tz_localize("UTC").tz_convert(_known_zone(data["zone"]))
    if tag in ("pd.Index", "pd.RangeIndex", "pd.MultiIndex"):
        return _decode_index(pandas, data, read)
    if tag == "pd.Series":
        keys(data, "name", "index", "v")
        index = _decode_index(pandas, data["index"], read)
        column = _decode_column(pandas, data["v"], read)
        _same_length(index, column)
        return pandas.Series(column, index=index, name=_hashable(read(data["name"])), copy=False)
    if tag == "pd.DataFrame":
        keys(data, "columns", "index", "v")
        index = _decode_index(pandas, data["index"], read)
        names = _decode_index(pandas, data["columns"], read)
        columns = [_decode_column(pandas, each, read) for each in exact(data["v"], list)]
        if len(names) != len(columns):
            raise Malformed("names and columns differ in number")
        for column in columns:
            _same_length(index, column)
        frame = pandas.DataFrame(
            {i: pandas.Series(column, index=index, copy=False) for i, column in enumerate(columns)},
            index=index,
        )
        frame.columns = names
        return frame
    raise Malformed("an unknown tag")


def _decode_index(pandas: Any, data: Any, read: Read) -> Any:
    tag = data["$"]
    if tag == "pd.RangeIndex":
        keys(data, "name", "v")
        found = read_range(data["v"], read)
        return pandas.RangeIndex(found.start, found.stop, found.step, name=_hashable(read(data["name"])))
    if tag == "pd.MultiIndex":
        keys(data, "names", "v")
        levels = [_decode_column(pandas, each, read) for each in exact(data["v"], list)]
        names = [_hashable(read(name)) for name in data["names"]]
        return pandas.MultiIndex.from_arrays(levels, names=names)
    if tag != "pd.Index":
        raise Malformed("not an index")
    keys(data, "name", "v")
    column = _decode_column(pandas, data["v"], read)
    return pandas.Index(column, dtype=column.dtype, name=_hashable(read(data["name"])), tupleize_cols=False)


def _decode_column(pandas: Any, data: Any, read: Read) -> Any:
    import numpy

    tag = data["$"]
    if tag in ("np.array", "np.objects"):
        found = read(data)
        if found.ndim != 1:
            raise Malformed("not a column")
        return found
    if tag == "pd.text":
        keys(data, "missing", "v")
        texts = [each if each is None else exact(each, str) for each in exact(data["v"], list)]
        missing = pandas.NA if data["missing"] == "NA" else numpy.nan
        return pandas.array(texts, dtype=pandas.StringDtype(na_value=missing))
    if tag == "pd.zoned":
        keys(data, "zone", "unit", "v")
        if data["unit"] not in ("s", "ms", "us", "ns"):
            raise Malformed("no such unit")
        ticks = _array(read(data["v"]), "i").astype("i8").view(f"M8[{data['unit']}]")
        return pandas.DatetimeIndex(ticks).tz_localize("UTC").tz_convert(_known_zone(data["zone"])).array
    if tag == "pd.category":
        keys(data, "categories", "ordered", "v")
        categories = _decode_index(pandas, data["categories"], read)
        return pandas.Categorical.from_codes(
            _array(read(data["v"]), "i"), categories=categories, ordered=exact(data["ordered"], bool)
        )
    if tag == "pd.masked":
        keys(data, "mask", "v")
        mask, plain = _array(read(data["mask"]), "b"), _array(read(data["v"]), "iufb")
        kinds = {"i": pandas.arrays.IntegerArray, "u": pandas.arrays.IntegerArray,
                 "f": pandas.arrays.FloatingArray, "b": pandas.arrays.BooleanArray}  # fmt: skip
        return kinds[plain.dtype.kind](plain, mask)
    raise Malformed("not a column")


def _array(value: Any, kinds: str) -> Any:
    if getattr(value, "ndim", None) != 1 or value.dtype.kind not in kinds:
        raise Malformed("not a column")
    return value


def _known_zone(name: Any) -> Any:
    """A zone by pandas' spelling of it: a name, `UTC`, or an offset such as `UTC+02:00`."""
    text = exact(name, str)
    if text.startswith(("UTC+", "UTC-")):
        clock = datetime.time.fromisoformat(text[4:])
        offset = datetime.timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
        return datetime.timezone(offset if text[3] == "+" else -offset)
    return datetime.UTC if text == "UTC" else zone(text)


def _hashable(value: Any) -> Any:
    hash(value)
    return value


def _same_length(index: Any, column: Any) -> None:
    if len(index) != len(column):
        raise Malformed("index and column differ in length")
