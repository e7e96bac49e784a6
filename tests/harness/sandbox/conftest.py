from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.sandbox import find_sandbox
from harness.sandbox.absent import AbsentSandbox
from harness.sandbox.boxed import BoxedSandbox
from harness.sandbox.tier import Tier


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    if not any(item.get_closest_marker("sandbox") for item in items if item.path.is_relative_to(here)):
        return
    found = find_sandbox()
    if found.tier is Tier.STRONG:
        return
    assert isinstance(found, AbsentSandbox)
    skip = pytest.mark.skip(reason=f"{found.message} Usually: install bubblewrap.")
    for item in items:
        if item.path.is_relative_to(here) and item.get_closest_marker("sandbox"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def strong() -> Iterator[BoxedSandbox]:
    found = find_sandbox()
    assert isinstance(found, BoxedSandbox)
    yield found
    found.close()
