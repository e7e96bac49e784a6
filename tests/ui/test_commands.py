"""The command line on an empty home: JSON that holds, and one clear line for what goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.sandbox import Tier, find_sandbox
from tasks.loader import LIBRARY

COMMAND = Path(sys.prefix) / "bin" / "harness"


def harness(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HARNESS_HOME": str(home), **settings}
    return subprocess.run(
        [str(COMMAND), *words], capture_output=True, text=True, env=environment, timeout=300, check=False
    )


def as_json(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home in which a simulated candidate has sat one session, and the session."""
    home = tmp_path_factory.mktemp("home")
    answer = as_json(harness(home, "simulate", "--policy", "careful", "-n", "1", "--seed", "4", "--json"))
    return home, answer["sessions"][0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("sessions", "list", "--json"), {"sessions": []}),
        (("sessions", "verify", "--all", "--json"), {"verified": 0, "broken": []}),
        (("users", "--json"), {"users": []}),
    ],
)
def test_an_empty_home_answers(tmp_path: Path, words: tuple[str, ...], expected: Any) -> None:
    assert as_json(harness(tmp_path / "home", *words)) == expected


def test_a_simulated_session_is_listed_and_marked(sat: tuple[Path, str]) -> None:
    home, session = sat
    (listed,) = as_json(harness(home, "sessions", "list", "--json"))["sessions"]
    assert listed["id"] == session
    assert listed["state"] == "submitted"
    assert listed["policy"] == "careful"
    assert listed["simulated"] is True
    assert listed["tasks"] == ["news-ranking", "fraud-api"]


def test_scoring_twice_prints_the_same_bytes(sat: tuple[Path, str]) -> None:
    home, session = sat
    first, second = (harness(home, "score", session, "--json") for _ in range(2))
    assert first.stdout == second.stdout
    score = as_json(first)
    assert score["session"] == session
    keys = {"task", "item", "kind", "twin", "outcome", "located", "diagnosed", "adopted", "avoided", "grade"}
    assert all(keys | {"seconds_to_catch"} <= set(outcome) for outcome in score["outcomes"])
    figures = score["figures"]
    assert figures["flawed"] + figures["clean"] == len(score["outcomes"])
    assert set(figures["d_prime"]) >= {"estimate", "low", "high"}
    if find_sandbox().tier is Tier.STRONG:
        assert any(outcome["grade"] == 3 for outcome in score["outcomes"])
    assert as_json(harness(home, "sessions", "verify", "--all", "--json")) == {"verified": 1, "broken": []}


def test_without_a_sandbox_grades_are_null_and_doctor_says_what_to_do(sat: tuple[Path, str]) -> None:
    home, session = sat
    hidden = {"PATH": "/nonexistent", "HARNESS_SANDBOX_UID": "0"}
    done = harness(home, "doctor", **hidden)
    assert done.returncode == 0
    assert "missing" in done.stdout
    other = home.parent / "without"
    shutil.copytree(home, other)
    # A copy without its check results, scored where nothing can be run.
    import sqlite3

    with sqlite3.connect(other / "harness.db") as database:
        database.execute("DELETE FROM event WHERE chain = 'review'")
    outcomes = as_json(harness(other, "score", session, "--json", **hidden))["outcomes"]
    hunks = [o for o in outcomes if o["form"] == "hunk"]
    assert hunks
    assert all(o["grade"] is None for o in hunks)


def test_an_export_comes_back_in_another_home(sat: tuple[Path, str], tmp_path: Path) -> None:
    home, session = sat
    file = tmp_path / "session.jsonl"
    assert harness(home, "sessions", "export", session, "--to", str(file)).returncode == 0
    other = tmp_path / "other"
    first = as_json(harness(other, "sessions", "import", str(file), "--json"))
    assert first["added"] == first["events"] > 100
    assert as_json(harness(other, "sessions", "import", str(file), "--json"))["added"] == 0
    assert as_json(harness(other, "sessions", "verify", "--all", "--json"))["broken"] == []


def test_a_changed_database_is_found(sat: tuple[Path, str], tmp_path: Path) -> None:
    import sqlite3

    home, session = sat
    other = tmp_path / "copy"
    shutil.copytree(home, other)
    with sqlite3.connect(other / "harness.db") as database:
        database.execute("UPDATE event SET server_time = server_time + 1 WHERE chain = 'session' AND seq = 7")
    done = harness(other, "sessions", "verify", session, "--json")
    assert done.returncode == 1
    (broken,) = json.loads(done.stdout)["broken"]
    assert broken["session"] == session
    assert broken["seq"] == 7


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("score", "nosuch"), "nosuch"),
        (("sessions", "verify", "nosuch"), "There is no session"),
        (("sessions", "verify"), "Name a session"),
        (("simulate", "--policy", "nobody"), "the policies are careful"),
        (("invite", "Ann", "--assessment", "nothing"), "There is no assessment"),
        (("users", "Bob", "--role", "king"), "is not a role"),
        (("tasks", "show", "nothing"), "Known tasks"),
        (("rescore",), "--all"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    done = harness(tmp_path / "home", *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"HARNESS_PORT": "many"}, "HARNESS_PORT cannot be used"),
        ({"HARNESS_DATABASE_URL": "nonsense"}, "HARNESS_DATABASE_URL"),
        ({"HARNESS_DATABASE_URL": "sqlite:////proc/none/x.db"}, "database cannot be opened"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    done = harness(tmp_path / "home", "sessions", "list", **settings)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = harness(tmp_path / "home", "serve", "--port", port)
    assert done.returncode == 2
    assert f"Port {port} cannot be used" in done.stderr
    assert "--port" in done.stderr


def test_a_broken_task_is_named_by_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "news-ranking"
    shutil.copytree(LIBRARY / "news-ranking", folder)
    task = folder / "task.yaml"
    task.write_text(task.read_text().replace("minutes: 35", "minutes: soon"))
    done = harness(tmp_path / "home", "tasks", "lint", str(folder))
    assert done.returncode == 1
    assert "task.yaml" in done.stdout
    assert "line" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_the_command_line_loads_neither_gradio_nor_litellm(tmp_path: Path) -> None:
    code = (
        "import sys, ui.command\n"
        "heavy = {'gradio', 'litellm', 'langchain_core', 'onnxruntime', 'sklearn', 'pandas'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    environment = {**os.environ, "HARNESS_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)


def test_no_package_runs_code_at_every_start_of_python() -> None:
    """A `.pth` file with an import line runs whenever Python starts; only ours and known ones may."""
    site = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    running = {
        path.name
        for path in site.glob("*.pth")
        if any(line.startswith(("import ", "import\t")) for line in path.read_text().splitlines())
    }
    assert running <= {"distutils-precedence.pth", "_virtualenv.pth"}, running
