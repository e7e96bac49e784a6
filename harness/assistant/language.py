"""In which language somebody asks, told by small words; and the answer that here it is English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from tasks import Task

Language = Literal["de", "fr", "es", "it", "pt", "nl", "pl"]
FEWEST, SHARE = 2, 0.2
"""So many small words more than English ones, and so large a share of all words, make a text one of a language."""
OUTSIDE = 0.2
"""Share of letters of other scripts above which a text is not English."""
SHORTEST, ENGLISH, MIXED = 3, 0.5, 0.4
"""Of so many words a smaller share in English tells another language; `MIXED` where small ones are among them."""
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_AROUND = "\"'“”‘’«»([{}]).,;:!?…¿¡*"


class Tongue(BaseModel):
    """One entry of languages.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    words: frozenset[str]
    answer: str


def language(text: str, share: float = SHARE) -> Language | None:
    """The language of a text, None for English and for what cannot be told.

    `share` is that of small words of the language among all words, at least.
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {name: sum(w in tongue.words for w in words) for name, tongue in _tongues().items()}
    # English first: names and terms of the field make every text look a little like it.
    best = max(counts, key=lambda name: (counts[name], name == "en"))
    if counts[best] - counts["en"] < FEWEST or counts[best] < share * len(words):
        return None
    return next(code for code in get_args(Language) if code == best)


def answer(code: Language | None, offers: str) -> str:
    """The sentence in that language, in English for None, with the topics as the task names them."""
    return _tongues()[code or "en"].answer.strip().format(offers=offers)


def english(text: str, field: str = "") -> bool:
    """Whether a text may be taken for English: too short to tell, code and terms of the `field` (a text) may.

    Its letters tell it where they are of another script, else how many of its words are English ones.
    """
    words = [w for w in _words(_CODE.sub(" ", text)) if len(w) >= SHORTEST]
    others = _others(text)
    if others and others >= OUTSIDE * (others + sum(len(w) for w in words if w.isascii())):
        return False
    small, known = _tongues()["en"].words, _known(field)
    share = MIXED if any(w in small for w in words) else ENGLISH
    return len(words) < SHORTEST or sum(known(w) for w in words) >= share * len(words)


def field_of(task: Task) -> str:
    """Words of the task's field."""
    return " ".join([task.brief, *(words for t in task.replies.topics for words in (t.offer, *t.asks))])


def _words(text: str) -> Iterator[str]:
    """What stands between blanks and is a word rather than code or an abbreviation."""
    for chunk in text.split():
        for part in re.split(r"[-/,'’]", chunk.strip(_AROUND)):
            word = part.strip(_AROUND)
            if word.isalpha() and word[1:] == word[1:].lower():
                yield word.lower()


def _others(text: str) -> int:
    """Letters of other scripts than Latin; a single Greek letter is a symbol."""
    count = 0
    for run in re.findall(r"[^\W\d_]+", text):
        names = [unicodedata.name(c, "").partition(" ")[0] for c in run if c.isalpha()]
        count += sum(n != "LATIN" for n in names if names.count("GREEK") != 1 or n != "GREEK")
    return count


def _known(field: str) -> Callable[[str], bool]:
    from harness.assistant.embedding import vocabulary  # loads no model

    terms, words, tongues = _terms(field), vocabulary(), _tongues()
    small = tongues["en"].words
    foreign = {w for name, tongue in tongues.items() if name != "en" for w in tongue.words} - small
    return lambda word: word in small or word in terms or (word in words and word not in foreign)


@lru_cache(maxsize=64)
def _terms(field: str) -> frozenset[str]:
    return frozenset(_words(field))


@cache
def _tongues() -> dict[str, Tongue]:
    text = files("harness.assistant").joinpath("languages.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, Tongue]).validate_python(yaml.safe_load(text))
