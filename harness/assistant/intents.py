"""Requests that are about no topic, told by the wordings in `wordings.yaml`."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict

from harness.assistant.disguise import hidden_text, readings

Intent = Literal["greeting", "thanks", "challenge", "probe", "explain", "review", "next"]
Pattern = Literal[
    "probe",
    "greeting",
    "help",
    "thanks",
    "challenge",
    "doubt",
    "explain",
    "review",
    "next",
    "here",
    "rest",
    "whole",
    "pasted",
    "again",
]


class Wordings(BaseModel):
    """The file: patterns by name, and English examples that are compared by similarity like a topic's asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    probe: tuple[str, ...]
    """Attempts to learn what is planted, how it is scored or what the assistant was told."""
    greeting: tuple[str, ...]
    help: tuple[str, ...]
    thanks: tuple[str, ...]
    challenge: tuple[str, ...]
    doubt: tuple[str, ...]
    """Words that make a challenge of a prompt with a quote."""
    explain: tuple[str, ...]
    review: tuple[str, ...]
    next: tuple[str, ...]
    here: tuple[str, ...]
    """The section that is open."""
    rest: tuple[str, ...]
    """Whatever is left to do."""
    whole: tuple[str, ...]
    """Asks for all of the work, or for an order in which to do it."""
    pasted: tuple[str, ...]
    """What is said beside code of one's own that somebody is to look at."""
    again: tuple[str, ...]
    """Asks for something to be said once more."""
    examples: dict[Intent, tuple[str, ...]]


@cache
def wordings() -> Wordings:
    """The wordings, read once a process."""
    text = files("harness.assistant").joinpath("wordings.yaml").read_text(encoding="utf-8")
    return Wordings.model_validate(yaml.safe_load(text))


def says(name: Pattern, text: str) -> bool:
    """Whether one of the wordings of that name stands in a text that went through `plain`."""
    return _patterns()[name].search(text) is not None


def plain(text: str) -> str:
    """Folded to compatible characters, without markup and invisible ones, with plain quotes and single spaces."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Co", "Cs"})
    # What was pasted from a web page comes with tags and link targets around the words.
    text = re.sub(r"</?[A-Za-z][^<>]*>", " ", re.sub(r"\[([^\[\]]*)\]\([^()\s]*\)", r"\1", text))
    return re.sub(r"\s+", " ", text.replace("\u2019", "'").replace("\u2018", "'")).strip()


def is_probe(text: str) -> bool:
    """Whether a text that went through `plain` tries, in whatever disguise, to learn what is planted or scored."""
    return hidden_text(text) is not None or any(says("probe", plain(reading)) for reading in readings(text))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    known = wordings()
    return {
        name: re.compile("|".join(f"(?:{p})" for p in getattr(known, name)), re.IGNORECASE)
        for name in get_args(Pattern)
    }
