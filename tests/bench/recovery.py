"""Whether figures find out what candidates of known ability can do: `python -m tests.bench.recovery`.

A simulated candidate has a sensitivity d' and a criterion c and challenges a statement as signal detection theory
says: the chance is Φ(d'/2 - c) for a flawed statement and Φ(-d'/2 - c) for a clean one. Everything after that is
the product's own: the response rule, the outcomes, the counts, d' with its interval.
"""

from __future__ import annotations

import itertools
import math
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist, correlation, fmean, pvariance
from typing import Literal

from evaluators.evidence.statements import Decision
from evaluators.figures.detection import Counts, counts, d_prime, figures
from evaluators.outcomes.outcome import Outcome, challenged, response, work
from logs import Log, open_engine
from logs.tables import EventRow
from tasks import draw_form
from tests.corpus.play import Played
from tests.corpus.script import Script, Step, task

NORMAL = NormalDist()
ABILITY, STYLE = (1.3, 0.7), (0.0, 0.4)
"""Mean and standard deviation of d' and of c among the simulated candidates."""
TASKS = ("fraud-api", "news-ranking")
Twin = Literal["flawed", "clean"]


@dataclass(frozen=True)
class Candidate:
    """Chances to challenge a flawed and a clean statement."""

    hit: float
    alarm: float

    @classmethod
    def able(cls, d: float, c: float) -> Candidate:
        """A candidate of this sensitivity and criterion."""
        return cls(NORMAL.cdf(d / 2 - c), NORMAL.cdf(-d / 2 - c))

    def challenges(self, twin: Twin, generator: random.Random) -> bool:
        """Whether they challenge a statement, this time."""
        return generator.random() < (self.hit if twin == "flawed" else self.alarm)


POLICIES = {
    "expert": Candidate(0.92, 0.08),
    "careful": Candidate(0.75, 0.10),
    "average": Candidate(0.55, 0.15),
    "sloppy": Candidate(0.30, 0.15),
    "suspicious": Candidate(0.80, 0.60),
    "accepts everything": Candidate(0.0, 0.0),
    "rejects everything": Candidate(1.0, 1.0),
}
RANKED = ("expert", "careful", "average", "sloppy")
"""Policies by ability, best first, each clearly above the next."""


@dataclass(frozen=True)
class Recovery:
    """`r` of true and estimated d', and the share of intervals that hold the true one."""

    r: float
    covered: float
    candidates: int


def sitting(candidate: Candidate, twins: Sequence[Twin], generator: random.Random) -> Counts:
    """One session over these statements, by the response rule and the counts."""
    found = [_outcome(str(place), twin, candidate.challenges(twin, generator)) for place, twin in enumerate(twins)]
    return counts(found, [o.outcome for o in found])


def recover(candidates: int, flawed: int, clean: int, seed: int) -> Recovery:
    """Simulates so many candidates, each with one session of `flawed` and `clean` exposures."""
    generator = random.Random(seed)
    twins: list[Twin] = ["flawed" for _ in range(flawed)]
    twins += ["clean" for _ in range(clean)]
    true: list[float] = []
    estimated: list[float] = []
    covered = 0
    for _ in range(candidates):
        d, c = generator.gauss(*ABILITY), generator.gauss(*STYLE)
        found = sitting(Candidate.able(d, c), twins, generator).d_prime
        assert found is not None
        true.append(d)
        estimated.append(found.estimate)
        covered += found.low <= d <= found.high
    return Recovery(correlation(true, estimated), covered / candidates, candidates)


def ceiling(flawed: int, clean: int) -> float:
    """The correlation of true and estimated d' over candidates of ABILITY and STYLE, by counting all sessions.

    It is exact up to the grid of abilities: no simulation, so it is what the estimator can reach.
    """
    grid = [NORMAL.inv_cdf((k + 0.5) / 25) for k in range(25)]
    table = _estimates(flawed, clean)
    true: list[float] = []
    means: list[float] = []
    errors: list[float] = []
    for u, v in itertools.product(grid, grid[::3]):
        d, c = ABILITY[0] + ABILITY[1] * u, STYLE[0] + STYLE[1] * v
        chances = _chances(Candidate.able(d, c), flawed, clean)
        expected = sum(p * table[hf][0] for hf, p in chances.items())
        true.append(d)
        means.append(expected)
        errors.append(sum(p * (table[hf][0] - expected) ** 2 for hf, p in chances.items()))
    # cov(true, estimate) = cov(true, mean given ability); var(estimate) = var(mean) + mean of the error variance
    return correlation(true, means) * math.sqrt(pvariance(means) / (pvariance(means) + fmean(errors)))


def coverage(d: float, c: float, flawed: int, clean: int) -> float:
    """The chance that the 95 % interval of d' holds the true value, by counting all sessions there can be."""
    table = _estimates(flawed, clean)
    chances = _chances(Candidate.able(d, c), flawed, clean)
    return sum(p for hf, p in chances.items() if table[hf][1] <= d <= table[hf][2])


def sessions(candidate: Candidate, forms: int, seed: int) -> list[Counts]:
    """One session of the two tasks for each form, all statements exposed."""
    generator = random.Random(seed)
    found: list[Counts] = []
    for index in range(forms):
        twins: list[Twin] = []
        for name in TASKS:
            form = draw_form(task(name), seed, index)
            twins += ["clean" if item.kind == "decoy" else form[item.id] for item in task(name).items]
        found.append(sitting(candidate, twins, generator))
    return found


