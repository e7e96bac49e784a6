# ruff: noqa: E501
import pytest

from harness.sandbox import Limits
from harness.sandbox.boxed import BoxedSandbox

pytestmark = pytest.mark.sandbox


def test_a_script_prints(strong: BoxedSandbox) -> None:
    found = strong.run({"a.py": "import b\nprint(b.x)", "b.py": "x = 3"}, ["python", "a.py"])
    assert (found.status, found.exit_code, found.output) == ("ok", 0, "3\n")


@pytest.mark.parametrize(
    ("command", "output"),
    [
        (["python", "-c", "import sys; print(sys.argv)", "x"], "['-c', 'x']\n"),
        (["python", "-m", "a", "y"], "['/box/a.py', 'y']\n"),
        (["python", "a.py", "z"], "['a.py', 'z']\n"),
        (["python", "pkg/c.py"], "1\n"),
        (["python", "-W", "error", "a.py"], "['a.py']\n"),
    ],
)
def test_commands(strong: BoxedSandbox, command: list[str], output: str) -> None:
    files = {"a.py": "import sys\nprint(sys.argv)", "pkg/c.py": "import d\nprint(d.x)", "pkg/d.py": "x = 1"}
    found = strong.run(files, command)
    assert (found.status, found.output) == ("ok", output)


def test_an_exception_shows_the_candidate_s_lines_only(strong: BoxedSandbox) -> None:
    found = strong.run({"a.py": "def f():\n    1 / 0\nf()"}, ["python", "a.py"])
    assert (found.status, found.exit_code) == ("exit", 1)
    assert 'File "/box/a.py", line 2, in f' in found.output
    assert "driver" not in found.output


def test_a_mistake_of_syntax_is_shown(strong: BoxedSandbox) -> None:
    found = strong.run({"a.py": "def f(:\n"}, ["python", "a.py"])
    assert (found.status, found.exit_code) == ("exit", 1)
    assert "SyntaxError" in found.output
    assert "driver" not in found.output


def test_exit_codes(strong: BoxedSandbox) -> None:
    assert strong.run({"a.py": "raise SystemExit(7)"}, ["python", "a.py"]).exit_code == 7
    assert strong.run({"a.py": "raise SystemExit('no')"}, ["python", "a.py"]).output == "no\n"
    assert strong.run({}, ["python", "missing.py"]).exit_code == 2
    killed = strong.run({"a.py": "import os; os.kill(os.getpid(), 11)"}, ["python", "a.py"])
    assert (killed.status, killed.exit_code) == ("exit", -11)


def test_other_programs_are_refused(strong: BoxedSandbox) -> None:
    for command in ([], ["bash"], ["python", "a\0b"]):
        assert strong.run({}, command).status == "refused"
    assert strong.run({"../a.py": ""}, ["python", "../a.py"]).status == "refused"
    assert strong.run_tests({"a.py": ""}, ["test_b.py"])[0].status == "refused"


def test_the_libraries_are_there(strong: BoxedSandbox) -> None:
    code = "import numpy, pandas, sklearn.linear_model as m\nprint(m.LinearRegression().fit([[0], [1]], [0, 1]).coef_)"
    found = strong.run({"a.py": code}, ["python", "a.py"])
    assert found.status == "ok", found.output


def test_tests_are_reported_one_by_one(strong: BoxedSandbox) -> None:
    tests = (
        "import pytest, sys\n"
        "from m import f\n"
        "def test_a():\n    assert f(1) == 2\n"
        "def test_b():\n    print('seen', file=sys.stderr)\n    assert f(1) == 3, 'too small'\n"
        "@pytest.mark.skip(reason='later')\ndef test_c(): pass\n"
        "@pytest.fixture\ndef broken(): raise ValueError('setup')\n"
        "def test_d(broken): pass\n"
    )
    result, found = strong.run_tests({"m.py": "def f(x): return x + 1", "test_m.py": tests}, ["test_m.py"])
    assert (result.status, result.exit_code) == ("exit", 1)
    assert [(each.name, each.outcome) for each in found] == [
        ("test_m.py::test_a", "passed"),
        ("test_m.py::test_b", "failed"),
        ("test_m.py::test_c", "skipped"),
        ("test_m.py::test_d", "error"),
    ]
    assert "too small" in str(found[1].message)
    assert "seen" in result.output


def test_all_tests_passing_is_ok(strong: BoxedSandbox) -> None:
    result, found = strong.run_tests({"t/test_m.py": "def test_a(): pass"}, ["t/test_m.py"])
    assert (result.status, len(found)) == ("ok", 1)


def test_a_test_file_that_cannot_be_imported_is_an_error(strong: BoxedSandbox) -> None:
    _, found = strong.run_tests({"test_m.py": "import nothing_like_it"}, ["test_m.py"])
    assert [each.outcome for each in found] == ["error"]


def test_the_test_that_hangs_is_named(strong: BoxedSandbox) -> None:
    code = "import time\ndef test_a(): pass\ndef test_b(): time.sleep(60)"
    result, found = strong.run_tests({"test_m.py": code}, ["test_m.py"], Limits(wall=1))
    assert result.status == "timeout"
    assert [(each.name, each.outcome) for each in found] == [
        ("test_m.py::test_a", "passed"),
        ("test_m.py::test_b", "error"),
    ]
