import os
import sys
from pathlib import Path

import pytest

from harness.sandbox import AbsentSandbox, CandidateGone, Tier, diagnose, find, find_sandbox
from harness.sandbox.box import LaunchFailed
from harness.sandbox.bubblewrap import Bubblewrap
from harness.sandbox.diagnosis import _remedy
from harness.sandbox.environment import load


def test_an_absent_sandbox_refuses_with_a_sentence(tmp_path: Path) -> None:
    found = find_sandbox(tmp_path / "bin" / "python")
    assert isinstance(found, AbsentSandbox)
    assert "python -m harness.sandbox.environment" in found.message
    result = found.run({}, ["python", "a.py"])
    assert (result.status, result.message, result.tier) == ("refused", found.message, Tier.ABSENT)
    assert found.run_tests({}, ["a.py"]) == (result, ())
    with pytest.raises(CandidateGone), found.candidate({}, "m"):
        pass


def test_without_bubblewrap_only_the_flag_gives_a_plain_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.sandbox.find.programs", lambda _: iter(()))
    monkeypatch.setattr("harness.sandbox.find._found", {})
    assert find_sandbox().tier is Tier.ABSENT
    assert find_sandbox(allow_reduced=True).tier is Tier.ABSENT
    plain = find_sandbox(allow_none=True)
    assert plain.tier is Tier.NONE
    result = plain.run({"a.py": "print(3)"}, ["python", "a.py"])
    assert (result.status, result.output, result.tier) == ("ok", "3\n", Tier.NONE)
    with plain.candidate({"m.py": "def f(x): return x + 1"}, "m") as child:
        assert child.call("f", 1) == 2
    assert plain.run_tests({"test_a.py": "def test_a(): pass"}, ["test_a.py"])[0].status == "ok"


def test_a_bubblewrap_that_does_not_isolate_is_not_strong(tmp_path: Path) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\nexit 0\n")
    fake.chmod(0o755)
    assert find.trial(fake, load(), find.sandbox_uid())


def test_uid_0_never_starts_bubblewrap() -> None:
    with pytest.raises(LaunchFailed):
        Bubblewrap(Path("/usr/bin/bwrap"), load(), 0)
    if os.geteuid() == 0:
        with pytest.raises(LaunchFailed):
            Bubblewrap(Path("/usr/bin/bwrap"), load(), None)


@pytest.mark.sandbox
def test_the_sandbox_is_found_once() -> None:
    found = find_sandbox()
    assert found is find_sandbox()
    assert len(found.environment) == 12
    assert all(finding.good for finding in diagnose())


def test_remedies_are_exact(tmp_path: Path) -> None:
    switch = tmp_path / "sys/kernel/apparmor_restrict_unprivileged_userns"
    switch.parent.mkdir(parents=True)
    switch.write_text("1\n")
    assert "profile bwrap /usr/bin/bwrap flags=(unconfined) {\n  userns," in _remedy(
        Path("/usr/bin/bwrap"), tmp_path
    )
    switch.unlink()
    (tmp_path / "sys/kernel/unprivileged_userns_clone").write_text("0")
    assert "sysctl" in _remedy(Path("/usr/bin/bwrap"), tmp_path)


def test_the_package_is_light_to_import() -> None:
    import subprocess

    code = "import harness.sandbox, sys; print([m for m in ('numpy', 'pandas', 'pytest') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
