"""Closed tabs, reloads, lost networks and killed servers lose nothing and double nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Route, expect

from logs import replay, verify
from logs.events import Pause
from tests.browser.served import Server
from tests.browser.workspace import Candidate

GOAL = "goal.md"


def newest(server: Server) -> str:
    """The session made last."""
    return server.sessions()[-1]


def recorded(server: Server, session: str, file: str = GOAL) -> str:
    """A section as the log replays it, after checking that the record is whole and nothing is there twice."""
    context = server.context(session)
    assert verify(session, "session", list(context.records)) is None
    numbers = [r.client_seq for r in context.records if r.client_seq is not None]
    assert numbers == list(range(1, len(numbers) + 1))
    return replay(context.records, context.starter).documents["news-ranking", file].text


def test_a_closed_tab_is_come_back_to(server: Server, candidate: Candidate) -> None:
    candidate.write("Kept when the tab closes.", GOAL, replace=True)
    candidate.ask("Which features should we build?")
    segment = candidate.statements()[0]["id"]
    candidate.press_decision(segment, "r")
    candidate.page.keyboard.press("Escape")
    context = candidate.page.context
    candidate.page.close()
    again = Candidate(context.new_page(), server.base)
    again.page.goto(server.base)
    again.screen("work")
    assert again.text(GOAL) == "Kept when the tab closes."
    assert again.statements()[0]["decision"] == "reject"
    expect(again.page.locator(".conv .say")).to_have_count(1)
    assert again.drain()
    assert recorded(server, newest(server)) == "Kept when the tab closes."


def test_a_reload_brings_back_what_was_not_sent(server: Server, candidate: Candidate) -> None:
    assert candidate.drain()

    def lose(route: Route) -> None:
        route.abort()

    candidate.page.route("**/api/events", lose)
    candidate.write("Unsent, \U0001f600 and all", GOAL, replace=True)
    expect(candidate.saving).to_contain_text("kept on this device", timeout=15_000)
    assert recorded(server, newest(server)) != "Unsent, \U0001f600 and all"
    candidate.page.unroute("**/api/events")
    candidate.page.route("**/api/events", lose, times=3)
    candidate.page.reload()
    candidate.screen("work")
    assert candidate.text(GOAL) == "Unsent, \U0001f600 and all"
    assert candidate.drain()
    assert recorded(server, newest(server)) == "Unsent, \U0001f600 and all"
    expect(candidate.saving).to_have_text("Saved", timeout=15_000)


def test_a_lost_network_is_said_and_writing_goes_on(server: Server, candidate: Candidate) -> None:
    context = candidate.page.context
    context.set_offline(True)
    candidate.write("Written without a network.", GOAL, replace=True)
    expect(candidate.saving).to_contain_text("Offline", timeout=15_000)
    candidate.page.keyboard.type(" More.")
    context.set_offline(False)
    expect(candidate.saving).to_contain_text("aved", timeout=15_000)
    assert candidate.drain()
    assert recorded(server, newest(server)) == "Written without a network. More."


def test_a_killed_server_loses_nothing_and_gives_the_time_back(server: Server, candidate: Candidate) -> None:
    candidate.write("Before. ", GOAL, replace=True)
    assert candidate.drain()
    until = candidate.view()["clock"]["work_until"]
    candidate.page.keyboard.type("While it is killed, ")
    server.kill()
    killed = time.monotonic()
    candidate.page.keyboard.type("and while it is away. ")
    expect(candidate.saving).to_contain_text("Offline", timeout=20_000)
    server.start()
    server.wait()
    away = (time.monotonic() - killed) * 1000
    expect(candidate.saving).to_contain_text("aved", timeout=20_000)
    candidate.page.keyboard.type("After.")
    assert candidate.drain()
    text = "Before. While it is killed, and while it is away. After."
    assert candidate.text(GOAL) == text
    session = newest(server)
    assert recorded(server, session) == text
    pauses = [r.event for r in server.records(session) if isinstance(r.event, Pause)]
    given = sum(p.end - p.start for p in pauses if p.reason == "server")
    assert 0 < given <= away + 7_000
    assert candidate.view()["clock"]["work_until"] == until + given
    candidate.page.reload()
    candidate.screen("work")
    assert candidate.text(GOAL) == text


def test_a_second_window_only_reads_until_it_takes_over(server: Server, candidate: Candidate) -> None:
    candidate.write("One", GOAL, replace=True)
    assert candidate.drain()
    second = Candidate(candidate.page.context.new_page(), server.base)
    second.page.goto(f"{server.base}/work/")
    second.screen("work")
    expect(second.page.locator(".strip")).to_contain_text("Here you can only read it, as it stood at")
    expect(second.saving).to_have_text("Read only")
    assert second.text(GOAL) == "One"
    second.editor.focus()
    second.page.keyboard.type("not here")
    assert second.text(GOAL) == "One"
    candidate.page.bring_to_front()
    candidate.write(". ", GOAL)
    assert candidate.drain()
    second.page.bring_to_front()
    second.page.get_by_role("button", name="Show the latest").click()
    second.wait(f"s.locked && window.harnessWorkspace.text({GOAL!r}) === 'One. '")
    second.page.get_by_role("button", name="Continue here").click()
    second.wait("!s.locked")
    strip = candidate.page.locator(".strip")
    expect(strip).to_contain_text("Here you can only read")
    expect(candidate.saving).to_have_text("Read only")
    candidate.page.bring_to_front()
    candidate.editor.focus()
    candidate.page.keyboard.type("not here")
    assert candidate.text(GOAL) == "One. "
    second.page.bring_to_front()
    second.write("Two. ", GOAL)
    assert second.drain()
    strip.get_by_role("button", name="Continue here").click()
    candidate.screen("work")
    candidate.wait("!s.locked")
    assert candidate.text(GOAL) == "One. Two. "
    candidate.write("Three.", GOAL)
    assert candidate.drain()
    expect(second.page.locator(".strip")).to_be_visible()
    assert recorded(server, newest(server)) == "One. Two. Three."


def test_a_window_of_another_device_can_take_over(
    server: Server, candidate: Candidate, window: Callable[[], BrowserContext]
) -> None:
    candidate.write("Here. ", GOAL, replace=True)
    assert candidate.drain()
    session = newest(server)
    other = Candidate(window().new_page(), server.base)
    other.page.goto(server.invitation(session=session))
    other.page.check("#agree")
    other.page.click("#consent button[type=submit]")
    other.screen("work")
    expect(other.page.locator(".strip")).to_contain_text("Here you can only read it")
    other.page.get_by_role("button", name="Continue here").click()
    other.wait("!s.locked")
    other.write("There.", GOAL)
    assert other.drain()
    expect(candidate.page.locator(".strip")).to_be_visible(timeout=15_000)
    assert recorded(server, session) == "Here. There."
