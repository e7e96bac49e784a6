"""Outcomes and matches against labels that were written by hand before anything was scored."""

from __future__ import annotations

import pytest

from evaluators import score, score_bytes
from evaluators.matching.matcher import CONSTANT_ALONE, WORDS_ALONE, Matcher
from tests.corpus import agreement
from tests.corpus.passages import read
from tests.corpus.script import calibration, scripts
from tests.corpus.weigh import weigh


def test_the_corpus_is_large_enough_and_calibration_stands_apart() -> None:
    texts = [step for script in scripts() for step in script.did if step.means]
    assert len(scripts()) >= 60
    assert len(texts) >= 150
    reported = {str(step.more.get("fix") or step.what).casefold() for step in texts}
    assert not reported & {text.casefold() for _, text, _ in calibration()}
    assert len(read()) >= 80


@pytest.mark.parametrize("row", range(9))
def test_outcomes_agree_with_what_the_candidate_did(row: int) -> None:
    found = agreement.evidence()[row]
    assert found.of >= 5
    assert found.share >= 0.95, found
    assert found.left <= 0.05 * found.of


def test_grades_that_a_machine_gives_are_those_of_people() -> None:
    found = agreement.grades()
    assert found.share == 1.0, found
    # Whoever fixes a statement in words of their own is read by people, and half of the catches are such.
    assert found.left < 0.65 * found.of


def test_certain_verdicts_on_prose_are_right() -> None:
    found, wrong = agreement.passages()
    assert wrong == 0, [r for r in read() if r.verdict in ("pass", "fail") and r.verdict != r.label]
    assert found.share >= 0.95
    assert sum(r.verdict == r.label for r in read()) >= 0.85 * len(read())


def test_free_text_agrees_where_the_matcher_decides() -> None:
    naming, empty, both = agreement.free_text()
    assert both.share >= 0.85, both
    assert naming.agreed >= 0.6 * naming.of
    assert both.left < 0.4 * both.of
    assert empty.share >= 0.85
    found, of = agreement.false_matches()
    assert found / of <= 0.05


def test_words_alone_are_as_careful_and_leave_more_to_people() -> None:
    plain = Matcher(False)
    assert plain.version == "words-1"
    _, _, both = agreement.free_text(plain)
    found, of = agreement.false_matches(plain)
    assert both.share >= 0.80
    assert found / of <= 0.05


def test_credit_is_never_given_against_the_label() -> None:
    pairs = [pair for sat in agreement.sittings() for pair in sat.pairs()]
    credited = [(e, o) for e, o in pairs if o.diagnosed is True and e.outcome == "hit"]
    assert sum(e.diagnosed != "yes" for e, _ in credited) <= 0.05 * len(credited)
    assert not [o for _, o in pairs if o.diagnosed is False]


def test_people_are_offered_the_item_that_was_meant() -> None:
    assert agreement.guesses().share >= 0.8


def test_the_weights_are_those_of_the_calibration() -> None:
    slopes, constant = weigh(None)
    assert slopes == pytest.approx(WORDS_ALONE, abs=0.02)
    assert constant == pytest.approx(CONSTANT_ALONE, abs=0.02)


def test_the_same_session_gives_the_same_bytes() -> None:
    for sat in agreement.sittings()[::9]:
        assert score_bytes(score(sat.context)) == score_bytes(score(sat.context, sat.worked))
