"""Asking over HTTP: what is answered is what the log holds, and a reply is its own session's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness import assessment
from harness.access.invitations import DAY, Simulation, invite
from harness.assessment import Assessment
from harness.home import Home, open_home
from harness.settings import Settings
from harness.simulation import Browser
from logs.events import Prompt, ReplyStarted
from tests import stub_model
from tests.conftest import counting_entropy
from tests.stub_model import KEY, Stub
from tests.ui.conftest import Served, served

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
TASK = "news-ranking"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """An installation with models that fail, that are slow and that answer; nothing is planted."""
    monkeypatch.setenv("STUB_KEY", KEY)
    Stub.asked.clear()
    with stub_model.served() as base:
        models = "".join(
            f'[[models]]\nname = "{name}"\n'
            f'deployments = [{{model = "openai/{name}", api_base = "{base}", key = "env:STUB_KEY"}}]\n'
            for name in ("500", "slow", "writer")
        )
        file = tmp_path / "models.toml"
        file.write_text(f"{models}[limits]\nretries = 0\n")
        home = open_home(Settings(home=tmp_path / "home", models_file=file), counting_entropy())
        offered = ("500", "slow", "writer")
        assessment.save(
            home,
            Assessment(name="live", title="L", tasks=(TASK,), seed=1, assistant="practice", models=offered),
        )
        yield home


def run(home: Home, body: Callable[[Served], Awaitable[None]]) -> None:
    async def inside() -> None:
        async with served(home) as at:
            await body(at)

    asyncio.run(inside())


async def candidate(at: Served, place: int = 0) -> Browser:
    browser = Browser(await at.client(), at.clock)
    await browser.enter(invite(at.home, "live", "Ann Example", at.clock() + DAY, Simulation("test", 1, place)))
    await browser.open()
    return browser


async def post(browser: Browser, text: str, model: str, **more: Any) -> httpx.Response:
    body = {"task": TASK, "prompt": "same", "text": text, "model": model, **more}
    return await browser.client.post("/api/prompt", json=body)


async def heard(browser: Browser, asked: httpx.Response) -> str:
    return (await browser.client.get(f"/api/replies/{asked.json()['reply']}")).text


def test_the_same_prompt_in_other_words_is_refused_and_asks_nobody(home: Home) -> None:
    quote = {"segment": None, "text": "a line of mine"}

    async def body(at: Served) -> None:
        browser = await candidate(at)
        first = await post(browser, "Hello there", "500", quote=quote)
        assert '"failed"' in await heard(browser, first)
        before = len(Stub.asked)
        other = {"segment": None, "text": "another line"}
        for text, about in (("Another question", quote), ("Hello there", other)):
            refused = await post(browser, text, "writer", quote=about)
            assert (refused.status_code, refused.json()["code"]) == (422, "malformed")
            assert refused.json()["error"].count(".") == 1
        assert (await post(browser, "Hello there", "writer")).status_code == 422
        assert len(Stub.asked) == before
        # In the same words it is answered, by the model that is chosen now and about the file of the first time.
        again = await post(browser, "Hello there", "writer", quote=quote, file="goal.md")
        assert '"complete"' in await heard(browser, again)
        assert (await post(browser, "Another question", "writer", quote=quote)).status_code == 422
        assert (await post(browser, "Hello there", "500", quote=quote)).json() == again.json()

    run(home, body)
    events = [record.event for record in home.log.read(home.log.sessions()[-1])]
    assert [(e.text, e.quote, e.file) for e in events if isinstance(e, Prompt)] == [
        ("Hello there", "a line of mine", None)
    ]
    assert [e.model for e in events if isinstance(e, ReplyStarted)] == ["500", "writer"]
    assert "(open)" not in Stub.asked[-1]["messages"][0]["content"]


def test_nobody_reads_the_reply_of_another_session(home: Home) -> None:
    async def body(at: Served) -> None:
        ann, ben = await candidate(at), await candidate(at, place=1)
        asked = await post(ann, "Hello there", "slow")
        address = f"/api/replies/{asked.json()['reply']}"
        # While it runs, and when it is over.
        refused = await ben.client.get(address)
        assert (refused.status_code, refused.json()["error"]) == (404, "There is no such reply.")
        assert "smaller of value" in await heard(ann, asked)
        assert (await ben.client.get(address)).status_code == 404

    run(home, body)
