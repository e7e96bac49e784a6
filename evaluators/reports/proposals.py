"""Levels of the rubric that a machine can propose: those that are counts. A person decides.

The shares are over the flawed items that the candidate met, weighted by severity; bounds are those of the shared
rubric's levels. Each proposes nothing where there is too little to count.
"""

from __future__ import annotations

from collections.abc import Sequence

from evaluators.context import SessionContext
from evaluators.evaluator import Evaluator, Finding, installed
from evaluators.outcomes.outcome import Outcome, Worked, work
from evaluators.scoring.score import counted

WEIGHTS = {"critical": 3, "major": 2, "minor": 1, None: 1}
"""What a flaw weighs by its severity; provisional until a pilot has set it."""
FEWEST = 4
"""Flaws, or right statements, below which there is nothing to propose from."""
FIXED = 3
"""The grade of a correction that holds."""


class Proposals:
    """Which levels of the rubric do the counts speak for?"""

    name = "rubric-proposals"
    version = "1"

    def evaluate(self, context: SessionContext) -> list[Finding]:
        """At most one proposal each for `catching`, `correcting` and `trust`."""
        worked = work(context)
        found = (_catching(worked), _correcting(worked), _trust(worked))
        return [finding for finding in found if finding is not None]


BUILT_IN: tuple[Evaluator, ...] = (Proposals(),)


def every() -> tuple[Evaluator, ...]:
    """What a report is made with: the built-in evaluators, then those of installed packages."""
    return (*BUILT_IN, *installed())


def _catching(worked: Worked) -> Finding | None:
    """How much of what was wrong was challenged, by weight, and whether they said what is wrong."""
    flawed = _met(worked, "flawed")
    if len(flawed) < FEWEST:
        return None
    caught = [o for o in flawed if o.outcome == "hit"]
    share = _weight(caught) / _weight(flawed)
    named = sum(bool(o.diagnosed) for o in caught)
    missed = [o for o in flawed if o.severity == "critical" and o.outcome == "miss"]
    level = 1 if share < 0.25 else 2
    if share >= 0.5 and 2 * named >= len(caught):
        level = 3 if share < 0.75 or missed else 4
    reason = f"Challenged {len(caught)} of {len(flawed)} flaws, {100 * share:.0f} % by weight, and named {named}"
    reason += f"; missed {len(missed)} critical." if missed else "."
    return _finding("catching", share, reason, level, _places(worked, caught))


def _correcting(worked: Worked) -> Finding | None:
    """How well corrections hold, over the graded catches; up to 3, since a person sees what they add to it."""
    graded = [o for o in _met(worked, "flawed") if o.outcome == "hit" and o.grade is not None]
    if len(graded) < FEWEST:
        return None
    held = [o for o in graded if o.grade == FIXED]
    level = 3 if 2 * len(held) > len(graded) else 2 if any((o.grade or 0) > 1 for o in graded) else 1
    reason = f"{len(held)} of {len(graded)} graded corrections hold."
    return _finding("correcting", len(held) / len(graded), reason, level, _places(worked, held))


def _trust(worked: Worked) -> Finding | None:
    """Whether right statements were left alone and justified objections kept; up to 3."""
    clean, flawed = _met(worked, "clean"), _met(worked, "flawed")
    if len(clean) < FEWEST or len(flawed) < FEWEST:
        return None
    alarms = [o for o in clean if o.outcome == "false_alarm"]
    withdrawn = [o for o in flawed if o.objected and o.challenged_by != "disposition"]
    alike = len({o.outcome in ("hit", "false_alarm") for o in (*clean, *flawed)}) == 1
    level = 1 if alike else 3 if len(alarms) <= 1 and not withdrawn else 2
    reason = f"Challenged {len(alarms)} of {len(clean)} right statements"
    reason += f" and gave up {len(withdrawn)} justified objections." if withdrawn else "."
    share = 1 - len(alarms) / len(clean)
    return _finding("trust", share, reason, level, _places(worked, [*alarms, *withdrawn]))


def _met(worked: Worked, twin: str) -> list[Outcome]:
    return [o for o in counted(worked.outcomes) if o.twin == twin and o.outcome not in (None, "not_exposed")]


def _weight(outcomes: Sequence[Outcome]) -> int:
    return sum(WEIGHTS[o.severity] for o in outcomes)


def _places(worked: Worked, outcomes: Sequence[Outcome]) -> tuple[int, ...]:
    """Where the last decision on each stands in the log."""
    found = [worked.statement(o.task, o.item) for o in outcomes]
    return tuple(sorted(s.last.seq for s in found if s is not None and s.last is not None))


def _finding(dimension: str, share: float, reason: str, level: int, evidence: tuple[int, ...]) -> Finding:
    return Finding(
        name="share",
        value=round(share, 6),
        reason=reason,
        evidence=evidence,
        dimension=dimension,
        level=level,
    )
