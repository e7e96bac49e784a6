"""A private task that a test may change or spoil."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks import task_named
from tasks.loader import LIBRARY

NAME = "card-checks"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A private task that is in order; it is forgotten at the end."""
    made = shutil.copytree(LIBRARY / "fraud-api", tmp_path / "library" / NAME)
    monkeypatch.setenv("HARNESS_TASKS", str(made.parent))
    task_named.cache_clear()
    yield made
    task_named.cache_clear()
