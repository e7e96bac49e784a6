"""What differs between the two codes of a pair: it has to be one definition, which becomes the item."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass

from tasks.pairs.record import Pair, Refused
from tasks.syntax import parse

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Compared:
    """The definition that differs, in both versions, and the file with it left open.

    `starter` is the fixed code with a stub in the place of `symbol`; `functions` are the names of all its
    functions, `names` of everything that it defines.
    """

    symbol: str
    flawed: str
    clean: str
    starter: str
    functions: tuple[str, ...]
    names: tuple[str, ...]


def compare(line: int, pair: Pair) -> Compared:
    """The comparison of a pair. Raises Refused where the two codes do not differ in exactly one definition."""
    trees = {}
    for key in ("fixed_code", "buggy_code"):
        trees[key] = _parsed(line, pair, key)
    fixed, buggy = (_definitions(trees[key]) for key in ("fixed_code", "buggy_code"))
    if pair.entry_point not in fixed or pair.entry_point not in buggy:
        which = "fixed_code" if pair.entry_point not in fixed else "buggy_code"
        said = f"{which} does not define {pair.entry_point} at its top level; correct entry_point."
        raise Refused(line, pair.id, "entry-point", said)
    if list(fixed) != list(buggy) or _rest(trees["fixed_code"]) != _rest(trees["buggy_code"]):
        said = "the two codes differ outside their functions and classes; bring the difference into one of them."
        raise Refused(line, pair.id, "difference", said)
    changed = [name for name in fixed if ast.dump(_bare(fixed[name])) != ast.dump(_bare(buggy[name]))]
    if not changed:
        raise Refused(line, pair.id, "difference", "the two codes do the same; only their layout differs.")
    if len(changed) > 1:
        said = f"the two codes differ in {', '.join(changed)}; a pair becomes one item, so it may differ in one."
        raise Refused(line, pair.id, "difference", said)
    (symbol,) = changed
    source = _plain(pair.fixed_code)
    functions = [n for n, d in fixed.items() if not isinstance(d, ast.ClassDef)]
    names = [*fixed, *(n.id for s in trees["fixed_code"].body for n in _assigned(s))]
    return Compared(
        symbol=symbol,
        flawed=_text(_plain(pair.buggy_code), buggy[symbol]),
        clean=_text(source, fixed[symbol]),
        starter=_with_stub(source, fixed[symbol]),
        functions=tuple(functions),
        names=tuple(dict.fromkeys(names)),
    )


def parsed(source: str) -> ast.Module:
    """The tree of a code. Raises ValueError with a sentence."""
    try:
        return parse(_plain(source))
    except SyntaxError as error:
        raise ValueError(f"line {error.lineno or 1}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"it cannot be read ({type(error).__name__})") from None


def _parsed(line: int, pair: Pair, key: str) -> ast.Module:
    try:
        return parsed(getattr(pair, key))
    except ValueError as error:
        raise Refused(line, pair.id, "syntax", f"{key} is no Python ({error}); mend it.") from None


def _plain(source: str) -> str:
    """With line feeds alone, as files of a task have them."""
    return source.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"


def _definitions(tree: ast.Module) -> dict[str, Definition]:
    return {node.name: node for node in tree.body if isinstance(node, Definition)}


def _rest(tree: ast.Module) -> list[str]:
    """Everything that is no definition; a document at the top does not count."""
    rest = [node for node in tree.body if not isinstance(node, Definition)]
    return [ast.dump(n) for n in rest if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]


def _bare(node: Definition) -> Definition:
    """Without its docstring, which is no behaviour."""
    bare = copy.deepcopy(node)
    if ast.get_docstring(bare, clean=False) is not None:
        bare.body = bare.body[1:] or [ast.Pass()]
    return bare


def _assigned(statement: ast.stmt) -> list[ast.Name]:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [n for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)]


def _span(node: Definition) -> tuple[int, int]:
    return min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1, node.end_lineno or node.lineno


def _text(source: str, node: Definition) -> str:
    first, last = _span(node)
    return "\n".join(source.split("\n")[first:last]).strip("\n") + "\n"


def _with_stub(source: str, node: Definition) -> str:
    """The code with nothing in the definition but its heads and docstrings."""
    stub = copy.deepcopy(node)
    for part in ast.walk(stub):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            document = part.body[:1] if ast.get_docstring(part) is not None else []
            missing = ast.Raise(exc=ast.Name("NotImplementedError", ast.Load()), cause=None)
            part.body = [*document, missing]
    lines = source.split("\n")
    first, last = _span(node)
    return "\n".join([*lines[:first], ast.unparse(ast.fix_missing_locations(stub)), *lines[last:]])
