"""What the staff do with the session that a candidate handed in, and what the candidate is told afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from evaluators import load_context
from evaluators.reports.frames import state_at
from harness.access.staff import Role
from logs import verify
from tests.browser.journey import CODING, DESIGN, FIX, Sitting
from tests.browser.served import PASSWORD, Server
from tests.browser.workspace import Candidate

Json = dict[str, Any]
STATE = "window.harnessReview.state()"
SENTENCE = "Asked which figure decides, before taking anything over."


def signed_in(context: BrowserContext, server: Server, name: str, role: Role) -> Page:
    """A page of somebody who signed in by the form."""
    server.account(name, role)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{server.base}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/review/**")
    return page


@pytest.fixture(scope="module")
def desk(chromium: Browser, sitting: Sitting) -> Iterator[Page]:
    """The review page of the session, opened by an interviewer from the list."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = signed_in(context, sitting.server, "Iris", "interviewer")
    row = page.locator("tr", has=page.locator(f"a[href='#/session/{sitting.session}']"))
    expect(row).to_contain_text("to rate", timeout=60_000)
    assert re.search(r"\d+/\d+", row.inner_text())
    row.locator("a").click()
    page.wait_for_function(f"window.harnessReview && {STATE}")
    yield page
    context.close()


@pytest.fixture(scope="module")
def released(desk: Page) -> Page:
    """The page after the debrief was released."""
    desk.get_by_role("button", name="Release debrief").click()
    desk.locator("dialog").get_by_role("button", name="Release debrief").click()
    expect(desk.locator("header.rh")).to_contain_text("Debrief released")
    return desk


def answer(page: Page, path: str, method: str = "GET") -> Json:
    """Status and JSON of what this browser is answered."""
    found: Json = page.evaluate(
        """async ([path, method]) => { const answer = await fetch(path, {method, redirect: 'manual',
        ...(method === 'POST' ? {body: '{}', headers: {'content-type': 'application/json'}} : {})});
        let body = null; try { body = await answer.json(); } catch {} return {status: answer.status, body}; }""",
        [path, method],
    )
    return found


def test_the_figures_stand_with_their_intervals(desk: Page, sitting: Sitting) -> None:
    figures = desk.locator(".figs .fg")
    expect(figures).to_have_count(6)
    assert "Planted errors caught" in figures.nth(0).inner_text()
    assert re.search(r"\d+\s*\n?of \d+", figures.nth(0).inner_text())
    assert re.search(r"-?\d\.\d+ to \d\.\d+", figures.nth(2).inner_text().replace("−", "-"))
    expect(desk.get_by_text("practice tasks, not for decisions").first).to_be_visible()
    assert "Ann" not in desk.locator("body").inner_text()


def test_the_review_shows_every_scored_statement(desk: Page, sitting: Sitting) -> None:
    review = answer(desk, f"/api/staff/sessions/{sitting.session}")["body"]["review"]
    scored = [s for s in review["statements"] if s["item"]]
    expect(desk.locator(".tline a.ev")).to_have_count(sum(s["shown_ms"] is not None for s in scored))
    desk.get_by_role("tab", name="Statements").click()
    expect(desk.locator("table.it tbody tr:not(.gr)")).to_have_count(len(scored))
    desk.get_by_role("tab", name="What was changed").click()
    expect(desk.locator(".chs")).to_contain_text("to_cents")
    expect(desk.locator(".chs .dl.in").filter(has_text="# looked at").first).to_be_visible()
    desk.get_by_role("tab", name="Replay").click()


def test_the_transcript_marks_what_was_flawed_and_gives_the_key(desk: Page, sitting: Sitting) -> None:
    review = answer(desk, f"/api/staff/sessions/{sitting.session}")["body"]["review"]
    flawed = [s for s in review["statements"] if s["truth"] == "flawed"]
    assert flawed
    for statement in flawed:
        article = desk.locator(f"#s{statement['number']}")
        expect(article.locator(".ky")).to_contain_text(statement["key"]["right"][:40])
        assert article.locator(".is-flawed").count() or article.locator(".tw-flawed").count()
    expect(desk.locator(".tx")).to_contain_text(FIX)


def test_the_replay_shows_what_stood_there_at_that_time(desk: Page, sitting: Sitting) -> None:
    with sitting.server.home() as home:
        context = load_context(home.log, sitting.session)
    end = desk.evaluate(STATE)["end"]
    spans = context.spans
    starts = {DESIGN: spans[DESIGN].opened_ms, CODING: spans[CODING].opened_ms}
    shown = set()
    for step in range(1, 25):
        moment = end * step // 24
        desk.locator("input.rg").evaluate(
            "(range, ms) => { range.value = ms; range.dispatchEvent(new Event('input')); }", moment
        )
        at = desk.evaluate(STATE)["ms"]  # the slider has steps: what it shows may be just before the moment
        task = CODING if at >= starts[CODING] else DESIGN
        path = "fraud.py" if task == CODING else "goal.md"
        desk.locator("select.fsel").select_option(path)
        lines = desk.locator(".rp .src-code .l .t").all_text_contents()
        (found,) = [f for f in state_at(context, at) if (f.task, f.path) == (task, path)]
        assert [line or " " for line in found.text.split("\n")] == lines
        shown.add(found.text)
    assert len(shown) >= 3


