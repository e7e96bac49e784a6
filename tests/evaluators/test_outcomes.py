"""The response rule and what stands beside it, trap by trap."""

from __future__ import annotations

import pytest
import toy_tasks as toy
from sitting import Sitting, find

from evaluators import ContextError, Outcome, SessionContext, load_context, outcomes
from evaluators.decisions import diagnosed_subject, grade_subject
from evaluators.evidence.symbols import definition
from logs import Log


def of(context: SessionContext, item: str) -> Outcome:
    return next(o for o in outcomes(context) if o.item == item)


@pytest.mark.parametrize(
    ("decision", "reason", "flawed", "clean"),
    [
        ("accept", None, "miss", "correct_rejection"),
        ("unsure", None, "miss", "correct_rejection"),
        (None, None, "miss", "correct_rejection"),
        ("reject", None, "hit", "false_alarm"),
        ("reject", "style", "hit", "false_alarm"),
        ("edit", "style", "miss", "correct_rejection"),
        ("edit", "fit", "miss", "correct_rejection"),
        ("edit", None, "miss", "correct_rejection"),
        ("edit", "metric-or-evaluation", "hit", "false_alarm"),
    ],
)
def test_the_response_rule(
    sitting: Sitting, decision: str | None, reason: str | None, flawed: str, clean: str
) -> None:
    for name in ("total", "mean", "clip"):
        sitting.say(name)
        if decision:
            sitting.decide(name, decision, reason)
    sitting.finish()
    context = sitting.stored()
    assert of(context, "total").outcome == of(context, "total").in_flow == flawed
    assert of(context, "mean").outcome == of(context, "clip").outcome == clean
    assert of(context, "clip").kind == "decoy"
    assert of(context, "clip").twin == "clean"


@pytest.mark.parametrize(
    ("first", "then", "outcome"),
    [("accept", "reject", "hit"), ("reject", "accept", "miss"), ("reject", "unsure", "miss")],
)
def test_the_last_disposition_counts(sitting: Sitting, first: str, then: str, outcome: str) -> None:
    sitting.say("total")
    sitting.decide("total", first)
    sitting.decide("total", then)
    sitting.finish()
    found = of(sitting.stored(), "total")
    assert found.outcome == outcome
    assert found.objected
    assert found.changes_of_mind == (0 if then == "unsure" else 1)


