"""Whether a text says the right thing or the wrong one: by an item's number or its detector.

Numbers are certain, and so are a twin's own words. What a detector reads out of other words is a proposal, good
enough to show to a person who has decided: a pattern that knows the right word knows not what is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evaluators.evidence.artifact import squeezed
from evaluators.prose.markup import Sentence, sentences, with_following
from evaluators.prose.numbers import number_verdict
from evaluators.prose.stance import Kind, Stance, stances
from tasks import Detector, Item

Verdict = Literal["pass", "fail", "unclear"]


@dataclass(frozen=True)
class Found:
    """What a text says: how often the right and the wrong thing stand, are denied, or are in doubt."""

    right: tuple[Stance, ...]
    wrong: tuple[Stance, ...]

    @property
    def verdict(self) -> Verdict | None:
        """`pass` where the right thing stands and the wrong one does not, `fail` where only the wrong one stands.

        None where neither is spoken of, or the wrong thing is only refused.
        """
        if "unsure" in self.wrong:
            return "unclear"
        wrong, right = "says" in self.wrong, "says" in self.right
        if right and not wrong and "denies" not in self.right:
            return "pass"
        if wrong and not self.right:
            return "fail"
        return "unclear" if wrong or self.right else None


def found(detector: Detector, text: str) -> Found:
    """Everything that `text` says by the detector, sentence by sentence."""
    right: list[Stance] = []
    wrong: list[Stance] = []
    for sentence, following in with_following(text):
        right += _of(detector.right, sentence, following, "right")
        wrong += _of(detector.wrong, sentence, following, "wrong")
    return Found(tuple(right), tuple(wrong))


def claim_verdict(item: Item, text: str) -> Verdict | None:
    """What a text says about a claim: by its number, or where it has none or none is given by its detector."""
    number = _number(item, text)
    if number is not None or item.detector is None:
        return number
    verdict = found(item.detector, text).verdict
    # Words alone put no number right.
    return "unclear" if item.number and verdict == "pass" else verdict


def certain(item: Item, text: str) -> Literal["pass", "fail"] | None:
    """What a text says of a claim beyond doubt: by its number, or because one twin's own words stand in it.

    None where it says nothing, both, or something that people have to read.
    """
    number = _number(item, text)
    if number is not None:
        return None if number == "unclear" else number
    clean = stands(item.clean, text) or stands(item.right, text)
    flawed = item.flawed is not None and stands(item.flawed, text)
    return None if clean == flawed else "pass" if clean else "fail"


def stands(words: str, text: str) -> bool:
    """Whether these words stand in a text as its author's own, whatever the case and the punctuation.

    What is struck through, quoted, or under a heading of rejected options is not said.
    """
    body = " ".join(sentence.text for sentence in sentences(text) if sentence.place == "body")
    wanted = " ".join(sentence.text for sentence in sentences(words))
    return bool(wanted) and squeezed(wanted, "claim") in squeezed(body, "claim")


def _number(item: Item, text: str) -> Verdict | None:
    return number_verdict(item.number, text, item.clean, item.flawed or "") if item.number else None


def _of(patterns: tuple[str, ...], sentence: Sentence, following: str, kind: Kind) -> list[Stance]:
    """One stance a passage; overlapping matches speak of the same thing, and the more certain one counts."""
    merged: list[tuple[int, int, Stance]] = []
    for start, end, how in sorted(s for pattern in patterns for s in stances(pattern, sentence, following, kind)):
        if merged and start < merged[-1][1]:
            first, last, other = merged[-1]
            merged[-1] = (first, max(end, last), other if how == "unsure" else how)
        else:
            merged.append((start, end, how))
    return [how for _, _, how in merged]
