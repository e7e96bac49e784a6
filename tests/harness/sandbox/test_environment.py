import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.sandbox import environment, interpreter


def test_building_again_takes_no_time(capsys: pytest.CaptureFixture[str]) -> None:
    environment.build()
    capsys.readouterr()
    started = time.monotonic()
    assert environment.build().digest == environment.digest()
    assert time.monotonic() - started < 0.5
    assert capsys.readouterr().out == ""


def test_the_command_says_nothing_when_nothing_is_to_do() -> None:
    command = [sys.executable, "-W", "error", "-m", "harness.sandbox.environment"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_lock_that_changed_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lock = tmp_path / "environment.lock"
    lock.write_text("other\n")
    monkeypatch.setattr(environment, "LOCK", lock)
    with pytest.raises(environment.EnvironmentMissing, match="out of date"):
        environment.load()


def test_a_failed_build_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(_: Path) -> None:
        raise RuntimeError("no packages")

    monkeypatch.setattr(environment, "_install", fail)
    monkeypatch.setattr(interpreter, "reachable", lambda _: True)
    monkeypatch.setattr(interpreter, "place", lambda folder: (folder / "bin").mkdir())
    with pytest.raises(RuntimeError, match="no packages"):
        environment.build(tmp_path / "candidate")
    assert [path.name for path in tmp_path.iterdir()] == [".candidate.lock"]


def test_a_closed_folder_is_not_reachable(tmp_path: Path) -> None:
    closed = tmp_path / "home"
    (closed / "deep").mkdir(parents=True)
    closed.chmod(0o700)
    assert not interpreter.reachable(closed / "deep")
    assert interpreter.reachable(Path("/usr/bin/env"))
