"""What stands in the candidate's files right now: stubs of functions, empty sections."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Literal

from tasks import Task
from tasks.syntax import parse

State = Literal["missing", "stub", "begun", "starter", "written", "unreadable"]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def symbol_state(task: Task, files: Mapping[str, str], path: str, symbol: str) -> State:
    """How far the definition of `symbol` in `path` has come.

    `starter` means unchanged from the start though it is no stub; `begun` a class in which something is written
    and a method is a stub as at the start; `unreadable` that the file does not parse and the starter's definition
    is gone, so that nothing certain can be said.
    """
    text = files.get(path, task.starter.get(path, ""))
    first = _definitions(task.starter.get(path, ""))
    original = first[symbol] if first and symbol in first else None
    found = _definitions(text)
    if found is None:
        source = first and symbol in first and ast.get_source_segment(task.starter[path], first[symbol])
        return "stub" if first and source and source in text and is_stub(first[symbol]) else "unreadable"
    if symbol not in found:
        return "missing"
    node = found[symbol]
    if original is not None and _begun(node, original):
        return "begun"
    if is_stub(node):
        return "stub"
    return "starter" if original is not None and ast.unparse(node) == ast.unparse(original) else "written"


def undone(task: Task, files: Mapping[str, str]) -> tuple[tuple[str, str, State], ...]:
    """(path, symbol, state) of every top-level stub of the starter that is not written, in order."""
    states = (
        (file.path, symbol, symbol_state(task, files, file.path, symbol))
        for file in task.file.files
        if file.path.endswith(".py") and not file.readonly
        for symbol, node in (_definitions(task.starter.get(file.path, "")) or {}).items()
        if is_stub(node)
    )
    return tuple(each for each in states if each[2] not in ("written", "starter"))


def syntax_error(files: Mapping[str, str]) -> tuple[str, int] | None:
    """(path, line from 1) of the first Python file that does not parse."""
    for path, text in files.items():
        if path.endswith(".py"):
            try:
                parse(text)
            except SyntaxError as error:
                return path, error.lineno or 1
            except (ValueError, RecursionError, MemoryError):
                return path, 1
    return None


def empty_sections(task: Task, files: Mapping[str, str]) -> tuple[str, ...]:
    """Titles of the sections that hold nothing but comments, in order."""
    return tuple(
        file.title
        for file in task.file.files
        if file.path.endswith(".md") and not file.readonly and is_empty(files.get(file.path, ""))
    )


def is_empty(text: str) -> bool:
    """True when nothing but white space, headings and HTML comments stands in a section."""
    return not re.sub(r"<!--.*?(-->|\Z)|^#.*$", "", text, flags=re.DOTALL | re.MULTILINE).strip()


def is_stub(node: Definition) -> bool:
    """True when nothing happens in the body: docstring, `pass`, `...`, `raise NotImplementedError`.

    A class is a stub when one of its methods is, and all of them are or only store their arguments.
    """
    body = [n for n in node.body if not _idle(n)]
    if not isinstance(node, ast.ClassDef):
        return not body
    methods = [n for n in body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    rest = [m for m in methods if m.name != "__init__"]
    return not body or (bool(rest) and all(is_stub(m) for m in rest))


def _methods(node: Definition) -> dict[str, Definition]:
    return {n.name: n for n in node.body if isinstance(n, Definition)} if isinstance(node, ast.ClassDef) else {}


def _begun(node: Definition, original: Definition) -> bool:
    """Whether a method was written that was a stub at the start or not there, and another was not."""
    methods, before = _methods(node), _methods(original)
    done = [name for name, method in methods.items() if not is_stub(method)]
    new = any(name not in before or is_stub(before[name]) for name in done)
    return new and any(name not in done for name in before)


def _idle(node: ast.stmt) -> bool:
    if isinstance(node, ast.Pass):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Raise):
        return node.exc is not None and "NotImplementedError" in ast.unparse(node.exc)
    return False


def _definitions(text: str) -> dict[str, Definition] | None:
    """Top-level definitions by name; None for a text that does not parse."""
    try:
        tree = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return {n.name: n for n in tree.body if isinstance(n, Definition)}
