"""What happens around the work is in the record too: clocks, sleep, network, the whole screen, other windows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from logs import Entry, replay, shares
from logs.events import (
    Clipboard,
    ClockDisplay,
    Fullscreen,
    Late,
    Network,
    Pause,
    SecondTab,
    Selection,
    Silence,
    Skew,
)
from logs.events.base import Event
from tests.browser.served import Server
from tests.browser.workspace import PATIENCE, Candidate

GOAL = "goal.md"
TWO_CLOCKS = """(() => {
  const date = Date.now.bind(Date), steady = performance.now.bind(performance);
  window.turned = { ahead: 90000, asleep: 0 };
  Date.now = () => date() + window.turned.ahead;
  performance.now = () => steady() - window.turned.asleep;
})()"""
"""A browser whose two clocks a test can turn, as a person and a sleeping computer do."""
TURNED = """async () => {
  const told = new Promise((done) => document.addEventListener("fullscreenchange", done, { once: true }));
  await %s;
  await told;
}"""
"""A turn to or from the whole screen, until the page was told of it: the promise alone comes a frame earlier."""
THE_WHOLE_SCREEN = TURNED % "document.documentElement.requestFullscreen()"
THE_PAGE_AGAIN = TURNED % "document.exitFullscreen()"
Some = TypeVar("Some", bound=Event)


def events(server: Server, kind: type[Some]) -> list[Some]:
    """The events of a kind in the session made last, in order."""
    records = server.records(server.sessions()[-1])
    return [event for record in records if isinstance(event := record.event, kind)]


def wait_for(server: Server, kind: type[Some], count: int, candidate: Candidate) -> list[Some]:
    """The events of a kind, once there are that many."""
    until = time.monotonic() + PATIENCE / 1000
    while len(found := events(server, kind)) < count and time.monotonic() < until:
        candidate.page.wait_for_timeout(100)
    assert len(found) >= count, f"{len(found)} {kind.__name__} events instead of {count}"
    return found


def test_a_wrong_clock_a_changed_one_and_a_computer_that_slept(
    server: Server, window: Callable[[], BrowserContext]
) -> None:
    context = window()
    context.add_init_script(TWO_CLOCKS)
    candidate = Candidate(context.new_page(), server.base)
    candidate.enter(server.invitation())
    candidate.begin()
    candidate.write("The first words.", GOAL)
    assert candidate.drain()
    (first,) = events(server, Skew)
    assert first.milliseconds == pytest.approx(90_000, abs=3_000)
    candidate.page.evaluate("window.turned.ahead += 600000")
    candidate.write("More.", GOAL)
    assert candidate.drain()
    assert wait_for(server, Skew, 2, candidate)[1].jump == pytest.approx(600_000, abs=3_000)

    candidate.page.route("**/api/events", lambda route: route.abort())
    began = time.monotonic()
    candidate.page.wait_for_timeout(2_600)
    candidate.page.evaluate("window.turned.asleep = 2600")
    candidate.page.unroute("**/api/events")
    candidate.write("Awake again.", GOAL)
    assert candidate.drain()
    away = (time.monotonic() - began) * 1000
    (slept,) = wait_for(server, Silence, 1, candidate)
    assert slept.stood_still is not None
    assert 2_000 <= slept.stood_still <= 3_200
    assert slept.stood_still <= slept.end - slept.start <= away + 6_000


def test_a_lost_network_and_a_lost_server_are_told_apart(server: Server, candidate: Candidate) -> None:
    assert candidate.drain()
    context = candidate.page.context
    context.set_offline(True)
    candidate.page.wait_for_timeout(500)
    context.set_offline(False)
    offline, online = wait_for(server, Network, 2, candidate)
    assert (offline.state, offline.gone, offline.milliseconds) == ("offline", "network", None)
    assert (online.state, online.gone) == ("online", None)
    assert online.milliseconds is not None
    assert 500 <= online.milliseconds < PATIENCE

    def lose(route: Route) -> None:
        route.abort()

    candidate.page.route("**/api/events", lose)
    candidate.write("Kept here.", GOAL)
    expect(candidate.saving).to_contain_text("kept on this device", timeout=PATIENCE)
    candidate.page.unroute("**/api/events")
    assert candidate.drain()
    *_, offline, online = wait_for(server, Network, 4, candidate)
    assert (offline.state, offline.gone) == ("offline", "server")
    assert online.state == "online"


def test_an_absence_that_a_reload_ends_has_its_length(server: Server, candidate: Candidate) -> None:
    assert candidate.drain()
    candidate.page.route("**/api/events", lambda route: route.abort())
    candidate.write("Unsent.", GOAL)
    expect(candidate.saving).to_contain_text("kept on this device", timeout=PATIENCE)
    candidate.page.unroute("**/api/events")
    candidate.page.reload()
    candidate.screen("work")
    offline, online = wait_for(server, Network, 2, candidate)
    assert (offline.state, online.state) == ("offline", "online")
    assert online.milliseconds is not None
    assert online.milliseconds > 1_000


def test_the_whole_screen_is_told(server: Server, candidate: Candidate) -> None:
    candidate.page.evaluate(THE_WHOLE_SCREEN)
    candidate.page.evaluate(THE_PAGE_AGAIN)
    assert [e.state for e in wait_for(server, Fullscreen, 2, candidate)] == ["entered", "left"]


def test_a_second_window_is_told_when_it_comes_and_when_it_goes(server: Server, candidate: Candidate) -> None:
    assert candidate.drain()
    second = Candidate(candidate.page.context.new_page(), server.base)
    second.page.goto(f"{server.base}/work/")
    second.screen("work")
    expect(second.page.locator(".strip")).to_contain_text("This session is open in another window")
    second.page.reload()
    second.screen("work")
    expect(second.page.locator(".strip")).to_be_visible()
    second.page.close(run_before_unload=True)
    told = wait_for(server, SecondTab, 4, candidate)
    assert [e.state for e in told] == ["opened", "closed", "opened", "closed"]
    assert len({e.writer for e in told}) == 1
    assert told[0].writer not in (None, candidate.state()["writer"])


def test_where_the_selection_rests_is_told_once_and_not_after_an_edit(
    server: Server, candidate: Candidate
) -> None:
    candidate.write("One two three", GOAL, replace=True)
    candidate.page.keyboard.press("Home")
    candidate.page.keyboard.press("ArrowRight")
    candidate.page.keyboard.press("Control+Shift+End")
    (rested,) = wait_for(server, Selection, 1, candidate)
    assert (rested.task, rested.file, rested.anchor, rested.head) == ("news-ranking", GOAL, 1, 13)
    candidate.page.keyboard.press("ArrowRight")
    candidate.page.keyboard.type("!")
    candidate.page.wait_for_timeout(1_300)
    assert candidate.drain()
    assert len(events(server, Selection)) == 1


def test_hiding_the_clock_is_told(server: Server, candidate: Candidate) -> None:
    clock = candidate.page.locator(".bar .clock")
    clock.click()
    clock.click()
    assert [e.state for e in wait_for(server, ClockDisplay, 2, candidate)] == ["hidden", "shown"]


def test_words_of_the_assistant_are_known_when_they_are_pasted_and_moved(
    server: Server, candidate: Candidate
) -> None:
    candidate.write("Mine.\n", GOAL, replace=True)
    candidate.ask("Which features should we build?")
    segment = candidate.statements()[0]["id"]
    article = candidate.statement(segment)
    article.scroll_into_view_if_needed()
    article.locator(".st-t").click(click_count=3)
    candidate.page.keyboard.press("Control+c")
    candidate.editor.focus()
    candidate.page.keyboard.press("Control+End")
    candidate.page.keyboard.press("Control+v")
    candidate.paste("From a page elsewhere.")
    candidate.page.keyboard.press("Control+Home")
    candidate.page.keyboard.press("Shift+End")
    candidate.page.keyboard.press("Control+x")
    candidate.page.keyboard.press("Control+End")
    candidate.page.keyboard.press("Control+v")
    assert candidate.drain()
    pasted = [e for e in events(server, Clipboard) if e.action == "paste"]
    assert [(e.task, e.file, e.origin) for e in pasted] == [
        ("news-ranking", GOAL, origin) for origin in ("assistant", "elsewhere", "own")
    ]
    context = server.context(server.sessions()[-1])
    document = replay(context.records, context.starter).documents["news-ranking", GOAL]
    assert document.text == candidate.text(GOAL)
    assert set(shares(document)) == {"typed", "assistant", "pasted"}
    assert document.runs[-1] == (len("Mine."), "typed")


def test_a_break_covers_the_page_and_ends(server: Server, candidate: Candidate) -> None:
    candidate.write("Before the break.", GOAL, replace=True)
    assert candidate.drain()
    with server.home() as home:
        state = home.log.read(server.sessions()[-1])
        start = state[-1].server_time
        home.log.append(
            server.sessions()[-1],
            [Entry(Pause(start=start, end=start + 12_000, reason="break"), "system", start)],
        )
    cover = candidate.page.locator(".cover")
    expect(cover).to_contain_text("A break of 1 minute. The clock stands", timeout=PATIENCE)
    assert candidate.state()["locked"]
    expect(cover).to_have_count(0, timeout=PATIENCE)
    candidate.wait("!s.locked")
    candidate.write(" And after it.", GOAL)
    assert candidate.drain()
    assert candidate.text(GOAL) == "Before the break. And after it."


def test_work_that_arrives_after_the_end_is_told_to_be_late(
    server: Server, window: Callable[[], BrowserContext]
) -> None:
    candidate = Candidate(window().new_page(), server.base)
    candidate.enter(server.invitation(tasks=("news-ranking",)))
    candidate.begin()
    candidate.write("In time.", GOAL, replace=True)
    assert candidate.drain()
    candidate.page.route("**/api/events", lambda route: route.abort())
    candidate.write(" Too late.", GOAL)
    elsewhere, task = candidate.page.request, {"task": "news-ranking"}
    elsewhere.post(f"{server.base}/api/ledger", data=task)
    while elsewhere.get(f"{server.base}/api/session").json()["reviewing"]:
        candidate.page.wait_for_timeout(200)
    assert elsewhere.post(f"{server.base}/api/submit", data=task).json()["phase"] == "submitted"
    candidate.page.unroute("**/api/events")
    candidate.screen("plain")
    expect(candidate.page.locator(".sheet")).to_contain_text("marked as late", timeout=PATIENCE)
    session = server.sessions()[-1]
    late = [r.event.what for r in server.records(session, review=True) if isinstance(r.event, Late)]
    assert late[0] == "edit"
    context = server.context(session)
    assert replay(context.records, context.starter).documents["news-ranking", GOAL].text == "In time."
