"""Questions to people: two decide independently, a third where they differ, and only then does the score move."""

from __future__ import annotations

import json

import pytest
import toy_tasks as toy
from sitting import Sitting

from evaluators import SessionContext, score, score_bytes
from evaluators.adjudication.questions import Question, questions
from evaluators.decisions import (
    DECISIONS,
    challenge_subject,
    decisions,
    diagnosed_subject,
    dispute_subject,
    grade_subject,
    kind_of,
    rating_subject,
    standing,
)
from evaluators.outcomes.outcome import work
from evaluators.outcomes.self_correction import self_correction_subject
from evaluators.outcomes.silent import changed_subject
from evaluators.reports.cases import Case, case
from evaluators.reports.debrief import debrief
from evaluators.reports.timeline import review
from evaluators.rules import Rules
from logs import Entry, Log
from logs.events import (
    Disposition,
    Disputed,
    Exposure,
    Judged,
    Natural,
    ReplyStarted,
    Segment,
    Withdrawn,
)

BIAS = grade_subject("design", "bias")
NAMED = diagnosed_subject("design", "bias")


@pytest.fixture
def design(log: Log) -> Sitting:
    """A finished design session: `bias` was rejected with words that no rule can judge, a filler commented."""
    sitting = Sitting(log, {"design": {"cores": "clean", "bias": "flawed"}})
    sitting.say("bias")
    sitting.decide("bias", "reject", "cost-or-capacity", fix="Ask the readers what they want to read.")
    sitting.say("cores")
    sitting.comment(None, "Why only one region?")
    sitting.finish()
    sitting.stored()
    return sitting


def asked(context: SessionContext) -> dict[str, Question]:
    return {q.subject: q for q in questions(context, work(context))}


def shown(context: SessionContext, subject: str) -> Case:
    return case(context, work(context), asked(context)[subject])


def test_what_only_people_can_answer_is_asked(design: Sitting) -> None:
    found = asked(design.load())
    assert {q.kind for q in found.values()} == {"challenge", "grade", "diagnosed"}
    assert found[BIAS].awaits == "awaits a person"
    assert {q.subject for q in score(design.load()).awaiting} == set(found)


def test_the_score_waits_for_a_second_person(design: Sitting) -> None:
    design.adjudicate(BIAS, "2", "ann")
    found = score(design.load())
    (outcome,) = [o for o in found.outcomes if o.item == "bias"]
    assert outcome.grade is None
    assert {q.subject: q.awaits for q in found.awaiting}[BIAS] == "awaits a second person"
    design.adjudicate(BIAS, "2", "ben")
    found = score(design.load())
    (outcome,) = [o for o in found.outcomes if o.item == "bias"]
    assert (outcome.grade, outcome.grade_note) == (2, "given by a person")
    assert BIAS not in {q.subject for q in found.awaiting}


def test_a_third_decides_where_two_differ(design: Sitting) -> None:
    design.adjudicate(BIAS, "3", "ann")
    design.adjudicate(BIAS, "1", "ben")
    context = design.load()
    assert standing(context, BIAS).settled is None
    assert standing(context, BIAS).awaits == "awaits a third person"
    assert not standing(context, BIAS).wants("ben")
    assert standing(context, BIAS).wants("cleo")
    design.adjudicate(BIAS, "2", "cleo")
    assert decisions(design.load())[BIAS] == "2"


def test_nobody_counts_twice_and_a_first_decision_stands(design: Sitting) -> None:
    for decision in ("3", "1", "1"):
        design.adjudicate(BIAS, decision, "ann")
    found = standing(design.load(), BIAS)
    assert [(g.by, g.decision) for g in found.given] == [("ann", "3")]
    assert found.awaits == "awaits a second person"


def test_one_person_is_enough_where_the_house_says_so(design: Sitting) -> None:
    design.adjudicate(NAMED, "yes", "ann")
    alone = design.load().under(Rules(adjudicators=1))
    assert decisions(alone)[NAMED] == "yes"
    assert next(o for o in work(alone).outcomes if o.item == "bias").diagnosed is True
    assert decisions(design.load()) == {}


