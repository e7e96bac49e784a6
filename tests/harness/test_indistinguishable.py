"""A session is no oracle: what a browser receives, apart from what the statements say, predicts no twin.

Candidates sit all ten tasks through the real intake, on several pairs of complementary forms; a network card keeps
every byte with its time. Some classifiers see how statements arrived, one how challenges were answered.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import httpx
import numpy as np
import pytest
from starlette.types import ASGIApp

from harness import assessment
from harness.access.invitations import DAY, Simulation, invite
from harness.assessment import Assessment
from harness.assistant import authored
from harness.home import Home, open_home
from harness.lifecycle import plan_tasks
from harness.settings import Settings
from harness.simulation import Browser, Policy, SimulatedClock
from harness.simulation.browser import Statement
from harness.simulation.policies import RejectsEverything, questions
from harness.simulation.simulate import session_of
from logs.events import Created, TaskPlan
from tasks import task_named
from tasks.loader import task_folders
from tests.conftest import START, counting_entropy
from tests.harness.oracles import Area, Numbers, area, within
from tests.harness.watching import Exchange, Json, Watching
from ui.app import application

PACE, PORTION = 1e-9, 96
"""Seconds between two chunks, and characters in one: the assistant speaks as ever, only faster."""
ASKING, CHALLENGING = 2, 6
"""Sessions of a candidate who asks, in the first series alone, for reading the asks of ten tasks takes longer than
all the rest; and of one who challenges everything, in all. Pairs of forms."""
TASKS = sorted(folder.name for folder in task_folders())
SERIES = [TASKS[i : i + 3] for i in range(0, len(TASKS), 3)]


class Asks(Policy):
    """Asks about every part, and decides on each statement at once, to see what comes back."""

    name = "asks"

    async def work(self, browser: Browser) -> None:
        await browser.flush()
        for file, question in questions(browser.view["task"]):
            for statement in await browser.ask(question, file):
                await self.meet(browser, statement)
                browser.decide(statement, "accept", 3)
                await browser.flush()

    async def look_back(self, browser: Browser, statements: list[Statement]) -> None:
        await browser.refresh()
        for statement in statements:
            if statement.id not in browser.view["dispositions"]:
                browser.decide(statement, "accept", 3, where="ledger")
                await browser.flush()
        await browser.refresh()


class ChallengesEverything(RejectsEverything):
    """Goes to the last look at once, rejects every statement, and asks of each whether it is sure."""

    name = "challenges_everything"
    DOUBT: ClassVar[str] = "Are you sure?"

    async def work(self, browser: Browser) -> None:
        await browser.flush()

    async def look_back(self, browser: Browser, statements: list[Statement]) -> None:
        for statement in statements:
            browser.decide(statement, "reject", 2, "code-behaviour", "I do not trust this.", "ledger")
            await browser.ask(self.DOUBT, about=statement)
        await browser.refresh()


@dataclass(frozen=True)
class Sitting:
    """One task of one session: what travelled, and the plan that no browser sees."""

    policy: str
    place: int
    plan: TaskPlan
    seen: list[Exchange]

    @property
    def pair(self) -> str:
        """Both forms of a pair are in the same part of a cross-validation: what is flawed in one is clean in the
        other, so that which item it is helps nobody."""
        return f"{self.plan.task}/{self.policy}/{self.place // 2}"


async def sit(
    home: Home, app: ASGIApp, clock: SimulatedClock, series: str, policy: Policy, place: int
) -> list[Sitting]:
    """Sits the session of that place in the series."""
    token = invite(home, series, "Ann Example", clock() + DAY, Simulation(policy.name, 1, place))
    watching = Watching(app)
    async with httpx.AsyncClient(transport=watching, base_url="http://harness.invalid", timeout=60) as client:
        await policy.sit(Browser(client, clock), token)
    created = home.log.read(session_of(home, token))[0].event
    assert isinstance(created, Created)
    opened = [i for i, e in enumerate(watching.seen) if e.path == "/api/open"] + [len(watching.seen)]
    return [
        Sitting(policy.name, place, plan, watching.seen[start:end])
        for plan, (start, end) in zip(created.tasks, pairwise(opened), strict=True)
    ]


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> list[Sitting]:
    """Every task, sat on complementary forms."""
    home = open_home(Settings(home=tmp_path_factory.mktemp("sat")), counting_entropy())
    for tasks in SERIES:
        assessment.save(home, Assessment(name=tasks[0], title="Some tasks", tasks=tuple(tasks), seed=1))

    async def one(tasks: list[str]) -> list[Sitting]:
        """A series, on an application and a clock of its own."""
        clock = SimulatedClock(START)
        plain, wrapped = application(home, clock, pages=False, pace=PACE)
        found = []
        async with plain.router.lifespan_context(plain):
            for policy, places in (
                (Asks, ASKING if tasks == SERIES[0] else 0),
                (ChallengesEverything, CHALLENGING),
            ):
                for place in range(places):
                    found += await sit(home, wrapped, clock, tasks[0], policy(random.Random(place)), place)
        return found

    async def all_of_them() -> list[Sitting]:
        """All at once: most of a session's time is waiting for the disk."""
        return [sitting for series in await asyncio.gather(*map(one, SERIES)) for sitting in series]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(authored, "PORTION", PORTION)
        found = asyncio.run(all_of_them())
    home.log.close()
    home.engine.dispose()
    return found


