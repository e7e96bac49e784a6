"""A task may change while sessions are under way: each goes on, and is scored, by the version it came from."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from evaluators import ContextError, load_context, score, score_bytes
from harness import assessment
from harness.access.invitations import DAY, Simulation, invite
from harness.assessment import Assessment
from harness.home import Home
from harness.simulation import Browser
from harness.tables import VersionRow
from harness.versions import keep, kept_in
from tasks import TaskError, load_task, pack, task_named, version_of
from tasks.loader import LIBRARY
from tests.harness.conftest import NAME
from tests.ui.conftest import Served, served

CHANGED = "We have changed our mind about all of it."


def change(folder: Path) -> None:
    """Another brief, and a claim that gives its key away."""
    (folder / "brief.md").write_text(CHANGED, encoding="utf-8")
    item = folder / "items" / "thread-trial.yaml"
    item.write_text(item.read_text("utf-8").replace("eight threads", "eighty threads"), encoding="utf-8")
    task_named.cache_clear()


async def begun(home: Home, app: Served) -> Browser:
    """A session in which something was said and accepted."""
    assessment.save(home, Assessment(name=NAME, title="One task", tasks=(NAME,), seed=1))
    browser = Browser(await app.client(), app.clock)
    await browser.enter(invite(home, NAME, "Ann Example", app.clock() + DAY, Simulation("test", 1, 0)))
    await browser.open()
    for statement in await browser.ask("write training_rows"):
        browser.decide(statement, "accept")
    await browser.flush()
    return browser


async def sat(home: Home, between: Callable[[], None]) -> tuple[str, str]:
    """The brief at the start of a session, and after the server was started again."""
    async with served(home) as app:
        browser = await begun(home, app)
        before = browser.view["task"]["brief"]
    between()
    async with served(home, browser.clock) as app:
        client = await app.client()
        client.cookies, browser.client = browser.client.cookies, client
        await client.post("/api/lease", json={"writer": "simulated", "take": True})
        after = (await browser.refresh())["task"]["brief"]
        await browser.look_back()
        await browser.submit()
    return before, after


@pytest.mark.databases
def test_a_session_goes_on_and_is_scored_by_the_task_it_was_drawn_from(home: Home, folder: Path) -> None:
    before, after = asyncio.run(sat(home, lambda: change(folder)))
    assert CHANGED not in before
    assert after == before
    (session,) = home.log.sessions()
    by_what_was_kept = score_bytes(score(load_context(home.log, session)))
    shutil.rmtree(folder)
    task_named.cache_clear()
    assert score_bytes(score(load_context(home.log, session))) == by_what_was_kept
    shutil.copytree(LIBRARY / "fraud-api", folder)
    task_named.cache_clear()
    assert score_bytes(score(load_context(home.log, session))) == by_what_was_kept


def test_new_sessions_get_the_new_version_and_each_is_kept_once(home: Home, folder: Path) -> None:
    first = load_task(folder)
    keep(home.engine, [first, first], 1)
    keep(home.engine, [first], 2)
    change(folder)
    second = task_named(NAME)
    keep(home.engine, [second], 3)
    with Session(home.engine) as db:
        assert db.exec(select(func.count()).select_from(VersionRow)).one() == 2
    kept = kept_in(home.engine)
    assert version_of(NAME, first.digest, kept) == first
    assert version_of(NAME, second.digest, kept) is second


def test_a_version_that_was_not_kept_is_named(home: Home, folder: Path) -> None:
    with pytest.raises(TaskError, match=r"since then \(0{12}, now \w{12}\), and that version was not kept"):
        version_of(NAME, "0" * 64, kept_in(home.engine))
    asyncio.run(sat(home, lambda: None))
    with Session(home.engine) as db:
        db.delete(db.get(VersionRow, task_named(NAME).digest))
        db.commit()
    change(folder)
    (session,) = home.log.sessions()
    with pytest.raises(ContextError, match=f"Session '{session}' cannot be evaluated: Task {NAME} has changed"):
        load_context(home.log, session)


def test_a_packed_task_is_small(folder: Path) -> None:
    assert len(pack(load_task(folder))) < 100_000
