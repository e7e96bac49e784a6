"""Point 5, pair by pair: the two twins of an item do not differ in length, comments or tone."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from tasks.lint.places import Places
from tasks.schema import Task

LONGER = 1.25
"""How many times as long as the other a twin may be."""
SURE = frozenset(
    {
        *("absolutely", "always", "certainly", "clearly", "definitely", "exactly", "guaranteed", "never"),
        *("obviously", "perfectly", "safely", "simply", "surely", "undoubtedly"),
    }
)
UNSURE = frozenset(
    {
        *("about", "apparently", "arguably", "could", "likely", "maybe", "might", "perhaps", "possibly"),
        *("presumably", "probably", "roughly", "seems", "should", "usually"),
    }
)


def tone(text: str) -> tuple[int, int]:
    """How many words of the text sound sure, and how many unsure."""
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", text.lower())
    return sum(w in SURE for w in words), sum(w in UNSURE for w in words)


def comments(code: str) -> int:
    """The number of comments in Python code; 0 for what cannot be read."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return 0
    return sum(token.type == tokenize.COMMENT for token in tokens)


def uneven_twins(task: Task, places: Places) -> Iterator[str]:
    """Twins that length, comments or tone tell apart."""
    for item in task.twins:
        flawed, clean = item.flawed or "", item.clean
        where = places.at(f"items/{item.id}.yaml", "flawed")
        if " ".join(flawed.split()) == " ".join(clean.split()):
            yield f"{where}: the twins are the same; the flawed one needs its flaw."
            continue
        short, long = sorted((len(flawed.strip()), len(clean.strip())))
        if long > LONGER * short:
            yield f"{where}: one twin has {long} characters, the other {short}; make them equally long."
        if item.form == "hunk":
            if comments(flawed) != comments(clean):
                yield (
                    f"{where}: the flawed twin has {comments(flawed)} comments, the clean one "
                    f"{comments(clean)}; give both the same."
                )
            lines = len(flawed.strip().splitlines()), len(clean.strip().splitlines())
            if abs(lines[0] - lines[1]) > max(2, max(lines) // 8):
                yield f"{where}: the twins have {lines[0]} and {lines[1]} lines; bring them closer."
        for name, one, other in zip(("sure", "unsure"), tone(flawed), tone(clean), strict=True):
            if abs(one - other) > 1:
                yield (
                    f"{where}: the flawed twin has {one} words that sound {name}, the clean one {other}; "
                    "let both sound alike."
                )
