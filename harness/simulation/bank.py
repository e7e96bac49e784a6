"""What a simulated expert knows: for the text of a flawed statement, what is right instead.

It is keyed by the text alone. It knows every wording that any session could show, and nothing of the form
of the session at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tasks import renderings, task_named


@dataclass(frozen=True)
class Answer:
    """Why a statement is wrong and what should stand there."""

    family: str
    right: str
    code: str | None
    """For a hunk the whole right definition."""


class Bank:
    """Answers for the flawed statements of one task, by text."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self._answers = answers

    def answer(self, text: str) -> Answer | None:
        """What is known against this text; None if it is right as far as the bank knows."""
        return self._answers.get(" ".join(text.split()))


@cache
def bank_for(task: str) -> Bank:
    """The bank of the task of that name, for every combination of parameters. Raises TaskError."""
    loaded = task_named(task)
    answers: dict[str, Answer] = {}
    for item in loaded.twins:
        for flawed, right, clean in renderings(loaded, (item.flawed or "", item.right, item.clean)):
            answers[" ".join(flawed.split())] = Answer(item.family, right, clean if item.form == "hunk" else None)
    return Bank(answers)
