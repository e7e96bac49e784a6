"""The evaluator that the README shows is installed as its entry point says, and runs."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from sitting import Sitting

import evaluators
from evaluators import score, score_bytes
from evaluators.evaluator import GROUP, Evaluator, evaluate, installed
from evaluators.reports.proposals import every
from evaluators.reports.report import report

README = Path(evaluators.__file__).parent / "README.md"
LINES = 30


def block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The README's package, installed: its module and its entry points on the path."""
    points = tomllib.loads(block("toml"))["project"]["entry-points"]
    (module,) = {target.partition(":")[0] for group in points.values() for target in group.values()}
    (tmp_path / f"{module}.py").write_text(block("python"), "utf-8")
    about = tmp_path / "first_question-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: first-question\nVersion: 1.0\n")
    declared = [f"[{group}]\n" + "".join(f"{n} = {t}\n" for n, t in own.items()) for group, own in points.items()]
    (about / "entry_points.txt").write_text("".join(declared))
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def added() -> list[Evaluator]:
    return [each for each in installed() if each.name == "first-question"]


def test_the_example_is_short() -> None:
    code = [line for line in block("python").splitlines() if line.strip()]
    assert len(code) <= LINES


def test_the_example_is_found_and_answers(package: Path, sitting: Sitting) -> None:
    sitting.write("app.py", "import math\n")
    sitting.ask("How are amounts rounded?")
    sitting.finish()
    context = sitting.stored()
    (found,) = evaluate(context, added())
    assert (found.evaluator, found.version, found.failure) == ("first-question", "1", None)
    (finding,) = found.findings
    assert finding.value == 0.67
    assert finding.reason == "The first prompt came after the first edit."
    assert finding.quote == "How are amounts rounded?"
    raw = json.loads(score_bytes(report(context, True, every())))
    assert "first-question" in {each["evaluator"] for each in raw["evaluations"]}
    assert score_bytes(score(context)) == score_bytes(report(context, True, ()).score)


def test_one_that_cannot_be_loaded_is_a_recorded_failure(package: Path, sitting: Sitting) -> None:
    points = package / "first_question-1.0.dist-info" / "entry_points.txt"
    points.write_text(f"[{GROUP}]\nbroken = no_such_module:Nothing\nnone = first_question:SessionContext\n")
    sitting.finish()
    found = {e.evaluator: e.failure or "" for e in evaluate(sitting.stored(), installed())}
    assert found["broken"].startswith("ImportError: ModuleNotFoundError")
    assert found["none"]


def test_every_module_that_the_readme_names_is_there() -> None:
    rows = re.findall(r"^\| (`[^|]*`) \| (.*) \|$", README.read_text("utf-8"), re.MULTILINE)
    named = {
        path
        for first, second in rows
        for path in (*_names(first), *(f"{_names(first)[0]}/{n}" for n in _names(second)))
    }
    assert len(named) > 15
    assert not {name for name in named if not any((README.parent / n).exists() for n in (f"{name}.py", name))}


def _names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)
