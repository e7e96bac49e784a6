"""Erasure takes the content and nothing else; rules apply by themselves; everybody is told in one sentence."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from evaluators import ContextError, load_context
from harness import assessment
from harness.access.invitations import DAY, bind, invite, look_up
from harness.access.looks import looks
from harness.assessment import Assessment
from harness.assistant import Assistants
from harness.home import Home, open_home
from harness.lifecycle import create
from harness.live import LiveSession, Refusal
from harness.retention import RetentionError, apply_due, due, erase_session, kept, sentence
from harness.sessions import Sessions
from harness.settings import Settings
from harness.state import SessionState
from harness.tables import InvitationRow
from logs import Entry, ErasedError
from logs.erasure import KEPT, erase, tombstone
from logs.events import Challenge, Erased, Looked, Rating, Sealed
from logs.exports.intake import take_in
from logs.exports.lines import read_sessions, write_session
from logs.keys import public_hex, ring, rotate, sealed_bytes
from logs.store import TABLE
from logs.verdict import verdict
from tests.conftest import START, counting_entropy

SECRET = "Ann Example wrote exactly this"
RATING = Rating(rater="rita", rubric="r", version="1", dimension="d", level=2, quote=SECRET)


def sat(home: Home, at: int = START, sealed: bool = True) -> str:
    """A session with content in both chains and an invitation."""
    if not any(a.name == "pilot" for a in assessment.every(home)):
        pilot = Assessment(name="pilot", title="Pilot", tasks=("news-ranking",), seed=1, retention_days=30)
        assessment.save(home, pilot)
    token = invite(home, "pilot", "Ann Example", at + DAY)
    session = create(home, lambda: at, assessment.find(home, "pilot"), "Ann Example", 1, 0)
    bind(home, look_up(home, token, at).digest, session)
    home.log.append(session, [Entry(Challenge(segment=None, quote="", text=SECRET * 400), "candidate", at)])
    if sealed:
        head, key = home.log.head(session), home.key
        signature = key.sign(sealed_bytes(session, head.seq, head.hash.hex())).hex()
        seal = Sealed(events=head.seq, head=head.hash.hex(), key=public_hex(key), signature=signature)
        home.log.append(session, [Entry(seal, "system", at)])
    looked = Looked(by="rita", page="review")
    home.log.append(session, [Entry(RATING, "staff:rita", at), Entry(looked, "staff:rita", at)], "review")
    return session


def judged(home: Home, session: str):  # type: ignore[no-untyped-def]
    return verdict(session, home.log.read(session), home.log.read(session, "review"), ring(home.key_file))


@pytest.mark.databases
def test_an_erased_session_still_verifies_and_says_so(home: Home) -> None:
    session = sat(home)
    before = [(r.seq, r.hash) for r in home.log.read(session)]
    done = erase_session(home, session, "the candidate asked", "ida", START + 5)
    assert (done.events, done.invitations, done.scrubbed) == (3, 1, True)
    records, review = home.log.read(session), home.log.read(session, "review")
    assert [(r.seq, r.hash) for r in records] == before
    for record in (*records, *review):
        assert (record.payload is None) == (record.kind not in KEPT) == (record.salt is None)
    found = judged(home, session)
    assert not found.faults
    assert "whole, its content erased" in found.words
    assert found.erased is not None
    assert (found.erased.by, found.erased.at, found.erased.assessment) == ("ida", START + 5, "pilot")
    assert sentence(found.erased).endswith("at a request of ida: the candidate asked.")
    assert erase_session(home, session, "again", "ida", START + 6).events == 0


def test_nothing_of_the_candidate_is_left_in_the_files(home: Home) -> None:
    session = sat(home)
    erase_session(home, session, "the candidate asked", "ida", START)
    for file in home.folder.glob("harness.db*"):
        raw = file.read_bytes()
        assert SECRET.encode() not in raw
        assert b"Ann Example" not in raw


@pytest.mark.databases
def test_everything_downstream_says_that_it_was_erased(home: Home) -> None:
    session = sat(home)
    erase_session(home, session, "the candidate asked", "ida", START)
    state = SessionState()
    state.feed_all(home.log.read(session))
    assert (state.erased, state.sealed, state.phase, state.created) == (True, True, "erased", None)
    with pytest.raises(ContextError, match="was erased"):
        load_context(home.log, session)
    with pytest.raises(ErasedError):
        _ = home.log.read(session)[0].event


def test_a_server_starts_over_erased_sessions(home: Home) -> None:
    sat(home)
    unfinished = sat(home, sealed=False)
    for each in home.log.sessions():
        erase_session(home, each, "asked", "ida", START + 2 * DAY)

    async def body() -> None:
        sessions = Sessions(home, lambda: START + 3 * DAY, Assistants(0), None)  # type: ignore[arg-type]
        await sessions.start()
        with pytest.raises(Refusal):
            await sessions.get(unfinished)
        live = await LiveSession(home, unfinished, lambda: START).load()
        assert live.state.erased
        await sessions.stop()

    asyncio.run(body())


@pytest.mark.databases
def test_the_rule_of_the_assessment_applies_once_its_time_is_over(home: Home) -> None:
    old, new = sat(home), sat(home, START + 10 * DAY)
    moment = START + 30 * DAY
    assert [(k.session, k.days) for k in kept(home)] == [(old, 30), (new, 30)]
    assert due(home, moment - 1) == []
    assert [k.session for k in due(home, moment)] == [old]
    assert [d.session for d in apply_due(home, moment)] == [old]
    assert apply_due(home, moment) == []
    erased = tombstone(home.log.read(old, "review"))
    assert erased is not None
    assert (erased.cause, erased.reason) == ("retention", "kept 30 days by the rule of pilot")
    assert not judged(home, old).faults
    assert tombstone(home.log.read(new, "review")) is None


def test_a_name_on_an_invitation_goes_too(home: Home) -> None:
    session = sat(home)
    invite(home, "pilot", "Bob Unused", START + DAY)
    apply_due(home, START + 30 * DAY)
    with Session(home.engine) as db:
        rows = {row.session_id: row.candidate for row in db.exec(select(InvitationRow))}
    assert rows == {session: "", None: "Bob Unused"}
    apply_due(home, START + 31 * DAY)
    with Session(home.engine) as db:
        assert {row.candidate for row in db.exec(select(InvitationRow))} == {""}


def test_what_comes_after_an_erasure_is_erased_by_the_next_one(home: Home) -> None:
    session = sat(home)
    erase_session(home, session, "asked", "ida", START)
    home.log.append(session, [Entry(RATING, "staff:rita", START)], "review")
    assert [d.events for d in apply_due(home, START)] == [1]
    assert not judged(home, session).faults


def test_a_session_that_is_being_sat_is_not_erased(home: Home) -> None:
    session = sat(home, sealed=False)
    with pytest.raises(RetentionError, match="still being sat"):
        erase_session(home, session, "asked", "ida", START + 60_000)
    assert erase_session(home, session, "asked", "ida", START + 3_600_000).events


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_is_needed(home: Home, reason: str) -> None:
    with pytest.raises(RetentionError, match="reason"):
        erase_session(home, sat(home), reason, "ida", START)


def test_a_rule_below_a_day_erases_nothing(home: Home) -> None:
    sat(home)
    pilot = assessment.find(home, "pilot")
    assessment.save(home, pilot.model_construct(**{**pilot.model_dump(), "retention_days": 0}))
    try:
        found = apply_due(home, START + 1)
    except (RetentionError, assessment.AssessmentError):
        found = []
    assert found == []


@pytest.mark.parametrize("kind", ["challenge", "created", "sealed", "rating"])
def test_content_that_is_gone_without_a_tombstone_is_a_fault(home: Home, kind: str) -> None:
    session = sat(home)
    with home.engine.begin() as connection:
        connection.execute(update(TABLE).where(TABLE.c.kind == kind).values(payload=None, salt=None))
    assert "is gone and no tombstone says why" in judged(home, session).faults[0].what


@pytest.mark.parametrize("change", [{"reason": "no reason"}, {"session_events": 2}, {"by": "eve"}, {"at": 1}])
def test_a_tombstone_cannot_be_forged(home: Home, change: dict[str, object]) -> None:
    session = sat(home)
    erase_session(home, session, "asked", "ida", START)
    last = home.log.read(session, "review")[-1]
    forged = Erased.model_validate({**last.event.model_dump(), **change})
    linked = home.log.records(session, home.log.head(session, "review"), [Entry(forged, "x", 1)], "review")
    review = [*home.log.read(session, "review"), *linked]
    found = verdict(session, home.log.read(session), review, ring(home.key_file))
    assert "signature of the tombstone" in found.faults[0].what


def test_an_erased_session_is_not_brought_back_by_an_import(home: Home, tmp_path: Path) -> None:
    session = sat(home)

    def lines() -> list[bytes]:
        records, review = home.log.read(session), home.log.read(session, "review")
        return [line.encode() for line in write_session(records, review, ring(home.key_file), False)]

    whole = read_sessions(lines())[0]
    erase_session(home, session, "asked", "ida", START)
    assert take_in(home.log, whole, ()).refused == "its content was erased here and is not taken in again"
    gone = read_sessions(lines())[0]
    other = open_home(Settings(home=tmp_path / "other"), counting_entropy())
    assert take_in(other.log, gone, ()).refused is None
    assert judged_elsewhere(other, session)
    third = open_home(Settings(home=tmp_path / "third"), counting_entropy())
    take_in(third.log, whole, ())
    refused = take_in(third.log, gone, ()).refused
    assert refused is not None
    assert "erase it here" in refused


def judged_elsewhere(home: Home, session: str) -> bool:
    found = verdict(session, home.log.read(session), home.log.read(session, "review"), (), strangers=True)
    return not found.faults and found.erased is not None


def test_old_seals_hold_after_a_rotation_and_a_retired_key_seals_nothing_new(home: Home) -> None:
    session = sat(home)
    old = home.key
    made = rotate(home.key_file, START + 10)
    assert public_hex(home.key) == made.key != public_hex(old)
    keys = ring(home.key_file)
    assert [(k.key, k.retired) for k in keys if k.retired] == [(public_hex(old), START + 10)]
    found = verdict(session, home.log.read(session), home.log.read(session, "review"), keys)
    assert not found.faults
    assert "a retired key of this installation" in found.words
    # Erased with the new key, sealed with the old one.
    erase_session(home, session, "asked", "ida", START + 20)
    assert not judged(home, session).faults
    late = sat(home, START + DAY, sealed=False)
    head = home.log.head(late)
    signature = old.sign(sealed_bytes(late, head.seq, head.hash.hex())).hex()
    seal = Sealed(events=head.seq, head=head.hash.hex(), key=public_hex(old), signature=signature)
    home.log.append(late, [Entry(seal, "system", START + DAY)])
    assert "after that was retired" in judged(home, late).faults[0].what


def test_a_rotation_leaves_one_private_key_readable_by_its_owner_only(home: Home) -> None:
    sat(home)
    for moment in range(3):
        rotate(home.key_file, START + moment)
    names = ["cookies.key", "keyring.json", "marked", "sealing.pem"]
    assert sorted(p.name for p in home.key_file.parent.iterdir()) == names
    assert home.key_file.stat().st_mode & 0o777 == 0o600
    keys = ring(home.key_file)
    assert len(keys) == 4
    assert sum(k.retired is None for k in keys) == 1


def test_looks_are_listed_newest_first(home: Home) -> None:
    one, two = sat(home), sat(home, START + 10)
    home.log.append(one, [Entry(Looked(by="ida", page="report"), "staff:ida", START + 20)], "review")
    found = [(x.session, x.by, x.page) for x in looks(home)]
    assert found == [(one, "ida", "report"), (two, "rita", "review"), (one, "rita", "review")]
    assert [x.by for x in looks(home, session=one)] == ["ida", "rita"]
    assert [x.session for x in looks(home, by="rita")] == [two, one]
    erase(home.log, one, home.key, _grounds())
    assert len(looks(home)) == 3


def _grounds():  # type: ignore[no-untyped-def]
    from logs.erasure import Grounds

    return Grounds("request", "asked", "ida", START)
