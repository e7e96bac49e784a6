from __future__ import annotations

from itertools import pairwise

import toy_tasks as toy
from sitting import STEP, Sitting

from evaluators import SessionContext
from evaluators.evidence.passages import passages
from evaluators.outcomes.outcome import work
from evaluators.reports.debrief import debrief
from evaluators.reports.differences import compare
from evaluators.reports.frames import frames, state_at
from evaluators.reports.timeline import Review, review
from logs import Log
from logs.changes import apply, text, units


def whole(sitting: Sitting) -> SessionContext:
    """A session with a catch, a false alarm, an adopted decoy, filler, a paste from outside and lost focus."""
    sitting.ask("write total")
    sitting.say("total")
    sitting.decide("total", "reject", "code-behaviour", "sum all rows", sure=3)
    sitting.ask("are you sure?", "total")
    sitting.say("mean")
    sitting.decide("mean", "accept")
    sitting.decide("mean", "reject", "metric-or-evaluation")
    sitting.say("clip")
    sitting.insert("clip")
    sitting.say("note")
    sitting.decide("note", "reject", "data-and-labels", "cents? 😀")
    sitting.comment("note", "why cents?")
    sitting.comment(None, "where do the rows come from?")
    sitting.blur()
    sitting.paste("app.py", "# from elsewhere 😀\n" + sitting.texts["code", "app.py"], None)
    sitting.define("total", toy.TOTAL_CLEAN)
    sitting.finish()
    return sitting.checked({("total", "submitted"): "pass"})


def test_the_review_of_a_session(sitting: Sitting) -> None:
    shown = review(whole(sitting), verified=True)
    assert shown == Review.model_validate_json(shown.model_dump_json())
    assert [row.number for row in shown.statements] == [1, 2, 3, 4]
    assert [row.truth for row in shown.statements] == ["flawed", "clean", "decoy", "filler"]
    assert [row.call for row in shown.statements] == ["right", "wrong", "right", None]
    total = shown.statements[0]
    assert total.key is not None
    assert total.key.other == toy.TOTAL_CLEAN
    assert "".join(p.text for p in total.passages) == total.text
    assert "[1:]" in "".join(p.text for p in total.passages if p.flawed)
    assert shown.statements[1].passages[0].flawed is False
    assert shown.statements[2].adopted
    assert [m.kind for m in shown.moments] == ["best_catch", "pressure"]
    assert shown.moments[0].number == 1
    assert shown.moments[1].title == "Gave up a right view"
    assert [s.kind for s in shown.signals] == ["focus", "paste"]
    assert [(u.number, u.task) for u in shown.to_settle] == [(4, "code"), (4, "code"), (None, "code")]
    assert shown.transcript[0].prompt == "write total"
    assert shown.header.verified is True
    assert shown.header.scored_statements == 3
    states = {d.title: d.state for d in shown.differences if d.kind == "hunk"}
    assert states == {"total": "not adopted", "mean": "not adopted", "clip": "unchanged"}


def test_activity_covers_the_working_time_without_gaps(sitting: Sitting) -> None:
    shown = review(whole(sitting))
    stretches = shown.activity
    assert stretches[0].start_ms == shown.tasks[0].start_ms
    assert stretches[-1].end_ms == shown.tasks[0].end_ms
    assert all(a.end_ms == b.start_ms and a.state != b.state for a, b in pairwise(stretches))
    assert {s.state for s in stretches} >= {"writing", "reading", "prompting"}


def test_frames_replay_to_the_final_text_and_every_state_between(sitting: Sitting) -> None:
    context = whole(sitting)
    document = units(context.starter["code", "app.py"])
    for frame in frames(context):
        document = apply(document, frame.changes)
        (state,) = state_at(context, frame.ms)
        assert state.text == text(document)
        assert sum(run.length for run in state.runs) == len(document)
    assert text(document) == sitting.texts["code", "app.py"]
    assert [f.source for f in frames(context)] == [f"assistant:{toy.SEGMENTS['clip']}", "pasted", "typed"]
    (start,) = state_at(context, 0)
    assert start.text == toy.STUB


def test_shares_of_the_delivered_file_add_up(sitting: Sitting) -> None:
    shares = [s for s in review(whole(sitting)).provenance if s.file is None]
    assert abs(sum(s.share for s in shares) - 1) < 1e-5
    assert {s.origin for s in shares} == {"assistant", "pasted", "starter", "typed"}


def test_differences_mark_each_line() -> None:
    rows = compare(list("abcdefgh"), list("abcdEfghi"))
    assert [(r.mark, r.text) for r in rows if r.mark != " "] == [("-", "e"), ("+", "E"), ("+", "i")]
    assert [r.text for r in rows if r.mark != "-"] == list("abcdE") + list("fghi")
    assert [r.text for r in rows if r.mark != "+"] == list("abcdefgh")
    assert {r.mark for r in compare(["x ", "y", ""], ["x", "y"])} == {" "}
    assert [(r.mark, r.text) for r in compare([], ["new"])] == [("+", "new")]
    assert [(r.mark, r.text) for r in compare(["old"], [])] == [("-", "old")]
    assert compare([], []) == ()


def test_differences_mark_the_words_within_a_line() -> None:
    gone, came = compare(["return math.fsum(rows[1:])"], ["return math.fsum(rows)"])
    assert [gone.text[a:b] for a, b in gone.changed] == ["[1:]"]
    assert came.changed == ()
    unlike = compare(["return math.fsum(rows[1:])"], ["raise ValueError"])
    assert [line.changed for line in unlike] == [(), ()]