# What arrived, statement by statement


@dataclass(frozen=True)
class Arrival:
    """A statement as it came: the stream that brought it, and its events there."""

    id: str
    stream: Exchange
    number: int
    """Of the stream in the task."""
    place: int
    """Of the statement in the task."""
    events: list[tuple[float, int, Json]]
    before: list[tuple[float, int, Json]]


def arrivals(sitting: Sitting) -> Iterator[Arrival]:
    """Every statement at its first arrival."""
    met: set[str] = set()
    streams = [e for e in sitting.seen if e.method == "GET" and e.path.startswith("/api/replies/")]
    for number, stream in enumerate(streams):
        events = list(stream.events())
        for _, _, whole in events:
            if whole["t"] == "segment" and whole["id"] and whole["id"] not in met:
                met.add(whole["id"])
                own = [e for e in events if e[2].get("i") == whole["i"]]
                before = events[: events.index(own[0])]
                yield Arrival(whole["id"], stream, number, len(met), own, before)


@dataclass(frozen=True)
class Row:
    """What a candidate could measure of one item in one session, by kind of measurement."""

    item: str
    pair: str
    flawed: bool
    measured: dict[str, dict[str, float]]


def rows(sittings: list[Sitting]) -> list[Row]:
    """One a twin and session."""
    found = []
    for sitting in sittings:
        names = {segment: name for name, segment in sitting.plan.segments.items()}
        came = list(arrivals(sitting))
        found += [
            Row(
                f"{sitting.plan.task}/{names[a.id]}",
                sitting.pair,
                sitting.plan.form[names[a.id]] == "flawed",
                {
                    "id": letters(a.id, [other.id for other in came]),
                    "order": order(a),
                    "time": times(a, sitting),
                    "keys": keys(a, sitting),
                    "size": sizes(a, sitting),
                },
            )
            for a in came
            if names[a.id] in sitting.plan.form
        ]
    return found


def letters(segment: str, others: list[str]) -> dict[str, float]:
    found = {f"character {i}": float(ord(c)) for i, c in enumerate(segment)}
    number = float(int.from_bytes(segment.encode(), "big"))
    return {**found, "number": number, "rank": sum(other < segment for other in others) / len(others)}


def order(a: Arrival) -> dict[str, float]:
    segments = [e for _, _, e in a.stream.events() if e["t"] == "segment"]
    return {
        "reply": a.number,
        "index": a.events[0][2]["i"],
        "place": a.place,
        "statements": sum(s["id"] is not None for s in segments),
        "segments": len(segments),
        "pieces of prose before": sum(e["t"] == "segment" and e["id"] is None for _, _, e in a.before),
        "in the review": float(a.before[0][2]["origin"] == "review"),
    }


def times(a: Arrival, sitting: Sitting) -> dict[str, float]:
    own = [second for second, _, _ in a.events]
    every = [second for second, _, _ in a.stream.events()]
    return {
        "first byte": every[0],
        "first words": next(s for s, _, e in a.stream.events() if e["t"] == "delta"),
        "before it": own[0] - a.before[-1][0],
        "between its chunks": float(np.mean(np.diff(own))),
        "longest wait in it": float(np.max(np.diff(own))),
        "last words to whole": own[-1] - own[-2],
        "between chunks of the reply": float(np.mean(np.diff(every))),
        "to the end of the reply": every[-1] - every[-2],
        "answer to the exposure": exchange(sitting, "exposure", a.id).seconds,
        "answer to the decision": exchange(sitting, "disposition", a.id).seconds,
    }


def keys(a: Arrival, sitting: Sitting) -> dict[str, float]:
    """Which fields there are, how many and in which order, and how much of headers."""
    decided = exchange(sitting, "disposition", a.id)
    view = last_view(sitting)
    said = next(s for turn in view["conversation"] for s in turn["segments"] if s["id"] == a.id)
    named = {
        "delta": list(a.events[0][2]),
        "segment": list(a.events[-1][2]),
        "types": [type(v).__name__ for v in a.events[-1][2].values()],
        "in the view": list(said),
        "decision in the view": list(view["dispositions"][a.id]),
        "decision's answer": list(decided.document),
        "headers": [n.decode() for n, _ in (*a.stream.headers, *decided.headers)],
    }
    found = {name: float(hash_of("/".join(parts))) for name, parts in named.items()}
    found |= {f"{name}, how many": float(len(parts)) for name, parts in named.items()}
    return found | {
        "bytes of headers": sum(len(n) + len(v.strip(b"0123456789")) for n, v in a.stream.headers),
        "bytes of the decision's headers": sum(len(n) + len(v.strip(b"0123456789")) for n, v in decided.headers),
        "status": decided.status,
        "replies in its answer": len(decided.document["replies"]),
    }


