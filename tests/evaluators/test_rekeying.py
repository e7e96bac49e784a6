"""Keys that were found wrong: what becomes of outcomes and figures, by the context alone."""

from __future__ import annotations

import pytest
import toy_tasks as toy
from sitting import Sitting

from evaluators import SessionContext, score
from evaluators.adjudication.questions import awaiting
from evaluators.evidence.statements import statements
from evaluators.outcomes.outcome import Outcome, outcomes, work
from evaluators.reports.debrief import debrief
from evaluators.rules import Correction, Rekeying, Rules
from logs import Log


def rules(*corrections: tuple[str, Correction], task: str = "code", digest: str = "0" * 64) -> Rules:
    return Rules(
        rekeyed=tuple(
            Rekeying(task, digest, item, decision, "hana", "Read again.", 1_000 + place)
            for place, (item, decision) in enumerate(corrections)
        )
    )


def of(context: SessionContext, item: str) -> Outcome:
    return next(o for o in outcomes(context) if o.item == item)


@pytest.fixture
def coded(sitting: Sitting) -> SessionContext:
    """`total` is flawed and was rejected, `mean` clean and accepted, `clip` a decoy and rejected."""
    for name, decision in (("total", "reject"), ("mean", "accept"), ("clip", "reject")):
        sitting.say(name)
        sitting.decide(name, decision, "code-behaviour" if decision == "reject" else None)
    sitting.finish()
    return sitting.stored()


def test_a_void_item_leaves_the_figures_and_stays_in_the_list(coded: SessionContext) -> None:
    was, now = score(coded), score(coded.under(rules(("total", "void"))))
    assert was.figures is not None
    assert now.figures is not None
    assert (was.figures.hits, was.figures.flawed, was.figures.clean) == (1, 1, 2)
    assert (now.figures.hits, now.figures.flawed, now.figures.clean) == (0, 0, 2)
    assert now.figures.d_prime is None
    assert now.tasks[0].final is not None
    assert now.tasks[0].final.flawed == 0
    assert of(coded.under(rules(("total", "void"))), "total").rekeyed == "void"
    assert of(coded.under(rules(("total", "void"))), "total").outcome == "hit"


def test_a_void_decoy_leaves_the_figures_too(coded: SessionContext) -> None:
    now = score(coded.under(rules(("clip", "void")))).figures
    assert now is not None
    assert (now.false_alarms, now.clean, now.decoys) == (0, 1, 0)


def test_a_flaw_that_is_right_turns_a_catch_into_a_false_alarm(coded: SessionContext) -> None:
    found = of(coded.under(rules(("total", "flawed-is-right"))), "total")
    assert (found.twin, found.outcome, found.grade, found.rekeyed) == (
        "clean",
        "false_alarm",
        None,
        "flawed-is-right",
    )
    said = statements(coded.under(rules(("total", "flawed-is-right"))))
    assert said[0].truth == "clean"


def test_a_clean_twin_that_is_wrong_turns_acceptance_into_a_miss(coded: SessionContext) -> None:
    found = of(coded.under(rules(("mean", "clean-is-wrong"))), "mean")
    assert (found.twin, found.outcome) == ("flawed", "miss")


def test_a_machines_grade_by_the_old_key_goes_to_a_person(log: Log) -> None:
    sitting = Sitting(log, {"code": {"total": "flawed", "mean": "clean"}})
    sitting.say("total")
    sitting.insert("total")
    sitting.decide("total", "reject", next(i.family for i in toy.CODE.items if i.id == "total"))
    sitting.define("total", toy.TOTAL_CLEAN)
    sitting.finish()
    context = sitting.checked({("total", "adopted"): "fail", ("total", "submitted"): "pass"})
    assert (of(context, "total").grade, of(context, "total").diagnosed) == (3, True)
    doubtful = context.under(rules(("total", "clean-is-wrong")))
    found = of(doubtful, "total")
    assert (found.grade, found.outcome, found.diagnosed, found.avoided) == (None, "hit", None, None)
    asked = {q.subject for q in awaiting(doubtful, work(doubtful))}
    assert {"grade/code/total", "diagnosed/code/total"} <= asked


def test_the_last_correction_stands_and_can_be_taken_back(coded: SessionContext) -> None:
    both = rules(("total", "void"), ("total", "flawed-is-right"))
    assert of(coded.under(both), "total").rekeyed == "flawed-is-right"
    back = rules(("total", "void"), ("total", "as-written"))
    assert outcomes(coded.under(back)) == outcomes(coded)
    assert score(coded.under(back)) == score(coded)


def test_only_the_version_that_was_looked_at_is_corrected(coded: SessionContext) -> None:
    assert outcomes(coded.under(rules(("total", "void"), digest="1" * 64))) == outcomes(coded)
    assert outcomes(coded.under(rules(("total", "void"), task="design"))) == outcomes(coded)


def test_the_score_names_the_corrections_it_is_by(coded: SessionContext) -> None:
    versions = score(coded.under(rules(("total", "void")))).versions
    assert versions["key:code/total"] == "void 1000"
    assert not any(name.startswith("key:") for name in score(coded).versions)


def test_the_debrief_says_that_a_key_was_corrected(coded: SessionContext) -> None:
    told = debrief(coded.under(rules(("total", "void"))))
    (entry,) = [e for e in [*told.flaws, *told.rejected_though_right] if e.item == "total"]
    assert entry.corrected is not None
    assert entry.answer is None
    assert "Read again." in entry.corrected
    assert told.caught is not None
    assert told.caught.of == 0
    right = debrief(coded.under(rules(("total", "flawed-is-right"))))
    assert [e.item for e in right.flaws] == []
    assert {e.item for e in right.rejected_though_right} == {"total", "clip"}
