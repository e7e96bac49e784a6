"""Top-level definitions of a Python file, found even where other parts of it do not parse."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter

from tasks.syntax import parse

HEADER = re.compile(r"[^\s#)\]}]")
"""What a line that starts a top-level statement begins with."""
REMEMBERED = 256
"""Files whose statements are kept: one session asks for the same few dozens of times."""
CONTINUES = re.compile(r"(else|elif|except|finally)\b")


class UngradableError(Exception):
    """The item's definition cannot be judged; the message is the reason in a few words."""


@dataclass(frozen=True)
class Part:
    """One top-level statement: its text, the names it binds, its line (from 0), and its tree if it parses."""

    text: str
    start: int
    names: frozenset[str]
    node: ast.stmt | None

    @cached_property
    def shape(self) -> str | None:
        """The statement without layout and comments; None if it does not parse."""
        return None if self.node is None else ast.dump(self.node)


@lru_cache(maxsize=REMEMBERED)
def parts(source: str) -> tuple[Part, ...]:
    """The top-level statements of `source`, in order; a broken one is a part without a tree.

    A file that does not parse as a whole is split at lines that begin in column 0, and each piece grows over
    the following ones until it parses: so a syntax error stays within its own statement.
    """
    lines = source.splitlines(keepends=True)
    tree = _parsed(source)
    if tree is not None:
        return tuple(_part(lines, node) for node in tree.body)
    starts = [n for n, line in enumerate(lines) if HEADER.match(line)]
    found: list[Part] = []
    place = 0
    while place < len(starts):
        for end in range(place + 1, len(starts) + 1):
            stop = starts[end] if end < len(starts) else len(lines)
            # A clause belongs to the statement before it, which already parses without it.
            if end < len(starts) and CONTINUES.match(lines[starts[end]]):
                continue
            text = "".join(lines[starts[place] : stop])
            tree = _parsed(text)
            if tree is not None and tree.body:
                found += [_part(text.splitlines(keepends=True), node, starts[place]) for node in tree.body]
                place = end
                break
        else:
            stop = starts[place + 1] if place + 1 < len(starts) else len(lines)
            text = "".join(lines[starts[place] : stop])
            found.append(Part(text, starts[place], _named(text), None))
            place += 1
    return tuple(found)


def definition(source: str, symbol: str) -> Part | None:
    """The statement that binds `symbol` last, or None. Its `node` is None if it does not parse."""
    return next((part for part in reversed(parts(source)) if symbol in part.names), None)


def same(one: str, other: str, symbol: str) -> bool:
    """Whether both files define `symbol` alike: equal syntax trees, so layout and comments do not count."""
    first, second = definition(one, symbol), definition(other, symbol)
    if first is None or second is None or first.shape is None or second.shape is None:
        return first is second is None
    return first.shape == second.shape


def compose(candidate: str, reference: str, symbol: str) -> str:
    """The reference with only `symbol` taken from the candidate's file, and what that needs of theirs.

    Names that the reference defines stay the reference's, so that another flaw cannot fail this item. What only
    the candidate's file has comes along where the definition needs it: own constants and functions, imports,
    earlier definitions of the symbol that the last one wraps, and statements that fill or change what came
    along. Raises UngradableError when the definition is missing or does not parse.
    """
    own = parts(candidate)
    mine = next((part for part in reversed(own) if symbol in part.names), None)
    if mine is None:
        raise UngradableError("missing")
    if mine.node is None:
        raise UngradableError("does not parse")
    theirs = parts(reference)
    place = next((n for n in reversed(range(len(theirs))) if symbol in theirs[n].names), None)
    if place is None:
        raise UngradableError("the reference does not define it")
    texts = [_ended(part.text) for part in theirs]
    future = "" if "from __future__ import annotations" in reference else _future(own)
    texts[place] = "".join(_ended(part.text) for part in _needed(own, mine, theirs, symbol))
    return future + "\n".join(texts)


