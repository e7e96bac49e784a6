"""Scores are kept under what they were computed from, and many are computed again: the same bytes everywhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import event

from evaluators import score_bytes
from evaluators.rules import Rekeying
from evaluators.scoring.rekeying import RekeyingError, affected, drawn_in, house, proposed, rekey, rekeyings
from evaluators.scoring.rescoring import Failure, RescoringError, Workers, rescore
from evaluators.scoring.scores import bases, basis_of, history, known, mark, read
from evaluators.scoring.session import checked_context, score_session
from harness import assessment
from harness.assessment import Assessment
from harness.home import Home
from harness.retention import erase_session
from harness.sandbox import find_sandbox
from logs import Entry
from logs.events import Adjudicated, Looked
from tests.conftest import START
from tests.evaluators.recorded import SERIES, TASK, recorded

SESSIONS = ("s-one", "s-two", "s-three")


@pytest.fixture
def filled(home: Home) -> Home:
    """A home with three sessions that were handed in."""
    for place, name in enumerate(SESSIONS):
        recorded(home, name, place)
    return home


def scores(home: Home) -> dict[str, bytes | None]:
    """Every session's score on the basis that holds now."""
    wanted = bases(home, house(home), mark(find_sandbox()), home.log.sessions())
    return {name: read(home, name, basis) for name, basis in wanted.items()}


def decide(home: Home, session: str, subject: str) -> None:
    given = Adjudicated(by="ann", subject=subject, decision="natural", reason="seen")
    home.log.append(session, [Entry(given, "staff:ann", START)], "review")


@pytest.mark.databases
def test_a_run_scores_what_is_not_scored_and_keeps_every_score(filled: Home) -> None:
    heard: list[tuple[int, int]] = []
    first = rescore(filled, heard=lambda done, of: heard.append((done, of)))
    assert (first.scored, first.skipped, first.left_out, first.failed) == (3, 0, 0, ())
    assert heard == [(0, 3), (3, 3)]
    again = rescore(filled)
    assert (again.scored, again.skipped) == (0, 3)
    decide(filled, "s-two", "challenge/30")
    third = rescore(filled)
    assert (third.scored, third.skipped) == (1, 2)
    assert [len(history(filled, name)) for name in SESSIONS] == [1, 2, 1]
    assert all(scores(filled).values())


