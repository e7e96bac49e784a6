"""The house as it is drawn: no circle of imports, and no module that holds two nouns."""

from __future__ import annotations

import graphlib
from pathlib import Path

import grimp

PACKAGES = ("ui", "evaluators", "harness", "tasks", "logs")
ROOT = Path(__file__).parents[1]
LONGEST = 450
"""Lines of a module."""


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = grimp.build_graph(*PACKAGES)
    order = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    graphlib.TopologicalSorter(order).prepare()  # raises CycleError naming the circle


def test_no_module_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "node_modules" not in path.parts and (lines := len(path.read_text("utf-8").splitlines())) > LONGEST
    }
    assert not long
