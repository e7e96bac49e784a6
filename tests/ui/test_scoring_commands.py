"""Scoring by the command line: many sessions again, their history, corrected keys; JSON that holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from evaluators.reports.report import schema_text
from harness.home import Home
from logs import Entry
from logs.events import Created
from tests.evaluators.recorded import TASK, recorded
from ui.command import app
from ui.commands.output import Problem, progress

Run = Callable[..., Result]
SESSIONS = ("s-one", "s-two")


@pytest.fixture
def run(home: Home, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a verb on a home with two sessions."""
    for place, name in enumerate(SESSIONS):
        recorded(home, name, place)
    monkeypatch.setenv("HARNESS_HOME", str(home.folder))
    return lambda *words: CliRunner().invoke(app, list(words))


def as_json(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_rescoring_says_what_it_did(run: Run) -> None:
    first = as_json(run("rescore", "--all", "--json"))
    assert first == {"scored": 2, "skipped": 0, "left_out": 0, "failed": []}
    assert as_json(run("rescore", "--all", "--json"))["skipped"] == 2
    assert "0 sessions scored, 2 already were, 0 could not be." in run("rescore", "--all").stdout
    refused = run("rescore")
    assert isinstance(refused.exception, Problem)


def test_a_score_names_whom_it_awaits_and_keeps_its_history(run: Run) -> None:
    found = as_json(run("score", "s-one", "--json"))
    assert {q["awaits"] for q in found["awaiting"]} == {"awaits a person"}
    assert "awaits a person" in run("score", "s-one").stdout
    kept = as_json(run("score", "s-one", "--history", "--json"))["scores"]
    assert [each["score"] for each in kept] == [found]
    assert "scoring " in run("score", "s-one", "--history").stdout


def test_a_key_is_corrected_for_everybody_and_back(run: Run) -> None:
    words = (
        "items",
        "rekey",
        TASK,
        "peeking",
        "--decision",
        "void",
        "--reason",
        "Nobody could know.",
        "--by",
        "ann",
    )
    as_json(run("rescore", "--all", "--json"))
    dry = as_json(run(*words, "--dry-run", "--json"))
    assert (dry["dry_run"], dry["rescored"]) == (True, 0)
    assert [row["session"] for row in dry["sessions"]] == list(SESSIONS)
    assert as_json(run("items", "rekeyed", "--json")) == {"rekeyed": []}
    done = as_json(run(*words, "--json"))
    assert (done["rescored"], done["failed"]) == (2, [])
    assert done["sessions"] == dry["sessions"]
    for row in done["sessions"]:
        now = as_json(run("score", row["session"], "--json"))["figures"]
        assert now == row["after"] != row["before"]
    (listed,) = as_json(run("items", "rekeyed", "--json"))["rekeyed"]
    assert (listed["author"], listed["reason"], listed["decision"]) == ("ann", "Nobody could know.", "void")
    back = run("items", "rekey", TASK, "peeking", "--decision", "as-written", "--reason", "Read again.")
    assert "the key stands as written. 2 sessions drew it." in back.stdout
    assert as_json(run("score", "s-one", "--json"))["figures"] == dry["sessions"][0]["before"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((TASK, "charm", "--decision", "void", "--reason", "x"), "has no item 'charm'"),
        ((TASK, "peeking", "--decision", "wrong", "--reason", "x"), "is no correction"),
        (("no-task", "peeking", "--decision", "void", "--reason", "x"), "no-task"),
    ],
)
def test_a_bad_correction_is_one_clear_sentence(run: Run, words: tuple[str, ...], sentence: str) -> None:
    done = run("items", "rekey", *words)
    assert isinstance(done.exception, Problem)
    assert sentence in str(done.exception)
    assert "\n" not in str(done.exception)


@pytest.fixture
def broken(home: Home, run: Run) -> str:
    """A third session like the first, with a second task of which no version is to be had."""
    session, records = "s-broken", home.log.read("s-one")
    created = records[0].event
    assert isinstance(created, Created)
    lost = created.tasks[0].model_copy(update={"task": "fraud-api", "digest": "0" * 64})
    events = [created.model_copy(update={"tasks": (*created.tasks, lost)}), *(r.event for r in records[1:])]
    home.log.append(
        session, [Entry(event, "system", r.server_time) for event, r in zip(events, records, strict=True)]
    )
    return session


REKEY = ("items", "rekey", TASK, "as-of-join", "--decision", "void", "--reason", "Nobody could know.")


@pytest.mark.parametrize(
    ("words", "done"), [(("rescore", "--all"), "scored"), ((*REKEY, "--by", "ann"), "rescored")]
)
def test_what_cannot_be_scored_is_told_on_standard_error_and_by_the_exit_code(
    run: Run, broken: str, words: tuple[str, ...], done: str
) -> None:
    told = run(*words, "--json")
    assert told.exit_code == 2
    assert told.stderr.startswith(f"{broken}: ")
    assert len(told.stderr.splitlines()) == 1
    found = json.loads(told.stdout)
    assert found[done] == 2
    assert [each["session"] for each in found["failed"]] == [broken]
    for name in SESSIONS:
        assert as_json(run("score", name, "--history", "--json"))["scores"]
    again = run(*words)
    assert again.exit_code == 2
    assert again.stderr == told.stderr
    assert told.stderr.strip() not in again.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("s-one", "--to", "no/such/x.html"), "no/such/x.html cannot be written: No such file or directory."),
        (("s-one", "--to", "folder.json"), "folder.json cannot be written: Is a directory."),
        (("s-one", "--to", "folder"), "folder ends neither in .html nor in .json; for a PDF, write HTML and"),
        (("s-one", "--to", "r.pdf"), "r.pdf ends neither in .html nor in .json; for a PDF, write HTML and print"),
        (("s-one", "--json", "--to", "r.html"), "r.html does not end in .json, and what is asked for is JSON."),
        (("--schema", "--to", "r.html"), "r.html does not end in .json, and what is asked for is JSON."),
        (("--schema", "--to", "no/such/x.json"), "no/such/x.json cannot be written: No such file or directory."),
        (("--to", "r.html"), "Name a session; `harness sessions list` shows them."),
    ],
)
def test_a_report_that_cannot_be_written_is_one_clear_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("folder", "folder.json"):
        (tmp_path / name).mkdir()
    done = run("report", *words)
    assert isinstance(done.exception, Problem)
    assert str(done.exception).startswith(sentence)
    assert "\n" not in str(done.exception)
    assert not list(tmp_path.glob("r.*"))


def test_a_report_and_its_schema_are_written_where_they_are_wanted(run: Run, tmp_path: Path) -> None:
    page, data, schema = tmp_path / "r.HTML", tmp_path / "r.json", tmp_path / "schema.json"
    for words in (("s-one", "--to", str(page)), ("s-one", "--to", str(data)), ("--schema", "--to", str(schema))):
        done = run("report", *words)
        assert (done.exit_code, done.output) == (0, "")
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert json.loads(data.read_text("utf-8"))["header"]["candidate"] == "Ann"
    assert schema.read_text("utf-8") == schema_text() == run("report", "--schema").stdout


def test_progress_is_only_for_those_who_watch(capsys: pytest.CaptureFixture[str]) -> None:
    progress("sessions scored")(1, 2)
    assert capsys.readouterr().err == ""
