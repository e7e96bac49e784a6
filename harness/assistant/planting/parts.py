"""The parts of a block of code: each definition that a program has already, as it would be put in by itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tasks.program import Definition, definition
from tasks.syntax import parse

STAYS = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
)
"""Statements that a definition may need; a call beside it is an example of its use."""


@dataclass(frozen=True)
class Part:
    """One definition, with whatever of the block it may need. It belongs in the file `path`."""

    path: str
    symbol: str
    code: str


def parts(files: Mapping[str, str], path: str | None, code: str) -> Iterator[Part]:
    """Each top-level definition of a block that `files` define too, in `path` or else in any of them.

    So one wrong definition costs the others nothing. None where the block does not parse.
    """
    try:
        body = parse(code).body
        symbols = dict.fromkeys(n.name for n in body if isinstance(n, Definition))
        homes = {symbol: home for symbol in symbols if (home := _home(files, path, symbol)) is not None}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    lines = code.split("\n")
    for symbol, home in homes.items():
        others = homes.keys() - {symbol}
        kept = [n for n in body if isinstance(n, STAYS) and not (isinstance(n, Definition) and n.name in others)]
        yield Part(home, symbol, "\n\n\n".join("\n".join(lines[_first(n) - 1 : n.end_lineno]) for n in kept))


def _home(files: Mapping[str, str], path: str | None, symbol: str) -> str | None:
    """The file that defines it."""
    modules = [p for p in files if p.endswith(".py")]
    found = [p for p in modules if definition(files[p], symbol) is not None]
    return path if path in found else found[0] if found else None


def _first(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, Definition) else []
    return min([node.lineno, *(d.lineno for d in decorators)])
