"""What a candidate is told before the session; its wording is part of the assessment's version."""

from __future__ import annotations

from harness.assessment import Assessment

REMINDER = (
    "### The assistant\n\nSome of what it says is deliberately wrong. Noticing and putting it right is part "
    "of the task. Decide on each statement in the margin; you can change a decision until you submit."
)
"""Stands under every brief."""


def paragraphs(assessment: Assessment) -> list[tuple[str, str]]:
    """Heading and text of each part, in order."""
    return [
        (
            "The assistant",
            "Some of what this assistant says is deliberately wrong; "
            "part of the job is to notice and put it right. Beside each statement you can say "
            "whether you accept it, change it, reject it or are unsure. "
            "You can change a decision until you hand in.",
        ),
        (
            "What is recorded",
            "Everything you do in the workspace: what you type, paste and copy, what you ask and decide, "
            "each run, and when the window loses focus. Nothing outside this page: no camera, no microphone, "
            "no other window.",
        ),
        (
            "Who reads it, and for how long",
            f"It is read by {assessment.readers}, and deleted after {assessment.retention_days} days. "
            "A person decides; no figure does. Every look at your session is itself recorded.",
        ),
        (
            "Afterwards",
            "Once a person has looked at your session you get a debrief: every planted error that you met, "
            "the right answer and its source. You can dispute any of them.",
        ),
    ]


def disclosure(assessment: Assessment) -> str:
    """The whole wording as one text; its digest goes into the record of consent."""
    return "\n\n".join([*(f"{heading}\n{text}" for heading, text in paragraphs(assessment)), REMINDER])
