"""The verbs of `harness tasks`: what authors type, and one clear line for what goes wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from harness.home import open_home
from harness.sandbox import Tier, find_sandbox
from harness.settings import Settings
from logs.events import Created
from tasks.authoring import Kind, new_task
from tasks.lint import lint_folder
from ui.command import main

COMMAND = Path(sys.prefix) / "bin" / "harness"


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def tasks(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `harness tasks` with these words in this process."""

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["harness", "tasks", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return run


# new


@pytest.mark.parametrize("kind", ["design", "coding"])
def test_a_new_task_passes_lint_at_once(tmp_path: Path, kind: Kind) -> None:
    report = lint_folder(new_task("first-try", kind, tmp_path), draws=20)
    assert report.tasks[0].failures == ()
    assert report.passed
    assert report.tasks[0].kind == kind
    assert (report.tasks[0].items, report.tasks[0].decoys, report.tasks[0].fillers) == (3, 1, 1)


def test_a_detector_has_to_find_the_right_thing_in_the_solution(tmp_path: Path) -> None:
    folder = new_task("first-try", "design", tmp_path)
    (folder / "reference" / "solution" / "evaluation.md").write_text("We will see.\n", encoding="utf-8")
    (report,) = lint_folder(folder, draws=2).tasks
    (failure,) = report.failures
    assert failure.startswith("first-try/items/chosen-on.yaml:")
    assert "no expression finds the right thing in reference/solution" in failure


def test_new_makes_a_folder_and_says_what_comes_next(
    tmp_path: Path, tasks: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tasks("new", "first-try", "--kind", "design", "--to", str(tmp_path / "ours"))
    folder = tmp_path / "ours" / "first-try"
    assert made.code == 0
    assert f"harness tasks lint {folder}" in made.out
    assert f"HARNESS_TASKS names {tmp_path / 'ours'}." in made.out
    assert "title: First try\n" in (folder / "task.yaml").read_text(encoding="utf-8")
    monkeypatch.setenv("HARNESS_TASKS", str(tmp_path / "ours"))
    assert "Our shop scores every basket" in tasks("show", "first-try").out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("new", "First Try"), "'First Try' cannot be the name of a task; use lower-case words joined by hyphens"),
        (("new", "../out"), "'../out' cannot be the name of a task"),
        (("new", "x" * 49), "of at most 48 characters"),
        (("new", "there"), "there exists already; choose another name, or another place with --to."),
        (("lint", "nothing"), "There is no task or folder 'nothing'. Known tasks:"),
        (("preview", "nothing"), "There is no task or folder 'nothing'."),
        (("preview", "fraud-api", "--form", "best"), "'best' is no form; choose flawed, clean, or a whole number"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    words: tuple[str, ...], sentence: str, tmp_path: Path, tasks: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path)
    done = tasks(*words)
    assert done.code == 2
    assert done.out == ""
    assert sentence in done.err
    assert len(done.err.splitlines()) == 1


def test_lint_prints_json_and_no_progress(tmp_path: Path, tasks: Command) -> None:
    folder = new_task("first-try", "design", tmp_path)
    done = tasks("lint", str(folder), "--draws", "2", "--json")
    report = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert [task["name"] for task in report["tasks"]] == ["first-try"]
    assert report["draws"] == 2
    assert report["seconds"] > 0
    assert set(report["tell_auc"]) == {"estimate", "low", "high"}
    (folder / "items" / "cores.yaml").write_text("id: cores\n", encoding="utf-8")
    broken = tasks("lint", str(folder), "--draws", "2", "--json")
    assert broken.code == 1
    assert len(json.loads(broken.out)["tasks"][0]["failures"]) == 1


@pytest.mark.parametrize(
    ("ending", "sentence"),
    [
        ("import os\n    os._exit(0)", "the check ended the process that ran it"),
        ("while True: pass", "the check did not end within 3 seconds (at line 2 of same-moment.py)"),
    ],
)
def test_lint_of_one_task_names_the_check_that_ends_it_or_never_ends(
    ending: str, sentence: str, tmp_path: Path
) -> None:
    """As a process of its own: nothing that a check does may pass for a proof."""
    folder = new_task("first-try", "coding", tmp_path)
    check = folder / "checks" / "same-moment.py"
    check.write_text(f"def check(candidate):\n    {ending}\n", encoding="utf-8")
    command = [str(COMMAND), "tasks", "lint", str(folder), "--draws", "2", "--seconds", "3"]
    plain = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    data = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=120, check=False)
    assert (plain.returncode, data.returncode) == (1, 1)
    (failure,) = json.loads(data.stdout)["tasks"][0]["failures"]
    assert failure.startswith("first-try/checks/same-moment.py: ")
    assert sentence in failure
    assert failure in plain.stdout
    assert "Traceback" not in plain.stderr + data.stderr


