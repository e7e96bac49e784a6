"""A statement that the assistant took back unprompted; only a live model can do that.

No rule is certain of it, so people say it: a decision on the subject names the place of the withdrawal.
"""

from __future__ import annotations

from collections.abc import Mapping


def self_correction_subject(task: str, item: str) -> str:
    """Subject of "did the assistant take it back unprompted?"; `no`, or the place in the session chain."""
    return f"self_corrected/{task}/{item}"


def taken_back_at(settled: Mapping[str, str], task: str, item: str) -> int | None:
    """The place in the session chain at which the statement was taken back, None if it never was."""
    decision = settled.get(self_correction_subject(task, item), "")
    return int(decision) if decision.isdecimal() else None
