"""Natural flaws: real mistakes that nobody planted. Counts, and how many there may have been: description only."""

from __future__ import annotations

import math
from statistics import NormalDist

from pydantic import BaseModel, ConfigDict

Z = NormalDist().inv_cdf(0.975)


class Natural(BaseModel):
    """Natural flaws that the candidate found, and an estimate of how many there were to find, with its interval.

    `estimate` is None where no planted flaw was exposed: then nothing says what share of flaws was found.
    `recorded` are checks that a live model's own code failed in view of the candidate, `challenged` those in
    statements that they challenged; people's decisions alone make up `found`.
    """

    model_config = ConfigDict(frozen=True)
    recorded: int = 0
    challenged: int = 0
    found: int
    estimate: float | None
    low: float | None
    high: float | None


def natural(found: int, planted: int, caught: int) -> Natural:
    """Planted flaws serve as the marked ones of a capture-recapture study (error seeding: H. D. Mills, 1972).

    `planted` flaws were exposed and `caught` of them found. It assumes that natural flaws are as hard to find as
    planted ones, which is seldom quite so. Raises ValueError unless 0 <= caught <= planted and found >= 0.
    """
    if not 0 <= caught <= planted or found < 0:
        raise ValueError(f"{caught} of {planted} caught and {found} found beside them cannot be.")
    if planted == 0:
        return Natural(found=found, estimate=None, low=None, high=None)
    total, deviation = chapman(planted, caught + found, caught)
    least = float(found)
    return Natural(
        found=found,
        estimate=round(max(least, total - planted), 6),
        low=round(max(least, total - planted - Z * deviation), 6),
        high=round(max(least, total - planted + Z * deviation), 6),
    )


def chapman(first: int, second: int, both: int) -> tuple[float, float]:
    """Size of a population of which `first` were marked and `second` caught, `both` of them marked; and its
    standard deviation.

    Estimate: D. G. Chapman, Univ. California Publ. Statist. 1 (1951), 131-160; variance: G. A. F. Seber,
    Biometrika 57 (1970), 313-318. Raises ValueError unless 0 <= both <= min(first, second).
    """
    if not 0 <= both <= min(first, second):
        raise ValueError(f"{both} in both of {first} and {second} cannot be.")
    size = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    return size, math.sqrt(variance)
