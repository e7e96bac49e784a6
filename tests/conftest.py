"""What all tests share: a home of their own, a fixed clock, and no skips where they are forbidden."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.home import Home, open_home
from harness.settings import Settings

START = 1_790_000_000_000
"""Milliseconds since 1970 at which the tests' clock starts."""


def counting_entropy() -> Callable[[int], bytes]:
    """Bytes that look random, differ at each call, and are the same in every run."""
    numbers = itertools.count(1)

    def entropy(length: int) -> bytes:
        import hashlib

        seed = next(numbers).to_bytes(8, "big")
        return b"".join(hashlib.sha256(seed + bytes([i])).digest() for i in range(length // 32 + 1))[:length]

    return entropy


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty home on SQLite with counted entropy."""
    found = open_home(Settings(home=tmp_path / "home"), counting_entropy())
    yield found
    found.log.close()
    found.engine.dispose()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names what was skipped where nothing may be."""
    if os.environ.get("HARNESS_NO_SKIPS") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("Tests were skipped although HARNESS_NO_SKIPS is set.", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Skips fail the run where HARNESS_NO_SKIPS is set."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("HARNESS_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
