"""The correction grade of a hit: 0 nothing, 1 flagged, 2 wrong or partial fix, 3 the fix passes its check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from evaluators.evidence.artifact import Artifact, squeezed
from evaluators.evidence.statements import Statement
from evaluators.evidence.subjects import Subject
from evaluators.matching.diagnosis import own_texts
from evaluators.matching.words import without_echo
from evaluators.prose.claims import certain
from harness.checking import Verdict
from tasks import Item

PERSON = "a person grades it"
GIVEN = "given by a person"


@dataclass(frozen=True)
class Evidence:
    """What a grade is given on. `settled` is a person's grade from the review chain, `0` to `3`.

    `starter` and `said` tell the candidate's own writing: what the files began with, and the assistant's words.
    """

    item: Item
    artifact: Artifact
    statement: Statement
    starter: Mapping[str, str]
    said: tuple[str, ...]
    subject: Subject | None
    verdict: Verdict | None
    untouched: bool
    settled: str | None


@dataclass(frozen=True)
class Grade:
    """A grade, or None with the reason."""

    value: int | None
    note: str | None


def grade(evidence: Evidence) -> Grade:
    """The grade of an item that was caught: code by its check, numbers by tolerance, other words by a person."""
    if evidence.settled in ("0", "1", "2", "3"):
        return Grade(int(evidence.settled), GIVEN)
    if evidence.item.form == "hunk":
        return _code(evidence)
    return _claim(evidence)


def _code(evidence: Evidence) -> Grade:
    subject, verdict = evidence.subject, evidence.verdict
    if subject is None:
        return Grade(None, PERSON)
    if subject.problem is not None:
        return Grade(None, subject.problem)
    if verdict is None:
        return Grade(None, "the check has not been run")
    if verdict == "ungradable":
        return Grade(None, "the check gave no verdict")
    if verdict == "pass":
        return Grade(3, None)
    if evidence.untouched:
        return Grade(None, PERSON) if _fix(evidence) else Grade(1, None)
    return Grade(2, None)


def _claim(evidence: Evidence) -> Grade:
    """By the number, where there is one, or by a twin's own words; any other words are read by people.

    3 where the right thing stands, 2 where what the candidate wrote is wrong, 1 where they wrote nothing.
    """
    item = evidence.item
    section = item.number.section if item.number else item.section
    document = certain(item, evidence.artifact.final.get(section or "", ""))
    fix = _said_instead(evidence)
    if "pass" in (document, fix):
        # A right number stands wherever it was given; of words, nothing else may be said beside the right ones.
        alone = "fail" not in (document, fix) and (fix == "pass" or not _fix(evidence))
        return Grade(3, None) if item.number is not None or alone else Grade(None, PERSON)
    if fix == "fail":
        return Grade(2, None)
    if _fix(evidence):
        return Grade(None, PERSON)
    # The section's wrong number is the assistant's own where its words were taken over.
    if document == "fail" and evidence.statement.segment not in evidence.artifact.adoptions:
        return Grade(2, None)
    return Grade(None, PERSON) if _wrote(evidence) else Grade(1, None)


def _said_instead(evidence: Evidence) -> str | None:
    """What the candidate says should stand there, beyond doubt; a right number counts in a comment, too."""
    item = evidence.item
    verdict = certain(item, without_echo(_fix(evidence), evidence.said))
    if item.number is None:
        # The key's own words may share some with the assistant's; wrong ones may be quoted to refute them.
        return "pass" if certain(item, _fix(evidence)) == "pass" else verdict
    if verdict == "pass":
        return verdict
    told = [certain(item, without_echo(text, evidence.said)) for _, text in own_texts(evidence.statement)]
    return "pass" if "pass" in told else verdict


def _wrote(evidence: Evidence) -> bool:
    """Whether the claim's section holds words of the candidate's own, beside the starter's and the assistant's."""
    item = evidence.item
    section = item.section or (item.number.section if item.number else None)
    if section is None:
        return False
    rest = _own(evidence.artifact.final.get(section, ""))
    for words in sorted(
        (_own(evidence.starter.get(section, "")), *map(_own, evidence.said)), key=len, reverse=True
    ):
        rest = rest.replace(words, "") if words else rest
    return bool(rest)


def _own(text: str) -> str:
    return squeezed(re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL), "claim")


def _fix(evidence: Evidence) -> str:
    """What the candidate wrote should stand there, in every challenging disposition."""
    return "\n".join(d.fix for d in evidence.statement.decisions if d.challenges and d.fix.strip())
