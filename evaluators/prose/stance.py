"""How words stand in a sentence: as the author's own view, denied, or open to doubt.

The rules of negation and its reach follow NegEx (W. W. Chapman and others, Journal of Biomedical Informatics 34
(2001), 301-310): cues before and after the words in question, ended by conjunctions and punctuation.
"""

from __future__ import annotations

import re
from typing import Literal

from evaluators.prose.cues import Cues, cues
from evaluators.prose.markup import Sentence

Stance = Literal["says", "denies", "unsure"]
Kind = Literal["right", "wrong"]
NEAR = 60
"""Characters of the next sentence in which a refutation of reported words is looked for."""
MARKS = re.compile(r"[;:—–|(]|,(?!\d)|\s-\s")
"""Punctuation that ends the reach of a negation."""
REFUSAL = re.compile(r"(?:no|nope|wrong|not|never)\b", re.IGNORECASE)
VERDICT = re.compile(
    r"\s*[:(=—–-]+\s*(?:no\b|never|not\b|rejected|wrong|discarded|dismissed|ruled out)", re.IGNORECASE
)
"""A verdict right behind the words: "Random split: rejected"."""
QUOTES = re.compile(r"[\"“”„«»][^\"“”„«»]{3,}[\"“”„«»]|(?<!\w)'[^']{6,}'(?!\w)")


def stance(sentence: Sentence, start: int, end: int, following: str = "", kind: Kind = "wrong") -> Stance:
    """How the words `start` to `end` of a sentence stand in it. `following` is the sentence after it.

    `kind` says of what the words are. Of something wrong every word against it raises a doubt, and a doubt leaves
    it to a person; of something right only a negation that reaches it does ("by time, not at random").
    """
    if sentence.place in ("rejected", "quoted"):
        return "denies" if kind == "wrong" else "unsure"
    if sentence.place == "open" or sentence.question:
        return "unsure"
    known = cues()
    before, after = sentence.text[:start], sentence.text[end:]
    negated = _negated(before, known)
    if _told(sentence.text, start, end, known):
        refuted = negated or known.against.search(after) or known.against.search(following[:NEAR])
        return "denies" if kind == "wrong" and refuted else "unsure"
    if negated:
        return "denies"
    clause = _clause(after)
    if known.hedges.search(re.split(r"[;,:—–]|\bbut\b|\bso\b", before)[-1]) or known.hedges.search(clause):
        return "unsure"
    if known.denied.search(clause) or VERDICT.match(after):
        return "denies"
    doubted = known.negations.search(before) or known.against.search(after) or REFUSAL.match(following)
    return "unsure" if kind == "wrong" and doubted else "says"


def stances(pattern: str, sentence: Sentence, following: str, kind: Kind) -> list[tuple[int, int, Stance]]:
    """Start, end and stance of every passage of the sentence that a pattern matches (case-blind)."""
    compiled = re.compile(pattern, re.IGNORECASE)
    found: list[tuple[int, int, Stance]] = []
    for match in compiled.finditer(sentence.text):
        start, end = _shortest(compiled, sentence.text, *match.span())
        # A negation between the words that the pattern did not ask for: "split at random, not by time".
        split = _split(compiled, sentence.text, start, end)
        found.append((start, end, "unsure" if split else stance(sentence, start, end, following, kind)))
    return found


def _shortest(pattern: re.Pattern[str], text: str, start: int, end: int) -> tuple[int, int]:
    """The latest start from which the pattern still reaches the end: a match begins at the first of its words."""
    for later in range(end - 1, start, -1):
        match = pattern.match(text, later)
        if match and match.end() >= end:
            return later, match.end()
    return start, end


def _split(pattern: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Whether a negation stands inside the match that the pattern does not need."""
    known = cues().negations
    blanked = known.sub(lambda m: "x" * len(m.group()), text[start:end])
    return blanked != text[start:end] and pattern.search(text[:start] + blanked + text[end:], start) is not None


def _told(text: str, start: int, end: int, known: Cues) -> bool:
    """Whether the words are somebody else's: between quotation marks, or after "the assistant said"."""
    quoted = any(m.start() < start and end < m.end() for m in QUOTES.finditer(text))
    return quoted or (known.reported.search(text[:start]) is not None and known.followed.search(text) is None)


def _negated(before: str, known: Cues) -> bool:
    """Whether a negation before the words reaches them: nothing that ends its reach stands in between."""
    negations = list(known.negations.finditer(before))
    if not negations:
        return False
    between = before[negations[-1].end() :]
    return known.boundaries.search(between) is None and MARKS.search(between) is None


def _clause(after: str) -> str:
    """What follows up to the end of the clause."""
    end = re.search(r"[;:,—–|]|\b(?:but|and|so)\b", after)
    return after[: end.start()] if end else after
