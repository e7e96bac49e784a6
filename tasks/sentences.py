"""Prose cut into sentences: what a detector of a task is searched in, by the lint and in what candidates write."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)]|#{1,6})\s)")
_END = re.compile(r"[.!?]+[\"'”’)\]]*\s+")
_SHORT = frozenset(
    "e.g i.e etc vs cf ca approx resp al incl min max dr mr ms".split()  # noqa: SIM905 - a list to read
)
_NUMBERED = frozenset({"fig", "no"})
_BEGINS = re.compile(r"[\"'“‘(\[`*_]*[A-Z]")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of plain text or Markdown, in order, each on one line.

    Paragraphs, list entries and headings end a sentence as full stops do; a line break within a paragraph does
    not. Nothing is dropped but surrounding white space.
    """
    return tuple(found for block in _BLOCK.split(text) for found in cut(" ".join(block.split())))


def cut(line: str) -> tuple[str, ...]:
    """The sentences of one line of running prose. Who writes in haste begins them with a small letter."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(line):
        if line[end.start()] == "." and _goes_on(line[start : end.start()], line[end.end() :]):
            continue
        found.append(line[start : end.end()].strip())
        start = end.end()
    found.append(line[start:].strip())
    return tuple(sentence for sentence in found if sentence)


def _goes_on(before: str, after: str) -> bool:
    """Whether a full stop between them ends an abbreviation, an ordinal or an initial, and no sentence."""
    words = before.rsplit(None, 1)
    last = words[-1].lower().lstrip("([\"'“‘") if words else ""
    if last in _NUMBERED:
        return after[:1].isdigit()
    if last.isdigit():  # 3. as the number of an entry, or at the end of a sentence
        return len(words) == 1 or not _BEGINS.match(after)
    return last in _SHORT or re.fullmatch("[a-z]", last) is not None
