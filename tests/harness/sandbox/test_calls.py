# ruff: noqa: E501
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from harness.sandbox import CandidateError, CandidateGone, FileRefused, Handle, Limits
from harness.sandbox.boxed import BoxedSandbox

pytestmark = pytest.mark.sandbox

MODULE = """
import asyncio, collections, dataclasses, os, threading, time
class Own(KeyError): pass
class Cache:
    def __init__(self, fetch=None, size=3):
        self.fetch, self.size, self.values = fetch, size, {}
    def get(self, key):
        if key not in self.values: self.values[key] = self.fetch(key)
        return self.values[key]
    def bump(self):
        n = self.size; time.sleep(0.001); self.size = n + 1
    @staticmethod
    def name(): return "cache"
@dataclasses.dataclass
class Point:
    x: int
def give(*args, **kwargs): return args if len(args) != 1 else args[0]
def named(*, a): return a
def add(a, b=1): return a + b
def each(f, values): return [f(v) for v in values]
def swallow(f):
    try: return f()
    except Exception as e: return type(e).__name__, list(e.args)
def fail(): raise Own("a secret")
def leave(): os._exit(0)
def end(): raise SystemExit(0)
def sleep(s): time.sleep(s)
def point(): return [Point(3)]
def counter(): return collections.Counter("aab")
def closure(n): return lambda x: x + n
async def later(x): await asyncio.sleep(0.01); return x
def together(f, n):
    out = [None] * n
    def work(i): out[i] = f(i)
    ts = [threading.Thread(target=work, args=(i,)) for i in range(n)]
    for t in ts: t.start()
    for t in ts: t.join()
    return out
def eat(): return bytearray(3 << 30)
def deep(n): return deep(n + 1)
def talk(): print("x" * 10_000_000); return 1
"""
FILES = {"m.py": MODULE}


def test_calls(strong: BoxedSandbox) -> None:
    with strong.candidate(FILES, "m") as child:
        assert child.call("add", 2) == 3
        assert child.call("add", 2, b=5) == 7
        assert child.call("Cache.name") == "cache"
        assert child.call("named", a=(1, None)) == (1, None)
        assert child.call("later", 4) == 4
        assert child.call("counter") == {"a": 2, "b": 1}
        assert child.call("talk") == 1


def test_data_of_every_kind_goes_there_and_back(strong: BoxedSandbox) -> None:
    frame = pd.DataFrame({"a": [1.5, np.nan], "t": pd.to_datetime(["2024-01-01", None])}, index=["r", "s"])
    with strong.candidate({"m.py": MODULE + "\nimport numpy, pandas"}, "m") as child:
        pd.testing.assert_frame_equal(child.call("give", frame), frame)
        np.testing.assert_array_equal(child.call("give", np.eye(3)), np.eye(3))
        assert child.call("give", pd.NaT) is pd.NaT
        for value in ({(1, "x"): {2.5}}, float("inf"), b"\0\xff", pd.Timestamp("2024-01-01", tz="UTC"), [1 << 70]):
            assert child.call("give", value) == value


def test_objects_stay_in_the_child(strong: BoxedSandbox) -> None:
    with strong.candidate(FILES, "m") as child:
        asked: list[str] = []

        def fetch(key: str) -> str:
            asked.append(key)
            return key.upper()

        cache = child.new("Cache", fetch)
        assert isinstance(cache, Handle)
        assert cache.type == "Cache"
        assert [child.method(cache, "get", key) for key in ("a", "a", "b")] == ["A", "A", "B"]
        assert asked == ["a", "b"]
        assert child.attribute(cache, "size") == 3
        (point,) = child.call("point")
        assert child.attribute(point, "x") == 3
        assert child.method(child.call("closure", 3), "__call__", 4) == 7
        assert child.call("give", cache).type == "Cache"


