"""The labelled passages of `texts/statements.yaml` and what the machine makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from evaluators.prose.claims import claim_verdict
from tests.corpus.script import HERE, drawn


@dataclass(frozen=True)
class Read:
    """One passage with its label and the machine's verdict."""

    item: str
    text: str
    label: str
    verdict: str


def read() -> tuple[Read, ...]:
    """Every passage, in order."""
    raw = yaml.safe_load((HERE / "texts" / "statements.yaml").read_text("utf-8"))
    items = {item.id: item for item in drawn("news-ranking").task.items}
    return tuple(
        Read(name, text, label, claim_verdict(items[name], text) or "silent")
        for name, passages in raw.items()
        for label, text in passages
    )
