"""The figures of one session. Counts always; an estimate only where there is evidence, and with its interval.

The intervals take the items as independent and the candidate as one; they say how little few items tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist, fmean, stdev

from pydantic import BaseModel, ConfigDict

from evaluators.figures.natural import Natural, natural
from evaluators.figures.resistance import Resistance, resistance
from evaluators.outcomes.outcome import Outcome, Result

NORMAL = NormalDist()
LEVEL = 0.95
STEPS = {1: 0.55, 2: 0.75, 3: 0.95}
"""Confidence step to the probability, as stated, that the decision is right."""
ENOUGH_FLAWED, ENOUGH_CLEAN = 12, 8
"""Exposures that an estimate of a person takes; a session below them is counted, and compared with no other."""


class Interval(BaseModel):
    """An estimate with its 95 % interval."""

    model_config = ConfigDict(frozen=True)
    estimate: float
    low: float
    high: float


class Rate(BaseModel):
    """`count` of `of`, with the share and its Jeffreys interval; None without evidence (`of` is 0)."""

    model_config = ConfigDict(frozen=True)
    count: int
    of: int
    share: Interval | None


class Step(BaseModel):
    """One point of the calibration plot: decisions at one confidence step, and how many of them were right."""

    model_config = ConfigDict(frozen=True)
    confidence: int
    stated: float
    decisions: int
    right: int


class Grades(BaseModel):
    """Correction grades of the hits: their mean (None without any graded one), and how many are still open."""

    model_config = ConfigDict(frozen=True)
    mean: float | None
    graded: int
    open: int


class Counts(BaseModel):
    """What was caught and what was wrongly challenged. `clean` includes the decoys, as `false_alarms` does."""

    model_config = ConfigDict(frozen=True)
    hits: int
    flawed: int
    false_alarms: int
    clean: int
    decoys: int
    decoy_false_alarms: int
    not_exposed: int
    missing: int
    """Exposed items whose outcome is missing: the ledger step of their task was never opened."""
    hit_rate: Rate
    false_alarm_rate: Rate
    decoy_false_alarm_rate: Rate
    d_prime: Interval | None
    c: float | None


class Figures(Counts):
    """The figures of a session at submission."""

    over_reliance: Rate
    """Flawed items that stood accepted."""
    under_reliance: Rate
    """Clean items that stood rejected."""
    located: Rate
    diagnosed: Rate
    """Of the hits of which it is known, those whose mechanism was named; of `diagnosis_open` more nobody can tell,
    because nothing was said or because people have not read it yet."""
    diagnosis_open: int
    grade: Grades
    criticals_corrected: Rate
    """Critical flaws put right; those whose grade is open are left out."""
    brier: Interval | None
    brier_decisions: int
    calibration: tuple[Step, ...]
    resistance: Resistance
    natural: Natural
    """Real mistakes that nobody planted and people credited; None of them is in any other figure."""
    seconds_to_catch: tuple[float, ...]
    """Of the hits, ascending; the misses are censored at the end of the session."""


def jeffreys(count: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """The Jeffreys interval of a proportion, with its ends at 0 and 1 where nothing or everything was counted.

    Source: L. D. Brown, T. T. Cai, A. DasGupta, Interval estimation for a binomial proportion, Statistical
    Science 16 (2001), 101-133, section 3.1.3. Raises ValueError unless 0 <= count <= of and of > 0.
    """
    from scipy.special import betaincinv  # loaded here: it takes most of a second

    if not 0 <= count <= of or of == 0:
        raise ValueError(f"{count} of {of} is no proportion.")
    tail = (1 - level) / 2
    a, b = count + 0.5, of - count + 0.5
    low = 0.0 if count == 0 else float(betaincinv(a, b, tail))
    high = 1.0 if count == of else float(betaincinv(a, b, 1 - tail))
    return low, high


def rate(count: int, of: int) -> Rate:
    """A rate with its Jeffreys interval."""
    if of == 0:
        return Rate(count=0, of=0, share=None)
    low, high = jeffreys(count, of)
    return Rate(count=count, of=of, share=_interval(count / of, low, high))


def d_prime(hits: int, flawed: int, false_alarms: int, clean: int) -> Interval | None:
    """Sensitivity with the log-linear correction and its 95 % interval; None without both kinds of items.

    Correction: M. J. Hautus, Behavior Research Methods 27 (1995), 46-51. Variance: N. A. Macmillan,
    C. D. Creelman, Detection Theory (2nd ed. 2005), chapter 13, after Gourevitch & Galanter (1967).
    """
    if flawed == 0 or clean == 0:
        return None
    hit, alarm = _corrected(hits, flawed), _corrected(false_alarms, clean)
    estimate = NORMAL.inv_cdf(hit) - NORMAL.inv_cdf(alarm)
    half = NORMAL.inv_cdf(1 - (1 - LEVEL) / 2) * math.sqrt(_variance(hit, flawed) + _variance(alarm, clean))
    return _interval(estimate, estimate - half, estimate + half)


def criterion(hits: int, flawed: int, false_alarms: int, clean: int) -> float | None:
    """c with the log-linear correction: above 0 is reluctance to challenge. Describes a style, never scored."""
    if flawed == 0 or clean == 0:
        return None
    hit, alarm = _corrected(hits, flawed), _corrected(false_alarms, clean)
    return _rounded(-(NORMAL.inv_cdf(hit) + NORMAL.inv_cdf(alarm)) / 2)


def brier(decisions: Sequence[tuple[float, bool]]) -> Interval | None:
    """Mean squared distance of stated probability and truth, with a normal interval; None below two decisions.

    Sources: G. W. Brier, Monthly Weather Review 78 (1950); interval from the variance of the single scores:
    A. A. Bradley, S. S. Schwartz, T. Hashino, Weather and Forecasting 23 (2008), 992-1006.
    """
    if len(decisions) < 2:
        return None
    scores = [(stated - right) ** 2 for stated, right in decisions]
    mean = fmean(scores)
    half = NORMAL.inv_cdf(1 - (1 - LEVEL) / 2) * stdev(scores) / math.sqrt(len(scores))
    return _interval(mean, max(0.0, mean - half), min(1.0, mean + half))


def counts(outcomes: Sequence[Outcome], results: Sequence[Result | None]) -> Counts:
    """The counts over these outcomes, of which `results` says what became of each at the moment in question."""
    pairs = [(o, r) for o, r in zip(outcomes, results, strict=True) if r not in (None, "not_exposed")]
    flawed = [(o, r) for o, r in pairs if o.twin == "flawed"]
    clean = [(o, r) for o, r in pairs if o.twin == "clean"]
    decoys = [(o, r) for o, r in clean if o.kind == "decoy"]
    hits = sum(r == "hit" for _, r in flawed)
    alarms = sum(r == "false_alarm" for _, r in clean)
    fooled = sum(r == "false_alarm" for _, r in decoys)
    return Counts(
        hits=hits,
        flawed=len(flawed),
        false_alarms=alarms,
        clean=len(clean),
        decoys=len(decoys),
        decoy_false_alarms=fooled,
        not_exposed=sum(r == "not_exposed" for r in results),
        missing=sum(r is None for r in results),
        hit_rate=rate(hits, len(flawed)),
        false_alarm_rate=rate(alarms, len(clean)),
        decoy_false_alarm_rate=rate(fooled, len(decoys)),
        d_prime=d_prime(hits, len(flawed), alarms, len(clean)),
        c=criterion(hits, len(flawed), alarms, len(clean)),
    )


def in_flow(outcomes: Sequence[Outcome]) -> Counts:
    """The counts at the moment before each task's ledger step was first opened."""
    return counts(outcomes, [o.in_flow for o in outcomes])


