"""The parts of lint on their own, and the library as a whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from small_task import Folder

from tasks.lint import lint_library
from tasks.lint.answers import numbers
from tasks.lint.candidate import CandidateError, LocalCandidate
from tasks.lint.sources import names_in
from tasks.lint.tells import Labelled, leaning, tell
from tasks.loader import LIBRARY
from tasks.program import insert


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("6.4 GB, not 0.64 GB", [6.4, 0.64]),
        ("about 1,200GB", [1200.0]),
        ("a pod of 2 GB; 48 hours", [2.0]),
        ("v2.6.4 GB and 12 MB", []),
        ("−3 GB", [-3.0]),
    ],
)
def test_numbers_are_read_with_their_unit(text: str, found: list[float]) -> None:
    assert numbers(text, "(GB|GiB)") == found


def test_a_hunk_replaces_the_definition_with_its_decorators() -> None:
    source = "import a\n\n\n@a.b\ndef f():\n    return 1\n\n\ndef g():\n    return 2\n"
    files = insert({"m.py": source}, "m.py", "f", "def f():\n    return 3\n")
    assert files["m.py"] == "import a\n\n\ndef f():\n    return 3\n\n\ndef g():\n    return 2\n"
    assert insert(files, "m.py", "h", "h = 1\n")["m.py"].endswith("return 2\n\n\nh = 1\n")


def test_names_in_formulas_and_texts() -> None:
    assert names_in("100 * a / (a + b)") == {"a", "b"}
    assert names_in("{{ a | n(1) }} of {{ round(c) }}") == {"a", "c"}
    assert names_in("a +") == set()


def test_candidate_errors_have_no_text() -> None:
    module = SimpleNamespace(f=lambda: 1 / 0, Box=list)
    candidate = LocalCandidate(module)  # type: ignore[arg-type]
    with pytest.raises(CandidateError) as caught:
        candidate.call("f")
    assert caught.value.kind == "ZeroDivisionError"
    box = candidate.new("Box", [3, 1])
    candidate.methods_in_threads(box, "append", [(n,) for n in range(20)], threads=4)
    candidate.method(box, "sort")
    assert len(box) == 22


def rows(tells: bool) -> list[Labelled]:
    subjects = [f"The {a} {b}" for a in ("cache", "index", "model", "queue", "table") for b in "pqrstuvwxyz"]
    clean = "is fine as it stands."
    flawed = "is guaranteed fine." if tells else clean
    return [
        Labelled(f"{s} {text}", "claim", label, s) for s in subjects for label, text in ((1, flawed), (0, clean))
    ]


def test_a_word_that_tells_is_found() -> None:
    found = tell(rows(tells=True))
    assert found.estimate == 1.0
    assert found.low > 0.8


BODIES = (
    ("total", "value", "row", "item", "entry", "part"),
    ("left", "right", "first", "last", "one", "other"),
)


@pytest.mark.parametrize(
    ("flawed", "clean"),
    [
        pytest.param("def f({0}):\n  return {1} + {0}\n", "def f({0}):\n      return {1} + {0}\n", id="indent"),
        pytest.param("def f({0}):\n\n    return {1} + {0}\n", "def f({0}):\n    return {1} + {0}\n", id="blank"),
        pytest.param("def f({0}):\n    return {1} + {0}\n", "def f({0}_o):\n    return {1} + {0}_o\n", id="names"),
    ],
)
def test_the_style_of_code_tells(flawed: str, clean: str) -> None:
    bodies = [(a, b) for a in BODIES[0] for b in BODIES[1]]
    found = tell(
        [
            Labelled(text.format(*body), "hunk", label, "/".join(body))
            for body in bodies
            for label, text in ((1, flawed), (0, clean))
        ]
    )
    assert found.estimate is not None
    assert found.estimate > 0.9
    assert found.low > 0.6


def test_words_that_lean_are_named() -> None:
    found = {each.word: (each.flawed, each.clean) for each in leaning(rows(tells=True))}
    assert found == {"guaranteed": (55, 0), "as": (0, 55), "it": (0, 55), "stands": (0, 55)}
    assert leaning(rows(tells=False)) == ()


def test_equal_wording_tells_nothing() -> None:
    found = tell(rows(tells=False))
    assert found.estimate == 0.5
    assert found.low <= 0.5 <= found.high


def test_the_library_is_proved_in_processes(tmp_path: Path) -> None:
    first = Folder(tmp_path / "averages").root
    second = shutil.copytree(first, tmp_path / "averages-again")
    third = shutil.copytree(first, tmp_path / "averages-broken")
    (third / "task.yaml").write_text("title: [", encoding="utf-8")
    report = lint_library(2, [third, second, first], workers=2)
    assert [t.name for t in report.tasks] == ["averages", "averages-again", "averages-broken"]
    assert [len(t.failures) for t in report.tasks] == [0, 0, 1]
    assert "averages-broken/task.yaml: line " in report.tasks[2].failures[0]


def test_the_shipped_library_is_proved() -> None:
    report = lint_library(20, sorted(path.parent for path in LIBRARY.glob("*/task.yaml")))
    assert {task.name: task.failures for task in report.tasks if task.failures} == {}
    assert report.failures == ()
    assert report.failures == ()
    assert all(task.programs > 0 for task in report.tasks if task.kind == "coding")
    assert report.told.flawed.estimate is not None
    assert report.told.flawed.low <= 0.5