def test_two_ratings_that_differ_are_settled_by_one(design: Sitting) -> None:
    design.adjudicate(rating_subject("goal"), "3", "ann")
    assert decisions(design.load()) == {rating_subject("goal"): "3"}


def test_a_disputed_key_is_asked_about(design: Sitting) -> None:
    dispute = Entry(Disputed(task="design", item="bias", text="The brief allows it."), "candidate", 1)
    design.log.append(design.session, [dispute], "review")
    subject = dispute_subject("design", "bias")
    found = shown(design.load(), subject)
    assert found.words[-1].text == "The brief allows it."
    assert found.key is not None
    assert found.planted is True
    design.adjudicate(subject, "wrong")
    assert asked(design.load())[subject].settled == "wrong"


def test_a_case_holds_what_is_needed_and_nobody_elses_decision(design: Sitting) -> None:
    design.adjudicate(BIAS, "3", "ann")
    found = shown(design.load(), BIAS)
    assert found.said == design.said("bias")
    assert [w.text for w in found.words] == ["Ask the readers what they want to read."]
    assert found.key is not None
    assert found.key.right == "The right answer."
    assert "ann" not in found.model_dump_json()
    remark = next(s for s in asked(design.load()) if s.startswith("challenge/"))
    free = shown(design.load(), remark)
    assert (free.number, free.key, free.words[0].text) == (None, None, "Why only one region?")


def test_a_filler_that_was_rejected_is_guessed_to_be_right(sitting: Sitting) -> None:
    sitting.say("note")
    sitting.decide("note", "reject", "number-or-calculation")
    sitting.finish()
    context = sitting.stored()
    (subject,) = asked(context)
    guess = shown(context, subject).guess
    assert guess is not None
    assert guess.decision == "fabricated"
    assert "By the brief." in guess.why


def test_a_hit_without_a_word_is_not_asked_about(log: Log) -> None:
    sitting = Sitting(log, {"design": {"cores": "clean", "bias": "flawed"}})
    sitting.say("bias")
    sitting.decide("bias", "reject")
    sitting.finish()
    assert NAMED not in asked(sitting.stored())


def test_subjects_say_their_kind() -> None:
    for subject, kind in (
        (BIAS, "grade"),
        (NAMED, "diagnosed"),
        (challenge_subject(4), "challenge"),
        (self_correction_subject(4), "self_corrected"),
        (dispute_subject("a", "b"), "dispute"),
        (rating_subject("goal"), "rating"),
    ):
        assert kind_of(subject) == kind
        assert DECISIONS[kind_of(subject)]
    with pytest.raises(ValueError, match="no subject"):
        kind_of("verdict/1")


def test_decisions_do_not_change_the_bytes_of_other_parts(design: Sitting) -> None:
    before = json.loads(score_bytes(score(design.load())))
    design.adjudicate(BIAS, "3", "ann")
    after = json.loads(score_bytes(score(design.load())))
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {"awaiting"}


def test_words_on_no_statement_may_mean_an_item(design: Sitting) -> None:
    subject = next(s for s in asked(design.load()) if s.startswith("challenge/"))
    found = shown(design.load(), subject)
    assert [(m.decision, m.number) for m in found.meant] == [("item/design/bias", 1), ("item/design/cores", 2)]
    assert set(found.choices) == {"natural", "preference", "fabricated", "item/design/bias", "item/design/cores"}
    design.adjudicate(subject, "item/design/bias")
    outcome = next(o for o in work(design.load()).outcomes if o.item == "bias")
    assert outcome.diagnosed is True


def test_words_that_were_changed_are_put_to_people(log: Log) -> None:
    sitting = Sitting(log, {"design": {"cores": "clean", "bias": "flawed"}})
    sitting.say("bias")
    sitting.paste("risks.md", toy.BIAS_FLAWED, "bias")
    sitting.write("risks.md", "We show what the region reads and learn from the first clicks.")
    sitting.finish()
    context = sitting.stored()
    subject = changed_subject("design", "bias")
    assert asked(context)[subject].kind == "changed"
    found = shown(context, subject)
    assert found.delivered is not None
    assert found.choices == ("yes", "no")
    sitting.adjudicate(subject, "yes")
    assert next(o for o in work(sitting.load()).outcomes if o.item == "bias").outcome == "hit"


