"""What of a program a test or check can reach: programs that agree there need to run only once.

Reaching is by name and errs on the side of too much: whatever stands under a name that is mentioned anywhere in
reach counts, together with everything that runs on import. Code that looks names up while it runs reaches all.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tasks.syntax import parse

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Key = tuple[tuple[str, str], ...]

_LOOKUPS = frozenset(
    {"__builtins__", "__dict__", "__import__", "eval", "exec", "gc", "globals", "importlib", "inspect", "locals"}
    | {"modules", "monkeypatch", "patch", "vars"}
)
"""Names by which code can find other code without naming it."""
_INERT = frozenset(
    {"cache", "classmethod", "contextmanager", "dataclass", "fixture", "lru_cache", "mark", "wraps"}
)
"""Decorators that change what they decorate and nothing else."""


@dataclass(frozen=True)
class Piece:
    """Some lines of a module, and the names that they mention."""

    name: str
    text: str
    mentions: frozenset[str]


@dataclass(frozen=True)
class Module:
    """A module in pieces: `always` runs on import, the others only when their name is mentioned.

    `defined` has the names of all functions and classes of the module.
    """

    always: Piece
    others: tuple[Piece, ...]
    defined: tuple[str, ...] = ()


def reached(files: Mapping[str, str], names: Iterable[str]) -> Key:
    """Everything that code which mentions `names` can reach in the program, as pairs of place and text."""
    modules = {path: module(text) for path, text in files.items() if path.endswith(".py")}
    texts = {path: modules[path].always.text if path in modules else text for path, text in files.items()}
    todo = {*names, *(name for found in modules.values() for name in found.always.mentions)}
    known: set[str] = set()
    while todo:
        known |= todo
        if known & _LOOKUPS:
            return tuple(sorted(files.items()))
        more: set[str] = set()
        for path, found in modules.items():
            for piece in found.others:
                if piece.name in todo:
                    texts[f"{path}:{piece.name}"] = texts.get(f"{path}:{piece.name}", "") + piece.text
                    more |= piece.mentions
        todo = more - known
    return tuple(sorted(texts.items()))


@lru_cache(maxsize=8192)
def mentioned(source: str) -> frozenset[str]:
    """Every name in Python code, those in its strings included; one that does not parse looks names up."""
    try:
        return frozenset(_names(parse(source)))
    except SyntaxError:
        return _LOOKUPS


@lru_cache(maxsize=4096)
def module(source: str) -> Module:
    """The pieces of a module; one that does not parse is a single piece."""
    try:
        body = parse(source).body
    except SyntaxError:
        return Module(Piece("", source, _LOOKUPS), ())
    lines = source.split("\n")
    always: list[str] = []
    mentions: set[str] = set()
    others: list[Piece] = []
    for node in body:
        if isinstance(node, Definition) and all(_inert(d) for d in node.decorator_list):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            text = "\n".join(lines[first - 1 : node.end_lineno])
            others.append(Piece(node.name, text, mentioned(text)))
            continue
        always.append("\n".join(lines[node.lineno - 1 : node.end_lineno]))
        if isinstance(node, ast.Import | ast.ImportFrom):
            # The statements of the other module run anyway; its definitions count when their names are mentioned.
            others += [Piece(a.asname, "", frozenset({a.name})) for a in node.names if a.asname]
        else:
            mentions |= set(_names(node))
            if isinstance(node, Definition):
                always += [ast.unparse(d) for d in node.decorator_list]
    defined = tuple(node.name for node in body if isinstance(node, Definition))
    return Module(Piece("", "\n".join(always), frozenset(mentions)), tuple(others), defined)


def _inert(decorator: ast.expr) -> bool:
    names = set(_names(decorator))
    return bool(names & _INERT) and not any(
        isinstance(node, ast.keyword) and node.arg == "autouse" for node in ast.walk(decorator)
    )


def _names(tree: ast.AST) -> Iterator[str]:
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg):
            yield node.arg  # a fixture is asked for by the name of a parameter
        elif isinstance(node, ast.alias):
            yield from node.name.split(".")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\w+", node.value)
        todo += ast.iter_child_nodes(node)
