"""The Inspect log is written by Inspect's own writer and read back by its own reader; without it, one sentence."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sitting import Sitting

from evaluators.exports import InspectError, write_inspect
from evaluators.exports import inspect as export

HOSTILE = '</script><script>alert(1)</script> \x1b[31m {"a": 1}'


def sat(sitting: Sitting) -> Sitting:
    """Asked, answered, one flaw rejected, one decoy never seen."""
    sitting.ask(HOSTILE)
    for name in ("total", "mean", "note"):
        sitting.say(name)
    sitting.decide("total", "reject", "code-behaviour", sure=3)
    sitting.ask("Are you sure?", "total")
    sitting.ledger()
    sitting.submit()
    return sitting


def read_back(path: Path) -> Any:
    """What Inspect's own reader makes of the file."""
    return importlib.import_module("inspect_ai.log").read_eval_log(str(path))


def needed() -> None:
    pytest.importorskip("inspect_ai", reason="needs the extra `inspect`: pip install 'harness[inspect]'")


def test_a_missing_extra_is_one_clear_sentence(
    sitting: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> ModuleType:
        raise ModuleNotFoundError("No module named 'inspect_ai'", name="inspect_ai")

    monkeypatch.setattr(export, "import_module", missing)
    with pytest.raises(InspectError, match=r"^The Inspect export needs the extra `inspect`: pip install .*\.$"):
        write_inspect(tmp_path / "log.eval", [sat(sitting).stored()])


def test_another_ending_is_refused(sitting: Sitting, tmp_path: Path) -> None:
    with pytest.raises(InspectError, match=r"ends in \.eval or \.json"):
        write_inspect(tmp_path / "log.txt", [sitting.stored()])


def test_nothing_to_write_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InspectError, match="sessions of one assessment"):
        write_inspect(tmp_path / "log.eval", [])


@pytest.mark.filterwarnings("ignore")  # of Inspect's own libraries
@pytest.mark.parametrize("name", ["log.eval", "log.json"])
def test_inspect_reads_prompts_replies_and_a_score_for_each_outcome(
    sitting: Sitting, tmp_path: Path, name: str
) -> None:
    needed()
    context = sat(sitting).stored()
    log = read_back(write_inspect(tmp_path / "deep" / name, [context]))
    assert (log.status, log.eval.task, log.eval.model) == ("success", "toy", "authored")
    (sample,) = log.samples
    assert [(m.role, m.text) for m in sample.messages if m.role == "user"] == [
        ("user", HOSTILE),
        ("user", "Are you sure?"),
    ]
    assert sum(m.role == "assistant" for m in sample.messages) == 3
    assert {key: score.value for key, score in sample.scores.items()} == {
        "code/total": "hit",
        "code/mean": "correct_rejection",
        "code/clip": "not_exposed",
    }
    assert sample.scores["code/total"].answer == "reject"
    assert sum(event.event == "model" for event in sample.events) == 3
    assert sum(event.event == "score" for event in sample.events) == 3
    assert {score.name for score in log.results.scores} >= {"all items", "code/total"}


@pytest.mark.filterwarnings("ignore")
def test_a_session_without_a_last_look_has_no_values(sitting: Sitting, tmp_path: Path) -> None:
    needed()
    sitting.say("total")
    sitting.submit()
    (sample,) = read_back(write_inspect(tmp_path / "log.eval", [sitting.stored()])).samples
    assert sample.scores["code/total"].reason == "missing"