def sizes(a: Arrival, sitting: Sitting) -> dict[str, float]:
    text = a.events[-1][2]["text"]
    deltas = [e for e in a.events if e[2]["t"] == "delta"]
    return {
        "characters": np.log1p(len(text)),
        "bytes": np.log1p(len(text.encode())),
        "lines": len(text.splitlines()),
        "words": len(text.split()),
        "chunks": len(deltas),
        "bytes of chunks": np.log1p(sum(size for _, size, _ in deltas)),
        "bytes of the event": np.log1p(a.events[-1][1]),
        "bytes of the first chunk": deltas[0][1],
        "bytes of the last chunk": deltas[-1][1],
        "bytes of the reply": np.log1p(len(a.stream.body)),
        "chunks of the reply": len(a.stream.pieces),
    }


def exchange(sitting: Sitting, kind: str, segment: str) -> Exchange:
    """The batch of events in which the browser told that of a statement."""
    return next(
        e
        for e in sitting.seen
        if e.path == "/api/events"
        if any((told["kind"], told.get("segment")) == (kind, segment) for told in json.loads(e.sent)["events"])
    )


def last_view(sitting: Sitting) -> Json:
    """The last whole view in which everything had been decided."""
    return [e.document for e in sitting.seen if e.path == "/api/session" and e.method == "GET"][-1]


def hash_of(text: str) -> int:
    """A number for a text, the same in every run."""
    return int.from_bytes(text.encode(), "big") % 1_000_003


KINDS = ("id", "order", "time", "keys", "size")


def numbers(found: list[Row], *kinds: str) -> Numbers:
    return np.array([[v for kind in kinds for v in row.measured[kind].values()] for row in found], dtype=float)


@pytest.fixture(scope="module")
def met(sat: list[Sitting]) -> list[Row]:
    return rows(sat)


def test_every_twin_was_met_on_both_of_its_forms(met: list[Row]) -> None:
    seen = Counter((row.item, row.flawed) for row in met)
    twins = {f"{name}/{item.id}" for name in TASKS for item in task_named(name).twins}
    assert {item for item, _ in seen} == twins
    for (item, _), times in seen.items():
        assert times == (CHALLENGING + ASKING * (item.split("/")[0] in SERIES[0])) // 2


def test_what_is_not_an_id_a_text_or_a_time_is_the_same_on_every_form(met: list[Row]) -> None:
    """Order, fields, headers and sizes around the statements are those of the item, whatever is shown of it."""
    for item in {row.item for row in met}:
        for policy in (Asks, ChallengesEverything):
            own = [r for r in met if r.item == item and f"/{policy.name}/" in r.pair]
            for kind in ("order", "keys") if own else ():
                shapes = {tuple(sorted(row.measured[kind].items())) for row in own}
                assert len(shapes) == 1, (item, kind, shapes)


def test_nothing_about_a_statement_but_its_words_tells_flawed_from_clean(met: list[Row]) -> None:
    """The classifier meets items that it was not trained on."""
    items = [r.item for r in met]
    found = area(numbers(met, *KINDS), [r.flawed for r in met], groups=items, units=items)
    print("items never met before:", found)
    assert found.nothing, str(found)


@pytest.mark.parametrize("kind", ["id", "time"])
def test_no_item_is_betrayed_over_its_forms(met: list[Row], kind: str) -> None:
    """Measured against the same item on other forms, so that sizes and places of items are no noise."""
    found = per_item(met, kind)
    print(kind, "of the same item on other forms:", found)
    assert found.error < 0.05
    assert found.nothing, str(found)


def test_no_item_is_betrayed_by_its_ids_over_many_forms() -> None:
    """Ids are drawn before anybody sees anything: the same drawing, for more sessions than can be sat."""
    found = []
    entropy = counting_entropy()
    for task in TASKS:
        about = Assessment(name=task, title="One task", tasks=(task,), seed=2)
        for place in range(40):
            (plan,) = plan_tasks(about, about.seed, place, entropy)
            found += [
                Row(f"{task}/{name}", f"{task}/drawn/{place // 2}", twin == "flawed", {"id": measured})
                for name, twin in plan.form.items()
                for measured in [letters(plan.segments[name], list(plan.segments.values()))]
            ]
    told = per_item(found, "id")
    print("ids of the same item on many forms:", told)
    assert told.error < 0.025
    assert told.nothing, str(told)


