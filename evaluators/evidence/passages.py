"""Where a flawed text differs from its clean twin: the words to underline."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from pydantic import BaseModel, ConfigDict


class Passage(BaseModel):
    """A piece of a statement's text; the pieces in order give the whole text."""

    model_config = ConfigDict(frozen=True)
    text: str
    flawed: bool


def passages(text: str, clean: str | None) -> tuple[Passage, ...]:
    """The text cut at its differences from the clean twin; one unmarked piece without a twin to compare.

    Differences a few characters apart are one. Where the clean twin only has more words, the words around the gap
    are marked, since something must be.
    """
    if clean is None or not text:
        return (Passage(text=text, flawed=False),) if text else ()
    mine, other = tokens(text), tokens(clean)
    marked = [False] * len(mine)
    for tag, start, end, _, _ in SequenceMatcher(None, mine, other, autojunk=False).get_opcodes():
        if tag == "insert":
            start, end = max(0, start - 1), min(len(mine), start + 1)
        if tag != "equal":
            marked[start:end] = [True] * (end - start)
    gap_start: int | None = None
    for place, is_marked in enumerate([*marked, True]):
        if not is_marked and gap_start is None and place > 0:
            gap_start = place
        elif is_marked and gap_start is not None:
            between = "".join(mine[gap_start:place])
            if place < len(marked) and len(between) <= 8 and "\n" not in between:
                marked[gap_start:place] = [True] * (place - gap_start)
            gap_start = None
    found: list[Passage] = []
    for token, is_marked in zip(mine, marked, strict=True):
        flawed = is_marked and (bool(token.strip()) or bool(found and found[-1].flawed))
        if found and found[-1].flawed == flawed:
            found[-1] = Passage(text=found[-1].text + token, flawed=flawed)
        else:
            found.append(Passage(text=token, flawed=flawed))
    return tuple(found)


def tokens(text: str) -> list[str]:
    """Words, spaces and single marks; together they are the text."""
    return re.findall(r"\w+|\s+|[^\w\s]", text)
