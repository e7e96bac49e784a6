"""Point 5 over the library: turns of phrase that one kind of claim has more often than chance allows.

A classifier of single words misses what several words say in many ways, so some classes of phrases are counted by
patterns. They are the tells of such texts that readers found: when one finds another, it belongs here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.lint.report import Phrase
from tasks.schema import Task

FALSE_ALARMS = 0.05
"""The share of false alarms among all alarms that is put up with."""
PHRASES = {
    "not needed": r"\bneeds? (no|nobody|nothing)\b|\bno (\w+ ){0,4}(is |are )?needed\b|\bnot needed\b"
    r"|\bunnecessary\b|\b(adds?|shows?) nothing\b|\b(is|are) all that\b|\b(do|does) not (have to|need)\b",
    "as it is": r"\bas (it|they) (is|are|stands?|was|were)\b|\bas (today|before|usual)\b|\bas in normal\b"
    r"|\buntouched\b|\bunchanged\b|\bleaves? (it|them|that)\b",
    "suspicion met": r"\b(do not|don't) (be|look|worry|clip)\b|\bdo write\b|\b(al)?though\b"
    r"|\beven (if|though|so)\b|\bhowever,|\band (still|yet)\b|\ball the same\b|\bno (bug|error|mistake|reason)\b"
    r"|\bnothing is wrong\b|\bloses nothing\b|\bis meant\b|\bsounds? like\b",
    "first person": r"\b(I|we|us|our|ours|my)\b",
}


def phrases(tasks: Sequence[Task]) -> tuple[Phrase, ...]:
    """Every class of phrases, counted in the claims of `tasks`, which have their parameters filled in.

    Four comparisons a class: flawed with clean twins by the sign test, since an item's twins belong together;
    decoys with the clean and with the flawed twins, and items (clean twins and decoys) with fillers, by Fisher's
    exact test. Lopsided is what is left over all of these tests when 5 % of the alarms may be false (Benjamini
    and Hochberg 1995).
    """
    from scipy.stats import (  # type: ignore[import-untyped, unused-ignore]
        false_discovery_control,
    )

    counted = [_counted(name, pattern, tasks) for name, pattern in PHRASES.items()]
    adjusted = iter(false_discovery_control([p for phrase in counted for p in phrase.p.values()]))
    return tuple(
        replace(phrase, lopsided=tuple(name for name in phrase.p if next(adjusted) <= FALSE_ALARMS))
        for phrase in counted
    )


def _counted(name: str, pattern: str, tasks: Sequence[Task]) -> Phrase:
    from scipy.stats import binomtest, fisher_exact

    def has(text: str | None) -> bool:
        return re.search(pattern, text or "", re.IGNORECASE) is not None

    twins = [(has(i.flawed), has(i.clean)) for t in tasks for i in t.twins if i.form == "claim"]
    kinds = {
        "flawed": [flawed for flawed, _ in twins],
        "clean": [clean for _, clean in twins],
        "decoy": [has(i.clean) for t in tasks for i in t.decoys if i.form == "claim"],
        "filler": [has(f.text) for t in tasks for f in t.fillers if f.form == "claim"],
    }

    def fisher(some: Sequence[bool], others: Sequence[bool]) -> float:
        table = [[sum(each), len(each) - sum(each)] for each in (some, others)]
        return float(fisher_exact(table)[1])

    alone = [flawed for flawed, clean in twins if flawed != clean]
    return Phrase(
        name,
        found={kind: sum(held) for kind, held in kinds.items()},
        of={kind: len(held) for kind, held in kinds.items()},
        p={
            "flawed and clean twins": float(binomtest(sum(alone), len(alone)).pvalue) if alone else 1.0,
            "decoys and clean twins": fisher(kinds["decoy"], kinds["clean"]),
            "decoys and flawed twins": fisher(kinds["decoy"], kinds["flawed"]),
            "items and fillers": fisher([*kinds["clean"], *kinds["decoy"]], kinds["filler"]),
        },
    )
