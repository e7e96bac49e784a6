"""What a model takes is counted, also when it breaks off; what it costs the candidate in time is given back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import assessment
from harness.access.invitations import DAY, Simulation, invite
from harness.assessment import Assessment
from harness.home import Home, open_home
from harness.settings import Settings
from harness.simulation import Browser
from harness.view import SPENT
from logs.events import Failover, Pause, Planted, ReplyEnded
from tests import stub_model
from tests.conftest import counting_entropy
from tests.stub_model import KEY, Stub
from tests.ui.conftest import Served, served

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    # LiteLLM silences it once, when it is imported, and pytest forgets that after the test.
    pytest.mark.filterwarnings("ignore:.*ReadOnly:UserWarning"),
]
DESIGN = "news-ranking"
MODELS = ("writer", "hang", "slow", "stall", "cutoff", "500")
ASK = "how many cores do we need?"


@pytest.fixture(scope="module")
def stub() -> Iterator[str]:
    with stub_model.served() as address:
        yield address


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_KEY", KEY)
    Stub.asked.clear()


def installed(folder: Path, base: str, more: str = "", first: float = 20.0) -> Home:
    """A home whose models behave as they are called, in practice and planted."""
    file = folder / "models.toml"
    entries = "".join(
        f'[[models]]\nname = "{name}"\n'
        f'deployments = [{{model = "openai/{name}", api_base = "{base}", key = "env:STUB_KEY"}}]\n'
        for name in MODELS
    )
    file.write_text(f"{more}{entries}[limits]\nfirst = {first}\nretries = 0\n")
    home = open_home(Settings(home=folder / "home", models_file=file), counting_entropy())
    for kind in ("practice", "planted"):
        made = Assessment(name=kind, title="T", tasks=(DESIGN,), seed=5, assistant=kind, models=MODELS)
        assessment.save(home, made)
    return home


class Asking:
    """A candidate who asks one model after the other."""

    def __init__(self, at: Served, browser: Browser) -> None:
        self.at, self.browser, self.clock = at, browser, at.clock
        self._count = 0

    async def ask(self, model: str, text: str = ASK) -> str:
        """Begins a reply."""
        self._count += 1
        body = {"task": DESIGN, "prompt": f"q{self._count}", "text": text, "model": model}
        answer = await self.browser.client.post("/api/prompt", json=body)
        return str(answer.json()["reply"])

    async def end(self, reply: str) -> str:
        """Reads a reply to its end, as the browser gets it."""
        return (await self.browser.client.get(f"/api/replies/{reply}")).text

    async def stop(self, reply: str) -> None:
        """Stops a reply."""
        assert (await self.browser.client.post(f"/api/replies/{reply}/stop")).status_code == 200

    async def until(self, true: Callable[[], Any]) -> None:
        """Waits for something that happens by itself."""
        async with asyncio.timeout(30):
            while not true():
                await asyncio.sleep(0.01)

    async def reached(self, model: str) -> None:
        """Waits until the server of that model was asked."""
        await self.until(lambda: any(body["model"] == model for body in Stub.asked))

    def said(self, reply: str) -> int:
        """Segments of a reply that are in the log."""
        (live,) = self.at.sessions._live.values()
        return len(live.state.named(DESIGN).replies[reply].segments)


def sat(home: Home, kind: str, sit: Callable[[Asking], Awaitable[None]]) -> list[Any]:
    """The events of a session in which somebody sits so."""

    async def run() -> str:
        async with served(home) as at:
            browser = Browser(await at.client(), at.clock)
            await browser.enter(invite(home, kind, "Ann Example", at.clock() + DAY, Simulation("test", 5, 0)))
            await browser.open()
            await sit(Asking(at, browser))
            return str(browser.view["id"])

    return [record.event for record in home.log.read(asyncio.run(run()), "session")]


def of(events: list[Any], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def lost(events: list[Any]) -> list[tuple[str, int]]:
    return [(pause.reason, pause.end - pause.start) for pause in of(events, Pause)]


def test_a_wait_for_a_model_that_says_nothing_is_given_back_when_it_is_stopped(tmp_path, stub):
    told: list[str] = []

    async def sit(at: Asking) -> None:
        reply = await at.ask("hang")
        await at.reached("hang")
        at.clock.pass_seconds(20)
        following = asyncio.create_task(at.end(reply))
        await at.stop(reply)
        told.append(await following)

    events = sat(installed(tmp_path, stub), "practice", sit)
    assert [e.status for e in of(events, ReplyEnded)] == ["stopped"]
    assert lost(events) == [("assistant", 20_000)]
    assert '"back": true' in told[0] or '"back":true' in told[0]


def test_a_model_that_speaks_and_is_stopped_has_cost_no_time(tmp_path, stub):
    async def sit(at: Asking) -> None:
        reply = await at.ask("slow")
        await at.until(lambda: at.said(reply))
        await at.stop(reply)

    events = sat(installed(tmp_path, stub), "practice", sit)
    assert [e.status for e in of(events, ReplyEnded)] == ["stopped"]
    assert lost(events) == []


def test_what_a_hanging_planting_model_costs_is_given_back(tmp_path, stub):
    async def sit(at: Asking) -> None:
        reply = await at.ask("writer")
        await at.reached("hang")
        at.clock.pass_seconds(40)
        await at.end(reply)

    events = sat(installed(tmp_path, stub, 'planting = "hang"\n', first=1.0), "planted", sit)
    assert [e.status for e in of(events, ReplyEnded)] == ["complete"]
    assert not of(events, Failover)
    assert any("rewriting failed" in (e.why or "") for e in of(events, Planted))
    assert lost(events) == [("assistant", 40_000)]


@pytest.mark.parametrize("kind", ["practice", "planted"])
def test_what_breaks_off_is_counted(kind, tmp_path, stub):
    """Fifteen chunks of nine characters came, and no numbers."""

    async def sit(at: Asking) -> None:
        await at.end(await at.ask("stall"))

    events = sat(installed(tmp_path, stub, first=1.0), kind, sit)
    (ended,) = of(events, ReplyEnded)
    asked = sum(len(str(message["content"])) for message in Stub.asked[0]["messages"])
    assert (ended.tokens_in, ended.tokens_out) == (-(-asked // 4), -(-15 * 9 // 4))


def test_what_was_turned_away_is_not(tmp_path, stub):
    async def sit(at: Asking) -> None:
        await at.end(await at.ask("500"))

    (ended,) = of(sat(installed(tmp_path, stub), "practice", sit), ReplyEnded)
    assert (ended.status, ended.tokens_in, ended.tokens_out) == ("failed", 0, 0)


def test_stopping_every_reply_does_not_get_round_the_budget(tmp_path, stub):
    async def sit(at: Asking) -> None:
        for _ in range(2):
            reply = await at.ask("slow")
            await at.until(lambda reply=reply: at.said(reply))
            await at.stop(reply)
        await at.end(await at.ask("slow"))

    home = installed(tmp_path, stub)
    file = home.settings.models_file
    assert file is not None
    file.write_text(f"{file.read_text()}[budget]\ntokens = 1000\n")
    *stopped, last = of(sat(home, "practice", sit), ReplyEnded)
    assert all(e.status == "stopped" and e.tokens_in > 250 and e.tokens_out > 0 for e in stopped)
    assert (last.status, last.reason, last.tokens_in) == ("failed", SPENT, 0)


def test_an_answer_that_was_cut_off_says_so(tmp_path, stub):
    told: list[str] = []

    async def sit(at: Asking) -> None:
        told.append(await at.end(await at.ask("cutoff")))
        told.append(str(await at.browser.refresh()))

    events = sat(installed(tmp_path, stub), "practice", sit)
    (ended,) = of(events, ReplyEnded)
    assert ended.status == "complete"
    assert all("Ask for the rest." in words and "def half" not in words for words in (ended.reason, *told))
    assert lost(events) == []
