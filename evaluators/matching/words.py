"""Texts as words: stems without the commonest words, what two texts share, and what one repeats of another."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

ENDINGS = ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly")
COMMON = frozenset(
    """
    a an the is are was were be been being it its this that these those of to in on at by for from with and or not
    no as if then than so do does did has have had you i we they he she one can could should would must may might
    will there here what which when where why how who your my our their them us me too very just only also but
    """.split()  # noqa: SIM905 - a list of words
)
ECHO = 5
"""Words in a row that are somebody else's, not one's own."""


def stems(text: str) -> tuple[str, ...]:
    """The words of a text in order without the commonest and without endings; names of code fall into parts."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower().replace("_", " ")
    return tuple(_stem(word) for word in re.findall(r"[a-z]+|\d+(?:\.\d+)?", spaced) if word not in COMMON)


def rarity(documents: Iterable[frozenset[str]]) -> dict[str, float]:
    """Inverse document frequency of each stem, smoothed as in scikit-learn: ln((1 + n) / (1 + df)) + 1."""
    every = list(documents)
    counts: dict[str, int] = {}
    for document in every:
        for stem in document:
            counts[stem] = counts.get(stem, 0) + 1
    return {stem: math.log((1 + len(every)) / (1 + count)) + 1 for stem, count in counts.items()}


def shared(text: frozenset[str], other: frozenset[str], weights: Mapping[str, float], unknown: float) -> float:
    """Weight of the stems that both have, over the square root of the text's own: long texts gain nothing.

    `unknown` is the weight of a stem that stands in no document.
    """
    total = sum(weights.get(stem, unknown) for stem in sorted(text))
    found = sum(weights.get(stem, unknown) for stem in sorted(text & other))
    return found / math.sqrt(total) if total else 0.0


def without_echo(text: str, said: Iterable[str]) -> str:
    """The text without runs of ECHO words or more that stand in one of the texts of `said`."""
    tokens = list(re.finditer(r"\w+(?:\.\d+)?", text))
    heard: set[tuple[str, ...]] = set()
    for other in said:
        words = [word.lower() for word in re.findall(r"\w+(?:\.\d+)?", other)]
        heard.update(tuple(words[i : i + ECHO]) for i in range(len(words) - ECHO + 1))
    repeated = [False] * len(tokens)
    words = [token.group().lower() for token in tokens]
    for place in range(len(tokens) - ECHO + 1):
        if tuple(words[place : place + ECHO]) in heard:
            repeated[place : place + ECHO] = [True] * ECHO
    kept: list[str] = []
    position = 0
    for token, gone in zip(tokens, repeated, strict=True):
        if gone:
            kept.append(text[position : token.start()])
            position = token.end()
    return " ".join("".join([*kept, text[position:]]).split())


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
