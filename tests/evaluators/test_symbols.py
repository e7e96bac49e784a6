from __future__ import annotations

import pytest
import toy_tasks as toy
from hypothesis import given
from hypothesis import strategies as st

from evaluators.evidence.symbols import UngradableError, compose, definition, parts, same


def value(source: str, call: str) -> object:
    space: dict[str, object] = {}
    exec(source, space)
    return eval(call, space)


def test_only_the_symbol_comes_from_the_candidate() -> None:
    candidate = toy.SOLUTION.replace("fsum(rows)", "fsum(rows) + 1").replace("max(0.0", "max(9.0")
    composed = compose(candidate, toy.SOLUTION, "total")
    assert value(composed, "total([1.0])") == 2.0
    assert value(composed, "clip(0.5)") == 0.5


@pytest.mark.parametrize(
    "broken", ["def clip(x:\n    return (x\n", "x = = 3\n", "class A\n    pass\n", "'''open\n"]
)
def test_a_syntax_error_elsewhere_stays_there(broken: str) -> None:
    before = "import math\n\n" + toy.TOTAL_CLEAN + "\n\n" + broken
    assert value(compose(before, toy.SOLUTION, "total"), "total([1.0, 2.0])") == 3.0
    if "'''" not in broken:
        after = "import math\n\n" + broken + "\n\n" + toy.TOTAL_CLEAN
        assert value(compose(after, toy.SOLUTION, "total"), "total([1.0, 2.0])") == 3.0


def test_a_definition_that_does_not_parse_or_is_missing_is_ungradable() -> None:
    with pytest.raises(UngradableError, match="does not parse"):
        compose("def total(rows:\n    return 1\n\ndef mean(rows):\n    return 0\n", toy.SOLUTION, "total")
    with pytest.raises(UngradableError, match="missing"):
        compose("def mean(rows):\n    return 0\n", toy.SOLUTION, "total")


def test_own_functions_constants_and_imports_come_along() -> None:
    candidate = (
        "from __future__ import annotations\nimport math\nimport functools as ft\nSTART = 0.0\n\n"
        "def _add(a, b):\n    return a + b\n\n"
        "def total(rows):\n    return ft.reduce(_add, rows, START)\n\n"
        "def unrelated(:\n"
    )
    composed = compose(candidate, toy.SOLUTION, "total")
    assert value(composed, "total([1.0, 2.0])") == 3.0
    assert "unrelated" not in composed


@pytest.mark.parametrize(
    "candidate",
    [
        "from math import *\n\n\ndef total(rows):\n    return fsum(rows)\n",
        "TABLE = {}\nTABLE['start'] = 0.0\n\n\ndef total(rows):\n    return sum(rows, TABLE['start'])\n",
        "STEPS = []\nSTEPS.append(sum)\n\n\ndef total(rows):\n    return STEPS[0](rows)\n",
        "STEPS = []\n\n\ndef step(f):\n    STEPS.append(f)\n    return f\n\n\n@step\ndef add(rows):\n"
        "    return sum(rows)\n\n\ndef total(rows):\n    return STEPS[0](rows)\n",
        "def total(rows):\n    return sum(rows[1:])\n\n\n_first = total\n\n\ndef total(rows):\n"
        "    return _first(rows) + rows[0]\n",
        "def whole(f):\n    return lambda rows: f([0.0, *rows])\n\n\n"
        "def total(rows):\n    return sum(rows[1:])\n\n\n"
        "total = whole(total)\n",
        "def total(rows):\n    return sum(rows) + total.start\n\n\ntotal.start = 0.0\n",
        "try:\n    from math import fsum as add\nexcept ImportError:\n    add = sum\n\n\ndef total(rows):\n"
        "    return add(rows)\n",
    ],
    ids=["star", "table", "list", "decorator", "kept", "wrapped", "attribute", "try"],
)
def test_what_a_definition_needs_to_work_comes_along(candidate: str) -> None:
    clip = "\n\ndef clip(x):\n    raise ValueError\n\n\nprint(clip)\nNOTES = [1]\nNOTES.append(2 / 0)\n"
    assert value(candidate, "total([1.0, 2.0])") == 3.0
    composed = compose(candidate + clip, toy.SOLUTION, "total")
    assert value(composed, "total([1.0, 2.0])") == 3.0
    assert value(composed, "clip(0.5)") == 0.5
    assert "NOTES" not in composed


def test_an_import_that_binds_a_name_otherwise_comes_along() -> None:
    reference = "from datetime import datetime\n\n\ndef year():\n    return datetime(2026, 1, 1).year\n"
    candidate = "import datetime\n\n\ndef year():\n    return datetime.datetime(2026, 1, 1).year\n"
    assert value(compose(candidate, reference, "year"), "year()") == 2026


def test_the_reference_keeps_what_it_defines_itself() -> None:
    candidate = toy.SOLUTION.replace("math.fsum(rows)", "0.0")
    assert value(compose(candidate, toy.SOLUTION, "mean"), "mean([2.0, 4.0])") == 3.0


def test_text_in_column_0_inside_a_string_belongs_to_its_function() -> None:
    source = 'def f():\n    return """\ndef g():\n"""\n\ndef broken(:\n    pass\n\ndef h():\n    return 1\n'
    names = [sorted(part.names) for part in parts(source)]
    assert names == [["f"], ["broken"], ["h"]]


def test_the_last_definition_counts_decorators_included() -> None:
    source = "import functools\ndef f():\n    return 1\n\n@functools.cache\ndef f():\n    return 2\n"
    part = definition(source, "f")
    assert part is not None
    assert part.text.startswith("@functools.cache")
    assert value(compose(source, "def f():\n    return 0\n", "f"), "f()") == 2


def test_layout_and_comments_change_nothing() -> None:
    assert same("def f(x):\n    # why\n    return (x)\n", "def f( x ):\n    return x\n", "f")
    assert not same("def f(x):\n    return x\n", "def f(x):\n    return -x\n", "f")
    assert same("a = 1\n", "b = 2\n", "f")


@given(st.text(alphabet="def f():\n\t ='\"#@x1[]{},\\", max_size=60))
def test_any_text_can_be_cut(source: str) -> None:
    for part in parts(source):
        assert part.text
    definition(source, "f")
