"""What all tests share: a home of their own, a fixed clock, and no skips where they are forbidden."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from harness.home import Home, open_home
from harness.settings import Settings
from tests.postgres import Cluster, NoPostgres, cluster

# A busy machine may hold up any example; how long one takes is not what properties are about.
hypothesis.settings.register_profile("harness", deadline=None)
hypothesis.settings.load_profile("harness")

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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked `databases` runs on both; everything else on SQLite."""
    if "database" in metafunc.fixturenames and metafunc.definition.get_closest_marker("databases"):
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL of our own, until the tests end."""
    try:
        running = cluster()
        with running as found:
            yield found
    except NoPostgres as missing:
        pytest.skip(str(missing))


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{tmp_path / 'home' / 'harness.db'}"
        return
    found: Cluster = request.getfixturevalue("postgres")
    with found.database() as url:
        yield url


@pytest.fixture
def home(tmp_path: Path, database: str) -> Iterator[Home]:
    """An empty home with counted entropy."""
    found = open_home(Settings(home=tmp_path / "home", database_url=database), counting_entropy())
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
