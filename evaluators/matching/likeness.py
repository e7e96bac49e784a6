"""How much a remark is like the mechanism of an item: a few figures about the two, and the chance they give.

The figures compare meaning (sentence vectors, where there are any) and words of the remark with what counts for
the item, with what does not, and with the other items. The weights are a logistic regression over labelled
remarks that are in no reported figure; `tests/corpus/weigh.py` computes them again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from evaluators.matching.words import rarity, shared, stems
from evaluators.prose.claims import claim_verdict
from harness.assistant.embedding import Vectors
from tasks import Item

LONGEST, WINDOWS = 1_000, 6
"""Characters of a remark that are looked at, and parts of it that are compared."""
EMPTY = (
    "good", "nice work", "looks fine to me", "I agree with this", "thanks, very helpful", "clear explanation",
    "great idea", "are you sure?", "can you explain this", "why do you do it like this?", "what does this mean?",
    "is this right?", "how does this work", "I am not sure about this", "I don't trust this",
    "something is wrong here", "this is wrong", "this looks suspicious", "I have doubts", "not convinced",
    "I don't like it", "this is nonsense", "this is slow", "use another library", "rename this variable",
    "I would write it differently", "a matter of style", "too complicated", "we need more of it",
    "the number is arbitrary", "should be configurable", "needs more tests", "it should be documented",
)  # fmt: skip
"""Remarks that fit every statement and name nothing."""
GENERAL = (
    "this will be slow on a large table", "it needs too much memory", "memory grows without bound",
    "use a cache with an expiry", "use Redis or another shared store", "add a timeout", "add logging and an alert",
    "a restart loses the state", "it does not scale to more machines", "use vectorised code instead of a loop",
    "it should be asynchronous", "the sample is too small", "we need more data", "the test is too short",
    "weekends and seasons differ", "use another metric", "use another model", "use a neural network",
    "use a bandit", "use cross-validation", "tune the hyperparameters", "the labels are noisy",
    "the classes are imbalanced, sample the negatives", "smooth the rate for rare cases", "normalise the feature",
    "too many features", "what about missing values", "what about duplicates", "what about new users",
    "users behave differently on phones", "it should be tested online", "the cost is not constant in reality",
    "the window is arbitrary", "a different threshold would be better", "a person should review these",
    "it costs too much money", "use a GPU", "scale automatically", "add a second instance for redundancy",
    "plan for growth", "latency of the network is missing", "who maintains this",
    "is this allowed by the contract", "users will not like it", "this should be a parameter",
    "raise an exception instead", "return another type", "sort the rows first", "the name is misleading",
    "write a unit test for it",
)  # fmt: skip
"""Remarks of every review that are to the point and are seldom the flaw."""


class Encoder(Protocol):
    """Sentence vectors of length 1."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions)."""

    def encode_kept(self, texts: Sequence[str]) -> Vectors:
        """As `encode`, remembered."""


@dataclass(frozen=True)
class Profile:
    """What is known of an item when a remark is held against it. Words are sets of stems."""

    item: Item
    aliases: tuple[str, ...]
    """Ways to name the mechanism."""
    remedies: tuple[str, ...]
    beside: tuple[str, ...]
    """Remarks on the same statement that do not name it."""
    words: frozenset[str]
    own: frozenset[str]
    """Words of the clean twin that the flawed one does not have."""


def profile(item: Item) -> Profile:
    """The profile of an item, the same for both twins."""
    told = " ".join((item.mechanism, *item.counts, item.right))
    return Profile(
        item=item,
        aliases=(item.mechanism, *parts(item.mechanism), *item.counts),
        remedies=(item.right, *parts(item.right)),
        beside=item.counts_not,
        words=frozenset(stems(told)),
        own=frozenset(stems(item.clean)) - frozenset(stems(item.flawed or item.clean)),
    )


def parts(text: str) -> tuple[str, ...]:
    """The sentences of a text of more than one."""
    found = [piece for piece in re.split(r"(?<=[.!?;:])\s+|\n", text) if piece.strip()]
    return tuple(found[: WINDOWS - 1]) if len(found) > 1 else ()


def likenesses(
    text: str, profiles: Sequence[Profile], said: Sequence[str], encoder: Encoder | None
) -> list[dict[str, float]]:
    """The figures of a remark for each profile. `said` is what the assistant said for it in this session."""
    text = text[:LONGEST]
    found = [_by_words(text, profiles, place, said[place]) for place in range(len(profiles))]
    if encoder is not None:
        windows = encoder.encode((text, *parts(text)))
        near = [np.sort((windows @ encoder.encode_kept(p.aliases).T).max(axis=0)) for p in profiles]
        empty = float((windows[:1] @ encoder.encode_kept(EMPTY).T).max())
        general = float((windows[:1] @ encoder.encode_kept(GENERAL).T).max())
        for place, (known, row) in enumerate(zip(profiles, near, strict=True)):
            others = [float(r[-1]) for i, r in enumerate(near) if i != place]
            found[place] |= {
                "near": float(row[-1]),
                "near_two": float(row[-2:].mean()),
                "remedy": float((windows @ encoder.encode_kept(known.remedies).T).max()),
                "beside": float((windows[:1] @ encoder.encode_kept(known.beside).T).max())
                if known.beside
                else 0.0,
                "empty": empty,
                "general": general,
                "other": max(others, default=0.0),
            }
    return found


def _by_words(text: str, profiles: Sequence[Profile], place: int, said: str) -> dict[str, float]:
    weights = rarity(p.words for p in profiles)
    unknown = math.log(1 + len(profiles)) + 1
    mine, known = frozenset(stems(text)), profiles[place]
    others = [shared(mine, p.words, weights, unknown) for i, p in enumerate(profiles) if i != place]
    detector = known.item.detector is not None or known.item.number is not None
    return {
        "words": shared(mine, known.words, weights, unknown),
        "other_words": max(others, default=0.0),
        "own_words": shared(mine, known.own, weights, unknown),
        "echo": len(mine & frozenset(stems(said))) / len(mine) if mine else 0.0,
        "right": float(detector and claim_verdict(known.item, text) == "pass"),
        "question": float(text.rstrip().endswith("?")),
        "length": math.log(1 + len(text.split())),
    }
