"""A live model's own mistakes are noted whenever their code was delivered, however the reply ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import assessment
from harness.access.invitations import DAY, Simulation, invite
from harness.assessment import Assessment
from harness.assistant.planting.parts import parts
from harness.home import Home, open_home
from harness.live import LiveSession
from harness.sandbox import Tier, find_sandbox
from harness.settings import Settings
from harness.simulation import Browser
from logs import verify
from logs.events import Natural, ReplyEnded, Segment
from tasks import Task, draw, task_named
from tests import stub_model
from tests.conftest import counting_entropy
from tests.stub_model import KEY, Stub
from tests.ui.conftest import Served, served

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
TASK = "fraud-api"
MODELS = ("writer", "cut", "dawdling")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A coding task with planted flaws, and models that end well, break off, and never end."""
    if find_sandbox().tier is not Tier.STRONG:
        pytest.skip("needs a strong sandbox: run `make setup-system`, or see `harness doctor`")
    monkeypatch.setenv("STUB_KEY", KEY)
    with stub_model.served() as base:
        file = tmp_path / "models.toml"
        file.write_text(
            "".join(
                f'[[models]]\nname = "{name}"\n'
                f'deployments = [{{model = "openai/{name}", api_base = "{base}", key = "env:STUB_KEY"}}]\n'
                for name in MODELS
            )
        )
        home = open_home(Settings(home=tmp_path / "home", models_file=file), counting_entropy())
        assessment.save(
            home,
            Assessment(name="code", title="L", tasks=(TASK,), seed=5, assistant="planted", models=MODELS),
        )
        yield home


def task() -> Task:
    return draw(task_named(TASK), 1).task


def said(
    home: Home, model: str, meanwhile: Callable[[Served, Browser, LiveSession], Awaitable[None]]
) -> list[Any]:
    """The events of a session that asks that model freely, where something happens meanwhile; the server stops."""

    async def run() -> str:
        async with served(home) as at:
            browser = Browser(await at.client(), at.clock)
            await browser.enter(invite(at.home, "code", "Ann", at.clock() + DAY, Simulation("test", 5, 0)))
            await browser.open()
            live = await at.sessions.get(home.log.sessions()[-1])
            body = {"task": TASK, "prompt": "p1", "text": "zebra quartz please", "model": model}
            asked = await browser.client.post("/api/prompt", json=body)
            browser.view["reply"] = asked.json()["reply"]
            await meanwhile(at, browser, live)
            return live.id

    session = asyncio.run(run())
    records = home.log.read(session, "session")
    assert verify(session, "session", records) is None
    return [record.event for record in records]


async def listens(at: Served, browser: Browser, live: LiveSession) -> None:
    await browser.client.get(f"/api/replies/{browser.view['reply']}")


async def stops(at: Served, browser: Browser, live: LiveSession) -> None:
    """Presses Stop once the code is there."""
    reply = live.state.tasks[0].replies[browser.view["reply"]]
    while not any(s.form == "hunk" for s in reply.segments):
        await asyncio.sleep(0.01)
    await browser.client.post(f"/api/replies/{reply.id}/stop")
    assert reply.status == "stopped"


async def stops_and_hands_in(at: Served, browser: Browser, live: LiveSession) -> None:
    await stops(at, browser, live)
    await at.sessions.hand_in(live, TASK, by_clock=True)
    assert live.state.sealed


@pytest.mark.parametrize(
    ("model", "meanwhile", "status"),
    [
        ("writer", listens, "complete"),
        ("cut", listens, "failed"),
        ("dawdling", stops, "stopped"),
        ("dawdling", stops_and_hands_in, "stopped"),
    ],
)
def test_what_was_delivered_is_checked_however_the_reply_ends(home, monkeypatch, model, meanwhile, status) -> None:
    flawed, clean = task().item("one-answer").flawed, task().item("odd-scores").clean
    monkeypatch.setattr(Stub, "free", f"Like this:\n\n```python\n{clean}\n\n{flawed}```\n\n")
    events = said(home, model, meanwhile)
    (hunk,) = [e for e in events if isinstance(e, Segment) and e.form == "hunk"]
    (found,) = [e for e in events if isinstance(e, Natural)]
    assert (found.item, found.segment, found.reply) == ("one-answer", hunk.segment, hunk.reply)
    (ended,) = [e for e in events if isinstance(e, ReplyEnded)]
    assert ended.status == status
    if status == "complete":
        assert events.index(found) < events.index(ended)


def test_several_blocks_are_noted_in_their_order(home, monkeypatch) -> None:
    first, second = (task().item(name).flawed for name in ("one-answer", "odd-scores"))
    monkeypatch.setattr(Stub, "free", f"```python\n{first}```\n\nThen:\n\n```python\n{second}```\n")
    events = said(home, "writer", listens)
    assert [e.item for e in events if isinstance(e, Natural)] == ["one-answer", "odd-scores"]
    hunks = [e.segment for e in events if isinstance(e, Segment) and e.form == "hunk"]
    assert [e.segment for e in events if isinstance(e, Natural)] == hunks


def test_the_parts_of_a_block_are_its_known_definitions_with_what_they_may_need() -> None:
    files = {"one.py": "def f(): ...\ndef g(): ...\n", "two.py": "def g(): ...\nclass H: ...\n", "x.yaml": "a: ["}
    block = (
        "import math\nLIMIT = 3\n\n\ndef f():\n    return helper()\n\n\n@staticmethod\ndef g():\n    return 1\n"
        "\n\ndef helper():\n    return LIMIT\n\n\nclass H:\n    pass\n\n\nprint(f(), g())\n"
    )
    found = {(p.path, p.symbol): p.code for p in parts(files, "two.py", block)}
    assert list(found) == [("one.py", "f"), ("two.py", "g"), ("two.py", "H")]
    shared = "import math\n\n\nLIMIT = 3\n\n\n", "def helper():\n    return LIMIT"
    assert found["one.py", "f"] == f"{shared[0]}def f():\n    return helper()\n\n\n{shared[1]}"
    assert found["two.py", "g"] == f"{shared[0]}@staticmethod\ndef g():\n    return 1\n\n\n{shared[1]}"
    assert [p.path for p in parts(files, None, "def g(): return 2")] == ["one.py"]
    assert list(parts(files, "one.py", "def f(:")) == list(parts(files, "one.py", "x = 1")) == []
