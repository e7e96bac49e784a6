"""Computes the matcher's weights from the calibration remarks: `python -m tests.corpus.weigh`."""

from __future__ import annotations

from typing import Any

from evaluators.matching.likeness import Encoder, likenesses, profile
from evaluators.matching.matcher import MEANING, WORDS
from tasks.schema import Item
from tests.corpus.script import calibration, drawn

STRENGTH = 0.3
"""Inverse of the regularisation, over figures of equal spread."""
OTHERS = 0.2
"""Weight of a remark held against a statement that it was not made on: there are many of them."""


def items() -> dict[str, list[Item]]:
    """The items of each frozen task, flawed or clean as it may be."""
    return {name: list(drawn(name).task.items) for name in ("fraud-api", "news-ranking")}


def rows(encoder: Encoder | None) -> tuple[list[dict[str, float]], list[bool], list[float], list[str]]:
    """Figures, truth, weight and statement of every pair of remark and statement of the same task."""
    figures: list[dict[str, float]] = []
    truth: list[bool] = []
    weights: list[float] = []
    names: list[str] = []
    every = items()
    for on, text, named in calibration():
        known = next(found for found in every.values() if on in {i.id for i in found})
        said = [item.flawed or item.clean for item in known]
        for item, row in zip(known, likenesses(text, [profile(i) for i in known], said, encoder), strict=True):
            if item.id == on or (named and item.kind == "twin"):
                figures.append(row)
                truth.append(named and item.id == on)
                weights.append(1.0 if item.id == on else OTHERS)
                names.append(item.id)
    return figures, truth, weights, names


def weigh(encoder: Encoder | None) -> tuple[dict[str, float], float]:
    """Weights of the figures as they are (not of equal spread), and the constant."""
    table, truth, heavy, _ = _table(encoder)
    spread, middle = table.std(axis=0), table.mean(axis=0)
    model = _fitted((table - middle) / spread, truth, heavy)
    slopes = model.coef_[0] / spread
    names = [*(MEANING if encoder else ()), *WORDS]
    return dict(zip(names, map(float, slopes), strict=True)), float(model.intercept_[0] - slopes @ middle)


def left_out(encoder: Encoder | None) -> tuple[Any, Any]:
    """Chances of the remarks on each statement, by weights from the remarks on the other statements; and truth."""
    import numpy as np

    table, truth, heavy, names = _table(encoder)
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    chances = np.zeros(len(truth))
    for name in set(names):
        out = names == name
        chances[out] = _fitted(table[~out], truth[~out], heavy[~out]).predict_proba(table[out])[:, 1]
    return chances[heavy == 1.0], truth[heavy == 1.0]


def _table(encoder: Encoder | None) -> tuple[Any, Any, Any, Any]:
    import numpy as np

    figures, truth, weights, names = rows(encoder)
    columns = [*(MEANING if encoder else ()), *WORDS]
    table = np.array([[row[c] for c in columns] for row in figures])
    return table, np.array(truth), np.array(weights), np.array(names)


def _fitted(table: Any, truth: Any, heavy: Any) -> Any:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    return LogisticRegression(C=STRENGTH).fit(table, truth, sample_weight=heavy)


def main() -> None:
    """Prints both sets of weights, and what each limit would let through on statements left out."""
    from harness.assistant.embedding import encoder

    for name, used in (("with vectors", encoder()), ("words alone", None)):
        slopes, constant = weigh(used)
        print(name, {k: round(v, 2) for k, v in slopes.items()}, "constant", round(constant, 2))
        chances, truth = left_out(used)
        for limit in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85):
            false, true = (chances[~truth] >= limit).mean(), (chances[truth] >= limit).mean()
            print(f"  from {limit:.2f} on: {false:.3f} of what names nothing, {true:.3f} of what names it")


if __name__ == "__main__":
    main()
