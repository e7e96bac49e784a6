"""Simulated candidates sit whole sessions; each policy has the outcomes that it must have."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evaluators import Outcome, Score, score_bytes
from evaluators.outcomes.grades import PERSON
from evaluators.scoring.session import score_session
from harness.home import Home, open_home
from harness.sandbox import Tier, find_sandbox
from harness.settings import Settings
from harness.simulation import POLICIES
from logs import verify
from logs.events import Created
from tasks import Item, draw, task_named
from tests.conftest import START, counting_entropy
from ui.demo import DEMO, ensure_demo, simulated_sessions

Traffic = list[tuple[str, bytes]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Home, list[Score], Traffic]]:
    """Two complementary sessions of every policy, scored."""
    if find_sandbox().tier is not Tier.STRONG:
        pytest.skip("needs a strong sandbox: run `make setup-system`, or see `harness doctor`")
    found = {}
    for policy in POLICIES:
        home = open_home(Settings(home=tmp_path_factory.mktemp(policy)), counting_entropy())
        ensure_demo(home)
        traffic: Traffic = []

        def keep(path: str, raw: bytes, traffic: Traffic = traffic) -> None:
            traffic.append((path, raw))

        sessions = asyncio.run(simulated_sessions(home, DEMO, policy, 3, range(2), START, on_bytes=keep))
        scores = [score_session(home, s, find_sandbox(), lambda: START) for s in sessions]
        found[policy] = (home, scores, traffic)
    return found


def by_item(score: Score) -> dict[str, Outcome]:
    return {f"{o.task}/{o.item}": o for o in score.outcomes}


def item(outcome: Outcome) -> Item:
    return task_named(outcome.task).item(outcome.item)


@pytest.mark.sandbox
@pytest.mark.parametrize("policy", POLICIES)
def test_every_item_is_met_and_both_forms_are_complementary(policy: str, played: Any) -> None:
    _, (first, second), _ = played[policy]
    for name, outcome in by_item(first).items():
        other = by_item(second)[name]
        assert "not_exposed" not in (outcome.outcome, other.outcome)
        if outcome.kind == "twin":
            assert {outcome.twin, other.twin} == {"flawed", "clean"}
        else:
            assert (outcome.twin, other.twin) == ("clean", "clean")


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("policy", "flawed", "clean"),
    [
        ("accepts_everything", "miss", "correct_rejection"),
        ("copy_paste", "miss", "correct_rejection"),
        ("rejects_everything", "hit", "false_alarm"),
    ],
)
def test_policies_that_do_not_look(policy: str, flawed: str, clean: str, played: Any) -> None:
    _, scores, _ = played[policy]
    for score in scores:
        for outcome in score.outcomes:
            assert outcome.outcome == (flawed if outcome.twin == "flawed" else clean), outcome
        assert score.figures is not None
        assert score.figures.d_prime is not None
        assert score.figures.d_prime.low < 0 < score.figures.d_prime.high


@pytest.mark.sandbox
def test_a_silent_fix_is_a_hit_because_the_check_flips(played: Any) -> None:
    _, scores, _ = played["silent_fixer"]
    for score in scores:
        for outcome in score.outcomes:
            fixable = item(outcome).form == "hunk" and outcome.twin == "flawed"
            if fixable:
                assert (outcome.outcome, outcome.grade) == ("hit", 3), outcome
                assert outcome.adopted
            else:
                expected = "miss" if outcome.twin == "flawed" else "correct_rejection"
                assert outcome.outcome == expected, outcome


@pytest.mark.sandbox
def test_careful_catches_most_and_its_fixes_pass(played: Any) -> None:
    _, scores, _ = played["careful"]
    outcomes = [o for s in scores for o in s.outcomes]
    counts = Counter(o.outcome for o in outcomes)
    assert counts["hit"] > counts["miss"]
    assert counts["correct_rejection"] > 3 * counts["false_alarm"]
    for outcome in outcomes:
        if outcome.outcome == "hit":
            assert outcome.diagnosed is True
            # What is neither code nor a number, nor the key's own words, is read by people.
            assert outcome.grade == 3 or (outcome.form, outcome.grade_note) == ("claim", PERSON), outcome


@pytest.mark.sandbox
def test_scoring_again_gives_the_same_bytes_and_runs_nothing_again(played: Any) -> None:
    home, scores, _ = played["silent_fixer"]
    before = [len(home.log.read(s.session, "review")) for s in scores]
    for score in scores:
        again = score_session(home, score.session, find_sandbox(), lambda: START + 1)
        assert score_bytes(again) == score_bytes(score)
    assert before == [len(home.log.read(s.session, "review")) for s in scores]


@pytest.mark.sandbox
def test_every_chain_verifies_and_says_that_it_is_simulated(played: Any) -> None:
    for home, scores, _ in played.values():
        for score in scores:
            for chain in ("session", "review"):
                assert verify(score.session, chain, home.log.read(score.session, chain)) is None
            created = home.log.read(score.session)[0].event
            assert isinstance(created, Created)
            assert created.simulated
            assert score.simulated


ALLOWED = frozenset(
    [
        "id",
        "title",
        "notice",
        "simulated",
        "practice",
        "phase",
        "task",
        "clock",
        "conversation",
        "dispositions",
        "comments",
        "runs",
        "sandbox",
        "reviewing",
        "families",
        "lease",
        "acknowledged",
        "model",
        "models",
        "late",
        "again",
        "moved",
        "spent",
        "why",
        "doing",
        "name",
        "position",
        "count",
        "kind",
        "minutes",
        "brief",
        "facts",
        "files",
        "tests",
        "path",
        "text",
        "readonly",
        "words",
        "now",
        "work_until",
        "ledger_until",
        "paused",
        "working",
        "reply",
        "prompt",
        "at",
        "back",
        "origin",
        "origins",
        "status",
        "reason",
        "segments",
        "form",
        "file",
        "symbol",
        "decision",
        "confidence",
        "fix",
        "segment",
        "quote",
        "run",
        "what",
        "tier",
        "outcome",
        "ms",
        "message",
        "output",
        "label",
        "writer",
        "t",
        "i",
        "replies",
        "next",
    ]
)
"""Every key that the candidate's browser may be sent."""


