"""Figures for the record; the bounds are far above them, so that a busy machine does not fail the test."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.sandbox.boxed import BoxedSandbox

pytestmark = pytest.mark.sandbox
MODULE = "import numpy as np\nimport pandas as pd\ndef f(x): return float(np.sum(x))"


def test_fourteen_checks(strong: BoxedSandbox, capsys: pytest.CaptureFixture[str]) -> None:
    def check(number: int) -> None:
        with strong.candidate({"m.py": MODULE}, "m") as child:
            assert child.call("f", [number, 1]) == number + 1

    started = time.monotonic()
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(check, range(6)))
    checks = time.monotonic() - started
    started = time.monotonic()
    with strong.shared() as nest:
        for number in range(14):
            with nest.candidate({"m.py": MODULE}, "m") as child:
                assert child.call("f", [number, 1]) == number + 1
    nested = time.monotonic() - started
    started = time.monotonic()
    for _ in range(5):
        assert strong.run({"a.py": "print(1)"}, ["python", "a.py"]).status == "ok"
    run = (time.monotonic() - started) / 5
    with capsys.disabled():
        figures = f"6 checks apart {checks:.1f} s, 14 shared {nested:.1f} s; one plain run {run * 1000:.0f} ms"
        print(f"\nwith pandas: {figures}")
    assert checks < 30
    assert nested < 10
    assert run < 2
