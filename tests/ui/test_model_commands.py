"""What the command line says of the configured models: in one sentence, in good time, and never a key."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from harness.home import open_home
from harness.settings import Settings
from tests import stub_model
from tests.stub_model import KEY, Stub
from ui.app import application
from ui.command import app
from ui.commands.output import Problem

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    # LiteLLM silences it once, when it is imported, and pytest forgets that after the test.
    pytest.mark.filterwarnings("ignore:.*ReadOnly:UserWarning"),
]
TASK = "fraud-api"


@pytest.fixture(scope="module")
def stub() -> Iterator[str]:
    with stub_model.served() as address:
        yield address


@pytest.fixture
def file(tmp_path: Path, stub: str) -> Path:
    """Models of which one can be asked, one has no key, and one a provider that nobody knows."""
    found = tmp_path / "models.toml"
    here = f'api_base = "{stub}", key = "env:STUB_KEY"'
    deployments = {
        "good": f'model = "openai/ok", {here}',
        "lost": 'model = "openai/ok", key = "env:NOT_THERE"',
        "strange": 'model = "nonsense/x"',
        "judge": f'model = "openai/401", {here}',
    }
    entries = (
        f'[[models]]\nname = "{name}"\ndeployments = [{{{place}}}]\n' for name, place in deployments.items()
    )
    found.write_text(f'judge = "judge"\n{"".join(entries)}[limits]\nretries = 0\n')
    return found


def harness(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from ui.command import main; main()", *words],
        env={**os.environ, "HARNESS_HOME": str(home), "STUB_KEY": KEY, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_doctor_says_how_each_model_stands(tmp_path, file):
    done = harness(tmp_path / "home", "doctor", "--json", HARNESS_MODELS_FILE=str(file))
    found = {f["name"]: f for f in json.loads(done.stdout)["findings"]}
    assert (found["model good"]["ok"], found["model good"]["says"]) == (True, "openai/ok, env:STUB_KEY")
    assert not found["model lost"]["ok"]
    assert "The environment has no NOT_THERE" in found["model lost"]["says"]
    assert not found["model strange"]["ok"]
    assert "no provider for nonsense/x" in found["model strange"]["says"]
    assert KEY not in done.stdout + done.stderr


def test_an_assessment_is_not_saved_with_a_model_that_cannot_be_used(tmp_path, file, monkeypatch):
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HARNESS_MODELS_FILE", str(file))
    monkeypatch.setenv("STUB_KEY", KEY)

    def save(model: str) -> Any:
        words = ["save", "pilot", "--title", "P", "--task", TASK, "--assistant", "planted", "--model", model]
        return CliRunner().invoke(app, ["assessments", *words])

    for model, why in (("lost", "NOT_THERE"), ("strange", "nonsense/x"), ("clever", "has no clever")):
        refused = save(model)
        assert isinstance(refused.exception, Problem)
        assert why in str(refused.exception)
    assert save("good").exit_code == 0


@pytest.mark.parametrize("verb", ["serve", "demo"])
@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"HARNESS_MODELS_FILE": "none.toml"}, "cannot be read"),
        ({"HARNESS_MODELS_FILE": "bad.toml"}, "Extra inputs"),
        ({"HARNESS_MODEL": "<b>"}, "HARNESS_MODEL"),
    ],
)
def test_a_fault_of_configuration_is_told_before_anything_listens(verb, environment, words, tmp_path):
    (tmp_path / "bad.toml").write_text(
        '[[models]]\nname = "a"\ntemprature = 1\ndeployments = [{model = "openai/x"}]\n'
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {k: str(tmp_path / v) if v.endswith(".toml") else v for k, v in environment.items()}
    done = harness(tmp_path / "home", verb, "--port", port, **environment)
    assert done.returncode == 2
    assert words in done.stderr
    assert (done.stderr.count("\n"), done.stdout) == (1, "")


def test_who_asks_whether_the_server_is_ready_reads_nothing_of_its_files(tmp_path):
    file = tmp_path / "models.toml"
    file.write_text("[[models]]\n")
    home = open_home(Settings(home=tmp_path / "home", models_file=file))

    async def ask() -> httpx.Response:
        plain, wrapped = application(home)
        async with plain.router.lifespan_context(plain):
            transport = httpx.ASGITransport(wrapped)
            async with asyncio.timeout(30), httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                while (found := await client.get("/ready")).json()["problem"] is None:
                    await asyncio.sleep(0.01)
                return found

    found = asyncio.run(ask())
    assert found.status_code == 503
    assert "could not start" in found.text
    assert not any(word in found.text for word in ("models", str(tmp_path), "required", "Error"))


def test_a_judge_that_cannot_be_asked_is_not_called_a_bad_one(tmp_path, file, monkeypatch):
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HARNESS_MODELS_FILE", str(file))
    monkeypatch.setenv("STUB_KEY", KEY)
    folder = open_home(Settings()).folder
    passed = json.dumps({"on": True, "model": "judge", "samples": 2, "tasks": {}})
    (folder / "judge.json").write_text(passed)
    Stub.asked.clear()
    done = CliRunner().invoke(app, ["judge", "check", "--task", TASK])
    assert isinstance(done.exception, Problem)
    assert "judge could not be asked (AuthenticationError, status 401)" in str(done.exception)
    assert KEY not in str(done.exception)
    assert (folder / "judge.json").read_text() == passed
    assert len(Stub.asked) < 20  # it is not asked again and again
