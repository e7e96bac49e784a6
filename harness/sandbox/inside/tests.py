"""pytest in the candidate's own process: a convenience for the candidate, with no claim to be true."""

from __future__ import annotations

import os
import sys
from typing import Any

from .channel import Channel

LONGEST_MESSAGE = 4000
LONGEST_NAME = 300


def run_tests(channel: Channel, tests: list[str], box: str) -> int:
    """Run the files `tests`, sending one message when a test starts and one when it ends; pytest's exit code."""
    import pytest

    channel.send({"k": "ready"})
    options = ["-q", "--tb=short", "--no-header", "-rN", "--color=no", "-p", "no:cacheprovider"]
    code = int(pytest.main([*options, f"--rootdir={box}", *tests], plugins=[Reporter(channel)]))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a thread that a test left running must not hold up the result


class Reporter:
    """A pytest plug-in that reports each test."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._outcome = "passed"
        self._seconds = 0.0
        self._message: str | None = None

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None:
        self._outcome, self._seconds, self._message = "passed", 0.0, None
        self._channel.send({"k": "started", "name": nodeid[:LONGEST_NAME]})

    def pytest_runtest_logreport(self, report: Any) -> None:
        self._seconds += report.duration
        if report.failed:
            if self._outcome == "passed":
                self._outcome = "failed" if report.when == "call" else "error"
                self._message = _text(report)
        elif report.skipped and self._outcome == "passed":
            self._outcome = "skipped"
            self._message = (
                str(report.longrepr[2])[:LONGEST_MESSAGE] if isinstance(report.longrepr, tuple) else None
            )

    def pytest_runtest_logfinish(self, nodeid: str, location: Any) -> None:
        self._say(nodeid, self._outcome, self._seconds, self._message)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self._say(report.nodeid, "error", 0.0, _text(report))

    def _say(self, name: str, outcome: str, seconds: float, message: str | None) -> None:
        self._channel.send(
            {
                "k": "test",
                "name": name[:LONGEST_NAME],
                "outcome": outcome,
                "ms": round(seconds * 1000),
                "message": message,
            }
        )


def _text(report: Any) -> str:
    text = str(report.longreprtext)
    if len(text) > LONGEST_MESSAGE:
        half = LONGEST_MESSAGE // 2
        text = f"{text[:half]}\n…\n{text[-half:]}"
    return text
