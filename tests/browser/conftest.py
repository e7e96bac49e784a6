"""One server for all tests of this folder, and one Chromium for each of its modules.

Playwright keeps an event loop in this thread while it runs, so it must end before tests with loops of their own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Playwright, expect, sync_playwright

from tests.browser.journey import Sitting, sit
from tests.browser.model import Model, listening
from tests.browser.served import WITHOUT_SANDBOX, Server
from tests.browser.workspace import PATIENCE, Candidate

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SIZE = {"width": 1440, "height": 900}
MISSING = "Chromium is missing: `make setup-system` or `.venv/bin/playwright install chromium` installs it."
ALLOWED = ["clipboard-read", "clipboard-write"]
HERE = Path(__file__).parent

expect.set_options(timeout=PATIENCE)  # a busy machine may hold up any page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here that uses a browser is marked so."""
    for item in items:
        if item.path.is_relative_to(HERE) and "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A running browser."""
    with sync_playwright() as playwright:
        browser = _launch(playwright)
        yield browser
        browser.close()


def _launch(playwright: Playwright) -> Browser:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    try:
        return playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
    except Error:
        if program is None:
            pytest.skip(MISSING)
        raise


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Makes browsers of other people: each call gives one with its own cookies and storage."""
    with ExitStack() as stack:

        def make() -> BrowserContext:
            context = chromium.new_context(viewport=SIZE, permissions=ALLOWED)
            stack.callback(context.close)
            return context

        yield make


@pytest.fixture(scope="session")
def model() -> Iterator[Model]:
    """A stub of a model's provider."""
    with listening() as found:
        yield found


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Iterator[Server]:
    """A server whose assistant is that model, started and perhaps not ready yet."""
    environment = {"HARNESS_MODEL": "openai/stub", "HARNESS_API_BASE": f"{model.base}/v1"}
    found = Server(tmp_path_factory.mktemp("live"), environment=environment)
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that finds no bubblewrap, started and perhaps not ready yet."""
    found = Server(tmp_path_factory.mktemp("bare"), WITHOUT_SANDBOX)
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application as everybody gets it."""
    found = Server(tmp_path_factory.mktemp("browser"))
    found.start()
    if any("live" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("live")  # both start up at once: starting is what takes longest
    found.wait()
    yield found
    found.stop()


@pytest.fixture
def candidate(server: Server, window: Callable[[], BrowserContext]) -> Candidate:
    """A new candidate at work on the first task (the design)."""
    found = Candidate(window().new_page(), server.base)
    found.enter(server.invitation())
    found.begin()
    return found


@pytest.fixture(scope="session")
def sat() -> list[Sitting]:
    """The session that was sat, once it was."""
    return []


@pytest.fixture(scope="module")
def sitting(chromium: Browser, server: Server, sat: list[Sitting]) -> Iterator[Sitting]:
    """A whole session from the link to the last page, with everything that the browser was sent.

    It is sat once; every module gets the candidate's browser back with its cookies.
    """
    if not sat:
        context = chromium.new_context(viewport=SIZE, permissions=ALLOWED)
        sat.append(sit(context, server))
        context.close()
    (found,) = sat
    context = chromium.new_context(viewport=SIZE, storage_state=found.cookies)
    yield replace(found, context=context)
    context.close()
