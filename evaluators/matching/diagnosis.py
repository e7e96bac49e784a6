"""Whether the candidate named the mechanism of a flaw that they caught: only ever to their credit.

In this order: a person's decision, the family given as the reason, the right number, the words. What no rule is
certain of is left to people, and no rule ever says no for good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.decisions import diagnosed_subject
from evaluators.evidence.statements import Statement
from evaluators.matching.matcher import Match, Matcher, Said, Verdict, matcher
from evaluators.prose.claims import claim_verdict
from tasks import Item


class Diagnosis(BaseModel):
    """What was found and by what; `score` and `margin` are the matcher's (see `matching.Match`)."""

    model_config = ConfigDict(frozen=True)
    by: Literal["person", "family", "number", "text"]
    verdict: Verdict
    score: float | None = None
    margin: float | None = None

    @property
    def credit(self) -> bool | None:
        """`diagnosed`: True, None for "nobody can tell yet", False only by a person."""
        if self.by == "person":
            return self.verdict == "yes"
        return True if self.verdict == "yes" else None


def item_decision(task: str, item: str) -> str:
    """The decision on a challenge that fits no statement: it meant this item."""
    return f"item/{task}/{item}"


def diagnosis(
    item: Item, statement: Statement, every: Sequence[tuple[Item, Statement]], settled: Mapping[str, str]
) -> Diagnosis | None:
    """The diagnosis of one hit, None where the candidate said nothing.

    `every` are the items of the task with their statements: what was in view by then is what words could mean.
    """
    decided = settled.get(diagnosed_subject(statement.task, item.id))
    if decided in ("yes", "no"):
        return Diagnosis(by="person", verdict="yes" if decided == "yes" else "no")
    if pointed_at(statement.task, item.id, settled):
        return Diagnosis(by="person", verdict="yes")
    last = statement.last
    if last is not None and last.challenges and last.reason == item.family:
        return Diagnosis(by="family", verdict="yes")
    texts = own_texts(statement)
    if item.number is not None and any(claim_verdict(item, text) == "pass" for _, text in texts):
        return Diagnosis(by="number", verdict="yes")
    found = [_match(matcher(), item, every, seq, text) for seq, text in texts]
    if not found:
        return None
    best = max(found, key=lambda match: (match.verdict == "yes", match.score))
    return Diagnosis(by="text", verdict=best.verdict, score=best.score, margin=best.margin)


def own_texts(statement: Statement) -> list[tuple[int, str]]:
    """What the candidate said about a statement, with its place: fixes of challenges, comments and questions."""
    texts = [(d.seq, d.fix) for d in statement.decisions if d.challenges and d.fix.strip()]
    return sorted([*texts, *((r.seq, r.text) for r in statement.remarks if r.text.strip())])


def pointed_at(task: str, item: str, settled: Mapping[str, str]) -> bool:
    """Whether people decided that a challenge without a statement meant this item."""
    return item_decision(task, item) in settled.values()


def in_view(every: Sequence[tuple[Item, Statement]], seq: int) -> list[Said]:
    """The items that had come into view before this place in the chain."""
    return [Said(i, s.text) for i, s in every if s.exposed_seq is not None and s.exposed_seq < seq]


def _match(using: Matcher, item: Item, every: Sequence[tuple[Item, Statement]], seq: int, text: str) -> Match:
    own = next(s for i, s in every if i.id == item.id)
    others = [s for s in in_view(every, seq) if s.item.id != item.id]
    return using.judge(text, [Said(item, own.text), *others], 0)
