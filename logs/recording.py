"""The files of a session at any moment, reached from the nearest checkpoint."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping

from logs.events import Clipboard, Edit
from logs.record import Record
from logs.replay import FileKey, Replay

APART = 500
"""Edits between two checkpoints: as many are applied again at most, which takes some milliseconds."""


class Recording:
    """A session played once, with checkpoints; afterwards any moment costs the way from the one before it.

    Raises MisfitError if an edit does not fit, KeyError for a file that the task does not have.
    """

    def __init__(self, records: Iterable[Record], starter: Mapping[FileKey, str]) -> None:
        self._steps: list[tuple[int, int, Edit | Clipboard]] = []
        state = Replay(starter)
        self._checkpoints: list[tuple[int, Replay]] = [(0, state.copy())]
        since = 0
        for record in records:
            if record.kind not in ("edit", "clipboard"):
                continue
            event = record.event
            assert isinstance(event, Edit | Clipboard)
            self._steps.append((record.seq, record.server_time, event))
            state.take(event)
            since += len(event.transactions) if isinstance(event, Edit) else 1
            if since >= APART:
                self._checkpoints.append((len(self._steps), state.copy()))
                since = 0

    def after(self, seq: int) -> Replay:
        """The state after the event with that sequence number."""
        return self._reach(bisect_right(self._steps, seq, key=lambda step: step[0]))

    def at(self, server_time: int) -> Replay:
        """The state at a moment (milliseconds since 1970): after all events recorded until then."""
        return self._reach(bisect_right(self._steps, server_time, key=lambda step: step[1]))

    def _reach(self, steps: int) -> Replay:
        place = bisect_right(self._checkpoints, steps, key=lambda checkpoint: checkpoint[0]) - 1
        begin, checkpoint = self._checkpoints[place]
        state = checkpoint.copy()
        for _, _, event in self._steps[begin:steps]:
            state.take(event)
        return state
