"""A session's way: link, consent, clock, restarts, review, last look, handing in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from harness.access.invitations import DAY, invite
from harness.home import Home
from harness.sessions import Sessions
from harness.simulation import Browser, BrowserError, SimulatedClock
from harness.state import SessionState
from harness.timekeeping import MINUTE, deadlines
from logs import verify
from logs.events import Created, Pause, Prompt
from tests.conftest import START
from tests.ui.conftest import Served, served
from ui.demo import DEMO, ensure_demo

pytestmark = pytest.mark.databases


def run(home: Home, body: Callable[[Served], Awaitable[None]], clock: SimulatedClock | None = None) -> None:
    async def inside() -> None:
        async with served(home, clock) as at:
            await body(at)

    asyncio.run(inside())


def state_of(home: Home) -> SessionState:
    state = SessionState()
    state.feed_all(home.log.read(home.log.sessions()[-1]))
    return state


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        ("no-such-token", "not known here"),
        ("%00%ff<script>", "not known here"),
        ("x" * 5_000, "not known here"),
    ],
)
def test_an_unknown_link_is_one_clear_sentence(home: Home, token: str, sentence: str) -> None:
    async def body(at: Served) -> None:
        answer = await (await at.client()).get(f"/c/{token}")
        assert answer.status_code == 404
        assert sentence in answer.text
        assert "<script>alert" not in answer.text

    run(home, body)


def test_an_expired_link_says_so(home: Home) -> None:
    async def body(at: Served) -> None:
        token = invite(home, DEMO, "Ann", at.clock() - 1)
        answer = await (await at.client()).get(f"/c/{token}")
        assert answer.status_code == 410
        assert "has expired" in answer.text

    run(home, body)


def test_a_link_works_once_and_leads_back_in_the_same_browser_only(home: Home) -> None:
    async def body(at: Served) -> None:
        token = at.invitation()
        browser = Browser(await at.client(), at.clock)
        await browser.enter(token)
        again = await browser.client.get(f"/c/{token}")
        assert again.status_code == 303
        assert again.headers["location"] == "/work/"
        stranger = await at.client()
        assert "was used already" in (await stranger.get(f"/c/{token}")).text
        refused = await stranger.post("/api/consent", json={"token": token})
        assert refused.status_code == 410
        assert (await stranger.get("/api/session")).status_code == 401

    run(home, body)


def test_an_interviewer_can_let_a_candidate_continue_elsewhere(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await at.browser()
        await browser.open()
        await browser.write("goal.md", "kept")
        token = invite(home, DEMO, "Ann", at.clock() + DAY, session_id=home.log.sessions()[0])
        other = await at.client()
        await other.post("/api/consent", json={"token": token})
        assert (await other.get("/api/session")).json()["task"]["files"][0]["text"] == "kept"

    run(home, body)


def test_the_form_is_in_the_log_before_anything_else(home: Home) -> None:
    async def body(at: Served) -> None:
        await at.browser()
        kinds = [r.kind for r in home.log.read(home.log.sessions()[0])]
        assert kinds[:2] == ["created", "consented"]

    run(home, body)


def test_a_foreign_page_cannot_post(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await at.browser()
        answer = await browser.client.post("/api/open", json={}, headers={"Origin": "https://elsewhere.example"})
        assert answer.status_code == 403
        assert (await browser.refresh())["phase"] == "ready"

    run(home, body)


def test_a_message_keeps_where_its_words_come_from(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await at.browser()
        await browser.open()
        message = {"task": browser.task, "prompt": "p1", "text": "Is this right? x = 1"}
        refused = await browser.client.post("/api/prompt", json={**message, "origins": [[0, "typed"]]})
        assert refused.status_code == 422
        origins = [[15, "typed"], [5, "pasted"]]
        assert (await browser.client.post("/api/prompt", json={**message, "origins": origins})).status_code == 200
        (turn,) = (await browser.refresh())["conversation"]
        assert turn["origins"] == origins
        (prompt,) = [r.event for r in home.log.read(home.log.sessions()[0]) if r.kind == "prompt"]
        assert isinstance(prompt, Prompt)
        assert prompt.origins == ((15, "typed"), (5, "pasted"))

    run(home, body)


def test_after_a_crash_everything_is_there_and_the_lost_time_is_given_back(home: Home) -> None:
    clock = SimulatedClock(START)

    async def first(at: Served) -> None:
        browser = await at.browser()
        await browser.open()
        await browser.write("goal.md", "before the crash")
        await browser.ask("What about the training data?")
        at.sessions.presence.leave()  # the last sign of life before the process is gone

    async def second(at: Served) -> None:
        clock.pass_seconds(600)
        sessions = Sessions(home, clock, at.sessions.replies.assistants, at.sessions.runs.sandbox)
        await sessions.start()
        live = await sessions.get(home.log.sessions()[0])
        assert live.state.files("news-ranking")["goal.md"] == "before the crash"
        assert len(live.state.tasks[0].replies) == 1
        pauses = [r.event for r in home.log.read(live.id) if r.kind == "pause"]
        assert isinstance(pauses[0], Pause)
        assert pauses[0].end - pauses[0].start == 600_000
        task = live.state.task
        assert task is not None
        limits = deadlines(live.state, task)
        assert limits is not None
        assert task.opened_at is not None
        assert limits.work == task.opened_at + task.plan.minutes * MINUTE + 600_000
        await sessions.stop()

    run(home, first, clock)
    run(home, second, clock)


def test_at_seventy_percent_the_assistant_brings_up_what_was_not_met(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await at.browser()
        await browser.open()
        at.clock.pass_seconds(0.7 * 35 * 60 + 1)
        await browser.refresh()
        await settle(browser)
        state = state_of(home)
        task = state.tasks[0]
        items = {task.plan.segments[i.id] for i in task.drawn.task.items}
        assert items <= set(task.said)
        for reply in task.replies.values():
            assert reply.origin == "review"
            assert sum(s.segment is not None for s in reply.segments) <= 4

    run(home, body)


def test_when_the_time_is_over_the_work_is_handed_in_and_nothing_is_lost(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await at.browser()
        await browser.open()
        await browser.write("goal.md", "the last words")
        at.clock.pass_seconds(35 * 60)
        assert (await browser.refresh())["phase"] == "ledger"
        at.clock.pass_seconds(5 * 60)
        assert (await browser.refresh())["phase"] == "between"
        state = state_of(home)
        assert state.files("news-ranking")["goal.md"] == "the last words"
        assert state.tasks[0].submitted_at is not None

    run(home, body)


def test_the_last_look_comes_before_handing_in_and_the_end_is_sealed(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await at.browser()
        for _ in range(2):
            await browser.open()
            with pytest.raises(BrowserError, match="Open the last look"):
                await browser.submit()
            await browser.look_back()
            await browser.submit()
        assert browser.view["phase"] == "submitted"
        session = home.log.sessions()[0]
        records = home.log.read(session)
        assert records[-1].kind == "sealed"
        assert verify(session, "session", records) is None
        refused = await browser.client.post(
            "/api/events", json={"writer": "simulated", "sent": 1, "events": [{"n": 10_000, "kind": "focus"}]}
        )
        assert refused.json()["code"] == "gap"
        assert [r.hash for r in home.log.read(session)] == [r.hash for r in records]

    run(home, body)


def test_the_same_seed_and_place_give_the_same_form_and_neighbours_are_complementary(home: Home) -> None:
    async def body(at: Served) -> None:
        for place in (0, 0, 1):
            await at.browser(place)
        forms = []
        for session in home.log.sessions():
            created = home.log.read(session)[0].event
            assert isinstance(created, Created)
            forms.append([plan.form for plan in created.tasks])
        assert forms[0] == forms[1]
        for first, second in zip(forms[0], forms[2], strict=True):
            assert all(first[name] != second[name] for name in first)

    run(home, body)


def test_real_sessions_take_the_next_place_of_the_series(home: Home) -> None:
    async def body(at: Served) -> None:
        ensure_demo(home)
        for _ in range(3):
            client = await at.client()
            await client.post("/api/consent", json={"token": invite(home, DEMO, "Ann", at.clock() + DAY)})
        created = [home.log.read(s)[0].event for s in home.log.sessions()]
        assert sorted(c.index for c in created if isinstance(c, Created)) == [0, 1, 2]
        assert not any(c.simulated for c in created if isinstance(c, Created))

    run(home, body)


async def settle(browser: Browser) -> None:
    """Reads until the assistant has ended."""
    while True:
        view = await browser.refresh()
        streaming = [t["reply"] for t in view["conversation"] if t["status"] == "streaming"]
        if not streaming and not view["reviewing"]:
            return
        for reply in streaming:
            await browser._listen(reply)