@pytest.mark.sandbox
def test_nothing_that_the_browser_receives_tells_flawed_from_clean(played: Any) -> None:
    for policy in ("accepts_everything", "silent_fixer", "copy_paste"):
        home, scores, traffic = played[policy]
        secrets = set()
        ids: dict[str, set[str]] = {"flawed": set(), "clean": set()}
        for score in scores:
            created = home.log.read(score.session)[0].event
            assert isinstance(created, Created)
            for plan in created.tasks:
                task = draw(task_named(plan.task), plan.seed).task
                for thing in task.items:
                    secrets |= {thing.mechanism, thing.right, thing.why, thing.category}
                    ids[plan.form.get(thing.id, "clean")].add(plan.segments[thing.id])
        assert not ids["flawed"] & ids["clean"]
        assert {len(i) for group in ids.values() for i in group} == {12}
        names = {i.id for name in ("news-ranking", "fraud-api") for i in task_named(name).items}
        for path, raw in traffic:
            text = raw.decode(errors="replace")
            for secret in secrets:
                assert secret not in text, (path, secret)
            for value in documents(raw):
                for key, inner in pairs(value):
                    assert key in ALLOWED or key in {i for g in ids.values() for i in g} or len(key) == 12, (
                        path,
                        key,
                    )
                    assert inner not in names, (path, key, inner)
                    assert inner not in ("flawed", "clean", "twin", "decoy", "filler"), (path, key, inner)


def documents(raw: bytes) -> list[Any]:
    """The JSON documents in a response, whole or as server-sent events."""
    body = raw[raw.find(b")") :] if raw.startswith(b"Headers(") else raw
    text = body.decode(errors="replace")
    found = []
    for line in text.splitlines():
        start = line.find("data: ")
        if start >= 0:
            found.append(json.loads(line[start + 6 :]))
    first = text.find("{")
    if not found and first >= 0:
        try:
            found.append(json.loads(text[first:]))
        except json.JSONDecodeError:
            return []
    return found


def pairs(value: Any) -> list[tuple[str, Any]]:
    """Every key with its value, at any depth."""
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in [(k, v if isinstance(v, str) else None), *pairs(v)]]
    return [p for v in value for p in pairs(v)] if isinstance(value, list) else []


def test_the_traffic_parser_sees_what_it_must(tmp_path: Path) -> None:
    raw = b"Headers({'x': 'y'})" + b'data: {"t": "segment", "role": "twin"}\n\n'
    assert ("role", "twin") in pairs(documents(raw)[0])
