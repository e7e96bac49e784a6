"""The ledger step of a task was opened."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class LedgerOpened(Event):
    """The ledger step of a task was opened."""

    kind: Literal["ledger_opened"] = "ledger_opened"
    task: str
    by: Literal["candidate", "clock"]
