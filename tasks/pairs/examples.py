"""The tests of a pair, whatever their form, as small functions that can be told apart."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.pairs.comparison import parsed
from tasks.pairs.record import Pair, Refused
from tasks.syntax import parse

PROGRAM = frozenset({"solution", "program", "candidate", "code", "buggy", "fixed", "main", "module"})
"""Modules by which tests of pairs mean the code itself."""
_RUNNERS = frozenset({"main", "print", "run", "exit"})
_SIMPLE = (ast.Assert, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Import, ast.ImportFrom, ast.Pass)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Unit:
    """One test function without arguments, as text."""

    name: str
    text: str


@dataclass(frozen=True)
class Examples:
    """What the tests need first, and the tests; `names` are all names that they mention."""

    prelude: str
    units: tuple[Unit, ...]
    names: frozenset[str]

    def source(self, units: Sequence[Unit]) -> str:
        """The prelude and these tests as one text."""
        return "\n\n\n".join([*([self.prelude] if self.prelude else []), *(unit.text for unit in units)]) + "\n"


def examples(line: int, pair: Pair) -> Examples:
    """The tests of a pair. Raises Refused where there are none, or where they need more than their functions."""
    try:
        tree = parsed(pair.tests)
    except ValueError as error:
        raise Refused(line, pair.id, "syntax", f"tests is no Python ({error}); mend it.") from None
    prelude: list[ast.stmt] = []
    bodies: list[list[ast.stmt]] = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            prelude += _imported(node, pair.entry_point)
        elif isinstance(node, Function) and _is_check(node):
            bodies += _checked(node, pair.entry_point)
        elif isinstance(node, Function) and node.name.startswith("test"):
            if isinstance(node, ast.AsyncFunctionDef) or _arguments(node) or node.decorator_list:
                said = f"its test {node.name} takes fixtures, parameters or a loop; write it as a plain function."
                raise Refused(line, pair.id, "tests", said)
            bodies += _taken_apart(node.body)
        elif isinstance(node, ast.ClassDef) and (node.name.startswith("Test") or _is_case(node)):
            bodies += _methods(node)
        elif isinstance(node, ast.Assert):
            bodies.append([node])
        elif _is_run(node):
            continue
        else:
            prelude.append(node)
    if not bodies:
        raise Refused(line, pair.id, "tests", "its tests hold no assertion and no test function; add some.")
    units = tuple(_unit(number, body) for number, body in enumerate(bodies, start=1))
    first = "\n".join(ast.unparse(node) for node in prelude)
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    return Examples(first, units, frozenset(names | {pair.entry_point}))


def _unit(number: int, body: list[ast.stmt]) -> Unit:
    name = f"test_{number}"
    head = parse(f"def {name}():\n    pass").body[0]
    assert isinstance(head, ast.FunctionDef)
    head.body = body
    return Unit(name, ast.unparse(ast.fix_missing_locations(head)))


def _imported(node: ast.Import | ast.ImportFrom, entry_point: str) -> Iterator[ast.stmt]:
    """The import without what it takes from the code itself, which is there anyway."""
    program = PROGRAM | {entry_point}
    if isinstance(node, ast.ImportFrom):
        if node.level or (node.module or "").partition(".")[0] in program:
            return
        yield node
    elif left := [alias for alias in node.names if alias.name.partition(".")[0] not in program]:
        yield ast.Import(names=left)


def _arguments(node: Function) -> bool:
    given = node.args
    return bool(given.posonlyargs or given.args or given.kwonlyargs or given.vararg or given.kwarg)


def _is_check(node: Function) -> bool:
    """`def check(candidate)`, as many collections write their tests."""
    return isinstance(node, ast.FunctionDef) and node.name == "check" and len(node.args.args) == 1


def _checked(node: Function, entry_point: str) -> list[list[ast.stmt]]:
    alias = parse(f"{node.args.args[0].arg} = {entry_point}").body
    return [[*copy.deepcopy(alias), *body] for body in _taken_apart(node.body)]


def _taken_apart(body: list[ast.stmt]) -> list[list[ast.stmt]]:
    """One body for each assertion, with what comes before it, where the statements are simple ones."""
    body = [n for n in body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
    if sum(isinstance(n, ast.Assert) for n in body) < 2 or not all(isinstance(n, _SIMPLE) for n in body):
        return [body] if body else []
    found = []
    before: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.Assert):
            found.append([*copy.deepcopy(before), node])
        else:
            before.append(node)
    return found


def _methods(node: ast.ClassDef) -> list[list[ast.stmt]]:
    """A body for each test method of a class, which holds the class with that one test.

    With unittest's own class the set-up runs as there.
    """
    tests = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name.startswith("test")]
    call = "{0}('{1}').debug()" if _is_case(node) else "{0}().{1}()"
    found = []
    for test in tests:
        alone = copy.deepcopy(node)
        alone.body = [part for part in node.body if part is test or part not in tests]
        found.append([alone, *parse(call.format(node.name, test.name)).body])
    return found


def _is_case(node: ast.ClassDef) -> bool:
    """Whether it is a TestCase of unittest's, whatever its own name."""
    return any(ast.unparse(base).rpartition(".")[2].endswith("TestCase") for base in node.bases)


def _is_run(node: ast.stmt) -> bool:
    """What only starts the tests: `if __name__ == ...`, `unittest.main()`, `check(function)`, a document."""
    if isinstance(node, ast.If):
        return "__name__" in ast.unparse(node.test)
    if not isinstance(node, ast.Expr):
        return False
    if isinstance(node.value, ast.Constant):
        return True
    if not isinstance(node.value, ast.Call):
        return False
    called = ast.unparse(node.value.func).rpartition(".")[2]
    return called in _RUNNERS or called == "check" or called.startswith("test")
