"""A live model that fails, hangs or answers: the message is kept, can be sent again, and it is only practice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.model import HANG, Model
from tests.browser.served import Server
from tests.browser.workspace import Candidate

CLOCK = """async () => {
  const { clock } = await (await fetch("/api/session")).json();
  const [minutes, seconds] = document.querySelector(".bar .clock b").textContent.split(":").map(Number);
  return Math.abs((clock.work_until - clock.now) / 1000 - (60 * minutes + seconds)) < 3;
}"""
"""Whether the clock of the bar shows what the server has."""


@pytest.fixture(scope="module", autouse=True)
def ready(live: Server) -> Iterator[None]:
    """The tests begin when the server is ready, and it ends with them."""
    live.wait()
    yield
    live.stop()


@pytest.mark.usefixtures("bare")  # it starts up while this test waits for the model
def test_a_model_that_fails_or_hangs_costs_nothing(
    live: Server, model: Model, window: Callable[[], BrowserContext]
) -> None:
    waiting, at = (Candidate(window().new_page(), live.base) for _ in range(2))
    waiting.enter(live.invitation())
    waiting.begin()
    waiting.ask(f"Please {HANG} to this question", answered=False)
    at.enter(live.invitation())
    at.begin()
    assert at.view()["practice"] is True
    until = at.view()["clock"]["work_until"]
    at.ask("How should we split the data?")
    tail = at.page.locator(".conv .tail")
    expect(tail).to_contain_text("ask again in a moment")
    assert "secret words" not in at.page.content()
    assert at.view()["conversation"][0]["status"] == "failed"
    assert at.view()["clock"]["work_until"] >= until
    expect(at.page.locator(".conv .say")).to_contain_text("How should we split the data?")
    at.page.get_by_label("Message").fill("a draft")
    model.fails = False
    tail.get_by_role("button", name="Ask again").click()
    expect(at.page.locator(".conv")).to_contain_text("Hold out the last days. seen")
    at.settled()
    expect(at.page.get_by_label("Message")).to_have_value("a draft")
    assert at.page.evaluate("typeof window.attacked") == "undefined"
    assert at.page.locator(".conv img").count() == 0
    at.page.reload()
    at.screen("work")
    expect(at.page.get_by_label("Message")).to_have_value("a draft")
    assert [turn["status"] for turn in at.view()["conversation"]].count("complete") == 1
    expect(waiting.page.locator(".conv .tail")).to_contain_text("took too long to answer", timeout=60_000)
    expect(waiting.page.get_by_role("button", name="Ask again")).to_be_visible()
    # The clock on screen has the waiting back at once, and not only in the log.
    waiting.page.wait_for_function(CLOCK, timeout=2_000)


def test_a_live_session_says_that_it_is_practice(live: Server, window: Callable[[], BrowserContext]) -> None:
    at = Candidate(window().new_page(), live.base)
    at.enter(live.invitation())
    at.begin()
    expect(at.page.locator(".bar")).to_contain_text("ractice")
    assert at.view()["model"] == "openai/stub"


def test_a_reply_under_way_can_be_stopped(live: Server, window: Callable[[], BrowserContext]) -> None:
    at = Candidate(window().new_page(), live.base)
    at.enter(live.invitation())
    at.begin()
    at.ask(f"Please {HANG} again", answered=False)
    at.page.get_by_role("button", name="Stop").click()
    expect(at.page.locator(".conv .tail")).to_contain_text("Stopped", timeout=10_000)
