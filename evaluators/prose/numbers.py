"""Whether a text gives the right number: each number before the item's unit, held against its tolerance."""

from __future__ import annotations

import re
from typing import Literal

from evaluators.prose.markup import with_following
from evaluators.prose.stance import stance
from tasks import NumberCheck

DIGITS = r"(?<![\w.,])(?P<digits>\d+(?:[.,'\u00a0\u202f ]\d+)*)"
FACTOR = r"(?P<factor>k|m|bn?|thousand|million|billion)?"
FACTORS = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9}
Verdict = Literal["pass", "fail"]


def number_verdict(check: NumberCheck, text: str) -> Verdict | None:
    """`pass` if any number before the unit lies within [low, high], `fail` if all lie outside, None without one.

    `check` is filled in: `low` and `high` are plain numbers. A number that can be read in two ways ("1.200",
    "1 200", "1,5") passes if either reading does: how somebody writes numbers is no part of what is measured. A
    number that is denied or quoted in order to refute it is none; one in doubt can pass and never fail.
    """
    low, high = float(check.low), float(check.high)
    pattern = re.compile(rf"{DIGITS}\s*(?:{FACTOR}\b\s*)?-?\s*(?:{check.unit})", re.IGNORECASE)
    verdict: Verdict | None = None
    for sentence, following in with_following(text):
        for match in pattern.finditer(sentence.text):
            how = stance(sentence, *match.span(), following)
            factor = FACTORS.get((match["factor"] or "").lower(), 1.0)
            if how != "denies" and any(low <= value * factor <= high for value in readings(match["digits"])):
                return "pass"
            if how == "says":
                verdict = "fail"
    return verdict


def readings(digits: str) -> tuple[float, ...]:
    """The values that a written number may stand for, each once, in ascending order."""
    values: set[float] = set()
    pieces = re.split(r"[.,'\u00a0\u202f ]", digits)
    marks = re.findall(r"[.,'\u00a0\u202f ]", digits)
    grouped = all(len(piece) == 3 for piece in pieces[1:]) and len(pieces[0]) <= 3
    if grouped and len(set(marks)) <= 1:
        values.add(float("".join(pieces)))
    if marks and marks[-1] in ".," and marks.count(marks[-1]) == 1:
        whole = pieces[:-1]
        if len(whole) == 1 or all(len(piece) == 3 for piece in whole[1:]):
            values.add(float("".join(whole) + "." + pieces[-1]))
    if not marks:
        values.add(float(digits))
    if " " in marks:
        # Two numbers beside each other: the last is the one before the unit.
        values.update(readings(digits.rpartition(" ")[2]))
    return tuple(sorted(values))
