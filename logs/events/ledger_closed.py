"""The candidate went back to work from the ledger step."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class LedgerClosed(Event):
    """The candidate went back to work from the ledger step."""

    kind: Literal["ledger_closed"] = "ledger_closed"
    task: str
