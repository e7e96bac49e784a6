"""Fifty pairs, good and bad: what becomes of each line is written down in expected.yaml."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

from harness.authoring.pairs import try_pair, try_pairs
from harness.sandbox import Tier, find_sandbox
from tasks.lint import lint_folder
from tasks.loader import TaskError, load_task
from tasks.pairs import Ready, Refused, compare, examples, read_pairs, write_tasks
from tasks.pairs.folder import module_name, task_name
from tasks.pairs.record import Pair

HERE = Path(__file__).parent
PAIRS = (HERE / "pairs.jsonl").read_bytes()
EXPECTED = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
Tried = list[tuple[int, Ready] | Refused]


@pytest.fixture(scope="module")
def tried() -> Tried:
    sandbox = find_sandbox()
    if sandbox.tier is not Tier.STRONG:
        pytest.skip("needs a strong sandbox: run `make setup-system`, or see `harness doctor`")
    start = time.monotonic()
    found = try_pairs(read_pairs(PAIRS), sandbox)
    assert time.monotonic() - start < 60
    return found


@pytest.mark.sandbox
def test_each_line_is_what_is_expected(tried: Tried) -> None:
    assert len(EXPECTED) == 50
    found = {
        **{r.line: r.problem for r in tried if isinstance(r, Refused)},
        **{
            line: [ready.pair.name, len(ready.visible), len(ready.hidden)]
            for line, ready in (r for r in tried if not isinstance(r, Refused))
        },
    }
    assert found == EXPECTED
    assert [r.line if isinstance(r, Refused) else r[0] for r in tried] == list(range(1, 51))


@pytest.mark.sandbox
def test_every_refusal_is_one_sentence(tried: Tried) -> None:
    for refused in (r for r in tried if isinstance(r, Refused)):
        assert refused.said.endswith(".")
        assert refused.said.isprintable()
        assert refused.id is None or refused.id.isprintable()
        assert "Traceback" not in refused.said


@pytest.mark.sandbox
def test_tasks_load_whatever_their_pairs_hold(tried: Tried, tmp_path: Path) -> None:
    ready = [r[1] for r in tried if not isinstance(r, Refused)]
    to = tmp_path / "to"
    folders = write_tasks(ready, to, None, "pairs.jsonl")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["to"]
    assert sorted(to.iterdir()) == sorted(folders)
    for each, folder in zip(ready, folders, strict=True):
        task = load_task(folder)
        assert task.name == each.pair.name
        assert len(task.items) == 1
    with pytest.raises(TaskError, match="exists already"):
        write_tasks(ready, to, None, "pairs.jsonl")


@pytest.mark.sandbox
def test_pairs_together_are_a_task_that_lints_as_far_as_it_can(tried: Tried, tmp_path: Path) -> None:
    ready = [r[1] for r in tried if not isinstance(r, Refused)][:5]
    (folder,) = write_tasks(ready, tmp_path, "Small functions", "pairs.jsonl")
    assert folder.name == "small-functions"
    (report,) = lint_folder(folder, 1).tasks
    left = {"counts has 0", "counts_not has 0", "add a near miss", "add a right-NAME"}
    assert [line for line in report.failures if not any(part in line for part in left)] == []
    assert len(report.failures) == 4 * len(ready)


def pair(**changes: str) -> Pair:
    values = {
        "id": "one",
        "buggy_code": "def f(x):\n    return x\n",
        "fixed_code": "def f(x):\n    return x + 1\n",
        "tests": "assert f(1) == 2\n",
        "entry_point": "f",
    }
    return Pair.model_validate(values | changes)


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("HumanEval/12", "humaneval-12"),
        ("../../x", "x"),
        ("7", "pair-7"),
        ("C:\\Users\\me", "c-users-me"),
        ("Größe", "grosse"),
        ("x" * 99, "x" * 48),
        ("..", ""),
    ],
)
def test_ids_become_plain_names(identifier: str, name: str) -> None:
    assert pair(id=identifier).name == name


def test_file_names_take_no_module_away() -> None:
    assert [module_name(pair(id=i)) for i in ("json", "numpy", "class", "test x", "a-b")] == [
        "json_code",
        "numpy_code",
        "class_code",
        "test_x_code",
        "a_b",
    ]


def test_the_starter_leaves_the_definition_open() -> None:
    function = 'def f(x):\n    """Floor."""\n    return math.floor(x)\n'
    code = f"import math\n\n\n{function}\n\ndef g(x):\n    return f(x)\n"
    found = compare(1, pair(fixed_code=code, buggy_code=code.replace("floor(x)", "ceil(x)")))
    assert found.symbol == "f"
    assert found.flawed == function.replace("floor(x)", "ceil(x)")
    assert found.clean == function
    assert found.starter == code.replace("return math.floor(x)", "raise NotImplementedError")
    assert found.functions == ("f", "g")


@pytest.mark.parametrize(
    ("tests", "texts"),
    [
        ("assert f(1) == 2\nassert f(2) == 3\n", ["assert f(1) == 2", "assert f(2) == 3"]),
        (
            "def check(g):\n    a = 1\n    assert g(a) == 2\n    assert g(2) == 3\ncheck(f)\n",
            ["g(a) == 2", "g(2) == 3"],
        ),
        (
            "from solution import f\n\n\ndef test_it():\n    for i in [1, 2]:\n        assert f(i) == i + 1\n",
            ["for i"],
        ),
        ("class TestF:\n    def test_a(self):\n        assert f(1) == 2\n", ["TestF().test_a()"]),
        (
            "import unittest\n\n\nclass Arithmetic(unittest.TestCase):\n"
            "    def test_a(self):\n        self.assertEqual(f(1), 2)\n\n"
            "    def test_b(self):\n        self.assertEqual(f(2), 3)\n\n\nunittest.main()\n",
            ["Arithmetic('test_a').debug()", "Arithmetic('test_b').debug()"],
        ),
        ('"""Doc."""\nif __name__ == "__main__":\n    main()\nassert f(1)\n', ["assert f(1)"]),
    ],
)
def test_tests_of_any_form_become_small_functions(tests: str, texts: list[str]) -> None:
    found = examples(1, pair(tests=tests))
    assert [unit.name for unit in found.units] == [f"test_{n}" for n in range(1, len(texts) + 1)]
    assert all(text in unit.text for unit, text in zip(found.units, texts, strict=True))
    assert "solution" not in found.prelude
    compile(found.source(found.units), "tests", "exec")


@pytest.mark.sandbox
def test_a_case_of_unittest_is_told_apart_test_by_test() -> None:
    sandbox = find_sandbox()
    if sandbox.tier is not Tier.STRONG:
        pytest.skip("needs a strong sandbox: run `make setup-system`, or see `harness doctor`")
    tests = (
        "import unittest\n\n\nclass Arithmetic(unittest.TestCase):\n"
        "    def setUp(self):\n        self.one = 1\n\n"
        "    def test_same(self):\n        self.assertEqual(f(0), 0)\n\n"
        "    def test_other(self):\n        self.assertEqual(f(self.one), 2)\n"
    )
    twice = pair(buggy_code="def f(x):\n    return x\n", fixed_code="def f(x):\n    return 2 * x\n", tests=tests)
    with sandbox.shared() as children:
        ready = try_pair(1, twice, children)
    assert ["test_same" in unit.text for unit in ready.visible] == [True]
    assert ["test_other" in unit.text for unit in ready.hidden] == [True]


def test_lines_that_are_no_text_cost_only_themselves() -> None:
    one, other = (pair(id=name).model_dump_json().encode() for name in ("one", "other"))
    found = list(read_pairs(b"\xef\xbb\xbf" + b"\n".join([one, b'{"id": "caf\xe9"}', other])))
    assert isinstance(found[1], Refused)
    assert (found[1].line, found[1].problem) == (2, "encoding")
    assert found[1].said == "it is not UTF-8 (at its byte 12); save the file as UTF-8."
    assert [each[1].id for each in found if not isinstance(each, Refused)] == ["one", "other"]


def test_a_title_names_a_task() -> None:
    assert task_name("Small functions, part 2") == "small-functions-part-2"
    with pytest.raises(TaskError, match="gives no name"):
        task_name("…")


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "answer", ["['passed', '']", "'passed'", "{'a': 1}", "['failed', 7]", "__import__('numpy').zeros(2)"]
)
def test_code_that_answers_for_its_own_tests_gets_nowhere(answer: str) -> None:
    sandbox = find_sandbox()
    if sandbox.tier is not Tier.STRONG:
        pytest.skip("needs a strong sandbox: run `make setup-system`, or see `harness doctor`")
    forging = f"import pair_trial\npair_trial.run = lambda name: {answer}\n"
    hostile = pair(
        buggy_code=f"{forging}\n\ndef f(x):\n    return x\n",
        fixed_code=f"{forging}\n\ndef f(x):\n    return x + 2\n",
    )
    with sandbox.shared() as children, pytest.raises(Refused) as refused:
        try_pair(1, hostile, children)
    assert refused.value.said.isprintable()
    assert refused.value.said.endswith(".")
