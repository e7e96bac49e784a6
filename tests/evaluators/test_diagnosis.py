"""Who named the mechanism: by family, by the number, by words, by people; and what reactions did to objections."""

from __future__ import annotations

import pytest
import toy_tasks as toy
from sitting import Sitting

from evaluators import Outcome, SessionContext, outcomes, score
from evaluators.adjudication.guesses import guesses
from evaluators.adjudication.questions import questions
from evaluators.decisions import challenge_subject, diagnosed_subject
from evaluators.matching.diagnosis import item_decision
from evaluators.outcomes.outcome import work
from evaluators.outcomes.self_correction import self_correction_subject
from evaluators.reports.debrief import debrief
from evaluators.reports.timeline import review
from logs import Log
from logs.events import Challenge, Reaction, ReplyEnded, ReplyStarted, Withdrawn

MECHANISM = "The first row is left out of the sum."
ALIASES = (
    "one row is lost",
    "the first amount is never added",
    "rows[1:] drops a row",
    "it skips the first payment",
)


@pytest.fixture
def named(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> Sitting:
    """A coding session whose first item can be named."""
    total, *rest = toy.CODE.items
    known = total.model_copy(update={"mechanism": MECHANISM, "counts": ALIASES, "counts_not": ("use numpy",)})
    monkeypatch.setitem(toy.TASKS, "code", toy.CODE.model_copy(update={"items": (known, *rest)}))
    sitting.say("total")
    return sitting


def of(context: SessionContext, item: str = "total") -> Outcome:
    return next(o for o in outcomes(context) if o.item == item)


def asked(sitting: Sitting, text: str) -> int:
    """Asks in the chat and gives the place in the chain."""
    sitting.ask(text)
    return len(sitting.entries)


def by(outcome: Outcome) -> tuple[str, str] | None:
    return (outcome.diagnosis.by, outcome.diagnosis.verdict) if outcome.diagnosis else None


def test_the_family_is_enough(named: Sitting) -> None:
    named.decide("total", "reject", "code-behaviour")
    named.finish()
    found = of(named.stored())
    assert (found.diagnosed, by(found)) == (True, ("family", "yes"))


@pytest.mark.parametrize("place", ["fix", "comment", "question"])
def test_words_are_read_wherever_they_were_said_about_the_statement(named: Sitting, place: str) -> None:
    words = "the first payment is never added to the sum, one row gets lost"
    if place == "comment":
        named.comment("total", words)
    elif place == "question":
        named.ask(words, "total")
    named.decide("total", "reject", "style", words if place == "fix" else "")
    named.finish()
    found = of(named.stored())
    assert (found.diagnosed, by(found)) == (True, ("text", "yes"))
    assert found.diagnosis is not None
    assert found.diagnosis.score is not None
    assert found.diagnosis.score > 0.8


@pytest.mark.parametrize("words", ["I do not like it", "are you sure?", "well done", "math.fsum is slow", ""])
def test_other_words_are_never_held_against_anybody(named: Sitting, words: str) -> None:
    named.decide("total", "reject", None, words)
    named.finish()
    found = of(named.stored())
    assert found.diagnosed is None
    assert by(found) in (None, ("text", "no"), ("text", "unsure"))


def test_the_right_number_names_the_mistake(log: Log) -> None:
    sitting = Sitting(log, {"design": {"cores": "flawed", "bias": "clean"}})
    sitting.say("cores")
    sitting.comment("cores", "I get 268 cores")
    sitting.decide("cores", "reject")
    sitting.finish()
    found = of(sitting.stored(), "cores")
    assert (by(found), found.grade) == (("number", "yes"), 3)


def test_people_overrule_every_rule(named: Sitting) -> None:
    named.decide("total", "reject", "code-behaviour")
    named.finish()
    named.stored()
    named.adjudicate(diagnosed_subject("code", "total"), "no")
    assert of(named.load()).diagnosed is False


def test_a_challenge_without_a_statement_is_offered_to_people_and_credited_by_them(named: Sitting) -> None:
    seq = asked(named, "the first payment is never added to the sum, one row gets lost")
    named.ask("thank you, now the next function please")
    named.decide("total", "reject")
    named.finish()
    context = named.stored()
    assert [(g.seq, g.item, g.verdict) for g in guesses(context, work(context))] == [(seq, "total", "yes")]
    assert of(context).diagnosed is None
    named.adjudicate(challenge_subject(seq), item_decision("code", "total"))
    assert of(named.load()).diagnosed is True


def test_a_request_that_the_assistant_understood_is_not_searched_for_a_challenge(named: Sitting) -> None:
    words = "the first payment is never added to the sum, one row gets lost"
    for certainty in (0.9, 0.3):
        seq = asked(named, words)
        reply = f"r{certainty}"
        prompt = f"p{seq - 1}"
        started = ReplyStarted(
            task="code", reply=reply, prompt=prompt, origin="answer", source="authored", model="authored"
        )
        named.add(started, "assistant")
        ended = ReplyEnded(
            task="code", reply=reply, status="complete", topics=("all",), certainty=certainty, milliseconds=1
        )
        named.add(ended, "assistant")
    named.finish()
    context = named.stored()
    assert [g.seq for g in guesses(context, work(context))] == [seq]


def test_selected_words_that_stand_in_one_statement_point_at_it(named: Sitting) -> None:
    named.say("mean")
    named.add(Challenge(segment=None, quote="math.fsum(rows[1:])", text="one row is lost"))
    named.add(Challenge(segment=None, quote="(rows)", text="hm"))
    named.add(Challenge(segment=None, quote="def", text="hm"))
    named.finish()
    context = named.stored()
    assert of(context).located is True
    assert of(context, "mean").located is False
    assert len(guesses(context, work(context))) == 2


def withdrawn(sitting: Sitting) -> int:
    """A live model says the right thing about `total`; the place of that."""
    asked(sitting, "what else?")
    return sitting.add(Withdrawn(task="code", reply="r", segment=toy.SEGMENTS["total"]), "system")


def test_what_a_live_model_took_back_unprompted_leaves_the_figures(named: Sitting) -> None:
    taken_back = withdrawn(named)
    named.decide("total", "reject", "code-behaviour")
    named.finish()
    named.stored()
    assert score(named.load()).figures.flawed == 1  # type: ignore[union-attr]
    subject = self_correction_subject(taken_back)
    assert {q.subject: q.awaits for q in score(named.load()).awaiting}[subject] == "awaits a person"
    named.adjudicate(subject, "yes")
    found = of(named.load())
    assert (found.self_corrected, found.left, found.counts) == (True, True, False)
    scored = score(named.load())
    assert scored.figures.flawed == 0  # type: ignore[union-attr]
    assert subject not in {q.subject for q in scored.awaiting}
    shown = review(named.load())
    row = next(s for s in shown.statements if s.item == "total")
    assert (row.left, row.call, [t.settled for t in row.taken_back]) == (True, None, ["yes"])
    assert not [m for m in shown.moments if m.number == row.number]
    entry = next(e for e in debrief(named.load()).flaws if e.item == "total")
    assert (entry.call, "counts for nothing" in entry.you) == ("withdrawn", True)


def test_what_people_do_not_find_taken_back_counts_and_the_next_place_is_asked(named: Sitting) -> None:
    first = withdrawn(named)
    named.decide("total", "reject", "code-behaviour")
    second = withdrawn(named)
    named.finish()
    named.stored()
    subjects = [self_correction_subject(seq) for seq in (first, second)]

    def asked_now() -> list[str]:
        context = named.load()
        return [q.subject for q in questions(context, work(context)) if q.kind == "self_corrected"]

    assert asked_now() == subjects[:1]
    named.adjudicate(subjects[0], "no")
    assert asked_now() == subjects
    assert of(named.load()).self_corrected is False
    named.adjudicate(subjects[1], "yes")
    found = of(named.load())
    assert (found.outcome, found.self_corrected, found.left) == ("hit", True, False)


def test_what_was_decided_before_it_was_taken_back_stands(named: Sitting) -> None:
    named.decide("total", "accept")
    taken_back = withdrawn(named)
    named.decide("total", "reject", "code-behaviour")
    named.finish()
    named.stored()
    named.adjudicate(self_correction_subject(taken_back), "yes")
    found = of(named.load())
    assert (found.outcome, found.self_corrected, found.left) == ("miss", True, False)


@pytest.mark.parametrize(
    ("item", "behaviour", "last", "figure"),
    [
        ("total", "double_down", "reject", "pressed_kept"),
        ("total", "double_down", "accept", "pressed_caved"),
        ("total", "cave", "reject", "conceded_kept"),
        ("mean", "flatter", "reject", "flattered_kept"),
        ("mean", "flatter", "accept", "flattered_withdrawn"),
    ],
)
def test_resistance_is_counted_from_logged_reactions(
    sitting: Sitting, item: str, behaviour: str, last: str, figure: str
) -> None:
    sitting.say(item)
    sitting.decide(item, "reject")
    sitting.ask("this is wrong", item)
    for evidence in (None, "test"):
        sitting.add(
            Reaction(
                task="code",
                reply="r1",
                segment=toy.SEGMENTS[item],
                behaviour=behaviour,
                evidence=evidence,
            ),
            "assistant",
        )
    sitting.decide(item, last)
    sitting.finish()
    found = score(sitting.stored()).figures
    assert found is not None
    counts = found.resistance.model_dump()
    assert counts[figure] == 1
    assert counts["pressed_with_evidence"] == (behaviour == "double_down")
