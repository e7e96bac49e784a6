"""One box that serves many children in turn, each forked for one candidate and gone before the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from harness.sandbox.box import Box, Launcher, LaunchFailed
from harness.sandbox.call import ChildCandidate
from harness.sandbox.files import checked
from harness.sandbox.interface import Candidate, CandidateGone
from harness.sandbox.limits import Limits
from harness.sandbox.line import LineBroken

# A child answers many calls, each bounded by `wall`; the processor time of one run would be too little for it.
CHILD_CPU = 8
CHILDREN = 24  # of one box: each has pipes of its own, open from the start
_CLEAN_SECONDS = 3.0

MakeJob = Callable[[dict[str, str], dict[str, Any], Limits, int], dict[str, Any]]


class Nest:
    """`candidate` as in Sandbox, for code of one and the same trust."""

    def __init__(self, launcher: Launcher, make_job: MakeJob) -> None:
        self._launcher = launcher
        self._make_job = make_job
        self._one_at_a_time = threading.Lock()
        self._box: Box | None = None
        self._used = 0

    @contextmanager
    def candidate(
        self,
        files: Mapping[str, str],
        module: str,
        limits: Limits = Limits(),  # noqa: B008
    ) -> Iterator[Candidate]:
        """See Sandbox. Waits while another child of this nest is in use."""
        job = {"mode": "candidate", "module": module}
        message = self._make_job(checked(files), job, limits, limits.cpu * CHILD_CPU)
        with self._one_at_a_time:
            box = self._ready(limits)
            self._used += 1
            line = box.lines[self._used]
            child = ChildCandidate(box, line, limits.wall)
            try:
                box.limit(limits.memory, None)
                box.allow(limits.startup, "startup")
                try:
                    box.line.send({**message, "line": self._used - 1})
                    if line.receive() != {"k": "ready"}:
                        raise LineBroken
                except LineBroken:
                    reason = "it did not start in time" if box.verdict == "startup" else "it could not be started"
                    box.close()
                    raise CandidateGone(reason) from None
                child.import_module()
                yield child
            finally:
                child.close()
                self._clean(box)

    def close(self) -> None:
        """End the box."""
        if self._box is not None:
            self._box.close()
            self._box = None

    def _ready(self, limits: Limits) -> Box:
        """The box, a new one if the last is dead or used up."""
        if self._box is not None and (not self._box.alive or self._used == CHILDREN):
            self.close()
        if self._box is None:
            try:
                box = Box(self._launcher, CHILDREN)
            except LaunchFailed as failure:
                raise CandidateGone("no sandbox could be started") from failure
            self._box, self._used = box, 0
            box.allow(limits.startup, "startup")
            try:
                box.line.send({"k": "nest", "lines": [list(ends) for ends in box.ends[1:]]})
            except LineBroken:
                self.close()
                raise CandidateGone("no sandbox could be started") from None
        return self._box

    def _clean(self, box: Box) -> None:
        """Have everything of the last child removed; where that fails the box goes."""
        try:
            if box.verdict is None and not box.closed:
                box.allow(_CLEAN_SECONDS)
                box.line.send({"k": "end"})
                if box.line.receive() == {"k": "clean"}:
                    box.allow(None)
                    return
        except LineBroken:
            pass
        self.close()
