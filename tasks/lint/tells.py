"""Point 5 over the library: can a classifier tell flawed from clean, items from fillers, or decoys from twins?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tasks.lint.report import Leaning, Tell
from tasks.lint.wording import comments, tone
from tasks.schema import Task

FEWEST = 6
"""Groups of each label below which no classifier is trained."""
CLEAR = 3.84
"""The 5 % point of chi-square with one degree of freedom."""
FOLDS = 5
REPEATS = 10
RESAMPLES = 500
WORD = re.compile(r"[A-Za-z_]\w*|[^\w\s]")


@dataclass(frozen=True)
class Labelled:
    """A text, its label (1: flawed, or an item) and its group, which is never split between folds."""

    text: str
    form: str
    label: int
    group: str


def flawed_from_clean(tasks: Sequence[Task]) -> list[Labelled]:
    """Both twins of every item; an item is a group, so that a twin is never trained on with its other."""
    return [
        Labelled(text, item.form, label, f"{task.name}/{item.id}")
        for task in tasks
        for item in task.twins
        for label, text in ((1, item.flawed or ""), (0, item.clean))
    ]


def items_from_fillers(tasks: Sequence[Task]) -> list[Labelled]:
    """Every item once, as its clean twin, against every filler."""
    items = [
        Labelled(i.clean, i.form, 1, f"{task.name}/{i.id}") for task in tasks for i in (*task.twins, *task.decoys)
    ]
    fillers = [Labelled(f.text, f.form, 0, f"{task.name}/{f.id}") for task in tasks for f in task.fillers]
    return items + fillers


def decoys_from_twins(tasks: Sequence[Task]) -> list[Labelled]:
    """Every decoy against both twins of every other item: who knows a decoy knows that it is right."""
    decoys = [Labelled(i.clean, i.form, 1, f"{task.name}/{i.id}") for task in tasks for i in task.decoys]
    return decoys + [replace(row, label=0) for row in flawed_from_clean(tasks)]


def tell(rows: Sequence[Labelled], seed: int = 0) -> Tell:
    """The cross-validated AUC of a logistic regression on words, length, tone and, for code, style.

    The area is the chance that a text with label 1 scores higher than one with label 0 (Hanley and McNeil
    1982), over pairs that one model scored: scores of different folds have different origins, and comparing
    them pulls the area of a useless classifier below a half (Airola et al. 2011). The interval resamples groups.
    """
    groups = np.array([r.group for r in rows])
    labels = np.array([r.label for r in rows])
    names, members = np.unique(groups, return_inverse=True)
    smaller = min((len(np.unique(groups[labels == v])) for v in (0, 1)), default=0)
    if smaller < FEWEST:
        return Tell(None, 0.0, 1.0, len(rows))
    wins, seen = _comparisons(rows, groups, labels, seed)
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(RESAMPLES):
        times = np.bincount(generator.integers(len(names), size=len(names)), minlength=len(names))[members]
        weights = np.outer(times, times)
        if (total := (weights * seen).sum()) > 0:
            drawn.append((weights * wins).sum() / total)
    estimate = float(wins.sum() / seen.sum())
    ones, zeros = (len(np.unique(groups[labels == v])) for v in (1, 0))
    # Averaging over repeats hides what a new training set would change, so a classifier that knows nothing
    # sets the least error (Hanley and McNeil at an area of a half). Resampling repeats groups, which shifts
    # the area but not its spread: so the interval is the normal one.
    useless = np.sqrt((0.25 + (ones - 1) / 12 + (zeros - 1) / 12) / (ones * zeros))
    error = max(float(np.std(drawn)), float(useless))
    return Tell(estimate, max(0.0, estimate - 1.96 * error), min(1.0, estimate + 1.96 * error), len(rows))


def leaning(rows: Sequence[Labelled]) -> tuple[Leaning, ...]:
    """The words that stand clearly more often with one label than with the other, the clearest first.

    Clearly: the difference squared over the sum, McNemar's statistic (1947), exceeds its 5 % point.
    """
    ones: Counter[str] = Counter()
    zeros: Counter[str] = Counter()
    for row in rows:
        (ones if row.label else zeros).update({word.lower() for word in WORD.findall(row.text)})
    found = [
        (((ones[word] - zeros[word]) ** 2) / (ones[word] + zeros[word]), Leaning(word, ones[word], zeros[word]))
        for word in {*ones, *zeros}
    ]
    return tuple(each for clear, each in sorted(found, key=lambda f: (-f[0], f[1].word)) if clear > CLEAR)


def _comparisons(
    rows: Sequence[Labelled], groups: np.ndarray[Any, Any], labels: np.ndarray[Any, Any], seed: int
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """How often row i (label 1) beat row j (label 0), ties half, and how often one model scored both."""
    from sklearn.feature_extraction.text import (  # type: ignore[import-untyped, unused-ignore]
        CountVectorizer,
    )
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped, unused-ignore]
    from sklearn.model_selection import (  # type: ignore[import-untyped, unused-ignore]
        StratifiedGroupKFold,
    )

    measures = _measures(rows)
    wins, seen = np.zeros((len(rows), len(rows))), np.zeros((len(rows), len(rows)))
    for repeat in range(REPEATS):
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed + repeat)
        for train, test in folds.split(measures, labels, groups):
            # A word of one text alone can tell nothing about another.
            words = CountVectorizer(tokenizer=WORD.findall, token_pattern=None, min_df=2, binary=True)
            known = words.fit_transform([rows[int(i)].text for i in train]).toarray()
            unknown = words.transform([rows[int(i)].text for i in test]).toarray()
            mean, spread = measures[train].mean(axis=0), measures[train].std(axis=0) + 1e-9
            model = LogisticRegression(C=0.3, solver="liblinear", class_weight="balanced")
            model.fit(np.hstack([known, (measures[train] - mean) / spread]), labels[train])
            scores = model.decision_function(np.hstack([unknown, (measures[test] - mean) / spread]))
            ones, zeros = labels[test] == 1, labels[test] == 0
            gaps = scores[ones][:, None] - scores[zeros][None, :]
            places = np.ix_(test[ones], test[zeros])
            wins[places] += (gaps > 0) + 0.5 * (gaps == 0)
            seen[places] += 1
    return wins, seen


def _measures(rows: Sequence[Labelled]) -> np.ndarray[Any, Any]:
    """Length, words of tone and digits of each text; of code also its style."""
    found = []
    for row in rows:
        sure, unsure = tone(row.text)
        style = _style(row.text) if row.form == "hunk" else [0.0] * 6
        found.append([np.log1p(len(row.text)), sure, unsure, len(re.findall(r"\d+", row.text)), *style])
    return np.array(found, dtype=float)


def _style(code: str) -> list[float]:
    """Comments and blank lines a line, mean indent and width, mean length of names, and lines."""
    lines = code.strip().splitlines() or [""]
    written = [line for line in lines if line.strip()] or [""]
    names = re.findall(r"[A-Za-z_]\w*", code) or [""]
    return [
        comments(code) / len(lines),
        1 - len(written) / len(lines),
        float(np.mean([len(line) - len(line.lstrip()) for line in written])),
        float(np.mean([len(line) for line in written])),
        float(np.mean([len(name) for name in names])),
        float(np.log1p(len(lines))),
    ]
