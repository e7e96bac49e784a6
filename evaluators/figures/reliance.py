"""Reliance where a first answer was given before the advice: relative reliance on the AI, and on oneself.

Only tasks with commit-first steps have such answers. The log has no event for a first answer yet, so no session
has these figures; the function is what they will be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from evaluators.figures.detection import Rate, rate


@dataclass(frozen=True)
class Answered:
    """One question answered before and after the advice; whether each of the three was right."""

    first: bool
    advice: bool
    final: bool


class Reliance(BaseModel):
    """`ai`: of the wrong first answers with right advice, those put right (RAIR). `own`: of the right first
    answers with wrong advice, those kept (RSR). 1 and 1 is appropriate reliance."""

    model_config = ConfigDict(frozen=True)
    ai: Rate
    own: Rate


def reliance(answers: Sequence[Answered]) -> Reliance:
    """The two shares with their Jeffreys intervals; without such cases a share is None.

    Source: M. Schemmer, N. Kühl, C. Benz, A. Bartos, G. Satzger, Appropriate reliance on AI advice, IUI 2023,
    https://doi.org/10.1145/3581641.3584066.
    """
    helped = [a for a in answers if not a.first and a.advice]
    misled = [a for a in answers if a.first and not a.advice]
    return Reliance(
        ai=rate(sum(a.final for a in helped), len(helped)),
        own=rate(sum(a.final for a in misled), len(misled)),
    )
