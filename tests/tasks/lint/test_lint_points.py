"""Lint accepts a good task and finds each kind of mistake, naming file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_task import Folder

from tasks.lint import lint_folder, proving
from tasks.loader import load_task
from tasks.watch import LIMIT, Watch


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "averages")


def failures(folder: Folder, draws: int = 3) -> list[str]:
    (report,) = lint_folder(folder.root, draws).tasks
    return list(report.failures)


def test_a_good_task_passes(folder: Folder) -> None:
    report = lint_folder(folder.root, 20)
    assert [t.failures for t in report.tasks] == [()]
    assert report.passed
    assert report.to_json() == {
        "tasks": [
            {
                "name": "averages",
                "kind": "coding",
                "items": 4,
                "decoys": 1,
                "fillers": 1,
                "programs": report.tasks[0].programs,
                "proofs": 2,
                "check_seconds": report.to_json()["tasks"][0]["check_seconds"],
                "seconds": report.to_json()["tasks"][0]["seconds"],
                "failures": [],
                "notes": [
                    "averages/items: 3 twins; 8 are the library's standard, and a session with few gives counts "
                    "rather than an estimate.",
                    "averages/items: 1 decoys; 3 are the library's standard.",
                ],
            }
        ],
        "draws": 20,
        "tell_auc": {"estimate": None, "low": 0.0, "high": 1.0},
        "tell_auc_by_form": {form: {"estimate": None, "low": 0.0, "high": 1.0} for form in ("claim", "hunk")},
        "leaning": [],
        "filler_auc": {"estimate": None, "low": 0.0, "high": 1.0},
        "decoy_auc": {"estimate": None, "low": 0.0, "high": 1.0},
        "phrases": report.to_json()["phrases"],
        "failures": [],
        "seconds": report.to_json()["seconds"],
    }
    assert "proved" in report.to_text()


BROKEN = [
    pytest.param(
        "visible/test_averages.py",
        "assert total",
        "assert mean([]) == 0.0\n    assert total",
        ["items/empty-mean.yaml:7: with empty-mean alone flawed, a visible test fails", "change the twin"],
        id="1-visible-test-tells",
    ),
    pytest.param(
        "checks/empty-mean.py",
        'assert candidate.call("mean", []) == 0.0\n',
        "\n",
        ["checks/empty-mean.py: with empty-mean alone flawed, the flawed twin passes", "has to find"],
        id="1-check-finds-nothing",
    ),
    pytest.param(
        "items/empty-mean.yaml",
        "max(len(values), 1)",
        "max(len(values), 3)",
        ["with every twin clean, the clean twin fails", "correct the twin"],
        id="2-clean-twin-wrong",
    ),
    pytest.param(
        "reference/wrong-low-spread-first/averages.py",
        "values[-1] - 1",
        "max(values) - min(values)",
        ["reference/wrong-low-spread-first: checks/low-spread.py accepts this near miss"],
        id="2-near-miss-accepted",
    ),
    pytest.param(
        "reference/right-sorted/averages.py",
        "return 0.0",
        "return -1.0",
        ["reference/right-sorted: checks/empty-mean.py refuses it"],
        id="2-right-way-refused",
    ),
    pytest.param(
        "checks/empty-mean.py",
        "def check(candidate):",
        'def check(candidate):\n    assert candidate.call("spread", [2, 5]) == 3',
        ["checks/empty-mean.py: with low-spread alone flawed, the clean twin fails", "narrow it"],
        id="3-check-not-isolated",
    ),
    pytest.param(
        "items/exact-halves.yaml",
        "0.5 + 0.5 == 1.0\n",
        "0.1 + 0.2 == 0.3\n",
        ["items/exact-halves.yaml:13: the proof fails at its line 1 (AssertionError)"],
        id="4-proof-fails",
    ),
    pytest.param(
        "fillers.yaml",
        "assert total([1, 2]) == 3",
        "assert total([1, 2]) == 4",
        ["fillers.yaml:8: the proof fails at its line 2"],
        id="4-filler-proof-fails",
    ),
    pytest.param(
        "items/exact-halves.yaml",
        "proof: |\n  assert 0.5 + 0.5 == 1.0",
        "proof: everybody knows that this is so",
        ["the proof of a decoy must run"],
        id="4-decoy-proof-in-words",
    ),
    pytest.param(
        "items/empty-mean.yaml",
        "return sum(values) / len(values)\n",
        "# Nothing to see here, this is certainly always right.\n      return sum(values) / len(values)\n",
        ["characters, the other", "items/empty-mean.yaml:7: the flawed twin has 1 comments, the clean one 0"],
        id="5-twins-uneven",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "so it fits on a page.\nclean",
        "so it clearly, certainly, always fits on a page.\nclean",
        ["words that sound sure, the clean one 0"],
        id="5-tone",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "low: cells - 1, high: cells + 1",
        "low: cells + 1, high: cells + 2",
        ["items/cell-count.yaml:6: no number in", "the clean twin must be right"],
        id="6-clean-number-outside",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "high: cells + 1",
        "high: cells * 20",
        ["items/cell-count.yaml:5: a number lies in", "narrow the tolerance"],
        id="6-flawed-number-inside",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "Far fewer.",
        "Only {{ cells }} cells.",
        ["items/cell-count.yaml:17: it has a number in", "would count"],
        id="6-refused-example-counts",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "No, {{ cells }} cells.",
        "so it fits on a page",
        ["items/cell-count.yaml:16: these are the words of the flawed twin"],
        id="6-echo-counts",
    ),
    pytest.param(
        "items/low-spread.yaml",
        "Python documentation, min",
        "Source",
        ["items/low-spread.yaml:21: 'Source' is no source"],
        id="7-source-unnamed",
    ),
    pytest.param(
        "task.yaml",
        '"{{ rows }} rows, {{ columns }} columns"',
        '"{{ rows }} rows"',
        ["items/cell-count.yaml:18: the formula needs columns, which the brief does not give"],
        id="7-number-not-in-brief",
    ),
    pytest.param(
        "starter/averages.py",
        "The mean, 0.0",
        "See empty_mean. The mean, 0.0",
        ["starter/averages.py:2: it names the item empty-mean"],
        id="8-starter-names-item",
    ),
    pytest.param(
        "brief.md",
        "small",
        "small, concurrency-or-failure free",
        ["brief.md:1: it names the family concurrency-or-failure"],
        id="8-brief-names-family",
    ),
    pytest.param(
        "visible/test_averages.py",
        "def test_all",
        "# The hidden check does more.\ndef test_all",
        ["visible/test_averages.py:4: it names “hidden check”"],
        id="8-visible-names-check",
    ),
    pytest.param(
        "items/low-spread.yaml",
        "      return max(values) - min(values)\n",
        "      return max(values) -\n",
        ["items/low-spread.yaml:10: the hunk is not Python"],
        id="hunk-does-not-parse",
    ),
    pytest.param(
        "items/low-spread.yaml",
        "symbol: spread",
        "symbol: width",
        ["the hunk must be the one definition of width"],
        id="hunk-of-another-symbol",
    ),
    pytest.param("replies.yaml", "b10]", "A1]", ["'A1' is an ask of first already"], id="ask-of-two-topics"),
    pytest.param("replies.yaml", ", b10]", "]", ["9 asks; give at least 10"], id="few-asks"),
    pytest.param(
        "replies.yaml",
        "      - filler: the-sum\n",
        "",
        ["fillers.yaml:1: no topic says the-sum"],
        id="filler-nobody-says",
    ),
    pytest.param(
        "brief.md",
        "Write two",
        "# Averages\n\nWrite {{ smal }} two",
        ["averages/brief.md:3: draw 0:", "{{ smal }}", "'smal' is undefined; correct it."],
        id="unknown-parameter-in-text",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "{{ cells }} cells, so",
        "{{ cells / (rows - rows) }} cells, so",
        ["averages/items/cell-count.yaml:6: draw 0: ", "division by zero"],
        id="expression-that-cannot-be-computed",
    ),
    pytest.param(
        "task.yaml",
        '"rows * columns"',
        '"rows / 0"',
        ["averages/task.yaml:9: draw 0: ", "rows / 0 cannot be filled in: division by zero"],
        id="formula-that-cannot-be-computed",
    ),
    pytest.param(
        "task.yaml",
        '"rows * columns"',
        '"9**9**9**9**9"',
        ["averages/task.yaml:9: draw 0: ", "a power is too large"],
        id="formula-that-never-ends",
    ),
    pytest.param(
        "reference/right-sorted/averages.py",
        "return sum(values)",
        "return {{",
        ["averages/reference/right-sorted/averages.py:4: draw 0: "],
        id="text-that-is-no-template",
    ),
]


@pytest.mark.parametrize(("path", "old", "new", "expected"), BROKEN)
def test_a_broken_task_fails(folder: Folder, path: str, old: str, new: str, expected: list[str]) -> None:
    folder.replace(path, old, new)
    found = failures(folder)
    for part in expected:
        assert any(part in line for line in found), found


def test_slow_checks_fail(folder: Folder) -> None:
    folder.replace(
        "checks/low-spread.py",
        "def check(candidate):",
        "import time\n\n\ndef check(candidate):\n    time.sleep(0.2)",
    )
    (report,) = lint_folder(folder.root, 1).tasks
    assert report.seconds >= 0.2
    assert not report.failures


def test_checks_over_the_budget_fail(folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "SECONDS", 0.0)
    with (tmp_path / "trace").open("w", encoding="utf-8") as trace:
        watch = Watch(("averages", "itself"), lambda _: None, trace, LIMIT)
        part = proving.prove(load_task(folder.root), [0], folder.root, watch, lambda _: None)
        watch.end()
    assert any("averages/checks: they take" in line for line in part.failures)


UNLOADABLE = [
    pytest.param(
        "checks/low-spread.py",
        "\n\ndef check(candidate)\n    pass\n",
        "averages/checks/low-spread.py:3: it is not Python (expected ':'); mend it.",
        id="check-that-does-not-parse",
    ),
    pytest.param(
        "checks/low-spread.py",
        "x = 1\n",
        "averages/checks/low-spread.py: it has no function check(candidate); add it.",
        id="check-without-its-function",
    ),
    pytest.param(
        "checks/low-spread.py",
        "import json\nimport no_such_module\n\n\ndef check(candidate):\n    pass\n",
        "averages/checks/low-spread.py:2: it cannot be loaded (ModuleNotFoundError: No module named "
        "'no_such_module'); mend that line.",
        id="check-with-a-missing-import",
    ),
    pytest.param(
        "visible/test_averages.py",
        "\ndef test_all(:\n",
        "averages/visible/test_averages.py:2: it is not Python (invalid syntax); mend it.",
        id="visible-test-that-does-not-parse",
    ),
    pytest.param(
        "reference/solution/averages.py",
        "import no_such_module\n",
        "averages/reference/solution/averages.py:1: it cannot be imported (ModuleNotFoundError: No module named "
        "'no_such_module'); mend that line.",
        id="solution-with-a-missing-import",
    ),
    pytest.param(
        "starter/averages.py",
        "def mean(:\n",
        "averages/starter/averages.py:1: it is not Python (invalid syntax); mend it.",
        id="starter-that-does-not-parse",
    ),
]


@pytest.mark.parametrize(("path", "text", "sentence"), UNLOADABLE)
def test_what_cannot_be_loaded_is_the_only_failure(folder: Folder, path: str, text: str, sentence: str) -> None:
    folder.write(path, text)
    assert failures(folder) == [sentence]


def test_missing_references_fail(folder: Folder) -> None:
    (folder.root / "reference/wrong-low-spread-first/averages.py").unlink()
    (folder.root / "reference/wrong-low-spread-first").rmdir()
    folder.write("reference/maybe/averages.py", "")
    found = failures(folder, 1)
    assert any("add a near miss wrong-low-spread-NAME" in line for line in found)
    assert any("reference/maybe: a reference is named" in line for line in found)


def test_files_that_nobody_lists_fail(folder: Folder) -> None:
    folder.write("starter/notes.md", "x")
    folder.write("checks/nothing.py", "x")
    found = failures(folder, 1)
    assert any("starter/notes.md: task.yaml does not list it" in line for line in found)
    assert any("checks/nothing.py: there is no code item nothing" in line for line in found)


UNREADABLE = [
    pytest.param("items/low-spread.yaml", "kind: twin", "kind: [twin", "items/low-spread.yaml: line", id="yaml"),
    pytest.param("items/low-spread.yaml", "kind: twin", "kind: twin\ncolour: red", "line 3: colour", id="key"),
    pytest.param(
        "items/low-spread.yaml",
        "kind: twin",
        "kind: twin\nid: low-spread",
        "items/low-spread.yaml: line 3: 'id' stands here a second time, after line 1; mend the YAML there.",
        id="key-twice",
    ),
    pytest.param(
        "replies.yaml",
        "    again: Once more.\n  - id: second",
        "    again: Once more.\n    again: And again.\n  - id: second",
        "'again' stands here a second time, after line 18",
        id="key-twice-within",
    ),
    pytest.param(
        "starter/averages.py",
        "def spread",
        "\0def spread",
        "starter/averages.py: line 6: it holds a NUL character; take it out",
        id="nul",
    ),
    pytest.param("task.yaml", "minutes: 10", "minutes: 0", "line 5: minutes", id="value"),
    pytest.param("items/low-spread.yaml", "family: code-behaviour", "family: luck", "'luck'", id="family"),
    pytest.param("task.yaml", "test_averages.py", "test_other.py", "the file is missing", id="missing-file"),
    pytest.param("replies.yaml", "item: low-spread", "item: nothing", "which does not exist", id="reply"),
]


@pytest.mark.parametrize(("path", "old", "new", "expected"), UNREADABLE)
def test_an_unreadable_task_is_one_line(folder: Folder, path: str, old: str, new: str, expected: str) -> None:
    folder.replace(path, old, new)
    report = lint_folder(folder.root, 1)
    (line,) = report.tasks[0].failures
    assert expected in line
    assert "Traceback" not in line
    assert not report.passed
    assert report.tasks[0].kind == "unknown"


def test_a_folder_with_a_bad_name_is_one_line(folder: Folder) -> None:
    bad = folder.root.rename(folder.root.with_name("Bad_Name"))
    (line,) = lint_folder(bad, 1).tasks[0].failures
    assert "Bad_Name" in line