def test_threads_in_the_child(strong: BoxedSandbox) -> None:
    with strong.candidate(FILES, "m") as child:
        cache = child.new("Cache", lambda key: (time.sleep(0.1), key)[1])
        started = time.monotonic()
        assert child.methods_in_threads(cache, "get", [[i] for i in range(8)], 8) == list(range(8))
        assert time.monotonic() - started < 0.6
        racing = child.new("Cache", None, 0)
        child.methods_in_threads(racing, "bump", [[]] * 40, 8)
        assert child.attribute(racing, "size") < 40
        with pytest.raises(CandidateError):
            child.methods_in_threads(racing, "get", [[1]], 2)


def test_callables_of_the_parent_are_called_at_the_same_time(strong: BoxedSandbox) -> None:
    gate = threading.Barrier(4)
    with strong.candidate(FILES, "m") as child:
        assert child.call("together", lambda i: (gate.wait(3), i * 2)[1], 4) == [0, 2, 4, 6]
        assert child.call("each", lambda v: v + 1, [1, 2]) == [2, 3]


def test_exceptions_cross_by_kind_alone(strong: BoxedSandbox) -> None:
    with strong.candidate(FILES, "m") as child:
        with pytest.raises(CandidateError) as caught:
            child.call("fail")
        assert caught.value.kind == "KeyError"
        assert "secret" not in str(caught.value)
        for name in ("missing", "end"):
            with pytest.raises(CandidateError):
                child.call(name)
        with pytest.raises(CandidateError) as caught:
            child.call("deep", 0)
        assert caught.value.kind == "RecursionError"

        def down() -> None:
            raise TimeoutError("upstream", 504)

        assert child.call("swallow", down) == ("TimeoutError", ["upstream", 504])

        def check() -> None:
            raise AssertionError("asked twice")

        with pytest.raises(AssertionError, match="asked twice"):
            child.call("swallow", check)
        assert child.call("add", 1) == 2


def test_a_child_that_goes_is_gone(strong: BoxedSandbox) -> None:
    for name, args, word in (
        ("leave", (), "ended"),
        ("sleep", (60,), "longer"),
    ):
        with strong.candidate(FILES, "m", Limits(wall=0.7)) as child:
            with pytest.raises(CandidateGone, match=word):
                child.call(name, *args)
            with pytest.raises(CandidateGone):
                child.call("add", 1)
    with strong.candidate(FILES, "m") as child, pytest.raises(CandidateError) as caught:
        child.call("eat")
    assert caught.value.kind == "MemoryError"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("def f(:", CandidateError), ("1 / 0", CandidateError), ("raise SystemExit", CandidateError),
     ("import os; os._exit(0)", CandidateGone), ("while True: pass", CandidateGone)],
)  # fmt: skip
def test_a_module_that_cannot_be_imported(strong: BoxedSandbox, text: str, kind: type[Exception]) -> None:
    with pytest.raises(kind), strong.candidate({"m.py": text}, "m", Limits(wall=0.7)):
        pass
    with pytest.raises(FileRefused), strong.candidate({"../m.py": ""}, "m"):
        pass


def test_every_child_is_fresh_and_the_seed_the_same(strong: BoxedSandbox) -> None:
    text = "import numpy, random\nn = 0\ndef f():\n    global n\n    n += 1\n    return n, random.random(), numpy.random.rand(), hash('x')"
    found = []
    for _ in range(2):
        with strong.candidate({"m.py": text}, "m") as child:
            found.append(child.call("f"))
    assert found[0] == found[1]


def test_children_run_at_the_same_time(strong: BoxedSandbox) -> None:
    def one(number: int) -> int:
        with strong.candidate(FILES, "m") as child:
            child.call("sleep", 0.5)
            return int(child.call("add", number))

    started = time.monotonic()
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(one, range(6))) == [1, 2, 3, 4, 5, 6]
    assert time.monotonic() - started < 2.5


def test_boxes_kept_warm_are_used_once(strong: BoxedSandbox) -> None:
    strong.keep_warm(2)
    try:
        time.sleep(1.5)
        for _ in range(3):
            with strong.candidate(
                {"m.py": "import pandas\nn = []\ndef f():\n    n.append(1)\n    return len(n)"}, "m"
            ) as child:
                assert child.call("f") == 1
    finally:
        strong.keep_warm(0)
