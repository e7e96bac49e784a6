"""The guide for authors does what it says: its commands are run, its tables are the code's own."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from pydantic import BaseModel

from harness.sandbox import Tier, find_sandbox
from tasks.lint.structure import FEWEST_ASKS, MOST_STATEMENTS
from tasks.mutation import OPERATORS
from tasks.rubrics import rubric
from tasks.schema import Filler, Item, Replies, TaskFile, TaskRubric
from tasks.taxonomy import FAMILIES
from ui.command import main

README = (Path(__file__).parents[2] / "tasks" / "README.md").read_text(encoding="utf-8")
COMMAND = Path(sys.prefix) / "bin" / "harness"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def steps(block: str) -> list[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines of output that follow it."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def served(words: list[str]) -> str:
    """What a command prints that serves until it is interrupted."""
    with subprocess.Popen([str(COMMAND), *words], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        said = ""
        try:
            while "Other forms" not in said:
                line = running.stdout.readline()
                assert line, said
                said += line
            # Once it answers, an interrupt ends it; one that comes in the middle of an import can be lost.
            base = re.search(r"Other forms\s+(\S+)", said)
            assert base is not None
            assert httpx.get(base[1], timeout=120).status_code
            running.send_signal(signal.SIGINT)
            running.wait(timeout=60)
        finally:
            running.kill()
    return said


@pytest.mark.sandbox
def test_every_command_does_what_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if find_sandbox().tier is not Tier.STRONG:
        pytest.skip("needs a strong sandbox: run `make setup-system`, or see `harness doctor`")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("HARNESS_TASKS", raising=False)

    def run(command: str) -> str:
        words = shlex.split(command)
        assert words[:2] == ["harness", "tasks"]
        if words[2] == "preview":
            return served(words[1:])
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert not ended.value.code, f"{command}\n{out}{err}"
        return out

    task = Path("library/click-habits")
    Path("library").mkdir()
    # Files are shown beside the command that uses them, so all are written before the first one is run.
    for language, block in BLOCKS:
        first = block.partition("\n")[0].removeprefix("# ")
        if language == "python" and first.endswith(".py"):
            Path(first).write_text(block.partition("\n")[2], encoding="utf-8")
        elif language == "json":
            Path("library/pairs.jsonl").write_text(block, encoding="utf-8")
    ran = 0
    for language, block in BLOCKS:
        first, _, rest = block.partition("\n")
        if language == "yaml" and first == "# items/day-old.yaml":
            (task / "items/day-old.yaml").write_text(rest, encoding="utf-8")
        elif language == "yaml" and first == "# the end of replies.yaml":
            with (task / "replies.yaml").open("a", encoding="utf-8") as file:
                file.write(rest)
        elif language == "console":
            for command, expected in steps(block):
                if command.startswith("export "):
                    name, _, value = command.removeprefix("export ").partition("=")
                    monkeypatch.setenv(name, value)
                    continue
                said = run(command)
                ran += 1
                for line in expected:
                    assert line in said, f"{command}\n{said}"
                if command == "harness tasks lint library/click-habits":
                    assert "; proved\n" in said
    assert ran == 9
    assert "click-habits" in run("harness tasks list")


def test_what_the_guide_quotes_is_in_the_new_task() -> None:
    template = Path(__file__).parents[2] / "tasks" / "templates" / "coding"
    quoted = next(block for language, block in BLOCKS if language == "yaml" and block.startswith("flawed: |"))
    assert quoted in (template / "items" / "same-moment.yaml").read_text(encoding="utf-8")
    for name in re.findall(r"`((?:items|checks|reference)/[\w./-]+)`", README):
        if "ID" not in name and "day-old" not in name:
            found = template / name
            assert found.exists() or found.with_name(f"{found.name}.template").exists(), name


def table(heading: str) -> list[str]:
    """The first column of the table under a heading."""
    part = re.split(r"\n##+ ", README.split(f"\n### {heading}\n")[1])[0]
    return re.findall(r"^\| `([\w-]+)` \|", part, re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "shape"),
    [
        ("task.yaml", TaskFile),
        ("items/ID.yaml", Item),
        ("fillers.yaml", Filler),
        ("replies.yaml", Replies),
        ("rubric.yaml", TaskRubric),
    ],
)
def test_the_format_lists_every_key(heading: str, shape: type[BaseModel]) -> None:
    assert sorted(table(heading)) == sorted(shape.model_fields)


def test_operators_families_and_limits_are_those_of_the_code() -> None:
    for operator in OPERATORS:
        assert f"| `{operator.name}` | {operator.about} |" in README
    assert table("Flawed twins from code that is right") == [operator.name for operator in OPERATORS]
    families = README.split("\nFamilies: ")[1].split("\n\n")[0]
    assert re.findall(r"`([\w-]+)`", families) == list(FAMILIES)
    dimensions = README.split("\n| `dimensions` |")[1].splitlines()[0]
    assert all(f"`{dimension.id}`" in dimensions for dimension in rubric().dimensions)
    assert f"a task\nhas at most {MOST_STATEMENTS} of them" in README
    assert FEWEST_ASKS == 10
    assert "at least ten `asks`" in README
