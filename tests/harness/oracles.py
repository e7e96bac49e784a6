"""How well can anybody who knows nothing of the subject tell flawed from clean? Areas under the curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Numbers = NDArray[np.float64]
FOLDS = 5
PENALTY = 30.0
SHUFFLES = 300


@dataclass(frozen=True)
class Area:
    """The area under a classifier's curve, its standard error where there is nothing to learn, and the rows."""

    estimate: float
    error: float
    rows: int

    @property
    def nothing(self) -> bool:
        """Whether it is that of guessing. Times differ from run to run, so the bound is four errors: of 16,000
        runs without any tell one fails."""
        return abs(self.estimate - 0.5) < 4 * self.error

    @property
    def something(self) -> bool:
        """Whether it is beyond doubt more than guessing."""
        return self.estimate - 0.5 > 4 * self.error

    def __str__(self) -> str:
        half = 1.96 * self.error
        return f"{self.estimate:.3f} ({self.estimate - half:.3f} to {self.estimate + half:.3f}, {self.rows} rows)"


def area(
    features: Numbers, labels: Sequence[bool], groups: Sequence[str], units: Sequence[str], seed: int = 0
) -> Area:
    """The cross-validated area of a linear discriminant on the features and their squares.

    `features` has the shape (rows, features); no group is in both parts of a fold. The error is the spread of the
    area when labels are exchanged at random, those of one unit together: cross-validated scores depend on each
    other, so that the error of independent ones (Hanley and McNeil 1982) is too small for them.
    """
    truth = np.where(np.array(labels, dtype=bool), 1.0, -1.0)
    generator = np.random.default_rng(seed)
    names, members = np.unique(np.array(units), return_inverse=True)
    flips = generator.choice([-1.0, 1.0], size=(SHUFFLES, len(names)))[:, members]
    every = np.vstack([truth, truth * flips])
    shown = _standard(np.hstack([_standard(features), _standard(features) ** 2]))
    names, members = np.unique(np.array(groups), return_inverse=True)
    folds = (generator.permutation(len(names)) % FOLDS)[members]
    scores = np.zeros_like(every)
    for fold in range(FOLDS):
        test = folds == fold
        known = shown[~test]
        weights = np.linalg.solve(
            known.T @ known + PENALTY * np.eye(known.shape[1]),
            known.T @ (every[:, ~test] - every[:, ~test].mean(axis=1, keepdims=True)).T,
        )
        # Scores of two models have different origins: each is ranked among those of its own.
        scores[:, test] = rankdata((shown[test] @ weights).T, axis=1) / test.sum()
    found = [_area(s, t > 0) for s, t in zip(scores, every, strict=True)]
    return Area(found[0], float(np.std(found[1:])), len(truth))


def within(features: Numbers, things: Sequence[str]) -> Numbers:
    """Each feature as its distance from its mean over all rows of the same thing, in their standard deviations."""
    found = np.zeros_like(features)
    every = np.array(things)
    for name in np.unique(every):
        found[every == name] = _standard(features[every == name])
    return found


def _standard(features: Numbers) -> Numbers:
    spread = features.std(axis=0)
    return (features - features.mean(axis=0)) / np.where(spread > 1e-12, spread, 1)


def _area(scores: Numbers, truth: NDArray[Any]) -> float:
    flawed, clean = int(truth.sum()), int((~truth).sum())
    return float((rankdata(scores)[truth].sum() - flawed * (flawed + 1) / 2) / (flawed * clean))