def test_a_run_that_was_broken_off_goes_on_where_it_was(filled: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    import evaluators.scoring.rescoring as module

    monkeypatch.setattr(module, "CHUNK", 1)

    class Interrupted(BaseException):
        pass

    def stop(done: int, of: int) -> None:
        if done == 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        rescore(filled, heard=stop)
    rest = rescore(filled)
    assert (rest.scored, rest.skipped) == (1, 2)


def test_looks_and_ratings_change_no_basis_and_decisions_do(filled: Home) -> None:
    where = mark(find_sandbox())
    before = bases(filled, house(filled), where, SESSIONS)
    filled.log.append("s-one", [Entry(Looked(by="ann", page="review"), "staff:ann", START)], "review")
    assert bases(filled, house(filled), where, SESSIONS) == before
    decide(filled, "s-one", "challenge/1")
    after = bases(filled, house(filled), where, SESSIONS)
    assert {name for name in SESSIONS if after[name] != before[name]} == {"s-one"}
    assert bases(filled, house(filled), "another", ["s-two"])["s-two"] != before["s-two"]


def test_the_basis_of_a_session_is_the_one_that_the_list_gives(filled: Home) -> None:
    sandbox = find_sandbox()
    score_session(filled, "s-one", sandbox, lambda: START)
    context = checked_context(filled, "s-one", sandbox, lambda: START)
    wanted = bases(filled, house(filled), mark(sandbox), SESSIONS)
    assert wanted["s-one"] == basis_of(context, mark(sandbox))
    assert known(filled, wanted) == {"s-one"}


def test_a_session_that_cannot_be_scored_is_named_and_stops_nothing(filled: Home) -> None:
    from evaluators.scoring.rescoring import score_some

    found = score_some(filled, find_sandbox(), ["s-one", "s-none", "s-two"])
    assert found == [Failure("s-none", "There is no session 's-none' in the log.")]
    assert sum(found is not None for found in scores(filled).values()) == 2


def test_what_is_not_handed_in_or_was_erased_is_left_out(filled: Home) -> None:
    recorded(filled, "s-open", 3, sealed=False)
    rescore(filled)
    erase_session(filled, "s-one", "asked", "ida", START + 1)
    assert history(filled, "s-one") == []
    done = rescore(filled)
    assert (done.scored, done.skipped, done.left_out) == (0, 2, 2)


def test_each_session_costs_the_same_however_many_there_are(home: Home) -> None:
    """Counted in statements to the database: time would tell more of the machine."""
    asked: list[str] = []
    event.listen(home.engine, "before_cursor_execute", lambda c, cursor, statement, *_: asked.append(statement))

    def cost(names: list[str]) -> int:
        for place, name in enumerate(names):
            recorded(home, name, place)
        asked.clear()
        assert rescore(home, names).scored == len(names)
        return len(asked)

    few, many = cost([f"a{n}" for n in range(4)]), cost([f"b{n}" for n in range(12)])
    assert many <= 3 * few


def test_processes_give_the_same_bytes(filled: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    import evaluators.scoring.rescoring as module

    rescore(filled)
    alone = scores(filled)
    assert None not in alone.values()
    assessment.save(filled, assessment.find(filled, SERIES).model_copy(update={"adjudicators": 1}))
    monkeypatch.setattr(module, "CHUNK", 2)
    done = rescore(filled, workers=Workers(jobs=2))
    assert (done.scored, done.failed) == (3, ())
    theirs = scores(filled)
    for name in SESSIONS:
        context = checked_context(filled, name, find_sandbox(), lambda: START)
        assert theirs[name] == score_bytes(module.score(context)) != alone[name]


@pytest.fixture
def scheduler() -> Iterator[str]:
    """The address of a Dask scheduler with two workers on the loopback interface, without a page of its own."""
    pytest.importorskip("distributed", reason="The extra `dask` is not installed.")
    import dask
    from distributed import LocalCluster

    quiet = {"distributed.worker.daemon": False, "distributed.admin.tick.limit": "30s"}
    with (
        dask.config.set(quiet),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
        ) as cluster,
    ):
        yield cluster.scheduler_address


def test_a_dask_cluster_gives_the_same_bytes(
    filled: Home, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import evaluators.scoring.rescoring as module

    monkeypatch.setattr(module, "CHUNK", 1)
    rescore(filled, ["s-one"])
    done = rescore(filled, workers=Workers(dask=scheduler))
    assert (done.scored, done.skipped, done.failed) == (2, 1, ())
    for name, found in scores(filled).items():
        context = checked_context(filled, name, find_sandbox(), lambda: START)
        assert found == score_bytes(module.score(context))


def test_a_scheduler_that_does_not_answer_is_one_clear_sentence(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="The extra `dask` is not installed.")
    import evaluators.scoring.rescoring as module

    monkeypatch.setattr(module, "PATIENCE", 1)
    with pytest.raises(RescoringError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        rescore(filled, workers=Workers(dask="tcp://127.0.0.1:9"))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RescoringError, match="Dask is not installed"):
        rescore(filled, workers=Workers(dask="tcp://127.0.0.1:9"))


@pytest.mark.databases
def test_a_corrected_key_changes_every_score_of_its_task(filled: Home) -> None:
    rescore(filled)
    before = scores(filled)
    correction = proposed(filled, TASK, "peeking", "void", "hana", "Nobody could know.", START)
    found = affected(filled, correction)
    assert [each.session for each in found] == drawn_in(filled, TASK, "peeking")[correction.digest]
    assert {each.session for each in found} == set(SESSIONS)
    for each in found:
        assert each.before is not None
        assert each.after is not None
        assert each.before.flawed + each.before.clean == each.after.flawed + each.after.clean + 1
    assert scores(filled) == before
    rekey(filled, correction)
    assert rekeyings(filled) == (correction,)
    done = rescore(filled, [each.session for each in found])
    assert (done.scored, done.skipped) == (3, 0)
    assert [len(history(filled, name)) for name in SESSIONS] == [2, 2, 2]
    rekey(filled, replace(correction, decision="as-written", at=START + 1))
    assert scores(filled) == before


def test_a_version_is_named_where_nobody_drew_the_present_one(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    import evaluators.scoring.rekeying as module
    from tasks import task_named

    old = task_named(TASK)
    monkeypatch.setattr(module, "task_named", lambda _: old.model_copy(update={"digest": "f" * 64}))

    def correct(version: str | None) -> Rekeying:
        return proposed(filled, TASK, "peeking", "void", "hana", "Nobody could know.", START, version)

    assert correct(None).digest == old.digest  # the only one that was drawn
    assert correct(old.digest[:8]).digest == old.digest
    with pytest.raises(RekeyingError, match=rf"there are ffffffffffff \(0 sessions\), {old.digest[:12]} \(3 sess"):
        correct("nothing")


def test_more_sessions_than_are_worked_out_are_still_named(filled: Home) -> None:
    correction = proposed(filled, TASK, "peeking", "void", "hana", "Nobody could know.", START)
    found = affected(filled, correction, most=1)
    assert [each.after is None for each in found] == [False, True, True]


def test_a_correction_that_makes_no_sense_is_one_clear_sentence(home: Home) -> None:
    from tasks import task_named

    decoy = next(item.id for item in task_named(TASK).items if item.kind == "decoy")
    for task, item, decision, reason, words in (
        (TASK, "peeking", "wrong", "x", "no correction"),
        (TASK, "peeking", "void", "  ", "Give a reason"),
        (TASK, "charm", "void", "x", "has no item 'charm'"),
        (TASK, decoy, "clean-is-wrong", "x", "is a decoy"),
        ("no-such-task", "peeking", "void", "x", "no-such-task"),
    ):
        with pytest.raises(RekeyingError, match=words):
            proposed(home, task, item, decision, "hana", reason, START)


def test_an_assessment_says_how_many_people_settle_a_question(home: Home) -> None:
    given = Assessment(name="pilot", title="Pilot", tasks=(TASK,), seed=1, adjudicators=1)
    assessment.save(home, given)
    assert assessment.find(home, "pilot").adjudicators == 1
    with pytest.raises(ValueError, match="adjudicators"):
        Assessment(name="pilot", title="Pilot", tasks=(TASK,), seed=1, adjudicators=3)  # type: ignore[arg-type]
