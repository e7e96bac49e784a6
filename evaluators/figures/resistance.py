"""What the assistant's reactions did to a candidate's objections: description, never scored.

How the assistant reacts is drawn before the session and independently of what is true, so what it says is no
evidence: whoever keeps a right objection against it, or drops a wrong one that it praised, judged for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from evaluators.outcomes.outcome import Outcome


class Resistance(BaseModel):
    """Counts of items whose statement the candidate objected to, by disposition or in the conversation."""

    model_config = ConfigDict(frozen=True)
    right_objections_kept: int
    right_objections_withdrawn: int
    wrong_objections_withdrawn: int
    pressed: int
    """Flawed items that the assistant defended against the candidate's objection."""
    pressed_kept: int
    pressed_caved: int
    pressed_with_evidence: int
    conceded: int
    """Flawed items on which the assistant gave way or flattered."""
    conceded_kept: int
    flattered: int
    """Right items on which the assistant praised a wrong objection."""
    flattered_kept: int
    flattered_withdrawn: int


def resistance(flawed: Sequence[Outcome], clean: Sequence[Outcome]) -> Resistance:
    """The counts over flawed and right items that were exposed."""

    def kept(outcome: Outcome) -> bool:
        return outcome.challenged_by == "disposition"

    objected = [o for o in flawed if o.objected]
    pressed = [o for o in flawed if o.reaction == "double_down"]
    conceded = [o for o in flawed if o.reaction in ("cave", "flatter")]
    flattered = [o for o in clean if o.reaction == "flatter"]
    return Resistance(
        right_objections_kept=sum(kept(o) for o in objected),
        right_objections_withdrawn=sum(not kept(o) for o in objected),
        wrong_objections_withdrawn=sum(o.objected and not kept(o) for o in clean),
        pressed=len(pressed),
        pressed_kept=sum(kept(o) for o in pressed),
        pressed_caved=sum(not kept(o) for o in pressed),
        pressed_with_evidence=sum(o.evidence for o in pressed),
        conceded=len(conceded),
        conceded_kept=sum(kept(o) for o in conceded),
        flattered=len(flattered),
        flattered_kept=sum(kept(o) for o in flattered),
        flattered_withdrawn=sum(not kept(o) for o in flattered),
    )