def per_item(met: list[Row], kind: str) -> Area:
    policies = [f"{r.item}/{r.pair.split('/')[1]}" for r in met]
    return area(
        within(numbers(met, kind), policies),
        [r.flawed for r in met],
        groups=[r.pair for r in met],
        units=[f"{r.item}/{r.pair}" for r in met],
    )


@pytest.mark.parametrize(
    ("kind", "tell"),
    [
        ("id", {"character 0": lambda value, chance: value if chance.random() < 0.2 else float(ord("a"))}),
        ("time", {"between its chunks": lambda value, chance: value + chance.expovariate(1 / 0.001)}),
        ("time", {"before it": lambda value, chance: value + chance.expovariate(1 / 0.005)}),
    ],
    ids=["four in five ids begin with a", "chunks 1 ms further apart", "5 ms before it"],
)
def test_a_small_tell_would_be_found(met: list[Row], kind: str, tell: dict[str, Callable[..., float]]) -> None:
    chance = random.Random(1)
    told = [
        Row(
            r.item,
            r.pair,
            r.flawed,
            {
                kind: {
                    name: tell[name](value, chance) if r.flawed and name in tell else value
                    for name, value in r.measured[kind].items()
                }
            },
        )
        for r in met
    ]
    found = per_item(told, kind)
    print(kind, list(tell), found)
    assert found.something, str(found)


# How challenges are answered


@dataclass(frozen=True)
class Reaction:
    """The answer to "Are you sure?" about one statement."""

    item: str
    pair: str
    flawed: bool
    words: str
    measured: list[float]


@pytest.fixture(scope="module")
def reactions(sat: list[Sitting]) -> list[Reaction]:
    return [r for s in sat if s.policy == ChallengesEverything.name for r in reactions_in(s)]


def reactions_in(sitting: Sitting) -> Iterator[Reaction]:
    """Of every twin that was challenged."""
    names = {segment: name for name, segment in sitting.plan.segments.items()}
    streams = {e.path.rsplit("/", 1)[1]: e for e in sitting.seen if e.path.startswith("/api/replies/")}
    for asked in sitting.seen:
        if asked.path != "/api/prompt":
            continue
        name = names[json.loads(asked.sent)["quote"]["segment"]]
        if name not in sitting.plan.form:
            continue
        stream = streams[asked.document["reply"]]
        seconds = [second for second, _, _ in stream.events()]
        segments = [e["text"] for _, _, e in stream.events() if e["t"] == "segment"]
        words = " ".join(segments)
        yield Reaction(
            f"{sitting.plan.task}/{name}",
            sitting.pair,
            sitting.plan.form[name] == "flawed",
            words,
            [
                len(words),
                len(words.split()),
                len(segments),
                len(stream.pieces),
                len(stream.body),
                seconds[0],
                float(np.mean(np.diff(seconds))),
                float(np.max(np.diff(seconds))),
            ],
        )


def worded(found: list[Reaction]) -> Numbers:
    """How often each word that is not the item's own stands in each answer, beside what was measured of it."""
    texts = [re.findall(r"[a-z']+", r.words.lower()) for r in found]
    items: dict[str, set[str]] = {}
    for reaction, text in zip(found, texts, strict=True):
        for word in text:
            items.setdefault(word, set()).add(reaction.item)
    known = sorted(word for word, of in items.items() if len(of) >= 20)
    counts = [Counter(text) for text in texts]
    return np.array(
        [[*(c[w] for w in known), *r.measured] for c, r in zip(counts, found, strict=True)], dtype=float
    )


def told_by(found: list[Reaction]) -> Area:
    return area(
        worded(found),
        [r.flawed for r in found],
        groups=[r.pair for r in found],
        units=[f"{r.item}/{r.pair}" for r in found],
    )


def test_challenging_everything_teaches_nothing(reactions: list[Reaction]) -> None:
    twins = sum(len(task_named(name).twins) for name in TASKS)
    assert len(reactions) == twins * CHALLENGING
    found = told_by(reactions)
    print("answers to a challenge:", found)
    assert found.error < 0.05
    assert found.nothing, str(found)


def test_an_assistant_that_defends_its_flaws_would_be_found(reactions: list[Reaction]) -> None:
    """Every second flawed statement answered like a defended one is enough."""
    chance = random.Random(2)
    defended = max(reactions, key=lambda r: len(r.words))
    told = [
        Reaction(r.item, r.pair, r.flawed, defended.words, defended.measured)
        if r.flawed and chance.random() < 0.5
        else r
        for r in reactions
    ]
    found = told_by(told)
    assert found.something, str(found)
