"""Nothing was heard of the browser for a while: its computer slept, or the network was gone."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Silence(Event):
    """Nothing was heard of the browser for a while, by the server process that writes this."""

    kind: Literal["silence"] = "silence"
    start: int
    """Server time, milliseconds since 1970 (UTC)."""
    end: int
    stood_still: int | None = None
    """Milliseconds by which the browser's steady clock fell behind ours: its computer slept. None if not told."""