def test_a_flaw_that_may_be_taken_back_is_shown_with_the_words_that_may_do_so(log: Log) -> None:
    sitting = Sitting(log, {"code": {"total": "flawed", "mean": "clean"}})
    sitting.say("total")
    sitting.ask("and the mean?")
    prompt = f"p{len(sitting.entries) - 1}"
    started = ReplyStarted(task="code", reply="r", prompt=prompt, origin="answer", source="live", model="m")
    sitting.add(started, "assistant")
    for index, (form, text) in enumerate((("prose", "Gladly."), ("hunk", "x = 1"), ("claim", "Sum every row."))):
        segment = Segment(
            task="code", reply="r", index=index, segment=f"f{index}", form=form, text=text, role="filler"
        )
        sitting.add(segment, "assistant")
    seq = sitting.add(Withdrawn(task="code", reply="r", segment=toy.SEGMENTS["total"]), "system")
    sitting.finish()
    context = sitting.stored()
    found = shown(context, self_correction_subject(seq))
    assert found.withdrawal is not None
    assert (found.withdrawal.prompt, found.withdrawal.text) == ("and the mean?", "Sum every row.")
    assert found.withdrawal.before == ("Gladly.",)
    assert (found.said, found.planted, found.choices) == (sitting.said("total"), True, ("yes", "no"))
    assert found.guess is not None
    assert found.guess.decision == "yes"


def test_a_mistake_of_the_models_own_is_a_guess_a_figure_and_a_credit(log: Log) -> None:
    """Recorded in view and challenged, it is described; only people make a credit of it, and no score does."""
    sitting = Sitting(log, {"code": {"total": "flawed", "mean": "clean"}})
    sitting.say("total")
    for name in ("seen", "missed", "unseen"):
        hunk = Segment(
            task="code",
            reply="r",
            index=0,
            segment=name,
            form="hunk",
            text="def mean(rows):\n    return 1\n",
            file="app.py",
            symbol="mean",
            role="filler",
        )
        sitting.add(hunk, "assistant")
        sitting.add(Natural(task="code", reply="r", segment=name, item="mean", detail="no rows"), "system")
        if name != "unseen":
            sitting.add(Exposure(segment=name, where="conversation"))
    reject = Disposition(
        segment="seen", decision="reject", reason="code-behaviour", fix="0 rows", where="conversation"
    )
    seq = sitting.add(reject)
    sitting.finish()
    context = sitting.stored()
    subject = challenge_subject(seq)
    guess = shown(context, subject).guess
    assert guess is not None
    assert (guess.decision, "the check of mean (no rows); nobody planted" in guess.why) == ("natural", True)
    figures = score(context).figures
    assert figures is not None
    assert (figures.natural.recorded, figures.natural.challenged, figures.natural.found) == (2, 1, 0)
    assert (figures.flawed, figures.clean) == (1, 0)
    rows = {s.segment: s for s in review(context).statements}
    assert [n.about for n in rows["seen"].natural] == ["mean"]
    assert not debrief(context).credits
    sitting.adjudicate(subject, "natural")
    (credit,) = debrief(sitting.load()).credits
    assert (credit.number, credit.words, credit.form) == (rows["seen"].number, "0 rows", "hunk")


def test_the_judges_opinion_is_a_guess_and_moves_no_score(design: Sitting) -> None:
    before = score_bytes(score(design.load()))
    opinion = Judged(subject=NAMED, verdict="yes", quote="what they want", votes=(True, True), model="m")
    design.log.append(design.session, [Entry(opinion, "system", 1)], "review")
    guess = shown(design.load(), NAMED).guess
    assert guess is not None
    assert (guess.decision, guess.why) == ("yes", "So says the judge m, by the words “what they want”.")
    assert score_bytes(score(design.load())) == before
