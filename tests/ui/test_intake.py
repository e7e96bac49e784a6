"""Batches are taken in order, each once, and acknowledged after the commit; nothing is lost or doubled."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from harness.home import Home
from harness.simulation import Browser
from logs.events import Edit, Refused, Skew
from tests.ui.conftest import Served, served

pytestmark = pytest.mark.databases
Json = dict[str, Any]


def edit(browser: Browser, number: int, insert: str, at: int = 0) -> Json:
    length = len(browser.texts["goal.md"].encode("utf-16-le")) // 2
    return {
        "n": number,
        "at": browser.clock.now,
        "kind": "edit",
        "task": "news-ranking",
        "file": "goal.md",
        "transactions": [
            {
                "at": browser.clock.now,
                "changes": [at, [0, insert], length - at] if at else [[0, insert], length],
                "selection": [0, 0],
                "cause": "input.type",
            }
        ],
    }


async def send(browser: Browser, events: list[Json], writer: str = "simulated") -> httpx.Response:
    body = {"writer": writer, "sent": browser.clock.now, "events": events}
    return await browser.client.post("/api/events", json=body)


async def working(at: Served) -> Browser:
    browser = await at.browser()
    await browser.open()
    return browser


def run(home: Home, body: Any) -> None:
    async def inside() -> None:
        async with served(home) as at:
            await body(at)

    asyncio.run(inside())


def test_a_batch_sent_twice_is_stored_once(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await working(at)
        events = [edit(browser, 1, "a")]
        assert (await send(browser, events)).json()["acknowledged"] == 1
        assert (await send(browser, events)).json()["acknowledged"] == 1
        view = await browser.refresh()
        assert view["task"]["files"][0]["text"].startswith("a")
        assert not view["task"]["files"][0]["text"].startswith("aa")
        session = home.log.sessions()[0]
        assert [r.client_seq for r in home.log.read(session) if r.kind == "edit"] == [1]

    run(home, body)


def test_a_gap_is_refused_and_asked_for(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await working(at)
        answer = await send(browser, [edit(browser, 3, "a")])
        assert answer.status_code == 409
        assert answer.json()["code"] == "gap"
        assert answer.json()["expected"] == 1

    run(home, body)


def test_another_window_cannot_write_until_it_takes_over(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await working(at)
        await send(browser, [])
        refused = await browser.client.post("/api/lease", json={"writer": "second", "take": False})
        assert refused.json()["code"] == "leased"
        await browser.client.post("/api/lease", json={"writer": "second", "take": True})
        assert (await send(browser, [edit(browser, 1, "a")])).json()["code"] == "leased"
        assert (await send(browser, [edit(browser, 1, "a")], "second")).json()["acknowledged"] == 1

    run(home, body)


def test_a_window_that_fell_silent_does_not_lock_the_candidate_out(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await working(at)
        await send(browser, [])
        at.clock.pass_seconds(20)
        assert (await browser.client.post("/api/lease", json={"writer": "second"})).status_code == 200

    run(home, body)


def test_an_edit_that_does_not_fit_is_refused_and_what_came_before_it_kept(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await working(at)
        misfit = edit(browser, 2, "b")
        misfit["transactions"][0]["changes"] = [[0, "b"], 5]
        assert (await send(browser, [edit(browser, 1, "a"), misfit])).json()["acknowledged"] == 1
        answer = await send(browser, [misfit])
        assert answer.status_code == 409
        assert "reload the page" in answer.json()["error"]

    run(home, body)


def test_what_the_browser_may_not_send_is_recorded_and_does_nothing(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await working(at)
        forged = [
            {"n": 1, "kind": "submitted", "task": "news-ranking", "by": "candidate", "artifact": "x"},
            {"n": 2, "kind": "exposure", "segment": "never-said", "where": "conversation"},
            {"n": 3, "kind": "disposition", "segment": "x", "decision": "accept", "where": "nowhere"},
            {"n": 4, "kind": "navigated", "to": "Goal"},
        ]
        assert (await send(browser, forged)).json()["acknowledged"] == 4
        kept = [r.event for r in home.log.read(home.log.sessions()[0]) if r.client_seq]
        assert [type(e).__name__ for e in kept] == ["Refused", "Refused", "Refused", "Navigated"]
        assert isinstance(kept[0], Refused)
        assert (await browser.refresh())["phase"] == "work"

    run(home, body)


def test_nul_and_lone_surrogates_are_stored_well_formed(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await working(at)
        raw = b'{"writer": "simulated", "sent": 1, "events": [%s]}'
        event = (
            b'{"n": 1, "at": 1, "kind": "edit", "task": "news-ranking", "file": "goal.md", "transactions": '
            b'[{"at": 1, "changes": [[0, "a\\u0000\\ud800b"], %d], "selection": [0, 0], "cause": "input.type"}]}'
        ) % len(browser.texts["goal.md"])
        headers = {"Content-Type": "application/json"}
        answer = await browser.client.post("/api/events", content=raw % event, headers=headers)
        assert answer.json()["acknowledged"] == 1
        assert (await browser.refresh())["task"]["files"][0]["text"].startswith("a\0\ufffdb")

    run(home, body)


def test_a_document_of_200_kb_is_taken_and_one_of_a_megabyte_refused_in_one_sentence(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await working(at)
        large = "word " * 40_000
        assert (await send(browser, [edit(browser, 1, large)])).json()["acknowledged"] == 1
        browser.texts["goal.md"] = large + browser.texts["goal.md"]
        answer = await send(browser, [edit(browser, 2, "x" * 1_000_000)])
        assert answer.status_code == 409
        assert "400000 characters" in answer.json()["error"]
        assert (await browser.refresh())["task"]["files"][0]["text"].startswith(large)

    run(home, body)


def test_concurrent_batches_of_many_candidates_are_all_kept(home: Home) -> None:
    async def body(at: Served) -> None:
        browsers = [await working(at) for _ in range(4)]

        async def type_letters(browser: Browser) -> None:
            for number in range(1, 21):
                await browser.write("goal.md", f"{number} " + browser.texts["goal.md"], 1)

        await asyncio.gather(*(type_letters(b) for b in browsers))
        for session in home.log.sessions():
            records = home.log.read(session)
            assert [r.seq for r in records] == list(range(1, len(records) + 1))
            assert sum(isinstance(r.event, Edit) for r in records) == 20

    run(home, body)


def test_the_browsers_clock_its_network_and_its_windows_are_in_the_log(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await working(at)
        signals = [
            {"n": 1, "at": browser.clock.now, "kind": "network", "state": "offline"},
            {"n": 2, "at": browser.clock.now, "kind": "network", "state": "online"},
            {"n": 3, "at": browser.clock.now, "kind": "fullscreen", "state": "left"},
            {"n": 4, "at": browser.clock.now, "kind": "second_tab", "state": "opened"},
            {"n": 5, "at": browser.clock.now, "kind": "focus", "state": "hidden"},
        ]
        await send(browser, signals)
        ahead = {"writer": "simulated", "sent": browser.clock.now + 60_000, "events": []}
        await browser.client.post("/api/events", json=ahead)
        await browser.client.post("/api/events", json=ahead)
        records = home.log.read(home.log.sessions()[0])
        assert [r.kind for r in records if r.client_seq] == [e["kind"] for e in signals]
        assert [r.event.jump for r in records if isinstance(r.event, Skew)] == [None, 60_000]

    run(home, body)


def test_numbers_that_nothing_can_hold_do_not_stop_the_session(home: Home) -> None:
    async def body(at: Served) -> None:
        browser = await working(at)
        huge = [
            {"n": 1, "at": 10**30, "kind": "navigated", "to": "Goal"},
            {
                "n": 2,
                "at": 1,
                "kind": "clipboard",
                "action": "copy",
                "length": 10**30,
                "digest": "",
                "origin": "own",
            },
            {"n": 3, "at": -1, "kind": "focus", "state": "hidden"},
        ]
        assert (await send(browser, huge)).json()["acknowledged"] == 3
        records = [r for r in home.log.read(home.log.sessions()[0]) if r.client_seq]
        assert [(r.kind, r.client_time) for r in records] == [("navigated", None), ("refused", 1), ("focus", None)]
        misfit = edit(browser, 4, "a")
        misfit["transactions"][0]["at"] = 10**30
        assert (await send(browser, [misfit])).json()["code"] == "misfit"
        misfit["transactions"][0] |= {"at": 1, "changes": [-3, [0, "a"], 3 + len(browser.texts["goal.md"])]}
        assert (await send(browser, [misfit])).json()["code"] == "misfit"
        for body in (b"", b"[1", b'{"writer": 1}', b'{"writer": "w", "sent": 1e400, "events": []}', b"\xff"):
            answer = await browser.client.post("/api/events", content=body)
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
        assert (await send(browser, [edit(browser, 4, "a")])).json()["acknowledged"] == 4

    run(home, body)
