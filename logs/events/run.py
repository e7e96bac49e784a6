"""The candidate ran the tests or a file."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Run(Event):
    """The candidate ran the tests or a file."""

    kind: Literal["run"] = "run"
    task: str
    run: str
    what: str
    """`tests`, or the path of a file."""
    artifact: str
    """SHA-256 of the files that were run."""
    server: int | None = None
    """The server process at work on it; one that is gone does not finish it."""
