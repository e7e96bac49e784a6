"""Whether a model's sentence says what the authored one says: rules on numbers, names, negations, detectors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from tasks import Detector

SHORTEST, LONGEST = 0.5, 1.7
"""Length of a rewritten passage over that of the authored one."""
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
NAME = re.compile(r"`([^`\n]+)`|\b([A-Za-z]\w*_\w+)\b")
NEGATION = re.compile(r"\b(not|never|no|none|neither|nor|cannot|without)\b|n't\b", re.IGNORECASE)
TELLING = re.compile(
    r"\b(wrong|incorrect|mistaken?|false|flaw\w*|planted|deliberate\w*|on purpose|actually|sorry|apolog\w*|"
    r"correct(ion|ed|ly)?|caveat|however|beware|careful|unsure|not sure|disclaimer|instruct\w*|colleague|"
    r"passage|statement|rewrit\w*)\b",
    re.IGNORECASE,
)
"""Words with which a model would comment on what it was given to say."""
TURNING = re.compile(
    r"\b(but|though|although|whereas|unless|except|rather|instead|despite|nevertheless|nonetheless|otherwise|"
    r"technically|strictly|contrary|unlike|supposed|in (?:fact|truth|reality))\b",
    re.IGNORECASE,
)
"""Words with which a passage goes on to say something else than it began with."""
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
LEADING = frozenset(
    WORD.findall(
        """a about above after again all along also an and any are as ask asked at based be before begin below
    both brief briefly bring by can certainly code come comes concisely could course definition describe
    described do does draft each explain fine first follow following follows for from full function
    functions get give given glad gladly go goes good great happily happy have here here's how i i'd i'll
    i'm i've idea implement implementation in into is it it's its keep laid lay let let's like line lines
    look made main make matter matters may me might my need needed next of ok okay on one order our out
    outline over part parts piece pieces plan please pleasure point points put question quick quickly
    request requested say see set short show simple simply so some start step steps such suggest summary
    sure take task tell thanks that that's the their them then there there's these they think this those
    thoughts through to together turn two up us version walk want way we we'd we'll well what what's
    whole will with words work would write written you you'd you'll your"""
    )
)
"""Of these words a sentence that leads up to something is made; with them alone nothing of substance is said."""
SMALL = frozenset(
    WORD.findall(
        """because been being cannot ever every few had has here it just less many more most much never none nor
    not now off only other same still than too very was were when where which while who whose without yet"""
    )
)
"""Words that any sentence may hold."""
EXPLAINING = 2
"""So many words of what is said about a flaw, and not in the statement, make a passage one that explains it."""
SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")


def unfaithful(authored: str, said: str) -> str | None:
    """Why `said` is not the authored statement in other words, or None if nothing speaks against it.

    The same numbers and names, negated as often (even or odd), about as long, no turn against itself, and no
    remark on itself.
    """
    if not said.strip():
        return "nothing was said"
    if not SHORTEST * len(authored) <= len(said) <= LONGEST * len(authored):
        return "it is much shorter or longer"
    if set(_numbers(authored)) != set(_numbers(said)):
        return "its numbers differ"
    if not set(_names(authored)) <= set(_names(said)) | set(re.findall(r"\w+", said)):
        return "a name is missing"
    if not set(_names(said)) <= set(_names(authored)) | set(re.findall(r"\w+", authored)):
        return "it names something else"
    if (len(NEGATION.findall(authored)) - len(NEGATION.findall(said))) % 2:
        return "it is negated otherwise"
    if Counter(_telling(said)) - Counter(_telling(authored)):
        return "it comments on itself"
    if Counter(_turning(said)) - Counter(_turning(authored)):
        return "it turns against itself"
    return "it holds a link or a fence" if re.search(r"https?://|```|\[\[", said) else None


def misses(detector: Detector, said: str, flawed: bool) -> str | None:
    """Why the passage does not say the wrong thing (`flawed`) or the right one, or None if it does so."""
    sentences = SENTENCE.split(said)
    wrong = any(re.search(p, s, re.IGNORECASE) for p in detector.wrong for s in [said, *sentences])
    right = any(re.search(p, s, re.IGNORECASE) for p in detector.right for s in [said, *sentences])
    wanted, other = (wrong, right) if flawed else (right, wrong)
    if not wanted:
        return "the wrong claim is not found in it" if flawed else "the right claim is not found in it"
    if other:
        return "the right claim is found in it" if flawed else "the wrong claim is found in it"
    return None


def puts_right(detector: Detector, said: str) -> bool:
    """Whether some sentence says the right thing and none the wrong one."""
    sentences = SENTENCE.split(said)
    found = [
        any(re.search(p, s, re.IGNORECASE) for p in patterns for s in sentences)
        for patterns in (detector.right, detector.wrong)
    ]
    return found[0] and not found[1]


def betrays(authored: str, said: str, other: str | None, flaws: Iterable[str]) -> str | None:
    """Why `said` gives a flaw away beside the authored statement, or None if nothing speaks for it.

    `other` is the statement's other twin; `flaws` is what is known, in words, about each flaw of the reply.
    """
    more = _content(said) - _content(authored)
    if other is not None and more & _content(other):
        return "it holds words of the other twin"
    return "it explains a flaw" if any(len(more & _content(f)) >= EXPLAINING for f in flaws) else None


def harmless(prose: str) -> bool:
    """Whether words before the statements state nothing: they only lead up to what comes.

    They were written from the clean twins, so that whatever they say of one would stand beside a flawed one.
    """
    plain = prose.lower().replace("\u2019", "'")
    return len(prose) <= 400 and not NUMBER.search(plain) and set(WORD.findall(plain)) <= LEADING


def _content(text: str) -> set[str]:
    """Its words but for small ones, singular and plural as one."""
    words = WORD.findall(text.lower().replace("\u2019", "'"))
    return {w.removesuffix("s") for w in words if len(w) > 2 and w not in LEADING} - SMALL


def _numbers(text: str) -> list[str]:
    return [n.replace(",", "").rstrip(".") for n in NUMBER.findall(text)]


def _names(text: str) -> list[str]:
    return [quoted or plain for quoted, plain in NAME.findall(text)]


def _telling(text: str) -> list[str]:
    return [m.group().lower() for m in TELLING.finditer(text)]


def _turning(text: str) -> list[str]:
    return [m.group().lower() for m in TURNING.finditer(text)]