# mutate

CLICKS = "def before(times, moment):\n    return sum(time < moment for time in times)\n"


def test_mutate_prints_a_diff_of_each_proposal(tmp_path: Path, tasks: Command) -> None:
    file = tmp_path / "clicks.py"
    file.write_text(CLICKS, encoding="utf-8")
    done = tasks("mutate", str(file))
    assert done.code == 0
    assert f"1. {file}:2 boundary: <= for <" in done.out
    assert "-    return sum(time < moment for time in times)\n+    return sum(time <= moment" in done.out
    assert done.out.rstrip().endswith("2 of 2 mutants are proposed.")
    assert file.read_text(encoding="utf-8") == CLICKS
    only = json.loads(tasks("mutate", str(file), "--operator", "comparison", "--json").out)
    assert [(m["operator"], m["visible"], m["check"]) for m in only["mutants"]] == [("comparison", None, None)]
    assert set(only) == {"file", "tried", "left_out", "mutants"}


@pytest.mark.sandbox
def test_mutate_keeps_what_tests_miss_and_a_check_finds(tmp_path: Path, tasks: Command) -> None:
    if find_sandbox().tier is not Tier.STRONG:
        pytest.skip("needs a strong sandbox: run `make setup-system`, or see `harness doctor`")
    folder = new_task("first-try", "coding", tmp_path)
    file = tmp_path / "clicks.py"
    file.write_text(CLICKS.replace("before", "clicks_before"), encoding="utf-8")
    tests = tmp_path / "test_it.py"
    tests.write_text(
        "from clicks import clicks_before\n\n\ndef test_it():\n    assert clicks_before([1, 2, 9], 5) == 2\n",
        encoding="utf-8",
    )
    check = folder / "checks" / "same-moment.py"
    done = tasks("mutate", str(file), "--tests", str(tests), "--check", str(check))
    assert done.code == 0
    assert f"1. {file}:2 boundary: <= for <; the check fails" in done.out
    assert "1 of 2 mutants are proposed; 1 are caught by the visible tests." in done.out
    check.write_text("def other(): ...\n", encoding="utf-8")
    bad = tasks("mutate", str(file), "--check", str(check))
    assert (bad.code, bad.err) == (2, "harness: the check has no function check(candidate); add it.\n")


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("def (:\n", (), "line 1: it is no Python (invalid syntax); mend it there."),
        (
            "x = {{ rows }}\n",
            ("--tests", "clicks.py"),
            "so it cannot run; give a copy with numbers in their place.",
        ),
        ("x = 1\n", ("--operator", "luck"), "There is no operator 'luck'; the operators are fit-before-split,"),
        ("x = 1\n", ("--check", "gone.py"), "gone.py cannot be read (No such file or directory)."),
    ],
)
def test_what_cannot_be_mutated_is_one_sentence(
    text: str,
    words: tuple[str, ...],
    sentence: str,
    tmp_path: Path,
    tasks: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("clicks.py").write_text(text, encoding="utf-8")
    done = tasks("mutate", "clicks.py", *words)
    assert done.code == 2
    assert sentence in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.sandbox
def test_mutate_says_that_a_check_does_not_end(
    tmp_path: Path, tasks: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    if find_sandbox().tier is not Tier.STRONG:
        pytest.skip("needs a strong sandbox: run `make setup-system`, or see `harness doctor`")
    monkeypatch.chdir(tmp_path)
    Path("clicks.py").write_text(CLICKS, encoding="utf-8")
    Path("check.py").write_text("def check(candidate):\n    while True:\n        pass\n", encoding="utf-8")
    done = tasks("mutate", "clicks.py", "--check", "check.py", "--seconds", "3")
    assert done.code == 2
    assert "the check: trying a file with it did not end within 3 seconds (at line 2 of check.py)" in done.err
    assert len(done.err.splitlines()) == 1


# import

PAIR = {
    "id": "edge",
    "buggy_code": CLICKS.replace("<", "<="),
    "fixed_code": CLICKS,
    "tests": "assert before([1, 9], 5) == 1\nassert before([5], 5) == 0\n",
    "entry_point": "before",
    "description": "How many of the times lie before the moment.",
}


@pytest.mark.sandbox
def test_import_makes_tasks_and_names_the_lines_that_it_leaves_out(tmp_path: Path, tasks: Command) -> None:
    if find_sandbox().tier is not Tier.STRONG:
        pytest.skip("needs a strong sandbox: run `make setup-system`, or see `harness doctor`")
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps(PAIR) + "\n{\n", encoding="utf-8")
    done = tasks("import", "--pairs", str(file), "--to", str(tmp_path / "ours"))
    assert done.code == 0
    assert "line 2: it is no JSON at its character 2; a record is one object on one line.\n" in done.out
    assert f"1 of 2 pairs are in 1 new task folders in {tmp_path / 'ours'}.\n" in done.out
    assert "passes all of its tests" in tasks("show", str(tmp_path / "ours" / "edge")).out
    as_json = json.loads(
        tasks("import", "--pairs", str(file), "--to", str(tmp_path), "--title", "Two", "--json").out
    )
    assert as_json["imported"] == [{"line": 1, "id": "edge", "task": "two", "visible": 1, "hidden": 1}]
    assert [(each["line"], each["problem"]) for each in as_json["refused"]] == [(2, "json")]
    file.write_bytes(json.dumps(PAIR).encode() + b'\n{"id": "caf\xe9"}\n')
    done = tasks("import", "--pairs", str(file), "--to", str(tmp_path / "theirs"))
    assert done.code == 0
    assert "line 2: it is not UTF-8 (at its byte 12); save the file as UTF-8.\n" in done.out
    assert "1 of 2 pairs are in 1 new task folders" in done.out
    file.write_text("[]\n", encoding="utf-8")
    assert tasks("import", "--pairs", str(file), "--to", str(tmp_path / "none")).code == 1
    again = tasks("import", "--pairs", str(tmp_path / "gone.jsonl"), "--to", str(tmp_path))
    assert (again.code, again.err.count("\n")) == (2, 1)


# preview


@contextmanager
def previewed(folder: Path, at: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running command and the address that it prints; interrupted at the end if it still runs."""
    at.mkdir()
    command = [str(COMMAND), "tasks", "preview", str(folder), "--no-browser", *words]
    environment = {**os.environ, "TMPDIR": str(at), "HARNESS_HOME": str(at / "untouched")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        try:
            link = next(m[1] for line in running.stdout if (m := re.search(r"Preview +(\S+)", line)))
            yield running, link
        finally:
            if running.poll() is None:
                running.kill()


def begun(link: str) -> dict[str, object]:
    """The view of the session that the link begins."""
    with httpx.Client(timeout=30) as client:
        for _ in range(200):
            answer = client.get(link)
            if answer.status_code != 503:
                break
            time.sleep(0.2)
        assert answer.status_code == 303, answer.text
        view: dict[str, object] = client.get(httpx.URL(link).join("/api/session")).json()
    return view


def test_preview_serves_one_task_and_leaves_nothing(tmp_path: Path) -> None:
    folder = new_task("first-try", "coding", tmp_path)
    temporary = tmp_path / "temporary"
    with previewed(folder, temporary, "--form", "flawed") as (running, link):
        view = begun(link)
        assert view["notice"] == "preview: nothing of it counts"
        assert view["phase"] == "work"
        assert isinstance(view["task"], dict)
        assert view["task"]["title"] == "First try"
        assert view["task"]["count"] == 1
        # A file that changes is there when the author begins again, and another form is a link away.
        (folder / "brief.md").write_text("Quite another brief.\n", encoding="utf-8")
        again = begun(link.replace("flawed", "clean"))
        assert isinstance(again["task"], dict)
        assert again["task"]["brief"].startswith("Quite another brief.\n")
        assert again["id"] != view["id"]
        (folder / "brief.md").unlink()
        broken = httpx.get(link)
        assert broken.status_code == 404
        assert "brief.md: the file is missing" in broken.text
        assert "With every twin flawed" not in broken.text
        (place,) = temporary.glob("harness-preview-*")
        home = open_home(Settings(home=place, database_url=""))
        forms = [
            plan.form
            for session in home.log.sessions()
            for row in home.log.read(session)
            if isinstance(row.event, Created)
            for plan in row.event.tasks
        ]
        home.log.close()
        home.engine.dispose()
        assert [set(form.values()) for form in forms] == [{"flawed"}, {"clean"}]
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) in (0, 130)
    assert not list(temporary.glob("harness-*"))