def figures(outcomes: Sequence[Outcome], found: int = 0) -> Figures:
    """The figures over these outcomes at submission; `found` challenges were settled as natural flaws."""
    counted = [o for o in outcomes if o.outcome not in (None, "not_exposed")]
    flawed = [o for o in counted if o.twin == "flawed"]
    clean = [o for o in counted if o.twin == "clean"]
    caught = [o for o in flawed if o.outcome == "hit"]
    grades = [o.grade for o in caught if o.grade is not None]
    criticals = [o for o in flawed if o.severity == "critical" and not (o.outcome == "hit" and o.grade is None)]
    stated = [(STEPS[o.confidence], _right(o)) for o in counted if o.confidence and o.decision != "unsure"]
    return Figures(
        **counts(outcomes, [o.outcome for o in outcomes]).model_dump(),
        over_reliance=rate(sum(o.decision == "accept" for o in flawed), len(flawed)),
        under_reliance=rate(sum(o.decision == "reject" for o in clean), len(clean)),
        located=rate(sum(bool(o.located) for o in caught), len(caught)),
        diagnosed=rate(sum(o.diagnosed is True for o in caught), sum(o.diagnosed is not None for o in caught)),
        diagnosis_open=sum(o.diagnosed is None for o in caught),
        grade=Grades(
            mean=_rounded(fmean(grades)) if grades else None, graded=len(grades), open=len(caught) - len(grades)
        ),
        criticals_corrected=rate(sum(o.grade == 3 for o in criticals), len(criticals)),
        brier=brier(stated),
        brier_decisions=len(stated),
        calibration=tuple(
            Step(
                confidence=step,
                stated=probability,
                decisions=sum(p == probability for p, _ in stated),
                right=sum(p == probability and right for p, right in stated),
            )
            for step, probability in STEPS.items()
        ),
        resistance=resistance(flawed, clean),
        natural=natural(found, len(flawed), len(caught)),
        seconds_to_catch=tuple(sorted(o.seconds_to_catch for o in caught if o.seconds_to_catch is not None)),
    )


def _right(outcome: Outcome) -> bool:
    """Whether the disposition itself, which the confidence is about, was the right one."""
    return (outcome.challenged_by == "disposition") == (outcome.twin == "flawed")


def _corrected(count: int, of: int) -> float:
    """The log-linear correction, always applied."""
    return (count + 0.5) / (of + 1)


def _variance(share: float, of: int) -> float:
    return share * (1 - share) / (of * NORMAL.pdf(NORMAL.inv_cdf(share)) ** 2)


def _interval(estimate: float, low: float, high: float) -> Interval:
    return Interval(estimate=_rounded(estimate), low=_rounded(low), high=_rounded(high))


def _rounded(value: float) -> float:
    return round(value, 6) + 0.0
