# ruff: noqa: E501
"""Candidate code that tries to pass a check without doing its work; each must fail it."""

import time

import numpy as np
import pandas as pd
import pytest

from harness.sandbox import CandidateError, CandidateGone, Limits
from harness.sandbox.boxed import BoxedSandbox

pytestmark = pytest.mark.sandbox

WRITE = """
import json, os, struct, sys, threading, gc, time
def ends():
    out = []
    for n in os.listdir('/proc/self/fd'):
        n = int(n)
        if n > 2:
            try:
                if os.readlink(f'/proc/self/fd/{n}').startswith('pipe'): out.append(n)
            except OSError: pass
    return out
def shout(data):
    for fd in ends():
        try: os.write(fd, data)
        except OSError: pass
def frame(value):
    data = json.dumps(value).encode()
    return struct.pack('>I', len(data)) + data
"""

FORGERIES = {
    "exit": "import os\ndef f(x): os._exit(0)",
    "system exit": "def f(x): raise SystemExit(0)",
    "printed reply": "def f(x):\n    print('{\"k\":\"reply\",\"v\":42}')\n    return 0",
    "always equal": "class E:\n    def __eq__(s, o): return True\n    def __ne__(s, o): return False\n    __hash__ = None\ndef f(x): return E()",
    "always equal int": "class E(int):\n    def __eq__(s, o): return True\n    def __index__(s): return 42\n    def __int__(s): return 42\n    def __add__(s, o): return 42\n    __hash__ = int.__hash__\ndef f(x): return E(0)",
    "always equal str": "class E(str):\n    def __eq__(s, o): return True\n    __hash__ = str.__hash__\ndef f(x): return E('x')",
    "always equal list": "class E(list):\n    def __eq__(s, o): return True\n    def __iter__(s): return iter([42])\ndef f(x): return E()",
    "json patched": "import json\njson.dumps = lambda *a, **k: '{\"v\":42}'\njson.loads = lambda *a, **k: {}\ndef f(x): return 0",
    "encode patched": "import sys\nfor m in list(sys.modules.values()):\n    if hasattr(m, 'dumps'): m.dumps = lambda *a, **k: b'42'\ndef f(x): return 0",
    "builtins patched": "import builtins\nbuiltins.isinstance = lambda a, b: True\nbuiltins.type = lambda *a: int\nbuiltins.len = lambda a: 42\ndef f(x): return 0",
    "wrong nonce": WRITE + "def f(x):\n    shout(frame({'k': 'reply', 'n': '0' * 16, 'v': 42}))\n    return 0",
    "no nonce": WRITE + "def f(x):\n    shout(frame({'k': 'reply', 'v': 42}))\n    return 0",
    "garbage": WRITE + "def f(x):\n    shout(os.urandom(99))\n    return 0",
    "giant": WRITE + "def f(x):\n    shout(struct.pack('>I', 1 << 31) + b'[' * 99)\n    return 0",
    "giant string": "def f(x): return 'x' * (40 << 20)",
    "deep": WRITE + "def f(x):\n    d = b'[' * 100000\n    shout(struct.pack('>I', len(d)) + d)\n    return 0",
    "deep value": "def f(x):\n    out = []\n    for _ in range(500): out = [out]\n    return out",
    "cyclic value": "def f(x):\n    out = []\n    out.append(out)\n    return out",
    "ended": WRITE + "def f(x):\n    shout(frame({'k': 'ended', 'code': 0}))\n    return 0",
    "ready": WRITE + "shout(frame({'k': 'ready'}))\ndef f(x): return 0",
    "callback never given": WRITE + "def f(x):\n    shout(frame({'k': 'callback', 'id': 1, 'callable': 7, 'args': [], 'kwargs': {}}))\n    return 0",
    "handle": WRITE + "def f(x):\n    shout(frame({'k': 'reply', 'n': '', 'v': {'$': 'handle', 'n': 1, 'type': 42}}))\n    return 0",
    "equal array": "import numpy\nclass E(numpy.ndarray):\n    def __eq__(s, o): return True\ndef f(x): return numpy.zeros(1).view(E)",
    "equal frame": "import pandas\nclass E(pandas.DataFrame):\n    def equals(s, o): return True\n    def __eq__(s, o): return True\ndef f(x): return E({'a': [0]})",
    "raise assertion": "def f(x): raise AssertionError",
    "process": "import os, time\ndef f(x):\n    if os.fork(): time.sleep(60)\n    os._exit(0)",
    "closed pipes": "import os\ndef f(x): os.closerange(3, 100)",
    "signal": "import os, signal\ndef f(x): os.kill(os.getpid(), signal.SIGSTOP)",
    "hang": "def f(x):\n    while True: pass",
    "frames": "import sys, gc\ndef f(x):\n    g = sys._getframe()\n    while g:\n        for v in list(g.f_locals.values()):\n            if v == 42: return v\n        g = g.f_back\n    return 0",
    "conftest": "def f(x): return 0",
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_fails(strong: BoxedSandbox, name: str) -> None:
    files = {
        "m.py": FORGERIES[name],
        "conftest.py": "import os; os._exit(0)",
        "sitecustomize.py": "raise SystemExit",
        "pytest.ini": "[pytest]\naddopts = --collect-only",
        "json.py" if name == "conftest" else "x.py": "def loads(*a): return 42\ndumps = loads",
    }
    started = time.monotonic()
    with pytest.raises((AssertionError, CandidateError, CandidateGone)):  # noqa: PT012, SIM117
        with strong.candidate(files, "m", Limits(wall=0.7)) as child:
            answer = child.call("f", 41)
            assert type(answer) in (int, list, str, np.ndarray, pd.DataFrame) or answer is None
            assert type(answer) is int
            assert answer == 42
    assert time.monotonic() - started < 5


def test_one_reply_too_many_breaks_the_next_call(strong: BoxedSandbox) -> None:
    text = WRITE + (
        "def nonce():\n    for o in gc.get_objects():\n        if type(o) is dict and o.get('k') == 'call' and 'n' in o: return o['n']\n"
        "def f(x):\n    n = nonce()\n    shout(frame({'k': 'reply', 'n': n, 'v': 1}))\n    return 1\n"
    )
    with strong.candidate({"m.py": text}, "m", Limits(wall=1)) as child:
        # Whoever knows the nonce answers the call, as returning the value would have done ...
        assert child.call("f", 0) == 1
        # ... but the second answer to it ends the child.
        with pytest.raises(CandidateGone, match="protocol"):
            child.call("f", 0)


def test_a_thread_cannot_answer_the_next_call(strong: BoxedSandbox) -> None:
    text = WRITE + (
        "def f(x):\n    def later():\n        time.sleep(0.1)\n        shout(frame({'k': 'reply', 'n': 'x', 'v': 42}))\n"
        "    threading.Thread(target=later).start()\n    return 1\n"
    )
    with strong.candidate({"m.py": text}, "m", Limits(wall=1)) as child:
        assert child.call("f", 0) == 1
        time.sleep(0.3)
        with pytest.raises(CandidateGone):
            child.call("f", 0)


def test_a_flood_of_callbacks_ends(strong: BoxedSandbox) -> None:
    files = {"m.py": "def f(g):\n    while True: g(0)"}
    with strong.candidate(files, "m", Limits(wall=0.7)) as child, pytest.raises(CandidateGone):
        child.call("f", lambda x: x)
