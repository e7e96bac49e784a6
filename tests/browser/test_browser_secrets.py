"""Nothing leaves the machine, and nothing that the candidate's browser receives tells flawed from clean."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.assessment import Assessment
from harness.clock import opaque, system_entropy
from harness.lifecycle import plan_tasks
from logs.events import Segment
from tasks import Drawn
from tests.browser.journey import Sitting
from tests.browser.recorder import Exchange

TRUTH = {
    "flawed",
    "clean",
    "decoy",
    "twin",
    "filler",
    "item",
    "role",
    "severity",
    "mechanism",
    "category",
    "form_of",
}
"""Words that may be neither key nor value of anything that is sent."""
OPAQUE = re.compile(r"[a-z2-7]{12}")
FEW = 24
"""Characters from which on a text is a sentence that can be looked for."""


@pytest.fixture(scope="module")
def received(sitting: Sitting) -> list[Exchange]:
    """Everything that the browser was sent before the debrief, with what it could have asked for besides."""
    return sitting.received


def values(found: Any, keys: bool = True) -> Iterator[str]:
    """All strings of JSON, with the keys of its objects or without."""
    if isinstance(found, dict):
        for key, value in found.items():
            if keys:
                yield key
            yield from values(value, keys)
    elif isinstance(found, list):
        for value in found:
            yield from values(value, keys)
    elif isinstance(found, str):
        yield found


def documents(exchange: Exchange) -> list[Any]:
    """The JSON in a response: the body, the frames of a stream, or what a page carries inline."""
    if exchange.kind == "application/json":
        return [json.loads(exchange.text)]
    if exchange.kind == "text/event-stream":
        return [json.loads(line[5:]) for line in exchange.text.splitlines() if line.startswith("data:")]
    if exchange.kind == "text/html":
        return [json.loads(m) for m in re.findall(r"window\.gradio_config = (\{.*?\});</script>", exchange.text)]
    return []


def texts(exchange: Exchange) -> str:
    """The response as one text, JSON decoded and the pieces of a stream put together."""
    found = documents(exchange)
    pieces: dict[int, str] = {}
    for frame in found:
        if isinstance(frame, dict) and frame.get("t") == "delta":
            pieces[frame["i"]] = pieces.get(frame["i"], "") + frame["text"]
    return "\n".join([exchange.text, *(v for f in found for v in values(f)), *pieces.values()])


def drawn(sitting: Sitting) -> list[Drawn]:
    """The tasks of the session."""
    return list(sitting.server.context(sitting.session).tasks.values())


def unsaid(sitting: Sitting) -> Iterator[tuple[str, str]]:
    """Where it stands, and every sentence that a candidate may not see before the debrief."""
    context = sitting.server.context(sitting.session)
    for name, task in context.tasks.items():
        form = context.plans[name].form
        said = [i.flawed if form.get(i.id) == "flawed" else i.clean for i in task.task.items]
        shown = "\n".join(
            filter(
                None,
                [
                    *said,
                    *(f.text for f in task.task.fillers),
                    *task.task.starter.values(),
                    *task.task.visible.values(),
                ],
            )
        )
        for item in task.task.items:
            other = item.clean if form.get(item.id) == "flawed" else item.flawed
            parts = [item.right, item.why, item.mechanism, item.category, item.proof, other]
            parts += [
                *item.counts,
                *item.counts_not,
                *(s.title for s in item.sources),
                *(s.url for s in item.sources),
            ]
            for part in filter(None, parts):
                if part not in shown:
                    yield f"{name}/{item.id}", part
        for path, text in {**task.task.checks, **task.task.reference}.items():
            for line in str(text).splitlines():
                if len(line.strip()) > 2 * FEW and line.strip() not in shown + task.task.brief:
                    yield f"{name}/{path}", line.strip()


def test_every_request_went_to_the_own_server(sitting: Sitting) -> None:
    own = urlsplit(sitting.recording.base).netloc
    elsewhere = [
        u for u in sitting.requests if urlsplit(u).scheme in ("http", "https", "ws") and urlsplit(u).netloc != own
    ]
    assert elsewhere == []
    assert len(sitting.requests) > 50


def test_no_page_names_another_host_to_load_from(received: list[Exchange]) -> None:
    loads = re.compile(
        r"""(?:<(?:script|link|img|iframe)[^>]+(?:src|href)=|@import\s+(?:url\()?)["'](https?:)?//"""
    )
    for exchange in received:
        if exchange.kind == "text/html" or exchange.path.startswith("/assets/"):
            assert loads.search(exchange.text) is None, exchange.path


def test_no_response_holds_truth_as_key_or_value(sitting: Sitting, received: list[Exchange]) -> None:
    ids = {item.id for task in drawn(sitting) for item in task.task.items}
    ids |= {filler.id for task in drawn(sitting) for filler in task.task.fillers}
    checked = 0
    for exchange in received:
        for document in documents(exchange):
            checked += 1
            mine = not exchange.path.startswith("/work/")
            found = set(values(document))
            named = set(values(document, keys=False)) & ids
            assert not named, (exchange.path, named)
            if mine:
                assert not found & TRUTH, (exchange.path, found & TRUTH)
            else:
                assert not found & {"flawed", "decoy", "twin", "mechanism"}, exchange.path
    assert checked > 50


def test_no_response_holds_what_only_the_debrief_tells(sitting: Sitting, received: list[Exchange]) -> None:
    everything = "\n".join(texts(exchange) for exchange in received)
    context = sitting.server.context(sitting.session)
    said = [h.event.text for h in context.of("segment") if isinstance(h.event, Segment)]
    assert len(said) > 20
    assert all(text in everything for text in said)  # what was said is found, so that the search is known to work
    secret = [(where, text) for where, text in unsaid(sitting) if len(text) >= FEW]
    assert len(secret) > 100
    assert {(where, text) for where, text in secret if text in everything} == set()


def test_no_header_tells_anything(sitting: Sitting, received: list[Exchange]) -> None:
    ids = {item.id for task in drawn(sitting) for item in task.task.items}
    names = {name.lower() for exchange in received for name, _ in exchange.headers}
    assert not {
        n for n in names if re.search(r"item|twin|form|truth|flaw|check", n) and n != "x-content-type-options"
    }
    for exchange in received:
        for name, value in exchange.headers:
            assert value not in ids, (exchange.path, name)
            assert not set(re.findall(r"\w+", value.lower())) & {"flawed", "decoy", "twin"}, (exchange.path, name)


def test_styles_and_scripts_of_staff_are_not_loaded(received: list[Exchange]) -> None:
    paths = {urlsplit(exchange.path).path for exchange in received}
    assert "/assets/workspace.js" in paths
    assert not {p for p in paths if p.startswith("/assets/") and re.search(r"staff|review|report|debrief", p)}
    for exchange in received:
        if exchange.path.startswith(("/assets/workspace", "/assets/plain", "/assets/components")):
            assert not re.search(r"flawed|decoy|\btwins?\b|is-clean", exchange.text), exchange.path


def test_statements_differ_in_nothing_but_their_text(sitting: Sitting, received: list[Exchange]) -> None:
    shapes: dict[str, set[frozenset[str]]] = {}
    for exchange in received:
        for frame in documents(exchange):
            if isinstance(frame, dict) and frame.get("t") == "segment":
                if frame["id"] is not None:
                    assert OPAQUE.fullmatch(frame["id"])
                shapes.setdefault(frame["form"], set()).add(frozenset(frame))
    assert set(shapes) == {"prose", "claim", "hunk"}
    assert {len(found) for found in shapes.values()} == {1}


def test_opaque_ids_say_nothing_about_twins() -> None:
    """The rank of an id among the ids of its task predicts flawed against clean no better than a coin."""
    assessment = Assessment(name="x", title="x", tasks=("news-ranking", "fraud-api"), seed=1)
    higher = pairs = 0.0
    for index in range(120):
        for plan in plan_tasks(assessment, 3, index, system_entropy):
            assert all(OPAQUE.fullmatch(s) for s in plan.segments.values())
            sides: dict[str, list[str]] = {"flawed": [], "clean": []}
            for item, twin in plan.form.items():
                sides[twin].append(plan.segments[item])
            higher += sum(a > b for a in sides["flawed"] for b in sides["clean"])
            pairs += len(sides["flawed"]) * len(sides["clean"])
    assert 0.42 < higher / pairs < 0.58
    assert len({opaque(system_entropy) for _ in range(1000)}) == 1000


def test_a_candidate_may_open_nothing_of_the_staff(sitting: Sitting) -> None:
    page = sitting.context.new_page()
    page.goto(f"{sitting.server.base}/debrief")
    answers = page.evaluate(
        """async () => { const found = {};
        for (const path of ['/review/', '/review/config', '/api/staff/sessions', '/api/staff/sessions/SESSION',
            '/api/staff/sessions/SESSION/report.html', '/api/staff/sessions/SESSION/report.json'])
            { const a = await fetch(path.replace('SESSION', 'ID'), {redirect: 'manual'}); found[path] = a.status; }
        for (const path of ['ratings', 'settle', 'debrief'])
            { const a = await fetch(`/api/staff/sessions/ID/${path}`, {method: 'POST', body: '{}',
                headers: {'content-type': 'application/json'}}); found[path] = a.status; }
        return found; }""".replace("ID", sitting.session)
    )
    assert {path for path, status in answers.items() if status not in (0, 401, 303)} == set(), answers
