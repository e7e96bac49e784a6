"""Mutants are kept when the visible tests miss them and the check finds them; all of it runs in the sandbox."""

from __future__ import annotations

import pytest

from harness.authoring.mutants import Trial, TrialError
from harness.sandbox import AbsentSandbox, Limits, Sandbox, Tier, find_sandbox
from tasks.mutation import Mutant, mutants

SOURCE = '''\
def before(times, moment):
    """How many of the times lie before the moment."""
    count = 0
    for time in times:
        if time < moment:
            count += 1
    return count
'''
TESTS = {
    "test_before.py": "from clicks import before\n\n\ndef test_some():\n    assert before([1, 2, 9], 5) == 2\n",
}
COUNT = "    count = 0\n"
CHECK = 'def check(candidate):\n    assert candidate.call("before", [2, 5, 5], 5) == 1\n'


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    found = find_sandbox()
    if found.tier is not Tier.STRONG:
        pytest.skip("needs a strong sandbox: run `make setup-system`, or see `harness doctor`")
    return found


def mutant(source: str) -> Mutant:
    return Mutant("by-hand", 1, "changed", source)


@pytest.mark.sandbox
def test_only_what_the_tests_miss_and_the_check_finds_is_useful(sandbox: Sandbox) -> None:
    trial = Trial(sandbox, "clicks.py", {"clicks.py": SOURCE}, TESTS, CHECK, Limits(wall=2.0))
    changed = {
        "edge": SOURCE.replace("time < moment", "time <= moment"),
        "nothing": SOURCE.replace("count = 0", "count = 0  # zero"),
        "all": SOURCE.replace("count += 1", "count += 2"),
        "loops": SOURCE.replace(COUNT, f"{COUNT}    while moment != 5 or len(times) == 3:\n        pass\n"),
        "loops-hidden": SOURCE.replace(COUNT, f"{COUNT}    while times[0] == 2:\n        pass\n"),
        "raises": SOURCE.replace(COUNT, "    count = 0 if times[0] == 1 else [][0]\n"),
    }
    found = dict(zip(changed, trial.run(map(mutant, changed.values())), strict=True))
    assert {name: (t.visible, t.check, t.useful) for name, t in found.items()} == {
        "edge": ("missed", "killed", True),
        "nothing": ("missed", "missed", False),
        "all": ("caught", None, False),
        "loops": ("caught", None, False),
        "loops-hidden": ("missed", "killed", True),
        "raises": ("missed", "killed", True),
    }
    assert found["all"].detail == "test_before.py::test_some fails"
    assert found["raises"].detail == "meets IndexError"
    assert found["loops-hidden"].detail.startswith("gets no answer")


@pytest.mark.sandbox
def test_the_operators_find_the_edge(sandbox: Sandbox) -> None:
    trial = Trial(sandbox, "clicks.py", {"clicks.py": SOURCE}, TESTS, CHECK, Limits(wall=2.0))
    useful = [t.mutant for t in trial.run(mutants(SOURCE)) if t.useful]
    assert [(m.operator, m.line, m.said) for m in useful] == [("boundary", 5, "<= for <")]


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("tests", "check", "sentence"),
    [
        ({"test_a.py": "def test_a():\n    assert False\n"}, None, r"test_a\.py::test_a fails"),
        ({"test_a.py": "x = 1\n"}, None, "no test ran"),
        (TESTS, CHECK.replace("== 1", "== 2"), "the check fails"),
    ],
)
def test_a_file_that_does_not_pass_itself_is_refused(
    sandbox: Sandbox, tests: dict[str, str], check: str | None, sentence: str
) -> None:
    trial = Trial(sandbox, "clicks.py", {"clicks.py": SOURCE}, tests, check)
    with pytest.raises(TrialError, match=rf"clicks\.py itself does not pass: {sentence}\. Mend it first\."):
        list(trial.run([mutant(SOURCE)]))


@pytest.mark.parametrize(
    ("check", "sentence"), [("def other(): pass", "no function check"), ("def (", "cannot be loaded")]
)
def test_a_check_that_cannot_be_used_is_refused(check: str, sentence: str) -> None:
    trial = Trial(AbsentSandbox("none"), "clicks.py", {"clicks.py": SOURCE}, TESTS, check)
    with pytest.raises(TrialError, match=sentence):
        list(trial.run([mutant(SOURCE)]))


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (
            "while True:\n    pass\n",
            r"the check: loading it did not end within 3 seconds \(at line 1 of check\.py\)",
        ),
        ("import os\nos._exit(0)\n", r"the check: loading it ended the process that ran it"),
    ],
)
def test_a_check_that_never_ends_or_ends_its_process_is_refused(check: str, sentence: str) -> None:
    trial = Trial(AbsentSandbox("none"), "clicks.py", {"clicks.py": SOURCE}, TESTS, check, seconds=3.0)
    with pytest.raises(TrialError, match=sentence):
        list(trial.run([mutant(SOURCE)]))


@pytest.mark.sandbox
def test_a_check_that_never_ends_with_one_mutant_is_refused(sandbox: Sandbox) -> None:
    """One that asks again and again: each answer comes in time, and there is no end to them."""
    check = 'def check(candidate):\n    while candidate.call("before", [2, 5, 5], 5) != 1:\n        pass\n'
    trial = Trial(sandbox, "clicks.py", {"clicks.py": SOURCE}, TESTS, check, Limits(wall=2.0), seconds=3.0)
    edge = SOURCE.replace("time < moment", "time <= moment")
    with pytest.raises(TrialError, match=r"the check: trying a file with it did not end within 3 seconds"):
        list(trial.run([mutant(edge)]))


def test_without_a_sandbox_nothing_runs() -> None:
    trial = Trial(AbsentSandbox("There is none here."), "clicks.py", {"clicks.py": SOURCE}, TESTS)
    with pytest.raises(TrialError, match="There is none here"):
        list(trial.run([mutant(SOURCE)]))