def _needed(own: tuple[Part, ...], mine: Part, theirs: tuple[Part, ...], symbol: str) -> list[Part]:
    """The definition and what it needs of the candidate's file, in the file's order."""
    known = {name for part in theirs for name in part.names} - {symbol}
    imports = {ast.dump(part.node) for part in theirs if isinstance(part.node, ast.Import | ast.ImportFrom)}
    offered = [
        part
        for part in own
        if part.node is not None
        and part is not mine
        and not (isinstance(part.node, ast.ImportFrom) and part.node.module == "__future__")
        and (not part.names & known or _otherwise(part.node, imports))
    ]
    taken = {mine.start: mine}
    before = 0
    while len(taken) > before:
        before = len(taken)
        wanted = {name for part in taken.values() for name in _used(part)}
        held = {name for part in taken.values() for name in part.names} - {symbol}
        for part in offered:
            if part.names & wanted or _touches(part, held, symbol, offered):
                taken[part.start] = part
    missing = {name for part in taken.values() for name in _free(part)} - known
    missing -= {name for part in own for name in part.names} | set(dir(builtins))
    stars = [part for part in offered if "*" in part.names] if missing else []
    return sorted({part.start: part for part in (*taken.values(), *stars)}.values(), key=attrgetter("start"))


def _otherwise(node: ast.stmt, imports: set[str]) -> bool:
    """Whether a statement imports something that the reference does not import in the same way."""
    return isinstance(node, ast.Import | ast.ImportFrom) and ast.dump(node) not in imports


def _touches(part: Part, held: set[str], symbol: str, offered: list[Part]) -> bool:
    """Whether a statement does something to a name that came along, as the file is read.

    It fills a table, say, or is a function that a decorator puts into one, or gives the symbol an attribute.
    """
    if part.node is None or isinstance(part.node, ast.Import | ast.ImportFrom):
        return False
    if symbol in _changed(part.node):
        return True
    decorators = getattr(part.node, "decorator_list", None)
    done: Iterable[ast.AST] = [part.node] if decorators is None and not part.names else decorators or ()
    waiting = {node.id for at in done for node in ast.walk(at) if isinstance(node, ast.Name)}
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= {used for other in offered if name in other.names for used in _used(other)} - reached
    return bool(reached & held)


def _changed(node: ast.stmt) -> set[str]:
    """Names whose attributes or entries a statement sets."""
    targets = [t for t in ast.walk(node) if isinstance(t, ast.Attribute | ast.Subscript)]
    stored = [t.value for t in targets if isinstance(t.ctx, ast.Store)]
    return {base.id for base in stored if isinstance(base, ast.Name)}


def _used(part: Part) -> set[str]:
    assert part.node is not None
    names = {node.id for node in ast.walk(part.node) if isinstance(node, ast.Name)}
    # Annotations may be strings.
    for node in ast.walk(part.node):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            names.update(re.findall(r"[A-Za-z_]\w*", node.value) if " " not in node.value.strip() else ())
    return names


def _free(part: Part) -> set[str]:
    """Names that a statement reads and nowhere binds itself."""
    assert part.node is not None
    read, bound = set[str](), set[str]()
    for node in ast.walk(part.node):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add(node.asname or node.name.partition(".")[0])
    return read - bound


def _future(own: tuple[Part, ...]) -> str:
    for part in own:
        if isinstance(part.node, ast.ImportFrom) and part.node.module == "__future__":
            return _ended(part.text)
    return ""


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _parsed(text: str) -> ast.Module | None:
    try:
        return parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _part(lines: list[str], node: ast.stmt, offset: int = 0) -> Part:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
    last = node.end_lineno or node.lineno
    return Part("".join(lines[first:last]), first + offset, _bound(node), node)


def _bound(node: ast.stmt) -> frozenset[str]:
    """Names that a top-level statement binds in the module."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return frozenset({node.name})
    names: set[str] = set()
    waiting: list[ast.AST] = [node]
    while waiting:
        at = waiting.pop()
        if isinstance(at, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(at.name)
            continue
        if isinstance(at, ast.Lambda):
            continue
        if isinstance(at, ast.Name) and isinstance(at.ctx, ast.Store):
            names.add(at.id)
        if isinstance(at, ast.alias):
            names.add(at.asname or at.name.partition(".")[0])
        waiting.extend(ast.iter_child_nodes(at))
    return frozenset(names)


def _named(text: str) -> frozenset[str]:
    """The name in the header of a statement that does not parse."""
    header = re.match(r"(?:async\s+)?(?:def|class)\s+([A-Za-z_]\w*)|([A-Za-z_]\w*)\s*[:=]", text)
    return frozenset({header.group(1) or header.group(2)}) if header else frozenset()
