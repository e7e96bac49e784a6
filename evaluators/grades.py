"""The correction grade of a hit: 0 nothing, 1 flagged, 2 wrong or partial fix, 3 the fix passes its check."""

from __future__ import annotations

from dataclasses import dataclass

from evaluators.artifact import Artifact
from evaluators.numbers import number_verdict
from evaluators.statements import Statement
from evaluators.subjects import Subject, Verdict
from tasks import Item

PERSON = "a person grades it"


@dataclass(frozen=True)
class Evidence:
    """What a grade is given on. `settled` is a person's grade from the review chain, `0` to `3`."""

    item: Item
    artifact: Artifact
    statement: Statement
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
        return Grade(int(evidence.settled), "given by a person")
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
    number = evidence.item.number
    if number is None:
        return Grade(None, PERSON)
    files = evidence.artifact.final
    section = number_verdict(number, files[number.section]) if number.section in files else None
    fix = number_verdict(number, _fix(evidence))
    if "pass" in (fix, section):
        return Grade(3, None)
    if fix == "fail":
        return Grade(2, None)
    if _fix(evidence):
        return Grade(None, PERSON)
    adoption = evidence.artifact.adoptions.get(evidence.statement.segment)
    # The section's wrong number is the assistant's own where its words were taken over.
    return Grade(2, None) if section == "fail" and adoption is None else Grade(1, None)


def _fix(evidence: Evidence) -> str:
    """What the candidate wrote should stand there, in every challenging disposition."""
    return "\n".join(d.fix for d in evidence.statement.decisions if d.challenges and d.fix.strip())
