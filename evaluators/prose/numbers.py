"""Whether a text gives the right number: each number before the item's unit, held against its tolerance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from evaluators.prose.markup import with_following
from evaluators.prose.stance import Stance, stance
from tasks import NumberCheck

# A part of a sum, a power or a range is no number by itself.
DIGITS = r"(?<![\w.,^*/×·⁄÷–-])(?<![*/×·⁄÷x^]\s)(?P<digits>\d+(?:[.,'\u00a0\u202f ]\d+)*)"
FACTOR = r"(?P<factor>k|m|bn?|thousand|million|billion)?"
FACTORS = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9}
UNREAD = re.compile(
    r"(?<!\S)(?:[^\sA-Za-z]*[\d⁰¹²³⁴-⁹½¼¾]|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"[a-z]+teen|[a-z]+ty|dozens?|hundreds?|thousands?|millions?|billions?)\b)\S*\s*$",
    re.IGNORECASE,
)
"""What stands before a unit where a number is meant that is written in another way."""
STRAY = 1
"""Other numbers of the unit that may stand beside the right one: who gives more of them tries their luck."""
Verdict = Literal["pass", "fail", "unclear"]


@dataclass(frozen=True)
class Given:
    """A number before the unit: what it may stand for (nothing if it cannot be read), whether that lies within the
    tolerance, and how it stands there."""

    values: tuple[float, ...]
    within: bool
    how: Stance


def numbers(check: NumberCheck, text: str) -> Iterator[Given]:
    """Every number that a text gives in the unit, in order."""
    pattern = re.compile(rf"(?:{DIGITS}\s*(?:{FACTOR}\b\s*)?-?\s*)?(?:{check.unit})", re.IGNORECASE)
    for sentence, following in with_following(text):
        for match in pattern.finditer(sentence.text):
            if not match["digits"] and not UNREAD.search(sentence.text[: match.start()]):
                continue
            factor = FACTORS.get((match["factor"] or "").lower(), 1.0)
            values = tuple(value * factor for value in readings(match["digits"] or ""))
            within = any(float(check.low) <= value <= float(check.high) for value in values)
            how = stance(sentence, *match.span(), following, "right" if within else "wrong")
            yield Given(values, within, how)


def number_verdict(check: NumberCheck, text: str, clean: str = "", flawed: str = "") -> Verdict | None:
    """`pass` if the right number is said, `fail` if only others are, `unclear` if people have to read it.

    None where no number of the unit is given.

    `check` is filled in: `low` and `high` are plain numbers. A number that can be read in two ways ("1.200",
    "1 200", "1,5") is right if either reading is: how somebody writes numbers is no part of what is measured. A
    number that is denied, or quoted in order to refute it, is none. Of the twins, where they are given, numbers of
    the clean one are the brief's and say nothing. Unclear is a right number that is only asked or doubted, one
    beside the flawed twin's or among several others, and one that is written as a sum or in words.
    """
    known = {value for given in numbers(check, clean) for value in given.values}
    planted = {value for given in numbers(check, flawed) for value in given.values} - known
    said: set[tuple[float, ...]] = set()
    right = doubt = False
    for given in numbers(check, text):
        if given.how == "denies" or (given.how == "unsure" and given.values and not given.within):
            continue
        if given.how == "unsure" or not given.values:
            doubt = True
        elif given.within:
            right = True
        elif not known.intersection(given.values):
            said.add(given.values)
    if right:
        sure = len(said) <= STRAY and not any(planted.intersection(values) for values in said)
        return "pass" if sure else "unclear"
    if doubt:
        return "unclear"
    return "fail" if said else None


def readings(digits: str) -> tuple[float, ...]:
    """The values that a written number may stand for, each once, in ascending order; none for no digits."""
    if not digits:
        return ()
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
