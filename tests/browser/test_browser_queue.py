"""What only people can settle, done with the keyboard alone; and what the next person does not see of it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.journey import Sitting
from tests.browser.served import Server
from tests.browser.test_browser_review import answer, signed_in
from tests.evaluators.recorded import recorded

SESSION = "s-recorded"
MEANT = "s-meant"
REASON = "The brief says nothing about it."


def queue(page: Page, server: Server, session: str = SESSION) -> Page:
    """The questions of the session, once it is scored."""
    page.goto(f"{server.base}/review/#/queue/{session}")
    expect(page.locator(".ca-h h1")).to_be_visible(timeout=60_000)
    expect(page.locator(".qu-n")).to_have_count(0, timeout=60_000)
    return page


def test_a_question_is_decided_by_keys_and_stays_hidden_from_the_next_person(
    server: Server, window: Callable[[], BrowserContext]
) -> None:
    with server.home() as home:
        recorded(home, SESSION)
    page = queue(signed_in(window(), server, "Quinn", "interviewer"), server)
    rows = page.locator(".qu-r")
    count = rows.count()
    assert count >= 1
    assert "Ann" not in page.locator("body").inner_text()
    title = page.locator(".ca-h h1").inner_text()
    expect(page.get_by_role("button", name="Decide")).to_be_disabled()
    page.keyboard.press("2")
    expect(page.get_by_role("radio").nth(1)).to_have_attribute("aria-checked", "true")
    page.keyboard.type(REASON)
    page.keyboard.press("Control+Enter")
    told = page.get_by_role("status").filter(has_text="You decided").first
    expect(told).to_be_visible()
    expect(told).to_contain_text("awaits a second person")
    expect(page.locator(".ca-d")).to_contain_text("machine")
    expect(page.locator(".qu-h .num")).to_have_text(str(count - 1))
    page.keyboard.press("Enter")
    if count > 1:
        expect(page.locator(".qu-r[aria-current]:not(.done)")).to_have_count(1)
    decided = [r.event for r in server.records(SESSION, review=True) if r.kind == "adjudicated"]
    assert [(d.by, d.reason) for d in decided] == [("Quinn", REASON)]

    other = queue(signed_in(window(), server, "Rhea", "interviewer"), server)
    expect(other.locator(".qu-r")).to_have_count(count)
    expect(other.locator(".ca-h h1")).to_have_text(title)
    assert REASON not in other.locator("body").inner_text()
    shown = answer(other, f"/api/staff/queue/{SESSION}?subject={decided[0].subject}")["body"]
    assert (shown["mine"], shown["guess"], shown["settled"], shown["awaits"]) == (None, None, None, None)


def test_words_on_no_statement_are_decided_as_the_statement_that_they_mean(
    server: Server, window: Callable[[], BrowserContext]
) -> None:
    with server.home() as home:
        recorded(home, MEANT)
    page = queue(signed_in(window(), server, "Quinn", "interviewer"), server, MEANT)
    page.locator(".qu-r", has_text="On no statement").click()
    expect(page.locator(".qu-m[inert]")).to_have_count(0)
    expect(page.locator(".ca-h h1")).to_have_text("What is this challenge?")
    page.keyboard.press("4")
    which = page.get_by_label("Statement that was meant")
    expect(which).to_be_focused()
    which.select_option(index=2)
    decide = page.get_by_role("button", name="Decide")
    expect(decide).to_be_disabled()
    page.get_by_label("Reason").fill(REASON)
    decide.click()
    told = page.get_by_role("status").filter(has_text="You decided").first
    expect(told).to_contain_text("You decided: Statement 2. It awaits a second person.")
    (decided,) = (r.event for r in server.records(MEANT, review=True) if r.kind == "adjudicated")
    assert decided.decision.startswith("item/news-ranking/")


def test_the_hiring_team_has_keys_and_no_queue(server: Server, window: Callable[[], BrowserContext]) -> None:
    page = signed_in(window(), server, "Hans", "hiring")
    expect(page.get_by_role("link", name="Keys")).to_be_visible()
    expect(page.get_by_role("link", name="Queue")).to_have_count(0)
    page.goto(f"{server.base}/review/#/queue")
    expect(page.get_by_role("alert")).to_have_text("The role hiring may not do this.")
    page.get_by_role("link", name="Keys").click()
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()


def test_a_link_of_the_report_opens_the_replay_at_its_moment(
    sitting: Sitting, window: Callable[[], BrowserContext]
) -> None:
    page = signed_in(window(), sitting.server, "Quinn", "interviewer")
    page.goto(f"{sitting.server.base}/api/staff/sessions/{sitting.session}/report.html")
    link = page.locator(".moms a").first
    wanted = int((link.get_attribute("href") or "").rpartition("/")[2])
    link.click()
    page.wait_for_function("window.harnessReview && window.harnessReview.state()")
    at = page.evaluate("window.harnessReview.state().ms")
    assert abs(at - wanted) <= 1
