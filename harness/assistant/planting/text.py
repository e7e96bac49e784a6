"""The source of one definition, and cuts in it that leave everything else as it was written."""

from __future__ import annotations

import ast
import io
import textwrap
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.assistant.planting.naming import Scope
from harness.assistant.planting.shape import below, shape
from tasks.syntax import parse

Node = ast.expr | ast.stmt
Span = tuple[int, int]


@dataclass(frozen=True)
class Cut:
    """One change of the text at a node. `text` begins at column 0; it is indented as the node is."""

    node: Node
    text: str
    kind: Literal["replace", "remove", "after", "before"]

    @classmethod
    def replace(cls, node: Node, text: str) -> Cut:
        """`text` in the place of the node."""
        return cls(node, text, "replace")

    @classmethod
    def remove(cls, node: Node) -> Cut:
        """The statement and its lines go."""
        return cls(node, "", "remove")

    @classmethod
    def insert_after(cls, node: Node, text: str) -> Cut:
        """Statements after the statement."""
        return cls(node, text, "after")

    @classmethod
    def insert_before(cls, node: Node, text: str) -> Cut:
        """Statements before the statement."""
        return cls(node, text, "before")


@dataclass(frozen=True)
class Source:
    """A text that holds one definition, and its tree. Positions are in bytes, as the tree counts them."""

    text: bytes
    scope: Scope
    starts: tuple[int, ...]

    @classmethod
    def read(cls, text: str) -> Source | None:
        """None unless the text parses and its last statement is a definition."""
        try:
            tree = parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        if not tree.body or not isinstance(tree.body[-1], Scope):
            return None
        raw = text.encode()
        starts = [0]
        for line in raw.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        return cls(raw, tree.body[-1], tuple(starts))

    def span(self, node: Node) -> Span:
        """First byte of the node and the one after its last."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        first = self.starts[node.lineno - 1] + node.col_offset
        return first, self.starts[node.end_lineno - 1] + node.end_col_offset

    def words(self, node: ast.AST, names: Mapping[str, str]) -> str:
        """The node as it is written, its variables renamed, as if it began at column 0."""
        assert isinstance(node, Node)
        first, last = self.span(node)
        changes: list[tuple[int, int, str]] = []
        for inner in below(node):
            if isinstance(inner, ast.Name) and inner.id in names:
                changes.append((*self.span(inner), names[inner.id]))
            elif isinstance(inner, ast.arg) and inner.arg in names:
                start = self.starts[inner.lineno - 1] + inner.col_offset
                changes.append((start, start + len(inner.arg.encode()), names[inner.arg]))
            elif isinstance(inner, ast.Attribute) and f".{inner.attr}" in names and _own(inner):
                end = self.span(inner)[1]
                changes.append((end - len(inner.attr.encode()), end, names[f".{inner.attr}"][1:]))
        text = self.text[first:last]
        for start, end, name in sorted(changes, reverse=True):
            text = text[: start - first] + name.encode() + text[end - first :]
        head, newline, rest = text.decode().partition("\n")
        return head + newline + _shifted(rest, node.col_offset)


def apply(source: Source, cuts: Sequence[Cut]) -> str | None:
    """The text with all cuts made; None where two of them touch or it is no Python afterwards."""
    single = _single_quoted(source.text.decode())
    edits = [_edit(source, c, single, wrapped=False) for c in cuts]
    tight = _made(source.text, [_unwrapped(source.text, c, edit) for c, edit in zip(cuts, edits, strict=True)])
    plain = _made(source.text, edits)
    wrapped = _made(source.text, [_edit(source, c, single, wrapped=True) for c in cuts])
    if plain is None or wrapped is None:
        return None
    safe = Source.read(wrapped)
    if safe is None:
        return None
    # With as few brackets as mean the same.
    for text in (tight, plain):
        found = Source.read(text) if text is not None else None
        if text is not None and found is not None and shape(found.scope) == shape(safe.scope):
            return text
    return wrapped


def _unwrapped(text: bytes, cut: Cut, edit: tuple[int, int, str]) -> tuple[int, int, str]:
    """The edit over the brackets around the node as well, if it stands in some."""
    start, end, new = edit
    bracketed = text[start - 1 : start] == b"(" and text[end : end + 1] == b")"
    called = start > 1 and (text[start - 2 : start - 1].isalnum() or text[start - 2 : start - 1] in b"_)]")
    if cut.kind != "replace" or not bracketed or called:
        return edit
    return start - 1, end + 1, new


def _made(text: bytes, edits: list[tuple[int, int, str]]) -> str | None:
    at = len(text) + 1
    for start, end, new in sorted(edits, reverse=True):
        if end > at:
            return None
        text = text[:start] + new.encode() + text[end:]
        at = start
    return text.decode()


def _edit(source: Source, cut: Cut, single: bool, wrapped: bool) -> tuple[int, int, str]:
    first, last = source.span(cut.node)
    line, after = source.starts[cut.node.lineno - 1], source.starts[cut.node.end_lineno or 0]
    indent = " " * cut.node.col_offset
    text = _requoted(cut.text) if single else cut.text
    if cut.kind == "remove":
        return line, after, ""
    if cut.kind == "replace":
        if isinstance(cut.node, ast.expr):
            return first, last, f"({text})" if wrapped else text
        return first, last, textwrap.indent(text, indent).lstrip()
    place = after if cut.kind == "after" else line
    return place, place, textwrap.indent(text, indent).rstrip("\n") + "\n"


def _shifted(text: str, columns: int) -> str:
    """Later lines moved left by as much as the node stood to the right, at most."""
    lines = text.split("\n")
    return "\n".join(line[min(columns, len(line) - len(line.lstrip())) :] for line in lines)


def _strings(text: str) -> list[tokenize.TokenInfo]:
    try:
        return [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.STRING]
    except (tokenize.TokenError, SyntaxError):
        return []


def _single_quoted(text: str) -> bool:
    """Whether the writer puts strings into single quotes."""
    short = [t.string for t in _strings(text) if not t.string.endswith(('"""', "'''"))]
    return bool(short) and not any(s.endswith('"') for s in short)


def _requoted(text: str) -> str:
    for string in {t.string for t in _strings(text)}:
        if string.endswith('"') and not string.endswith('"""') and "'" not in string:
            text = text.replace(string, string.replace('"', "'"))
    return text


def _own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"
