"""What a check can reach: enough that a shared verdict is right, and not the whole program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_task import FILES

from tasks.lint.reach import mentioned, reached
from tasks.lint.trial import Trials
from tasks.watch import LIMIT, Watch

PROGRAM = {
    "shop.py": '''\
"""Prices; `other` is not used by price."""

import math
import numpy as np

RATE = 0.2
TABLE = {}


def register(function):
    TABLE[function.__name__] = function
    return function


def base(x):
    return math.floor(x)


def price(x):
    """See other."""
    return base(x) * (1 + RATE)


def other(x):
    return np.sqrt(x)


@register
def listed(x):
    return x


class Till:
    def add(self, x):
        return price(x)
''',
    "notes.md": "hello\n",
}


def change(old: str, new: str) -> dict[str, str]:
    assert old in PROGRAM["shop.py"]
    return PROGRAM | {"shop.py": PROGRAM["shop.py"].replace(old, new)}


def seen(files: dict[str, str], source: str) -> object:
    return reached(files, mentioned(source))


CHECK = 'def check(candidate):\n    assert candidate.call("price", 1.5) == 1.2\n'


@pytest.mark.parametrize(
    ("old", "new", "matters"),
    [
        ("1 + RATE", "2 + RATE", True),
        ("math.floor(x)", "math.ceil(x)", True),
        ("RATE = 0.2", "RATE = 0.3", True),
        ("import math\n", "from decimal import math\n", True),
        ("np.sqrt(x)", "np.exp(x)", False),
        ("return price(x)", "return 0", False),
        ("    return x\n", "    return -x\n", True),  # registered on import
        ("    TABLE[function", "    pass; TABLE[function", True),
    ],
)
def test_only_what_can_be_reached_matters(old: str, new: str, matters: bool) -> None:
    assert (seen(PROGRAM, CHECK) != seen(change(old, new), CHECK)) is matters


def test_methods_reach_what_they_call() -> None:
    check = 'def check(candidate):\n    candidate.method(candidate.new("Till"), "add", 1)\n'
    assert seen(PROGRAM, check) != seen(change("math.floor(x)", "math.ceil(x)"), check)
    assert seen(PROGRAM, check) == seen(change("np.sqrt(x)", "np.exp(x)"), check)


@pytest.mark.parametrize("lookup", ["globals()['oth' + 'er'](1)", "eval('oth' + 'er')(1)", "importlib.x"])
def test_code_that_looks_names_up_reaches_everything(lookup: str) -> None:
    files = change("return base(x)", f"{lookup}\n    return base(x)")
    assert seen(files, CHECK) == tuple(sorted(files.items()))


def test_a_file_that_does_not_parse_reaches_everything() -> None:
    files = PROGRAM | {"broken.py": "def ("}
    assert seen(files, CHECK) == tuple(sorted(files.items()))


def averages(**bodies: str) -> dict[str, str]:
    found = {"mean": "sum(values) / max(len(values), 1)", "spread": "max(values) - min(values)"} | bodies
    return {
        "averages.py": "".join(f"def {n}(values):\n    return {b}\n\n\n" for n, b in found.items())
        + "def total(values):\n    return sum(values)\n"
    }


@pytest.fixture
def trials(tmp_path: Path) -> Iterator[Trials]:
    with (tmp_path / "trace").open("w", encoding="utf-8") as trace:
        watch = Watch(("averages", "itself"), lambda _: None, trace, LIMIT)
        yield Trials("averages", watch)
        watch.end()


def test_verdicts_are_shared_between_programs_that_agree_where_it_matters(trials: Trials) -> None:
    trials.whole = False
    source = FILES["checks/empty-mean.py"]
    first = trials.check("empty-mean", source, averages(), "averages.py", "here")
    second = trials.check("empty-mean", source, averages(spread="0"), "averages.py", "here")
    third = trials.check("empty-mean", source, averages(mean="1.0"), "averages.py", "here")
    assert first is second
    assert (first.passed, third.passed, trials.programs) == (True, False, 3)


def test_whole_programs_are_run_each(trials: Trials) -> None:
    source = FILES["checks/empty-mean.py"]
    first = trials.check("empty-mean", source, averages(), "averages.py", "here")
    second = trials.check("empty-mean", source, averages(spread="0"), "averages.py", "here")
    assert first is not second
    assert first.passed
    assert second.passed
    assert not trials.unsteady


def test_a_check_that_changes_its_mind_is_unsteady(trials: Trials) -> None:
    source = (
        "import os\n\n\ndef check(candidate):\n"
        "    os.environ['TURN'] = 'b' if os.environ.get('TURN') == 'a' else 'a'\n"
        "    assert os.environ['TURN'] == 'a'\n"
    )
    trials.check("coin", source, averages(), "averages.py", "here")
    trials.check("coin", source, averages(spread="0"), "averages.py", "here")
    assert trials.unsteady == {"coin"}


TESTS = {
    "test_averages.py": """\
import pytest
from averages import mean, spread, total


def test_mean():
    assert mean([1, 3]) == 2


class TestSpread:
    @pytest.mark.parametrize("low", [0, 1])
    def test_spread(self, low):
        assert spread([low, 4]) == 4 - low


@pytest.fixture
def values():
    return [1, 2]


def test_total(values):
    assert total(values) == 3
"""
}


@pytest.mark.parametrize("whole", [True, False])
def test_visible_tests_of_many_programs_run_together(trials: Trials, whole: bool) -> None:
    trials.whole = whole
    programs = [averages(), averages(spread="max(values)"), averages(mean="0"), averages(mean="1 / 0")]
    verdicts = trials.visible(TESTS, [("here", files) for files in programs])
    assert [verdict.passed for verdict in verdicts] == [True, False, False, False]
    assert "TestSpread::test_spread[1]" in verdicts[1].message
    assert "ZeroDivisionError" in verdicts[3].message
    assert [v.passed for v in trials.visible(TESTS, [("here", files) for files in programs])] == [
        v.passed for v in verdicts
    ]


def test_a_file_that_cannot_be_collected_fails(trials: Trials) -> None:
    (verdict,) = trials.visible(TESTS, [("here", {"averages.py": "def mean(values):\n    return 0\n"})])
    assert not verdict.passed
    assert "cannot be collected" in verdict.message
    assert "cannot import name 'spread'" in verdict.message


def test_no_visible_test_fails(trials: Trials) -> None:
    (verdict,) = trials.visible({"test_nothing.py": "import averages\n"}, [("here", averages())])
    assert (verdict.passed, verdict.message) == (False, "there is no visible test")


@pytest.mark.parametrize("whole", [True, False])
def test_tests_of_the_same_name_in_two_files_are_told_apart(trials: Trials, whole: bool) -> None:
    one = {"test_one.py": "from averages import mean\n\n\ndef test_it():\n    assert mean([1]) == 1\n"}
    two = {"test_two.py": "from averages import total\n\n\ndef test_it():\n    assert total([1]) == 1\n"}
    trials.whole = whole
    verdicts = trials.visible(one | two, [("one", averages()), ("two", averages(mean="0"))])
    assert [verdict.passed for verdict in verdicts] == [True, False]
    assert verdicts[1].message.startswith("test_one.py::test_it")
