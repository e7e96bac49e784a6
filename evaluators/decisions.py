"""How people's decisions on single questions stand in the review chain, and what they settle.

A question is put to two people who do not see each other's decision; where they differ a third decides. A house
may say that one person is enough. A person's first decision counts, since later ones are no longer independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evaluators.context import SessionContext
from logs.events import Adjudicated

Kind = Literal["challenge", "diagnosed", "grade", "changed", "self_corrected", "dispute", "rating"]
DECISIONS: dict[Kind, tuple[str, ...]] = {
    "challenge": ("natural", "preference", "fabricated"),
    "diagnosed": ("yes", "no"),
    "grade": ("0", "1", "2", "3"),
    "changed": ("yes", "no"),
    "self_corrected": ("yes", "no"),
    "dispute": ("holds", "wrong"),
    "rating": ("1", "2", "3", "4"),
}
ORDINALS = ("a person", "a second person", "a third person")


def diagnosed_subject(task: str, item: str) -> str:
    """Subject of "did the candidate name the mechanism?"; decisions `yes` and `no`."""
    return f"diagnosed/{task}/{item}"


def grade_subject(task: str, item: str) -> str:
    """Subject of a correction grade that no machine can give; decisions `0` to `3`."""
    return f"grade/{task}/{item}"


def challenge_subject(seq: int) -> str:
    """Subject of a challenge that fits no item, by its place in the session chain.

    Decisions `natural` (a real mistake), `preference`, `fabricated`; of words on no statement also the item that
    they meant (`evaluators.matching.diagnosis.item_decision`).
    """
    return f"challenge/{seq}"


def dispute_subject(task: str, item: str) -> str:
    """Subject of a key that the candidate disputes; decisions `holds` and `wrong`."""
    return f"dispute/{task}/{item}"


def rating_subject(dimension: str) -> str:
    """Subject of two ratings that differ; one person decides, as the third after two raters."""
    return f"rating/{dimension}"


def kind_of(subject: str) -> Kind:
    """What kind of question a subject is. Raises ValueError for an unknown one."""
    for kind in DECISIONS:
        if subject.startswith(f"{kind}/"):
            return kind
    raise ValueError(f"{subject!r} is no subject of a decision.")


@dataclass(frozen=True)
class Given:
    """One person's decision. `at` is server time (ms since 1970, UTC)."""

    by: str
    decision: str
    reason: str
    at: int


@dataclass(frozen=True)
class Standing:
    """What was decided on one subject so far, in order. `needs` is how many have to agree."""

    subject: str
    given: tuple[Given, ...] = ()
    needs: int = 2

    @property
    def settled(self) -> str | None:
        """The decision that holds: one person's where one is enough, that of two who agree, or the third's."""
        choices = [each.decision for each in self.given]
        if self.needs == 1:
            return choices[-1] if choices else None
        if len(choices) > 1 and choices[0] == choices[1]:
            return choices[0]
        return choices[2] if len(choices) > 2 else None

    @property
    def awaits(self) -> str | None:
        """ "awaits a second person"; None once it is settled."""
        return None if self.settled else f"awaits {ORDINALS[min(len(self.given), 2)]}"

    def by(self, person: str) -> Given | None:
        """This person's decision."""
        return next((each for each in reversed(self.given) if each.by == person), None)

    def wants(self, person: str) -> bool:
        """Whether this person is still asked."""
        return self.settled is None and self.by(person) is None


def standings(context: SessionContext) -> dict[str, Standing]:
    """Every subject that somebody decided on, with what was decided."""
    found: dict[str, list[Given]] = {}
    for happened in context.reviewed:
        event = happened.event
        if not isinstance(event, Adjudicated):
            continue
        given = found.setdefault(event.subject, [])
        one = Given(event.by, event.decision, event.reason, happened.record.server_time)
        if _needs(context, event.subject) == 1 or event.by not in {each.by for each in given}:
            given.append(one)
    return {subject: Standing(subject, tuple(given), _needs(context, subject)) for subject, given in found.items()}


def standing(context: SessionContext, subject: str) -> Standing:
    """What was decided on one subject; nobody may have decided yet."""
    return standings(context).get(subject) or Standing(subject, (), _needs(context, subject))


def decisions(context: SessionContext) -> dict[str, str]:
    """Subject to the decision that holds, for those that are settled."""
    settled = {subject: each.settled for subject, each in standings(context).items()}
    return {subject: decision for subject, decision in settled.items() if decision is not None}


def _needs(context: SessionContext, subject: str) -> int:
    return 1 if subject.startswith("rating/") else context.rules.adjudicators
