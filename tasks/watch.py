"""Keeps time over other people's code in the process that runs it, and ends that process when the time is over."""

from __future__ import annotations

import faulthandler
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

LIMIT = 20.0
"""Seconds after which one test, check, proof or import counts as endless."""
OWN = 120.0
"""Seconds for what is done between two of them."""


@dataclass(frozen=True)
class Step:
    """What is being run: `where` names the file, `what` is said about it, such as "the check"."""

    where: str
    what: str
    seconds: float


class Watch:
    """Tells of each step before it begins; a step that takes longer than it may ends this process.

    The time is kept by a thread of the interpreter's that needs no lock of it: neither code that catches every
    exception nor a loop in a library escapes. What was running then is written to `trace`.
    """

    def __init__(self, own: tuple[str, str], tell: Callable[[Step], None], trace: TextIO, limit: float) -> None:
        self._own = Step(*own, max(OWN, limit))
        self._tell = tell
        self._trace = trace
        self._limit = limit
        self._begin(self._own)

    @contextmanager
    def over(self, where: str, what: str) -> Iterator[None]:
        """While it lasts, code runs that may take `limit` seconds."""
        self._begin(Step(where, what, self._limit))
        try:
            yield
        finally:
            self._begin(self._own)

    def alive(self) -> None:
        """What is done between two steps has come on, and may take as long again."""
        self._begin(self._own)

    def end(self) -> None:
        """Nothing more is timed."""
        faulthandler.cancel_dump_traceback_later()

    def _begin(self, step: Step) -> None:
        self._tell(step)
        faulthandler.dump_traceback_later(step.seconds, exit=True, file=self._trace)
