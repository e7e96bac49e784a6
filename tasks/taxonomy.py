"""The one global list of reasons a candidate can give, the same for every task so that it hints at nothing."""

from __future__ import annotations

FAMILIES: dict[str, str] = {
    "future-or-test-leak": "Information from the future or the test set",
    "data-and-labels": "Data or labels",
    "metric-or-evaluation": "Metric or evaluation",
    "number-or-calculation": "A number or calculation",
    "cost-or-capacity": "Cost, latency or capacity",
    "experiment-or-statistics": "Experiment or statistics",
    "code-behaviour": "What the code does",
    "concurrency-or-failure": "Concurrency or failure handling",
    "fairness-or-privacy": "Fairness, privacy or safety",
    "false-source-or-api": "A source or function that does not exist",
    "style": "Style or taste",
    "fit": "Does not fit my design",
}
"""Identifier to the words on screen, in the order shown."""

HARMLESS = frozenset({"style", "fit"})
"""Reasons for an edit that dispute nothing (SCORING: such an edit is no challenge)."""