def reversals(better: Sequence[Counts], worse: Sequence[Counts]) -> float:
    """How often a single session of the worse policy shows a higher d' than one of the better, ties half."""
    ours, theirs = ([s.d_prime.estimate for s in found if s.d_prime] for found in (better, worse))
    pairs = itertools.product(ours, theirs)
    return fmean(1.0 if b < w else 0.5 if b == w else 0.0 for b, w in pairs)


def logged(candidates: int, seed: int) -> Recovery:
    """The same with whole logs: each session is played, stored, read back and worked out."""
    generator = random.Random(seed)
    true: list[float] = []
    estimated: list[float] = []
    covered = 0
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'log.db'}")
        EventRow.metadata.create_all(engine, tables=[EventRow.__table__])  # type: ignore[attr-defined]
        salts = itertools.count()
        log = Log(engine, lambda: next(salts).to_bytes(16, "big"))
        for index in range(candidates):
            d, c = generator.gauss(*ABILITY), generator.gauss(*STYLE)
            script = _script(f"recovery-{index}", Candidate.able(d, c), index, seed, generator)
            found = figures(work(Played(script).stored(log)).outcomes).d_prime
            assert found is not None
            true.append(d)
            estimated.append(found.estimate)
            covered += found.low <= d <= found.high
        log.close()
        engine.dispose()
    return Recovery(correlation(true, estimated), covered / candidates, candidates)


def _script(name: str, candidate: Candidate, index: int, seed: int, generator: random.Random) -> Script:
    flawed: set[str] = set()
    did: list[Step] = []
    for place, each in enumerate(TASKS):
        form = draw_form(task(each), seed, index)
        flawed |= {item for item, twin in form.items() if twin == "flawed"}
        if place:
            did.append(Step("open", each, {}))
        for item in task(each).items:
            did.append(Step("says", item.id, {}))
            against = candidate.challenges("flawed" if item.id in flawed else "clean", generator)
            did.append(Step("reject" if against else "accept", item.id, {}))
        did += [Step("ledger", None, {}), Step("submit", None, {})]
    return Script(name, "simulated", TASKS, frozenset(flawed), tuple(did), {})


def _outcome(item: str, twin: Twin, against: bool) -> Outcome:
    decision = Decision(2, 2, "reject" if against else "accept", None, None, "", "conversation")
    result = response(twin, challenged([decision], False))
    # Built without validation: a hundred thousand of them are made.
    return Outcome.model_construct(
        task="t",
        item=item,
        kind="twin",
        twin=twin,
        outcome=result,
        in_flow=result,
        form="claim",
        family="style",
        segment="s",
    )


def _estimates(flawed: int, clean: int) -> dict[tuple[int, int], tuple[float, float, float]]:
    found: dict[tuple[int, int], tuple[float, float, float]] = {}
    for h, f in itertools.product(range(flawed + 1), range(clean + 1)):
        interval = d_prime(h, flawed, f, clean)
        assert interval is not None
        found[h, f] = (interval.estimate, interval.low, interval.high)
    return found


def _chances(candidate: Candidate, flawed: int, clean: int) -> dict[tuple[int, int], float]:
    def binomial(k: int, n: int, p: float) -> float:
        return math.comb(n, k) * p**k * (1 - p) ** (n - k)

    hits = [binomial(k, flawed, candidate.hit) for k in range(flawed + 1)]
    alarms = [binomial(k, clean, candidate.alarm) for k in range(clean + 1)]
    return {(h, f): p * q for h, p in enumerate(hits) for f, q in enumerate(alarms)}


def report() -> str:
    """Everything as text."""
    lines = ["Recovery of known abilities (d' of mean 1.3 and standard deviation 0.7, c of 0 and 0.4)"]
    lines.append(_line("200 + 200 exposures", recover(500, 200, 200, seed=1), None))
    for flawed, clean in ((12, 8), (8, 14), (6, 4)):
        found = recover(500, flawed, clean, seed=1)
        lines.append(_line(f"{flawed} + {clean} exposures", found, ceiling(flawed, clean)))
    lines.append(_line("whole logs, 6 + 12", logged(500, seed=2), ceiling(6, 12)))
    every = [coverage(d / 4, c / 10, 12, 8) for d in range(13) for c in (-6, -3, 0, 3, 6)]
    lines.append(
        f"  12 + 8, every possible session counted, d' 0 to 3, c -0.6 to 0.6: intervals hold {min(every):.3f} to "
        f"{max(every):.3f}, mean {fmean(every):.3f}"
    )
    lines.append("Policies over 40 forms of the two tasks: mean d'")
    sat = {name: sessions(policy, 40, seed=3) for name, policy in POLICIES.items()}
    lines += [f"  {name:<20} {mean(found):6.2f}" for name, found in sat.items()]
    lines.append("Pairs of single sessions in which the worse of two neighbours has the higher d'")
    for better, worse in itertools.pairwise(RANKED):
        lines.append(f"  {better} and {worse}: {reversals(sat[better], sat[worse]):.3f}")
    return "\n".join(lines)


def mean(found: Sequence[Counts]) -> float:
    """Mean of the estimates of d'."""
    return fmean(s.d_prime.estimate for s in found if s.d_prime)


def _line(name: str, found: Recovery, most: float | None) -> str:
    limit = f"(ceiling {most:.3f})" if most is not None else ""
    return f"  {name:<20} r {found.r:.3f} {limit:<16} intervals hold {found.covered:.3f}"


if __name__ == "__main__":
    print(report())
