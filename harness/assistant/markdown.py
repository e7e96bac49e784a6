"""Finds prose, claims and hunks in a live model's Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from harness.assistant.frame import Begin, End, Mark, More
from harness.assistant.turn import SegmentHead
from tasks.syntax import parse

MOST = 4
"""Statements in one reply; the rest is prose."""
SHORTEST = 40
"""Characters: a shorter paragraph claims nothing worth a decision."""
LONGEST = 8_000
"""Characters of a block of prose; a longer one goes on in the next. Code is never cut: half would look whole."""
BULLET = 8
"""Characters that show whether a line is a bullet point."""
_BULLET = re.compile(r"\s{0,3}(?:[-*+]|\d{1,3}[.)])\s+")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})\s*([^\s`]*)")
_SYMBOL = re.compile(r"^(?:async\s+def|def|class)\s+([A-Za-z_]\w*)", re.MULTILINE)
_TAG = r"</?(?:a|img|iframe|script|style|object|embed|link|video|audio|svg|form)\b()"
_ENCLOSED = tuple(
    (re.compile(opening, re.IGNORECASE), closing)
    for opening, closing in (
        (r"!\[([^\[\]]*+)\]\(", ")"),
        (r"!\[([^\[\]]*+)\]\[", "]"),
        (r"\[([^\[\]]++)\]\(", ")"),
        (r"\[([^\[\]]++)\]\[", "]"),
        (_TAG, ">"),
    )
)
"""How something begins that could load or lead somewhere, with its words, and what it ends with."""
_STRIPPED = (
    (re.compile(r"^\s{0,3}\[[^\[\]\n]++\]:\s*+\S.*$", re.MULTILINE), ""),
    (re.compile(r"<((?:https?|ftp|mailto):[^<>\s]*+)>"), r"\1"),
)


class MarkdownReader:
    """Reads blocks: a block is handed on when it is whole, since only then it is known what it is.

    Paragraphs and bullets are claims, unless short, a question or leading up to something (":"); fenced
    code is a hunk; headings, tables, quotes and everything past four statements are prose.
    """

    def __init__(self, files: Mapping[str, str], open_file: str | None, identifiers: Callable[[], str]) -> None:
        self._files = files
        self._open_file = open_file
        self._identifiers = identifiers
        self._rest: list[str] = []
        self._long = 0
        self._block: list[str] = []
        self._size = 0
        self._fence: str | None = None
        self._count = 0

    def feed(self, chunk: str) -> Iterator[Mark]:
        """The blocks that the chunk completes."""
        *lines, rest = chunk.split("\n")
        for line in lines:
            yield from self._line(self._taken(line))
        before = self._long
        self._rest.append(rest)
        self._long += len(rest)
        if self._fence is not None:
            return
        if self._long > LONGEST:
            *parts, rest = _portions(self._taken())
            for part in parts:
                yield from self._line(part)
            self._rest, self._long = [rest], len(rest)
        elif self._block and before < BULLET and _BULLET.match("".join(self._rest)):
            # The next bullet has begun, so this one is whole; waiting for its line would hold it back.
            yield from self._flush()

    def close(self) -> Iterator[Mark]:
        """The last block."""
        if self._long:
            yield from self._line(self._taken())
        yield from self._flush()

    def _taken(self, more: str = "") -> str:
        line = "".join((*self._rest, more))
        self._rest, self._long = [], 0
        return line

    def _line(self, line: str) -> Iterator[Mark]:
        if self._fence is not None:
            closing = line.strip()
            if closing and set(closing) == {self._fence[0]} and len(closing) >= len(self._fence):
                yield from self._flush()
            else:
                self._block.append(line)
            return
        if fence := _FENCE.match(line):
            yield from self._flush()
            self._fence = fence.group(1)
            return
        if not line.strip():
            yield from self._flush()
            return
        if self._block and (_BULLET.match(line) or line.startswith("#")):
            yield from self._flush()
        for part in _portions(line):
            if self._block and self._size + len(part) > LONGEST:
                yield from self._flush()
            self._block.append(part)
            self._size += len(part)
        if line.startswith("#"):
            yield from self._flush()

    def _flush(self) -> Iterator[Mark]:
        lines, code = self._block, self._fence is not None
        self._block, self._size, self._fence = [], 0, None
        text = "\n".join(lines)
        if code and text.strip():
            yield from self._code(text + "\n")
        elif not code and (text := stripped(text).strip()):
            yield from self._said("claim" if self._is_claim(lines[0], text) else "prose", text)

    def _code(self, text: str) -> Iterator[Mark]:
        if self._count >= MOST:
            yield from self._said("prose", f"```\n{text}```")
            return
        symbol = found.group(1) if (found := _SYMBOL.search(text)) else None
        yield from self._said("hunk", text, self._file(text, symbol), symbol)

    def _said(self, form: str, text: str, file: str | None = None, symbol: str | None = None) -> Iterator[Mark]:
        if form == "prose" or self._count >= MOST:
            yield Begin(SegmentHead("prose"))
        else:
            self._count += 1
            yield Begin(SegmentHead("hunk" if form == "hunk" else "claim", self._identifiers(), file, symbol))
        yield More(text)
        yield End()

    def _file(self, text: str, symbol: str | None) -> str | None:
        """The file that defines the symbol already, else the one named in a first comment, else the open one."""
        if symbol:
            for path, content in self._files.items():
                if re.search(rf"^(?:async\s+def|def|class)\s+{symbol}\b", content, re.MULTILINE):
                    return path
        first = text.lstrip().partition("\n")[0]
        named = next((p for p in self._files if first.startswith(("#", "//")) and p in first), None)
        if named:
            return named
        python = self._open_file is not None and self._open_file.endswith(".py")
        return self._open_file if python and symbol and _parses(text) else None

    @staticmethod
    def _is_claim(first: str, text: str) -> bool:
        if first.startswith(("#", "|", ">", "---", "***")) or text.rstrip("*_ ").endswith((":", "?")):
            return False
        return len(text) >= SHORTEST


def stripped(text: str) -> str:
    """Images and links as their words: nothing in a reply can load or lead anywhere.

    In time that grows as the text does, whatever stands in it.
    """
    for opening, closing in _ENCLOSED:
        text = _opened(text, opening, closing)
    for pattern, replacement in _STRIPPED:
        text = pattern.sub(replacement, text)
    return text


def _opened(text: str, opening: re.Pattern[str], closing: str) -> str:
    parts: list[str] = []
    at = 0
    # What is never closed is looked for once, not from every opening.
    while (found := opening.search(text, at)) and (end := text.find(closing, found.end())) >= 0:
        parts += text[at : found.start()], found.group(1)
        at = end + 1
    return "".join((*parts, text[at:]))


def _portions(line: str) -> Iterator[str]:
    """The line in parts of at most `LONGEST` characters, cut at a space where there is one."""
    while len(line) > LONGEST:
        cut = line.rfind(" ", 1, LONGEST) + 1 or LONGEST
        yield line[:cut]
        line = line[cut:]
    yield line


def _parses(text: str) -> bool:
    try:
        parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
