"""Code of a task that never ends, or that ends its process, is a failure that names the file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from small_task import Folder

from tasks.lint import lint_folder, lint_library

LIMIT = 3.0
"""Seconds: far more than anything of the small task takes."""
LOOP = "while True:\n    pass\n"
STUBBORN = """\
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "averages")


def failure(folder: Folder, limit: float = LIMIT) -> str:
    """The one failure, from one process for all draws."""
    (report,) = lint_folder(folder.root, 2, workers=1, limit=limit).tasks
    (found,) = report.failures
    return found


ENDLESS = [
    pytest.param(
        "checks/low-spread.py",
        "def check(candidate):\n" + STUBBORN,
        "averages/checks/low-spread.py: with reference/solution, the check did not end within 3 seconds (at line ",
        id="check",
    ),
    pytest.param(
        "checks/low-spread.py",
        "sum(iter(int, 1))\n",
        "averages/checks/low-spread.py: loading it did not end within 3 seconds (at line 1 of low-spread.py);",
        id="check-as-it-is-loaded-in-c",
    ),
    pytest.param(
        "reference/solution/averages.py",
        LOOP,
        "averages/reference/solution/averages.py: importing it did not end within 3 seconds (at line ",
        id="solution",
    ),
    pytest.param(
        "reference/wrong-low-spread-first/averages.py",
        "from math import fsum as total\n\n\ndef mean(values):\n    return sum(values) / max(len(values), 1)\n\n\n"
        f"def spread(values):\n{STUBBORN}",
        "with reference/wrong-low-spread-first, the check did not end within 3 seconds (at line ",
        id="near-miss",
    ),
    pytest.param(
        "visible/test_averages.py",
        "def test_all():\n" + STUBBORN,
        "averages/visible/test_averages.py: with reference/solution, test_all did not end within 3 seconds "
        "(at line ",
        id="visible-test",
    ),
    pytest.param(
        "visible/test_averages.py",
        f"{LOOP}\n\ndef test_all():\n    pass\n",
        "averages/visible/test_averages.py: with reference/solution, importing it did not end within 3 seconds",
        id="visible-file",
    ),
]


@pytest.mark.parametrize(("path", "text", "expected"), ENDLESS)
def test_what_never_ends_is_named(folder: Folder, path: str, text: str, expected: str) -> None:
    folder.write(path, text)
    assert expected in failure(folder)


def test_a_twin_that_never_ends_is_named(folder: Folder) -> None:
    folder.replace("items/low-spread.yaml", "      return max(values) - 0", "      while True: values = values")
    found = failure(folder)
    assert "with low-spread alone flawed, test_all did not end within 3 seconds (at line " in found
    assert "of averages.py)" in found


def test_a_proof_that_never_ends_is_named(folder: Folder) -> None:
    folder.replace("items/exact-halves.yaml", "  assert 0.5", "  while True: pass\n  assert 0.5")
    found = failure(folder)
    assert found.startswith("averages/items/exact-halves.yaml:13: the proof did not end within 3 seconds")
    assert "(at line 1 of the proof)" in found


ENDING = [
    pytest.param("checks/low-spread.py", "def check(candidate):\n    import os\n    os._exit(0)\n", id="check"),
    pytest.param("checks/low-spread.py", "import os\nos._exit(0)\n", id="check-as-it-is-loaded"),
    pytest.param("reference/solution/averages.py", "import os\nos._exit(0)\n", id="solution"),
    pytest.param("visible/test_averages.py", "import os\n\n\ndef test_all():\n    os._exit(0)\n", id="visible"),
    pytest.param(
        "checks/low-spread.py",
        "import os, signal\n\n\ndef check(candidate):\n    os.kill(os.getpid(), signal.SIGKILL)\n",
        id="signal",
    ),
]


@pytest.mark.parametrize(("path", "text"), ENDING)
@pytest.mark.parametrize("workers", [1, 2])
def test_what_ends_its_process_is_named(folder: Folder, path: str, text: str, workers: int) -> None:
    folder.write(path, text)
    report = lint_folder(folder.root, 2, workers=workers)
    (found,) = report.tasks[0].failures
    assert found.startswith(f"averages/{path}: ")
    assert found.endswith("ended the process that ran it; take out what does so.")
    assert not report.passed


def test_what_was_found_before_is_told_too(folder: Folder) -> None:
    folder.replace("items/exact-halves.yaml", "0.5 + 0.5 == 1.0\n", "0.1 + 0.2 == 0.3\n")
    folder.write("checks/low-spread.py", "import os\n\n\ndef check(candidate):\n    os._exit(0)\n")
    (report,) = lint_folder(folder.root, 2, workers=1).tasks
    assert ["the proof fails" in report.failures[0], "ended the process" in report.failures[1]] == [True, True]


def test_another_task_is_proved_nevertheless(tmp_path: Path) -> None:
    good = Folder(tmp_path / "averages").root
    bad = Folder(tmp_path / "endless")
    bad.write("checks/low-spread.py", f"def check(candidate):\n{STUBBORN}")
    report = lint_library(1, [good, bad.root], workers=2, limit=LIMIT)
    assert [len(task.failures) for task in report.tasks] == [0, 1]


def test_nothing_is_left_behind(folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("reference/solution/averages.py", LOOP)
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    assert "did not end" in failure(folder)
    assert not any(place.iterdir())


def test_what_a_task_prints_is_no_part_of_the_report(folder: Folder, capfd: pytest.CaptureFixture[str]) -> None:
    folder.replace("checks/low-spread.py", "def check(candidate):", "def check(candidate):\n    print('heard')")
    assert lint_folder(folder.root, 1).passed
    assert "heard" not in capfd.readouterr().out