def test_a_disposition_after_submission_does_not_count(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.decide("total", "accept")
    sitting.finish()
    sitting.decide("total", "reject")
    assert of(sitting.stored(), "total").outcome == "miss"


def test_the_flow_ends_where_the_ledger_opens(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.ledger()
    sitting.decide("total", "reject")
    sitting.back_to_work()
    sitting.ledger()
    sitting.submit()
    found = of(sitting.stored(), "total")
    assert (found.in_flow, found.outcome) == ("miss", "hit")


def test_what_the_ledger_showed_first_was_no_opportunity_in_the_flow(sitting: Sitting) -> None:
    sitting.ledger()
    sitting.say("total", where="ledger")
    sitting.decide("total", "reject")
    sitting.submit()
    found = of(sitting.stored(), "total")
    assert (found.in_flow, found.outcome) == ("not_exposed", "hit")


@pytest.mark.parametrize(("deliver", "expose"), [(True, False), (False, True), (False, False)])
def test_exposure_needs_delivery_and_view(sitting: Sitting, deliver: bool, expose: bool) -> None:
    sitting.say("total", deliver=deliver, expose=expose)
    sitting.decide("total", "reject")
    sitting.finish()
    found = of(sitting.stored(), "total")
    assert found.outcome == found.in_flow == "not_exposed"
    assert found.adopted is None
    assert found.seconds_to_catch is None


def test_said_twice_is_one_item_and_the_first_time_counts(sitting: Sitting) -> None:
    sitting.say("total")
    exposed = sitting.now
    sitting.say("mean")
    sitting.say("total")
    sitting.decide("total", "reject")
    rejected = sitting.now
    sitting.finish()
    context = sitting.stored()
    assert len([o for o in outcomes(context) if o.item == "total"]) == 1
    assert of(context, "total").seconds_to_catch == (rejected - exposed) / 1000


def test_accepting_the_rest_accepts_what_it_names(sitting: Sitting) -> None:
    for name in ("total", "mean", "clip"):
        sitting.say(name)
    sitting.decide("total", "reject")
    sitting.ledger()
    sitting.accept_rest("mean")
    sitting.submit()
    context = sitting.stored()
    assert of(context, "total").outcome == "hit"
    assert of(context, "mean").decision == "accept"
    assert of(context, "clip").decision is None


def test_a_ledger_never_opened_is_missing_data(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.decide("total", "reject")
    found = of(sitting.stored(), "total")
    assert found.outcome is None
    assert found.in_flow == "hit"
    assert of(sitting.load(), "mean").outcome == "not_exposed"


# Silent fixes


def test_a_silent_fix_that_flips_the_check_is_a_challenge(sitting: Sitting) -> None:
    sitting.say("total")
    exposed = sitting.now
    sitting.insert("total")
    sitting.define("total", toy.TOTAL_CLEAN)
    fixed = sitting.now
    sitting.decide("total", "accept")
    sitting.finish()
    found = of(sitting.checked({("total", "adopted"): "fail", ("total", "submitted"): "pass"}), "total")
    assert (found.outcome, found.in_flow, found.challenged_by) == ("hit", "hit", "change")
    assert found.grade == 3
    assert found.adopted
    assert found.located is False
    assert found.seconds_to_catch == (fixed - exposed) / 1000


def test_breaking_right_code_is_a_false_alarm(sitting: Sitting) -> None:
    sitting.say("mean")
    sitting.insert("mean")
    sitting.define("mean", toy.MEAN_FLAWED)
    sitting.finish()
    found = of(sitting.checked({("mean", "adopted"): "pass", ("mean", "submitted"): "fail"}), "mean")
    assert (found.outcome, found.challenged_by) == ("false_alarm", "change")


@pytest.mark.parametrize("verdicts", [{}, {("total", "adopted"): "fail"}, {("total", "submitted"): "pass"}])
def test_without_both_verdicts_nothing_flips(sitting: Sitting, verdicts: dict[tuple[str, str], str]) -> None:
    sitting.say("total")
    sitting.insert("total")
    sitting.define("total", toy.TOTAL_CLEAN)
    sitting.finish()
    assert of(sitting.checked(verdicts), "total").outcome == "miss"


def test_a_fix_after_the_ledger_opened_is_not_in_the_flow(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.insert("total")
    sitting.ledger()
    sitting.back_to_work()
    sitting.define("total", toy.TOTAL_CLEAN)
    sitting.submit()
    found = of(sitting.checked({("total", "adopted"): "fail", ("total", "submitted"): "pass"}), "total")
    assert (found.in_flow, found.outcome) == ("miss", "hit")


def test_a_part_pasted_is_adopted_but_no_state_to_flip_from(sitting: Sitting) -> None:
    sitting.say("mean")
    sitting.paste("app.py", toy.STUB + "    return total(rows)", "mean")
    sitting.define("mean", toy.MEAN_CLEAN)
    sitting.finish()
    context = sitting.checked({("mean", "submitted"): "pass", ("mean", "adopted"): "fail"})
    assert of(context, "mean").adopted
    assert of(context, "mean").outcome == "correct_rejection"


def test_a_style_edit_with_an_unchanged_verdict_is_none(sitting: Sitting) -> None:
    sitting.say("mean")
    sitting.insert("mean")
    sitting.define("mean", toy.MEAN_CLEAN.replace("rows", "amounts"))
    sitting.decide("mean", "edit", "style")
    sitting.finish()
    context = sitting.checked({("mean", "adopted"): "pass", ("mean", "submitted"): "pass"})
    assert of(context, "mean").outcome == "correct_rejection"


@pytest.mark.parametrize("name", ["total", "mean"])
def test_taken_out_again_is_a_challenge_of_neither_twin(sitting: Sitting, name: str) -> None:
    stub = definition(toy.STUB, name)
    assert stub is not None
    sitting.say(name)
    sitting.insert(name)
    sitting.define(name, stub.text)
    sitting.finish()
    adopted = "fail" if name == "total" else "pass"
    found = of(sitting.checked({(name, "adopted"): adopted, (name, "submitted"): "fail"}), name)
    assert found.outcome == ("miss" if name == "total" else "correct_rejection")


def test_an_edit_that_does_not_fit_is_said(sitting: Sitting) -> None:
    sitting.texts["code", "app.py"] = "another text"
    sitting.write("app.py", "x")
    with pytest.raises(ContextError, match="does not fit"):
        outcomes(sitting.stored())


# Adoption


def test_retyped_code_is_adopted(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.define("total", toy.TOTAL_FLAWED.replace("    return", "\n    return"))
    sitting.finish()
    assert of(sitting.stored(), "total").adopted


def test_what_was_retyped_just_before_submission_is_seen(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sitting.STEP", 1)
    sitting.say("total")
    sitting.write("app.py", "# one\n" + sitting.texts["code", "app.py"])
    sitting.define("total", toy.TOTAL_FLAWED)
    sitting.finish()
    assert of(sitting.stored(), "total").adopted


def test_the_same_code_written_before_it_was_said_is_not_adopted(sitting: Sitting) -> None:
    sitting.define("mean", toy.MEAN_CLEAN)
    sitting.say("mean")
    sitting.write("app.py", sitting.texts["code", "app.py"] + "\nX = 1\n")
    sitting.finish()
    assert of(sitting.stored(), "mean").adopted is False


def test_own_right_code_avoids_a_flaw_and_only_the_disposition_counts(sitting: Sitting) -> None:
    sitting.define("total", toy.TOTAL_CLEAN.replace("rows", "amounts"))
    sitting.say("total")
    sitting.decide("total", "accept")
    sitting.finish()
    found = of(sitting.checked({("total", "submitted"): "pass"}), "total")
    assert found.avoided is True
    assert found.outcome == "miss"


# Grades


def test_unchanged_since_adoption_cannot_be_graded(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.insert("total")
    sitting.decide("total", "reject", "code-behaviour")
    sitting.write("app.py", "# a comment\n" + sitting.texts["code", "app.py"])
    sitting.finish()
    found = of(sitting.checked({("total", "adopted"): "fail"}), "total")
    assert (found.outcome, found.grade, found.grade_note) == ("hit", None, "unchanged since adoption")
    assert found.diagnosed is True


def test_a_syntax_error_elsewhere_fails_nothing(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.insert("total")
    sitting.decide("total", "edit", "number-or-calculation")
    sitting.define("total", toy.TOTAL_CLEAN)
    sitting.define("clip", "def clip(x:\n    return (x\n")
    sitting.finish()
    found = of(sitting.checked({("total", "adopted"): "fail", ("total", "submitted"): "pass"}), "total")
    assert found.grade == 3
    assert found.diagnosed is None


def test_a_syntax_error_in_the_item_itself_is_ungradable_and_no_false_alarm(sitting: Sitting) -> None:
    sitting.say("mean")
    sitting.insert("mean")
    sitting.define("mean", "def mean(rows:\n    return 0\n")
    sitting.finish()
    assert of(sitting.checked({("mean", "adopted"): "pass"}), "mean").outcome == "correct_rejection"


@pytest.mark.parametrize(
    ("fix", "touched", "grade"), [("", False, 1), ("sum all rows", False, None), ("", True, 2)]
)
def test_code_that_fails_its_check(sitting: Sitting, fix: str, touched: bool, grade: int | None) -> None:
    sitting.say("total")
    sitting.decide("total", "reject", fix=fix)
    if touched:
        sitting.define("total", "def total(rows):\n    return len(rows)\n")
    sitting.finish()
    assert of(sitting.checked({("total", "submitted"): "fail"}), "total").grade == grade


def test_a_check_that_was_not_run_leaves_the_grade_open(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.decide("total", "reject")
    sitting.finish()
    found = of(sitting.stored(), "total")
    assert (found.grade, found.grade_note) == (None, "the check has not been run")


def design(log: Log, cores: str = "flawed", bias: str = "flawed") -> Sitting:
    return Sitting(log, {"design": {"cores": cores, "bias": bias}})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("fix", "section", "grade"),
    [
        ("It is 400 × 0.03 ms, about 268 busy cores.", "", 3),
        ("about 300 cores", "We need 3 cores.", 3),
        ("", "We plan 268 cores at peak.", 3),
        ("more like 40 cores", "", 2),
        ("", "We plan 40 cores.", 2),
        ("you forgot the candidates of each request", "", None),
        ("", "", 1),
        ("", toy.CORES_FLAWED, 1),
    ],
)
def test_numbers_are_graded_by_tolerance(log: Log, fix: str, section: str, grade: int | None) -> None:
    sitting = design(log)
    sitting.say("cores")
    sitting.decide("cores", "reject", "cost-or-capacity", fix)
    if section:
        sitting.write("serving.md", section)
    sitting.finish()
    assert of(sitting.stored(), "cores").grade == grade


def test_a_number_put_right_in_adopted_words_is_a_challenge(log: Log) -> None:
    sitting = design(log)
    sitting.say("cores")
    sitting.paste("serving.md", toy.CORES_FLAWED, "cores")
    sitting.write("serving.md", toy.CORES_FLAWED.replace("0.7", "268"))
    sitting.finish()
    found = of(sitting.stored(), "cores")
    assert (found.outcome, found.in_flow, found.challenged_by, found.grade) == ("hit", "hit", "change", 3)


def test_prose_waits_for_a_person_and_takes_their_word(log: Log) -> None:
    sitting = design(log)
    sitting.say("bias")
    sitting.decide("bias", "reject", "data-and-labels", "that is a stereotype")
    sitting.finish()
    found = of(sitting.stored(), "bias")
    assert (found.grade, found.grade_note, found.diagnosed) == (None, "a person grades it", None)
    sitting.adjudicate(grade_subject("design", "bias"), "2")
    sitting.adjudicate(diagnosed_subject("design", "bias"), "yes")
    found = of(sitting.load(), "bias")
    assert (found.grade, found.diagnosed) == (2, True)


def test_claims_are_adopted_by_retyping_whatever_the_case(log: Log) -> None:
    sitting = design(log)
    sitting.say("bias")
    sitting.write("risks.md", f"- {toy.BIAS_FLAWED.upper()}!")
    sitting.finish()
    found = of(sitting.stored(), "bias")
    assert found.adopted
    assert found.avoided is False


def test_a_comment_catches_first_but_does_not_decide(sitting: Sitting) -> None:
    sitting.say("total")
    exposed = sitting.now
    sitting.comment("total", "is the first row lost?")
    commented = sitting.now
    sitting.decide("total", "reject")
    sitting.say("mean")
    sitting.comment("mean", "hm")
    sitting.finish()
    context = sitting.stored()
    assert of(context, "total").seconds_to_catch == (commented - exposed) / 1000
    assert of(context, "mean").outcome == "correct_rejection"
    assert of(context, "mean").located is True


# Sessions that cannot be evaluated


def test_a_practice_session_has_no_outcomes(log: Log) -> None:
    sitting = Sitting(log, practice=True)
    sitting.say("total")
    sitting.decide("total", "reject")
    sitting.finish()
    assert outcomes(sitting.stored()) == ()


def test_a_changed_task_is_refused(log: Log) -> None:
    sitting = Sitting(log, digest="1" * 64)
    with pytest.raises(ContextError, match="has changed since"):
        sitting.stored()


def test_an_unknown_session_is_refused(log: Log) -> None:
    with pytest.raises(ContextError, match="no session"):
        load_context(log, "nobody", find)  # type: ignore[arg-type]