def test_lines_without_end_are_not_compared_word_by_word() -> None:
    gone, came = compare(["a b " * 25_000], ["a c " * 25_000])
    assert (gone.mark, came.mark, gone.changed, came.changed) == ("-", "+", (), ())


def test_a_section_and_its_claims_are_compared_with_what_was_taken_over(log: Log) -> None:
    sitting = Sitting(log, {"design": {"cores": "flawed", "bias": "clean"}})
    sitting.say("cores")
    sitting.paste("serving.md", toy.CORES_FLAWED, "cores")
    sitting.write("serving.md", "We own this. " + toy.CORES_FLAWED.replace("0.7", "268"))
    sitting.finish()
    claim, section = review(sitting.stored()).differences
    assert (claim.kind, claim.state, claim.numbers) == ("claim", "changed", (1,))
    assert [line.mark for line in claim.lines] == ["-", "+"]
    assert [[line.text[a:b] for a, b in line.changed] for line in claim.lines] == [["0.7"], ["268"]]
    assert (section.kind, section.state, section.given) == ("section", "changed", "assistant")
    assert sorted(line.mark for line in section.lines) == ["+", "+", "-"]


def test_a_claim_of_which_nothing_is_left_is_missing(log: Log) -> None:
    sitting = Sitting(log, {"design": {"cores": "flawed", "bias": "clean"}})
    sitting.say("cores")
    sitting.paste("serving.md", toy.CORES_FLAWED, "cores")
    sitting.write("serving.md", "Two pods in each zone behind the balancer.")
    sitting.finish()
    claim = review(sitting.stored()).differences[0]
    assert (claim.kind, claim.state) == ("claim", "missing")


def test_every_function_says_whose_it_is(sitting: Sitting) -> None:
    sitting.say("total")
    sitting.insert("total")
    sitting.define("total", toy.TOTAL_CLEAN)
    sitting.define("mean", toy.MEAN_CLEAN)
    sitting.finish()
    functions = [d for d in review(sitting.stored()).differences if d.kind == "function"]
    assert [(d.title, d.state, d.given, d.numbers) for d in functions] == [
        ("total", "changed", "assistant", (1,)),
        ("mean", "own", "starter", ()),
        ("clip", "untouched", "starter", ()),
    ]


def test_passages_mark_the_flawed_words() -> None:
    found = passages("keeps 0.7 cores busy", "keeps 268 cores busy")
    assert [(p.text, p.flawed) for p in found] == [("keeps ", False), ("0.7", True), (" cores busy", False)]
    assert any(p.flawed for p in passages("a b", "a not b"))
    assert [p.flawed for p in passages("same", None)] == [False]


def test_the_worst_miss_is_the_critical_one_that_was_adopted(log: Log) -> None:
    sitting = Sitting(log, {"code": {"total": "flawed", "mean": "flawed"}})
    sitting.say("mean")
    sitting.decide("mean", "accept")
    sitting.say("total")
    exposed = sitting.now
    sitting.insert("total")
    sitting.finish()
    (moment,) = review(sitting.stored()).moments
    assert (moment.kind, moment.title, moment.number) == ("worst_miss", "Missed and adopted", 2)
    assert moment.ms == exposed + STEP
    assert moment.sentence.startswith("Took over total after 0:10.")


def test_a_miss_without_a_decision_has_no_time_of_one(log: Log) -> None:
    sitting = Sitting(log, {"code": {"total": "flawed", "mean": "clean"}})
    sitting.say("total")
    sitting.finish()
    (moment,) = review(sitting.stored()).moments
    assert (moment.kind, moment.title) == ("worst_miss", "Missed")
    assert moment.sentence.startswith("Left it undecided. ")


def test_the_debrief_tells_what_was_planted_and_what_was_right(sitting: Sitting) -> None:
    told = debrief(whole(sitting))
    assert [(e.number, e.call) for e in told.flaws] == [(1, "caught")]
    assert told.flaws[0].you == "Rejected it after 0:10, sure. What you delivered passes its check."
    assert told.flaws[0].key.right == "The right answer."
    assert [(e.number, e.call) for e in told.rejected_though_right] == [(2, "rejected")]
    assert told.caught is not None
    assert (told.caught.count, told.caught.of) == (1, 1)
    assert told.released is False


def test_a_decision_told_word_by_word_is_no_change_of_mind(log: Log) -> None:
    sitting = Sitting(log, {"code": {"total": "flawed", "mean": "clean"}})
    sitting.say("total")
    sitting.decide("total", "reject")
    sitting.decide("total", "reject", "code", "return sum(rows)")
    sitting.say("mean")
    sitting.decide("mean", "edit")
    sitting.decide("mean", "edit", "code")
    sitting.decide("mean", "edit", "code", "return 0")
    sitting.finish()
    context = sitting.stored()
    assert [outcome.changes_of_mind for outcome in work(context).outcomes] == [0, 0, 0]
    assert [moment.kind for moment in review(context).moments] == ["best_catch"]
    told = debrief(context)
    assert told.flaws[0].you == "Rejected it after 0:10."
    assert told.rejected_though_right[0].you == "Edited it after 0:10."


def test_who_accepted_and_then_edited_has_changed_their_mind(log: Log) -> None:
    sitting = Sitting(log, {"code": {"total": "flawed", "mean": "clean"}})
    sitting.say("mean")
    sitting.decide("mean", "accept")
    sitting.decide("mean", "edit")
    sitting.decide("mean", "edit", "code")
    sitting.finish()
    (moment,) = review(sitting.stored()).moments
    assert (moment.kind, moment.title) == ("pressure", "Gave up a right view")
