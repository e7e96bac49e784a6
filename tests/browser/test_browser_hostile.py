"""Bad links, enormous, broken and hostile text: one clear sentence each, and nothing is lost or run."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.served import Server
from tests.browser.workspace import Candidate

GOAL = "goal.md"
HOSTILE = "<img src=x onerror=\"window.attacked='yes'\"><script>window.attacked='yes'</script>"
LINK = "[here](javascript:window.attacked='yes') ![seen](http://192.0.2.1/seen.png)"
ATTACKED = "typeof window.attacked"


@pytest.mark.parametrize("token", ["no-such-link", "%00%ff", "<script>window.attacked='yes'</script>", "x" * 3000])
def test_an_unknown_link_is_one_clear_sentence(
    server: Server, window: Callable[[], BrowserContext], token: str
) -> None:
    page = window().new_page()
    answer = page.goto(f"{server.base}/c/{token}")
    assert answer is not None
    assert answer.status == 404
    assert page.evaluate(ATTACKED) == "undefined"
    if "/" not in token:
        expect(page.locator("main")).to_contain_text("This link is not known here.")


def test_used_and_expired_links_say_so(server: Server, window: Callable[[], BrowserContext]) -> None:
    page = window().new_page()
    page.goto(server.invitation(expires=-1))
    expect(page.locator("main")).to_contain_text("This link has expired.")
    link = server.invitation()
    first = Candidate(window().new_page(), server.base)
    first.enter(link)
    page.goto(link)
    expect(page.locator("main")).to_contain_text("This link was used already.")
    first.page.goto(link)
    first.screen("start")


def test_without_an_invitation_the_workspace_says_where_to_begin(
    server: Server, window: Callable[[], BrowserContext]
) -> None:
    page = window().new_page()
    page.goto(f"{server.base}/work/")
    expect(page.locator("main")).to_contain_text("Open the link of your invitation")


def test_a_megabyte_is_refused_in_one_sentence_and_a_long_document_stays_usable(candidate: Candidate) -> None:
    candidate.write("Before the paste. ", GOAL, replace=True)
    candidate.paste("x" * 1_000_000)
    expect(candidate.page.get_by_role("alert").filter(has_text="not pasted")).to_be_visible()
    assert candidate.text(GOAL) == "Before the paste. "
    long = "A sentence of a long document, with **weight**.\n\n" * 4_200
    candidate.paste(long)
    candidate.wait("window.harnessWorkspace.text(a).length > 200000", GOAL)
    assert candidate.drain()
    started = time.monotonic()
    candidate.page.keyboard.type("still usable")
    candidate.wait("window.harnessWorkspace.text(a).endsWith('still usable')", GOAL)
    assert time.monotonic() - started < 5
    assert candidate.drain()
    candidate.page.reload()
    candidate.screen("work")
    assert candidate.text(GOAL) == "Before the paste. " + long + "still usable"


def test_nul_and_half_characters_are_kept_as_whole_ones(candidate: Candidate) -> None:
    candidate.write("", GOAL, replace=True)
    candidate.page.keyboard.press("Delete")
    candidate.page.evaluate(
        """() => { const data = new DataTransfer(); data.setData('text/plain', 'a\\u0000b\\ud800c\\udc00d');
        document.querySelector('.cm-content').dispatchEvent(
            new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    assert candidate.drain()
    assert candidate.text(GOAL) == "a\0b\ufffdc\ufffdd"
    candidate.page.evaluate(
        """() => { const box = document.querySelector('.composer textarea');
        box.value = 'features \\u0000 \\ud800 please'; box.dispatchEvent(new Event('input', {bubbles: true})); }"""
    )
    candidate.page.get_by_label("Message").press("Control+Enter")
    expect(candidate.page.locator(".conv .turn")).to_have_count(1)
    candidate.settled()
    assert candidate.view()["conversation"][0]["status"] == "complete"
    candidate.page.reload()
    candidate.screen("work")
    assert candidate.text(GOAL) == "a\0b\ufffdc\ufffdd"


def test_hostile_text_never_becomes_markup(candidate: Candidate) -> None:
    page = candidate.page
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    candidate.write(f"# {HOSTILE}\n\n{HOSTILE}\n\n{LINK}\n", GOAL, replace=True)
    page.wait_for_timeout(1_500)
    page.get_by_role("tab", name="Whole document").click()
    page.wait_for_timeout(800)
    candidate.ask(f"{HOSTILE} {LINK}")
    candidate.ask("Which features should we build?")
    segment = candidate.statements()[0]["id"]
    candidate.press_decision(segment, "r", "Tab")
    page.keyboard.insert_text(HOSTILE)
    page.keyboard.press("Control+Enter")
    candidate.press_decision(segment, "c")
    page.keyboard.insert_text(HOSTILE)
    page.keyboard.press("Control+Enter")
    expect(candidate.statement(segment)).to_contain_text("<img src=x onerror=")
    assert candidate.drain()
    page.reload()
    candidate.screen("work")
    expect(page.locator(".conv .say").first).to_contain_text("<script>")
    candidate.look_back()
    expect(page.locator(".lr")).to_contain_text("<img src=x onerror=")
    assert page.evaluate(ATTACKED) == "undefined"
    assert page.evaluate("document.querySelectorAll('img[src=x], img[src*=\"192.0.2\"]').length") == 0
    assert page.evaluate("document.querySelectorAll('a[href^=javascript]').length") == 0
    assert [url for url in asked if not url.startswith((server_of(page.url), "data:", "blob:"))] == []
    assert [p for p in candidate.problems if "attacked" in p] == []


def server_of(url: str) -> str:
    """Scheme, host and port."""
    return "/".join(url.split("/")[:3])


def test_a_hostile_name_is_text_everywhere(server: Server, chromium: Browser) -> None:
    context = chromium.new_context()
    at = Candidate(context.new_page(), server.base)
    at.page.goto(server.invitation(HOSTILE))
    expect(at.page.locator("main")).to_contain_text("<img src=x")
    assert at.page.evaluate(ATTACKED) == "undefined"
    context.close()
