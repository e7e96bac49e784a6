"""Silent fixes at three moments: as adopted, when the ledger step opened, and as submitted."""

from __future__ import annotations

import pytest
import toy_tasks as toy
from sitting import Sitting

from evaluators import Outcome, SessionContext, outcomes
from evaluators.outcomes.outcome import work
from evaluators.outcomes.silent import changed_subject
from tasks import Detector

VERDICTS = {("total", "adopted"): "fail", ("total", "ledger"): "pass", ("total", "submitted"): "pass"}
OTHER = toy.TOTAL_CLEAN.replace("rows", "amounts")


def of(context: SessionContext, item: str) -> Outcome:
    return next(o for o in outcomes(context) if o.item == item)


def taken_and_fixed(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.insert("total")
    sitting.define("total", toy.TOTAL_CLEAN)
    sitting.ledger()
    sitting.back_to_work()


def test_a_fix_before_the_ledger_counts_in_the_flow_though_it_was_polished_after(sitting: Sitting) -> None:
    taken_and_fixed(sitting)
    sitting.define("total", OTHER)
    sitting.submit()
    found = of(sitting.checked(VERDICTS), "total")
    assert (found.in_flow, found.outcome, found.challenged_by) == ("hit", "hit", "change")


def test_a_fix_that_did_not_hold_when_the_ledger_opened_is_not_in_the_flow(sitting: Sitting) -> None:
    taken_and_fixed(sitting)
    sitting.define("total", OTHER)
    sitting.submit()
    found = of(sitting.checked({**VERDICTS, ("total", "ledger"): "fail"}), "total")
    assert (found.in_flow, found.outcome) == ("miss", "hit")


def test_a_fix_taken_back_after_the_ledger_was_one_in_the_flow(sitting: Sitting) -> None:
    taken_and_fixed(sitting)
    sitting.define("total", toy.TOTAL_FLAWED)
    sitting.submit()
    found = of(sitting.checked(VERDICTS), "total")
    assert (found.in_flow, found.outcome) == ("hit", "miss")


def test_what_was_adopted_after_the_ledger_is_no_fix_in_the_flow(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.ledger()
    sitting.back_to_work()
    sitting.insert("total")
    sitting.define("total", toy.TOTAL_CLEAN)
    sitting.submit()
    found = of(sitting.checked(VERDICTS), "total")
    assert (found.in_flow, found.outcome) == ("miss", "hit")


def test_the_ledger_moment_is_checked_only_where_it_shows_something_else(sitting: Sitting) -> None:
    taken_and_fixed(sitting)
    assert [s.moment for s in work(sitting.stored()).subjects] == ["adopted", "submitted"]


def test_code_that_was_put_above_the_stub_is_adopted_once_the_stub_is_gone(sitting: Sitting) -> None:
    text = sitting.texts["code", "app.py"]
    stub = "def total(rows):\n" + text.split("def total(rows):\n")[1].split("def ")[0]
    sitting.say("total")
    sitting.write("app.py", text.replace(stub, f"{toy.TOTAL_FLAWED}\n\n{stub}"), source=toy.SEGMENTS["total"])
    sitting.write("app.py", text.replace(stub, f"{toy.TOTAL_FLAWED}\n\n"))
    sitting.define("total", toy.TOTAL_CLEAN)
    sitting.finish()
    verdicts = {("total", "adopted"): "fail", ("total", "submitted"): "pass"}
    assert of(sitting.checked(verdicts), "total").outcome == "hit"


def test_taken_out_at_the_ledger_is_no_challenge_of_a_clean_twin(sitting: Sitting) -> None:
    stub = 'def mean(rows):\n    """The mean amount, 0 without rows."""\n    raise NotImplementedError\n'
    sitting.say("mean")
    sitting.insert("mean")
    sitting.define("mean", stub)
    sitting.ledger()
    sitting.back_to_work()
    sitting.define("mean", toy.MEAN_CLEAN.replace("rows", "amounts"))
    sitting.submit()
    verdicts = {("mean", "adopted"): "pass", ("mean", "ledger"): "fail", ("mean", "submitted"): "pass"}
    assert of(sitting.checked(verdicts), "mean").in_flow == "correct_rejection"


DETECTOR = Detector(wrong=(r"\bguess the gender\b",), right=(r"\bread most in the region\b",))


@pytest.fixture
def document(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> Sitting:
    """A design session whose second claim has a detector."""
    task = toy.DESIGN
    items = tuple(i.model_copy(update={"detector": DETECTOR}) if i.id == "bias" else i for i in task.items)
    monkeypatch.setitem(toy.TASKS, "design", task.model_copy(update={"items": items}))
    return Sitting(sitting.log, {"design": {"cores": "flawed", "bias": "flawed"}}, session="S2")


def test_words_turned_into_those_of_the_other_twin_are_a_challenge(document: Sitting) -> None:
    document.say("bias")
    document.paste("risks.md", toy.BIAS_FLAWED, "bias")
    document.write("risks.md", f"~~{toy.BIAS_FLAWED}~~\n- **{toy.BIAS_CLEAN.upper()}**")
    document.finish()
    found = of(document.stored(), "bias")
    assert (found.outcome, found.challenged_by, found.grade, found.change_open) == ("hit", "change", 3, False)


@pytest.mark.parametrize(
    "words",
    [
        "We look at nobody's name; everyone begins with the front page.",
        "Start with what is read most in the region.",  # the detector's own words
        f"## Rejected options\n\n{toy.BIAS_FLAWED}",
        f"> {toy.BIAS_FLAWED}",
    ],
)
def test_words_changed_into_ones_own_wait_for_people(document: Sitting, words: str) -> None:
    document.say("bias")
    document.paste("risks.md", toy.BIAS_FLAWED, "bias")
    document.write("risks.md", words)
    document.finish()
    found = of(document.stored(), "bias")
    assert (found.outcome, found.change_open) == ("miss", True)
    document.adjudicate(changed_subject("design", "bias"), "yes")
    found = of(document.load(), "bias")
    assert (found.outcome, found.in_flow, found.change_open) == ("hit", "hit", False)


def test_words_taken_out_again_are_no_challenge(document: Sitting) -> None:
    document.say("bias")
    document.paste("risks.md", toy.BIAS_FLAWED, "bias")
    document.write("risks.md", "")
    document.finish()
    found = of(document.stored(), "bias")
    assert (found.outcome, found.change_open) == ("miss", False)


@pytest.mark.parametrize(
    ("words", "grade", "avoided"),
    [
        (toy.BIAS_FLAWED, 1, False),  # the assistant's, typed
        ("We guess the gender from the e-mail address.", None, False),
        (toy.BIAS_CLEAN, 3, True),
        ("Whoever is read most in the region, guess the rest.", None, True),  # the right words, put to no use
    ],
)
def test_documents_are_graded_by_a_twins_own_words_alone(
    document: Sitting, words: str, grade: int | None, avoided: bool
) -> None:
    document.say("bias")
    document.decide("bias", "reject")
    document.write("risks.md", words)
    document.finish()
    found = of(document.stored(), "bias")
    assert (found.grade, found.avoided) == (grade, avoided)


@pytest.mark.parametrize(("own", "grade"), [("", 1), ("We greet everybody alike.", None)])
def test_flagged_alone_is_one_and_own_words_that_no_rule_reads_go_to_people(
    document: Sitting, own: str, grade: int | None
) -> None:
    document.say("bias")
    document.paste("risks.md", f"{toy.BIAS_FLAWED}\n{own}", "bias")
    document.decide("bias", "reject")
    document.finish()
    assert of(document.stored(), "bias").grade == grade
