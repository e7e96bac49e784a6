from __future__ import annotations

import json

import toy_tasks as toy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sitting import Sitting, memory_log

from evaluators import score, score_bytes
from evaluators.reports.report import report, report_schema
from evaluators.reports.timeline import review
from logs import Log

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "accept", "edit", "reject", "unsure", "insert", "type", "comment", "ask"]),
        st.sampled_from(["total", "mean", "clip", "note"]),
    ),
    max_size=12,
)


def play(sitting: Sitting, steps: list[tuple[str, str]]) -> None:
    for action, name in steps:
        if action == "say":
            sitting.say(name)
        elif action == "insert" and name != "note":
            sitting.insert(name)
        elif action == "type" and name != "note":
            sitting.define(name, f"def {name}(x):\n    return {len(sitting.entries)}\n")
        elif action == "comment":
            sitting.comment(name, "hm")
        elif action == "ask":
            sitting.ask("sure?", name)
        elif action in ("accept", "edit", "reject", "unsure"):
            sitting.decide(name, action, "code-behaviour" if action in ("edit", "reject") else None, sure=2)


def test_the_shape_of_the_json(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.decide("total", "reject", "code-behaviour", sure=3)
    sitting.say("mean")
    sitting.finish()
    context = sitting.stored()
    raw = json.loads(score_bytes(score(context)))
    assert raw["session"] == "S1"
    assert set(raw["outcomes"][0]) >= {
        *("task", "item", "kind", "twin", "outcome", "located", "diagnosed", "adopted", "avoided", "grade"),
        "seconds_to_catch",
    }
    assert set(raw["figures"]["d_prime"]) == {"estimate", "low", "high"}
    assert (raw["figures"]["hits"], raw["figures"]["flawed"], raw["figures"]["clean"]) == (1, 1, 1)
    assert raw["notice"] == "practice tasks, not for decisions"
    assert raw["state"] == "submitted"
    assert raw["pending_checks"] == 2
    assert raw["versions"]["task:code"] == toy.CODE.digest
    assert json.loads(score(context).model_dump_json()) == raw


def test_a_practice_session_has_no_figures_and_says_why(log: Log) -> None:
    sitting = Sitting(log, practice=True)
    sitting.say("total")
    sitting.decide("total", "reject")
    sitting.finish()
    found = score(sitting.stored())
    assert (found.practice, found.figures, found.in_flow, found.outcomes) == (True, None, None, ())
    assert found.why is not None
    assert "nothing was planted" in found.why
    shown = review(sitting.load())
    assert {row.truth for row in shown.statements} == {None}


def test_a_ledger_never_opened_leaves_the_final_figures_empty(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.decide("total", "reject")
    found = score(sitting.stored())
    assert found.figures is not None
    assert found.in_flow is not None
    assert (found.figures.flawed, found.figures.missing, found.in_flow.hits) == (0, 1, 1)
    assert found.state == "unfinished"
    assert "never opened" in (found.why or "")


def test_tasks_are_counted_apart_and_together(log: Log) -> None:
    sitting = Sitting(
        log,
        {"code": {"total": "flawed", "mean": "clean"}, "design": {"cores": "flawed", "bias": "clean"}},
    )
    sitting.say("total")
    sitting.decide("total", "reject")
    sitting.finish()
    sitting.open("design")
    sitting.say("cores")
    sitting.say("bias")
    sitting.decide("bias", "reject")
    sitting.finish()
    found = score(sitting.stored())
    assert found.figures is not None
    assert (found.figures.hits, found.figures.flawed, found.figures.false_alarms) == (1, 2, 1)
    assert [(t.final.hits, t.final.flawed) for t in found.tasks if t.final] == [(1, 1), (0, 1)]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_same_log_gives_the_same_bytes(steps: list[tuple[str, str]], tmp_path_factory: object) -> None:
    log = memory_log(tmp_path_factory.mktemp("log"))  # type: ignore[attr-defined]
    try:
        sitting = Sitting(log)
        play(sitting, steps)
        sitting.finish()
        first, second = sitting.stored(), sitting.load()
        assert score_bytes(score(first)) == score_bytes(score(second))
        assert score_bytes(review(first)) == score_bytes(review(second))
        assert score_bytes(report(first)) == score_bytes(report(second))
        found = score(first)
        assert found.figures is not None
        by = [o.outcome for o in found.outcomes]
        assert (found.figures.hits, found.figures.false_alarms) == (by.count("hit"), by.count("false_alarm"))
        assert found.figures.not_exposed == by.count("not_exposed")
    finally:
        log.close()
        log.engine.dispose()


def test_the_twin_does_not_change_the_response(tmp_path_factory: object) -> None:
    """Two sessions alike but for the form: challenged items are the same, only the names of outcomes differ."""
    challenged = []
    for twins in (("flawed", "clean"), ("clean", "flawed")):
        log = memory_log(tmp_path_factory.mktemp("log"))  # type: ignore[attr-defined]
        sitting = Sitting(log, {"code": {"total": twins[0], "mean": twins[1]}})  # type: ignore[dict-item]
        for name in ("total", "mean", "clip"):
            sitting.say(name)
            sitting.insert(name)
        sitting.decide("total", "reject")
        sitting.decide("mean", "edit", "style")
        sitting.finish()
        found = score(sitting.stored()).outcomes
        challenged.append({o.item: o.outcome in ("hit", "false_alarm") for o in found})
        log.close()
        log.engine.dispose()
    assert challenged[0] == challenged[1]


def test_the_report_follows_its_published_schema(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.finish()
    schema = report_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    raw = json.loads(score_bytes(report(sitting.stored(), verified=True)))
    assert set(schema["required"]) <= set(raw)
    assert raw["format"] == "harness-report-1"
    assert raw["header"]["verified"] is True
