"""The words of `cues.yaml`, by which negation, doubt and quotation are told."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

import yaml

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Cues:
    """One pattern for each list of the file; what a list is for stands there."""

    negations: Pattern
    boundaries: Pattern
    denied: Pattern
    against: Pattern
    hedges: Pattern
    reported: Pattern
    followed: Pattern
    rejected: Pattern


@cache
def cues() -> Cues:
    """The cues, read once a process."""
    raw = yaml.safe_load(files("evaluators.prose").joinpath("cues.yaml").read_text("utf-8"))
    return Cues(**{f.name: _pattern([str(cue) for cue in raw[f.name]]) for f in fields(Cues)})


def _pattern(cues: list[str]) -> Pattern:
    """Any of the cues as whole words. YAML folds a long cue at spaces, which stand in none of the alternatives."""
    whole = "|".join(re.sub(r"\| ", "|", cue) for cue in cues)
    return re.compile(rf"(?<![\w-])(?:{whole})(?![\w-])", re.IGNORECASE)