def test_a_session_is_rated_with_words_that_show_each_level(desk: Page, sitting: Sitting) -> None:
    dimensions = desk.locator(".dims > li")
    expect(dimensions).to_have_count(8)
    for place in range(8):
        row = dimensions.nth(place)
        row.get_by_role("radio", name=str(place % 4 + 1), exact=True).click()
        save = row.get_by_role("button", name="Save")
        expect(save).to_be_disabled()
        row.locator("textarea").fill(f"{SENTENCE} {place}")
        save.click()
        desk.wait_for_function(f"{STATE}.rated === {place + 1}")
    ratings = [r.event for r in sitting.server.records(sitting.session, review=True) if r.kind == "rating"]
    assert [r.level for r in ratings] == [1, 2, 3, 4] * 2
    assert [r.quote for r in ratings] == [f"{SENTENCE} {place}" for place in range(8)]
    assert {r.rater for r in ratings} == {"Iris"}
    assert len({r.dimension for r in ratings}) == 8


def test_the_reports_open_and_need_nothing_else(desk: Page, sitting: Sitting) -> None:
    asked: list[str] = []
    page = desk.context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    address = f"{sitting.server.base}/api/staff/sessions/{sitting.session}/report.html"
    found = page.goto(address)
    assert found is not None
    assert found.ok
    expect(page.locator("body")).to_contain_text("practice tasks, not for decisions", ignore_case=True)
    assert asked == [address]
    assert "<script" not in page.content()
    page.close()
    report = answer(desk, f"/api/staff/sessions/{sitting.session}/report.json")
    assert report["status"] == 200
    assert "Ann" not in json.dumps(report["body"])


def test_the_debrief_stays_closed_until_it_is_released(desk: Page, sitting: Sitting) -> None:
    page = sitting.context.new_page()
    page.goto(f"{sitting.server.base}/debrief")
    expect(page.locator("main")).to_contain_text("not here yet")
    page.close()


def test_the_candidate_sees_every_planted_error_met_and_can_dispute_one(released: Page, sitting: Sitting) -> None:
    review = answer(released, f"/api/staff/sessions/{sitting.session}")["body"]["review"]
    met = [s for s in review["statements"] if s["truth"] == "flawed" and s["shown_ms"] is not None]
    page = sitting.context.new_page()
    page.goto(f"{sitting.server.base}/debrief")
    for statement in met:
        entry = page.locator(f"#e{statement['number']}")
        expect(entry).to_contain_text(statement["key"]["right"])
        expect(entry).to_contain_text("Source")
    expect(page.locator("article.en")).to_have_count(
        len(met) + sum(s["call"] == "wrong" and s["truth"] != "flawed" for s in review["statements"])
    )
    entry = page.locator(f"#e{met[0]['number']}")
    entry.get_by_text("Dispute this key").click()
    entry.get_by_label("Why is the key wrong?").fill("The brief says <b>otherwise</b>.")
    entry.get_by_role("button", name="Send").click()
    expect(page.locator(f"#e{met[0]['number']}")).to_contain_text("The brief says <b>otherwise</b>.")
    records = sitting.server.records(sitting.session, review=True)
    (disputed,) = [r.event for r in records if r.kind == "disputed"]
    assert (disputed.item, disputed.text) == (met[0]["item"], "The brief says <b>otherwise</b>.")
    assert verify(sitting.session, "review", records) is None
    page.close()


def test_another_candidate_does_not_see_it(
    released: Page, sitting: Sitting, window: Callable[[], BrowserContext]
) -> None:
    other = Candidate(window().new_page(), sitting.server.base)
    other.enter(sitting.server.invitation("Somebody else"))
    other.page.goto(f"{sitting.server.base}/debrief")
    expect(other.page.locator("main")).to_contain_text("not here yet")
    expect(window().new_page().request.get(f"{sitting.server.base}/debrief")).not_to_be_ok()


def test_the_hiring_team_sees_intervals_and_cannot_sort_people(
    desk: Page, sitting: Sitting, window: Callable[[], BrowserContext]
) -> None:
    page = signed_in(window(), sitting.server, "Hans", "hiring")
    table = page.locator("table.as-t")
    expect(table.locator("tbody tr").first).to_be_visible()
    row = table.locator("tr", has=page.locator(f"a[href='#/session/{sitting.session}']"))
    expect(row).to_contain_text("Ann")
    assert re.search(r"\d/\d", row.inner_text())
    assert row.locator(".ivc svg, .ivc [role=img], .ivc .iv").count() >= 3
    assert table.locator("thead").locator("button, a, [aria-sort], [onclick], [tabindex]").count() == 0
    before = table.locator("tbody td:first-child").all_inner_texts()
    for head in table.locator("thead th").all():
        head.click(force=True)
    assert table.locator("tbody td:first-child").all_inner_texts() == before
    assert answer(page, f"/api/staff/sessions/{sitting.session}/ratings", "POST")["status"] in (403, 422)
    assert answer(page, f"/api/staff/sessions/{sitting.session}/debrief", "POST")["status"] == 403


def test_staff_have_no_way_into_the_candidates_interface(desk: Page, sitting: Sitting) -> None:
    for path in ("/api/session", "/work/config"):
        assert answer(desk, path)["status"] in (401, 403), path
    for path in (
        "/api/open",
        "/api/lease",
        "/api/events",
        "/api/prompt",
        "/api/run",
        "/api/ledger",
        "/api/submit",
    ):
        assert answer(desk, path, "POST")["status"] in (401, 422), path
    page = desk.context.new_page()
    page.goto(f"{sitting.server.base}/work/")
    expect(page.locator("main")).to_contain_text("Nobody is signed in here")
    page.close()


def test_a_wrong_password_is_one_clear_sentence(sitting: Sitting, window: Callable[[], BrowserContext]) -> None:
    page = window().new_page()
    page.goto(f"{sitting.server.base}/sign-in")
    page.get_by_label("Name").fill("<b>Iris</b>")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Name and password do not fit. Check both and try again.")
    page.goto(f"{sitting.server.base}/review/")
    page.wait_for_url("**/sign-in")
