"""Takes its writer's remarks out of a model's code: comments, docstrings, examples, tests, texts.

Code is generated from the clean twin. What its writer says about it there is true of that one, and beside a
planted flaw it would give the flaw away. So both twins carry the remarks of the authored ones, and no others.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

from harness.assistant.planting.naming import Scope
from harness.assistant.planting.shape import shape
from harness.assistant.planting.text import Cut, Source, apply
from tasks.program import definition
from tasks.syntax import parse

FEWEST = 3
"""So many words make a text in code say something; a name or a format has fewer."""


class RemarkError(Exception):
    """Code cannot be had without remarks of its writer's own; the message says why in a few words."""


def bare(code: str, symbol: str, twins: Sequence[str]) -> str:
    """The definition of `symbol` after the imports that it needs, with the remarks that all `twins` have.

    `twins` are the authored texts, the clean one first. Raises RemarkError where the code does not define the
    symbol, tests itself, or says something in a text.
    """
    try:
        text = _without_comments(_alone(code, symbol), set.intersection(*(set(_comments(t)) for t in twins)))
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        raise RemarkError("it does not parse") from None
    source = Source.read(text)
    authored = [found for twin in twins if (found := Source.read(twin)) is not None]
    if source is None or len(authored) < len(twins):
        raise RemarkError("it does not define what it should")
    if _tests(source.scope) - _tests(authored[0].scope):
        raise RemarkError("it tests itself")
    if _texts(source.scope) - _texts(authored[0].scope):
        raise RemarkError("it says something of its own")
    first, *others = (_docstrings(twin) for twin in authored)
    shared = {name: words for name, words in first.items() if all(o.get(name) == words for o in others)}
    documented = apply(source, list(_documenting(source, shared)))
    found = Source.read(documented) if documented is not None else None
    if documented is None or found is None or shape(found.scope) != shape(source.scope):
        raise RemarkError("its docstring has no place")
    return documented.strip("\n") + "\n"


def remarks(code: str) -> list[str]:
    """The comments and docstrings of one definition, in order."""
    source = Source.read(code)
    return [*_comments(code), *(_docstrings(source).values() if source is not None else ())]


def _alone(code: str, symbol: str) -> str:
    code = re.sub(r"\r\n?", "\n", code)
    node = definition(code, symbol)
    if node is None:
        return ""
    used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    imports = [f"{ast.unparse(n)}\n" for n in parse(code).body if used & _imported(n)]
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    lines = code.split("\n")[first - 1 : node.end_lineno]
    return "".join([*imports, "\n\n" if imports else "", *(f"{line}\n" for line in lines)])


def _imported(node: ast.stmt) -> set[str]:
    """The names that it binds if it is an import."""
    if not isinstance(node, ast.Import | ast.ImportFrom) or getattr(node, "module", None) == "__future__":
        return set()
    return {a.asname or a.name.partition(".")[0] for a in node.names}


def _tokens(code: str) -> Iterator[tokenize.TokenInfo]:
    return (t for t in tokenize.generate_tokens(io.StringIO(code).readline) if t.type == tokenize.COMMENT)


def _comments(code: str) -> list[str]:
    return [t.string for t in _tokens(code)]


def _without_comments(code: str, kept: set[str]) -> str:
    lines: list[str | None] = list(code.split("\n"))
    for token in _tokens(code):
        row, column = token.start
        if token.string not in kept:
            lines[row - 1] = (lines[row - 1] or "")[:column].rstrip() or None
    return "\n".join(line for line in lines if line is not None)


def _tests(scope: Scope) -> set[str]:
    """What it asserts."""
    raised = (n for n in ast.walk(scope) if isinstance(n, ast.Raise) and n.exc is not None)
    own = [n for n in raised if n.exc is not None and "AssertionError" in shape(n.exc)]
    return {shape(n) for n in [*own, *(n for n in ast.walk(scope) if isinstance(n, ast.Assert))]}


def _texts(scope: Scope) -> set[str]:
    """Texts of several words, without those that stand by themselves."""
    alone = {id(n.value) for n in ast.walk(scope) if isinstance(n, ast.Expr)}
    texts = (n.value for n in ast.walk(scope) if isinstance(n, ast.Constant) and id(n) not in alone)
    return {t for t in texts if isinstance(t, str) and len(re.findall(r"[^\W\d_]{2,}", t)) >= FEWEST}


def _stands(node: ast.AST) -> bool:
    """Whether it is a text that stands by itself."""
    return (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )


def _docstrings(source: Source) -> dict[str, str]:
    """Docstrings as they are written, from column 0, by the name of what they document."""
    scopes = [n for n in ast.walk(source.scope) if isinstance(n, Scope)]
    return {n.name: source.words(n.body[0], {}) for n in scopes if _stands(n.body[0])}


def _documenting(source: Source, docstrings: dict[str, str]) -> Iterator[Cut]:
    """Puts these docstrings where others stand or none; no other text stays that stands by itself."""
    begin = {n.body[0]: n for n in ast.walk(source.scope) if isinstance(n, Scope)}
    for node in ast.walk(source.scope):
        if not isinstance(node, ast.stmt):
            continue
        wanted = docstrings.get(begin[node].name) if node in begin else None
        if wanted is not None:
            yield Cut.replace(node, wanted) if _stands(node) else Cut.insert_before(node, wanted)
        elif _stands(node):
            alone = node not in begin or len(begin[node].body) == 1
            yield Cut.replace(node, "pass") if alone else Cut.remove(node)
