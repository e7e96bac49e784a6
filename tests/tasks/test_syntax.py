from __future__ import annotations

import ast
import gc
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from tasks.loader import LIBRARY
from tasks.syntax import parse

SOURCE = (LIBRARY / "fraud-api" / "starter" / "fraud.py").read_text("utf-8")


@pytest.fixture
def threads_change_often() -> Iterator[None]:
    """Threads take turns often, also while the collector runs in the middle of a parse."""
    interval, turn = sys.getswitchinterval(), lambda phase, info: time.sleep(0)
    sys.setswitchinterval(1e-5)
    gc.callbacks.append(turn)
    yield
    gc.callbacks.remove(turn)
    sys.setswitchinterval(interval)


def test_threads_that_parse_at_once_all_get_the_tree(threads_change_often: None) -> None:
    """With `ast.parse` about one in a hundred of them gets a SystemError."""
    wanted, failed = ast.dump(parse(SOURCE)), []

    def several() -> None:
        for _ in range(40):
            try:
                parse(SOURCE)
            except SystemError as error:
                failed.append(error)

    threads = [threading.Thread(target=several) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert ast.dump(parse(SOURCE)) == wanted


def test_what_does_not_parse_says_so() -> None:
    with pytest.raises(SyntaxError):
        parse("def (")
