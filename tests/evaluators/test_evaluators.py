"""Evaluators propose: findings that can be looked up, failures on record, levels that the counts speak for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from pydantic import ValidationError
from sitting import Sitting

from evaluators import SessionContext, score_bytes
from evaluators.evaluator import Evaluator, Finding, evaluate, installed
from evaluators.figures.activity import activity
from evaluators.figures.process import process
from evaluators.outcomes.outcome import Outcome, Worked, work
from evaluators.reports.proposals import BUILT_IN, Proposals, _catching, _correcting, _trust
from evaluators.reports.report import report
from evaluators.reports.rubric import profile, ratings, session_rubric
from evaluators.rules import Rules
from logs import Entry, Log
from logs.events import Rating


class Says:
    """Gives the findings it was made with."""

    version = "1"

    def __init__(self, *findings: Finding, name: str = "says") -> None:
        self.name = name
        self._findings = findings

    def evaluate(self, context: SessionContext) -> list[Finding]:
        return list(self._findings)


class Fails:
    name, version = "fails", "2"

    def evaluate(self, context: SessionContext) -> list[Finding]:
        raise RuntimeError("no luck")


@pytest.fixture
def context(sitting: Sitting) -> SessionContext:
    sitting.ask("Why is the first row left out?")
    sitting.say("total")
    sitting.decide("total", "reject", "code-behaviour")
    sitting.finish()
    return sitting.stored()


def test_a_failure_is_recorded_and_touches_nobody_else(context: SessionContext) -> None:
    assert isinstance(Fails(), Evaluator)
    fine = Finding(name="events", value=len(context.events), reason="Counted.", evidence=(1,))
    first, second = evaluate(context, [Fails(), Says(fine)])
    assert (first.evaluator, first.version, first.findings, first.failure) == (
        "fails",
        "2",
        (),
        "RuntimeError: no luck",
    )
    assert (second.findings, second.failure) == ((fine,), None)


class Does:
    """Does what it was made with."""

    name, version = "does", "1"

    def __init__(self, what: Callable[[SessionContext], Any]) -> None:
        self._what = what

    def evaluate(self, context: SessionContext) -> list[Finding]:
        found: list[Finding] = self._what(context)
        return found


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("It cannot even say what it is.")


def raising(error: BaseException) -> Callable[[SessionContext], Any]:
    def fail(_: SessionContext) -> None:
        raise error

    return fail


def giving(**fields: Any) -> Callable[[SessionContext], Any]:
    """A finding that was made past its own validation."""
    whole = {"name": "n", "value": True, "reason": "r", "evidence": (), "quote": None, **fields}
    return lambda _: [Finding.model_construct(**{"dimension": None, "level": None, **whole})]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (lambda _: sys.exit(3), "SystemExit: 3"),
        (raising(Mute()), "Mute"),
        (raising(ValueError("half \ud800")), "ValueError: half \\ud800"),
        (lambda _: None, "TypeError"),
        (lambda _: ["abc"], "ValidationError"),
        (giving(value=float("nan")), "not finite"),
        (giving(value=float("-inf")), "not finite"),
        (giving(value=10**5000), "too long for JSON"),
        (giving(value="\udc00"), "half a character"),
        (giving(reason="\ud800"), "half a character"),
        (giving(name="\ud800"), "half a character"),
        (giving(quote="\ud800"), "half a character"),
        (giving(dimension="goal", level=5), "less than or equal"),
        (lambda context: context.tasks.clear(), "AttributeError"),
    ],
)
def test_whatever_a_plug_in_does_is_recorded_and_the_report_is_written(
    context: SessionContext, what: Callable[[SessionContext], Any], said: str
) -> None:
    fine = Finding(name="fine", value=1.5, reason="Counted.")
    found = report(context, evaluators=(Does(what), Says(fine)))
    failed, other = found.evaluations
    assert failed.failure is not None
    assert said in failed.failure
    assert (failed.findings, other.findings) == ((), (fine,))
    assert json.loads(score_bytes(found))["evaluations"][1]["failure"] is None


def test_a_package_that_leaves_while_it_is_loaded_fails_when_it_is_asked(
    context: SessionContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Leaves:
        def __init__(self) -> None:
            sys.exit("no licence")

    class Nameless(Fails):
        name = 3  # type: ignore[assignment]

    points = [
        EntryPoint(name, f"{__name__}:{name}", "harness.evaluators")
        for name in (Leaves.__name__, Nameless.__name__)
    ]
    monkeypatch.setattr(sys.modules[__name__], "Leaves", Leaves, raising=False)
    monkeypatch.setattr(sys.modules[__name__], "Nameless", Nameless, raising=False)
    monkeypatch.setattr("evaluators.evaluator.entry_points", lambda group: points)
    first, second = evaluate(context, installed())
    assert (first.evaluator, first.failure) == ("Leaves", "ImportError: SystemExit: no licence")
    assert second.evaluator == "Nameless"
    assert second.failure is not None
    assert second.failure.startswith("ImportError: ValidationError")


def test_a_context_is_read_only(context: SessionContext) -> None:
    under = context.under(Rules(adjudicators=1)).with_review(())
    for each in (context, under):
        for mapping in (each.tasks, each.plans, each.starter, each.spans, each.rekeyed):
            assert not hasattr(mapping, "clear")
            with pytest.raises(TypeError):
                mapping["code"] = None  # type: ignore[index]
    assert set(context.tasks) == set(context.plans) == {"code"}


@pytest.mark.parametrize("value", [True, 3, 0.5, "late"])
def test_the_type_of_a_value_is_kept(value: bool | int | float | str) -> None:
    found = Finding.model_validate_json(Finding(name="x", value=value, reason="y").model_dump_json())
    assert (found.value, type(found.value)) == (value, type(value))


def test_a_value_is_no_list() -> None:
    with pytest.raises(ValidationError):
        Finding(name="x", value=[1], reason="y")  # type: ignore[arg-type]


def test_what_points_at_nothing_counts_for_nothing(context: SessionContext) -> None:
    nowhere = Finding(name="a", value=True, reason="", evidence=(999,))
    invented = Finding(name="b", value=True, reason="", quote="words that nobody said")
    elsewhere = Finding(name="c", value=True, reason="", evidence=(1,), quote="Why is the first row left out?")
    quoted = Finding(name="d", value=True, reason="", quote="first row left out")
    failures = [e.failure for e in evaluate(context, [Says(f) for f in (nowhere, invented, elsewhere, quoted)])]
    assert [failure and failure.split(":")[0] for failure in failures] == ["UnfoundError"] * 3 + [None]


def outcomes(hits: int, misses: int, alarms: int = 0, right: int = 0, **more: object) -> Worked:
    """Outcomes of so many items of each result."""
    found = []
    for result, count in (
        ("hit", hits),
        ("miss", misses),
        ("false_alarm", alarms),
        ("correct_rejection", right),
    ):
        for place in range(count):
            twin = "flawed" if result in ("hit", "miss") else "clean"
            found.append(
                Outcome.model_validate(
                    {
                        "task": "t",
                        "item": f"{result}{place}",
                        "kind": "twin",
                        "twin": twin,
                        "outcome": result,
                        "in_flow": result,
                        "form": "claim",
                        "severity": "major",
                        "family": "style",
                        "segment": "",
                        "diagnosed": True if result == "hit" else None,
                        **more,
                    }
                )
            )
    return Worked((), {}, (), tuple(found))


@pytest.mark.parametrize(("hits", "misses", "level"), [(0, 8, 1), (2, 6, 2), (4, 4, 3), (6, 2, 4), (8, 0, 4)])
def test_catching_follows_the_bounds_of_the_rubric(hits: int, misses: int, level: int) -> None:
    found = _catching(outcomes(hits, misses))
    assert found is not None
    assert (found.level, found.value) == (level, hits / 8)


def test_a_critical_miss_or_silence_keeps_the_highest_levels_away() -> None:
    missed = _catching(outcomes(7, 1, severity="critical"))
    assert missed is not None
    assert missed.level == 3
    assert "missed 1 critical" in missed.reason
    silent = _catching(outcomes(8, 0, diagnosed=None))
    assert silent is not None
    assert silent.level == 2


@pytest.mark.parametrize(("grades", "level"), [((3, 3, 3, 2), 3), ((3, 2, 2, 1), 2), ((1, 1, 1, 0), 1)])
def test_correcting_counts_the_fixes_that_hold(grades: tuple[int, ...], level: int) -> None:
    worked = outcomes(4, 0)
    graded = [o.model_copy(update={"grade": g}) for o, g in zip(worked.outcomes, grades, strict=True)]
    found = _correcting(Worked((), {}, (), tuple(graded)))
    assert found is not None
    assert found.level == level


@pytest.mark.parametrize(
    ("worked", "level"),
    [
        (outcomes(6, 0, 8, 0), 1),
        (outcomes(0, 6, 0, 8), 1),
        (outcomes(4, 2, 3, 5), 2),
        (outcomes(4, 2, 1, 7), 3),
        (outcomes(4, 2, 0, 8, objected=True), 2),
    ],
)
def test_trust_sees_blanket_answers_and_false_alarms(worked: Worked, level: int) -> None:
    found = _trust(worked)
    assert found is not None
    assert found.level == level


def test_nothing_is_proposed_from_too_little(context: SessionContext) -> None:
    assert Proposals().evaluate(context) == []
    assert [e.failure for e in evaluate(context, BUILT_IN)] == [None]
    assert _catching(outcomes(3, 0)) is None
    assert _correcting(outcomes(3, 0)) is None
    assert _trust(outcomes(8, 0, 3, 0)) is None


def test_a_voided_item_is_in_no_proposal() -> None:
    worked = outcomes(4, 0)
    void = tuple(o.model_copy(update={"rekeyed": "void"}) for o in worked.outcomes)
    assert _catching(Worked((), {}, (), void)) is None


def test_the_process_is_described(log: Log) -> None:
    sitting = Sitting(log)
    sitting.ask("Write total")
    sitting.say("total")
    sitting.insert("total")
    sitting.ask("Is that so?", "total")
    sitting.decide("total", "accept")
    sitting.say("mean")
    sitting.say("note")
    sitting.ledger()
    sitting.decide("mean", "reject", "code-behaviour")
    sitting.accept_rest("note")
    sitting.submit()
    context = sitting.stored()
    found = process(context, work(context), activity(context))
    assert {p.about: p.count for p in found.prompts} == {"a statement": 1, "anything else": 1}
    assert (found.decided_in_flow, found.decided_in_last_look, found.accepted_at_once) == (1, 1, 1)
    v = found.verification
    assert (v.adopted, v.hunks, v.run_after, v.seconds_to_run, v.decided_before) == (1, 1, 0, None, 0)


def test_the_profile_combines_by_weights_once_every_dimension_is_rated(context: SessionContext, log: Log) -> None:
    rubric = session_rubric(context)
    assert profile(context, work(context)).combined is None

    def rate(rater: str, dimension: str, level: int) -> None:
        event = Rating(
            rater=rater,
            rubric=rubric.name,
            version=rubric.version,
            dimension=dimension,
            level=level,  # type: ignore[arg-type]
            quote="q",
        )
        log.append(context.session_id, [Entry(event, f"staff:{rater}", 1)], "review")

    for place, dimension in enumerate(rubric.dimensions):
        rate("ann", dimension.id, place % 4 + 1)
    rate("ben", rubric.dimensions[0].id, 3)
    now = context.with_review(log.read(context.session_id, "review"))
    found = profile(now, work(now))
    levels = [2.0] + [float(place % 4 + 1) for place in range(1, len(rubric.dimensions))]
    assert [row.level for row in found.rows] == levels
    weights = [d.weight for d in rubric.dimensions]
    expected = sum(w * x for w, x in zip(weights, levels, strict=True)) / sum(weights)
    assert found.combined == round(expected, 6)
    assert {r.anchor for r in ratings(now) if r.rater == "ben"} == {rubric.dimensions[0].levels[2]}
