"""A design document cut into sentences, each with what its place in the document says about it.

Whether a sentence stands as the author's own view depends on more than its words: a section headed "Rejected", a
block quote, a strike-through or a table row that ends in "no" all say that it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from evaluators.prose.cues import cues
from tasks.sentences import cut

Place = Literal["body", "rejected", "quoted", "open"]
"""`rejected`: in a section or list of what was not chosen. `quoted`: somebody else's words. `open`: an unticked
box or an option among others."""

OPTIONS = re.compile(
    r"^\s*(?:option|variant|alternative|choice|plan) (?:[a-z]|\d+|one|two|three)\b", re.IGNORECASE
)
HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})\s+(?P<title>.*?)\s*#*$")
BOLD_HEADING = re.compile(r"^\s*(?:\*\*|__)(?P<title>[^*_]{1,80})(?:\*\*|__):?\s*$")
LEAD = re.compile(r"^(?!\s*(?:[-*+]|\d+[.)])\s)(.{1,80}):\s*$")
BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?P<box>\[[ xX]\]\s+)?(?P<words>.*)$")
ROW = re.compile(r"^\s*\|(.*)\|\s*$")
NO_CELL = re.compile(
    r"^\W*(?:no(?! later)|not (?:chosen|done|taken)|rejected|discarded|wrong|bad|avoid|✗|✘|x)(?:\W|$)",
    re.IGNORECASE,
)
DROPPED = re.compile(
    r"<!--.*?(?:-->|\Z)|~~.{1,2000}?~~|<(del|s|strike)>.{0,2000}?</\1>", re.DOTALL | re.IGNORECASE
)
LONGEST, LONGEST_SENTENCE = 60_000, 1_000
"""Characters of a text that are read, and of a sentence: no text may cost more than its reading does."""


@dataclass(frozen=True)
class Sentence:
    """One sentence, list item or table row in plain words; `question` if it ends in a question mark."""

    text: str
    place: Place

    @property
    def question(self) -> bool:
        """Whether it asks rather than says."""
        return self.text.rstrip("\"”’')] ").endswith("?")


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a Markdown text, in order. What is struck through or commented out is not there."""
    reader = _Reader()
    for line in DROPPED.sub(" ", text[:LONGEST]).split("\n"):
        reader.line(line)
    reader.flush()
    return tuple(reader.found)


def with_following(text: str) -> Iterator[tuple[Sentence, str]]:
    """Each sentence with the words of the one after it (empty for the last)."""
    every = sentences(text)
    for place, sentence in enumerate(every, start=1):
        yield sentence, every[place].text if place < len(every) else ""


class _Reader:
    """Reads a document line by line; a paragraph is cut into sentences when it is over."""

    def __init__(self) -> None:
        self.found: list[Sentence] = []
        self._paragraph: list[str] = []
        self._rejected: int | None = None
        """Depth of the heading under which everything is rejected."""
        self._listed: Place = "body"
        """What a lead such as "Not chosen:" says about the list that follows it."""

    def line(self, line: str) -> None:
        if self._heading(line) or self._marked(line):
            return
        if not line.strip():
            self.flush()
            return
        if not self._paragraph:
            self._listed = "body"
        if OPTIONS.match(line):
            self._add(line, "open")
            return
        self._paragraph.append(line.strip())

    def flush(self) -> None:
        """Ends the paragraph."""
        joined = " ".join(self._paragraph)
        self._paragraph.clear()
        self._cut(joined, "body")

    def _heading(self, line: str) -> bool:
        heading = HEADING.match(line)
        title = heading or BOLD_HEADING.match(line)
        if title is None:
            return False
        self.flush()
        self._listed = "body"
        depth = len(title["marks"]) if heading else 7
        if self._rejected is None or depth <= self._rejected:
            self._rejected = depth if cues().rejected.search(title["title"]) else None
        return True

    def _marked(self, line: str) -> bool:
        """Quotes, table rows, list items, and leads of lists."""
        if line.lstrip().startswith(">"):
            self._add(line.lstrip("> "), "quoted")
        elif row := ROW.match(line):
            self._row(row.group(1))
        elif bullet := BULLET.match(line):
            unticked = bullet["box"] is not None and not bullet["box"].strip("[] ")
            self._add(bullet["words"], "open" if unticked and self._listed == "body" else self._listed)
        elif lead := LEAD.match(line):
            self._add(lead.group(1), "body")
            self._listed = "rejected" if cues().rejected.search(lead.group(1)) else "body"
        else:
            return False
        return True

    def _row(self, cells: str) -> None:
        parts = [cell.strip() for cell in cells.split("|")]
        if all(re.fullmatch(r":?-+:?|", part) for part in parts):
            return
        # The first cell names the option; a verdict stands in one of the others.
        no = any(NO_CELL.match(part) for part in parts[1:])
        self.flush()
        self._whole(" | ".join(parts), "rejected" if no else "body")

    def _add(self, text: str, place: Place) -> None:
        self.flush()
        self._cut(text, place)

    def _cut(self, text: str, place: Place) -> None:
        for sentence in cut(text):
            self._whole(sentence, place)

    def _whole(self, text: str, place: Place) -> None:
        # Marks of emphasis and code would stand between words.
        words = re.sub(r"(?<!\w)[*_`]{1,3}|[*_`]{1,3}(?!\w)", "", text).strip()
        if words:
            where: Place = place if self._rejected is None else "rejected"
            self.found.append(Sentence(words[:LONGEST_SENTENCE], where))
