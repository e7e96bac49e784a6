from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for the makers of sessions beside this file


from sitting import Sitting, memory_log

from logs import Log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """An empty log."""
    log = memory_log(tmp_path)
    yield log
    log.close()
    log.engine.dispose()


@pytest.fixture
def sitting(log: Log) -> Sitting:
    """A coding session: `total` is flawed, `mean` clean, `clip` a decoy."""
    return Sitting(log)
