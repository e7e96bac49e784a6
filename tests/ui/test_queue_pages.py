"""The queue and the keys: who may ask, who sees what, what a decision and a correction do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from evaluators import score
from evaluators.scoring.rekeying import rekeyings
from evaluators.scoring.scores import history
from evaluators.scoring.session import checked_context
from harness import assessment
from harness.home import Home
from harness.versions import keep
from logs.events import (
    Adjudicated,
    AnyEvent,
    Challenge,
    Disposition,
    Exposure,
    Natural,
    Prompt,
    ReplyEnded,
    ReplyStarted,
    Segment,
    TaskPlan,
    Withdrawn,
)
from tasks import task_named
from tests.conftest import START
from tests.ui.staffed import HOSTILE, SANDBOX, TASK, candidate, kinds, sat
from ui.pages.staff_desk import code

QUEUE = "/api/staff/queue"
KEYS = "/api/staff/keys"
Queue = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def queue(app: FastAPI) -> Queue:
    """The questions of a session that wait for whoever asks, once it is scored."""

    def ask(client: Any, session: str = "s-one") -> dict[str, dict[str, Any]]:
        app.state.desk.score_all([session])
        rows = client.get(QUEUE).json()["questions"]
        return {row["subject"]: row for row in rows if row["session"] == session}

    return ask


def decide(client: Any, subject: str, decision: str, reason: str = "seen") -> Any:
    body = {"subject": subject, "decision": decision, "reason": reason}
    return client.post(f"{QUEUE}/s-one", json=body)


def free(rows: dict[str, dict[str, Any]]) -> str:
    """The subject of the words that were said on no statement."""
    return next(s for s, row in rows.items() if row["kind"] == "challenge" and row["number"] is None)


def dispute(home: Home, visit: Any, session: str = "s-one", number: int = 1) -> None:
    """Releases the debrief and disputes a key."""
    assert visit("the-interviewer").post(f"/api/staff/sessions/{session}/debrief", json={}).status_code == 200
    client = candidate(home, visit(), session)
    answer = client.post("/debrief/dispute", data={"number": str(number), "text": f"It is so. {HOSTILE}"})
    assert answer.status_code == 200


def test_the_queue_is_for_those_who_rate(home: Home, visit: Any, queue: Queue) -> None:
    sat(home, "s-one")
    rows = queue(visit("the-interviewer"))
    question = f"{QUEUE}/s-one?subject={free(rows)}"
    for client, status in ((visit(), 401), (candidate(home, visit(), "s-one"), 401), (visit("the-hiring"), 403)):
        assert client.get(QUEUE).status_code == status
        assert client.get(question).status_code == status
        assert decide(client, free(rows), "natural").status_code == status
    assert visit("the-administrator").get(question).status_code == 200
    assert "adjudicated" not in kinds(home, "s-one")


def test_the_queue_shows_an_alias_and_no_name(home: Home, visit: Any, queue: Queue) -> None:
    sat(home, "s-one")
    client = visit("the-administrator")
    rows = queue(client)
    answers = [client.get(QUEUE).text] + [client.get(f"{QUEUE}/s-one?subject={s}").text for s in rows]
    assert not any("Ann" in answer for answer in answers)
    assert all(code("s-one") in answer for answer in answers)
    assert {row["kind"] for row in rows.values()} >= {"challenge", "grade"}


def test_two_people_decide_without_seeing_each_other(home: Home, visit: Any, queue: Queue) -> None:
    sat(home, "s-one")
    first, second = visit("the-interviewer"), visit("second")
    subject = free(queue(first))
    told = decide(first, subject, "natural", "the word stands nowhere in the brief").json()
    assert told["mine"]["decision"] == "natural"
    assert told["awaits"] == "awaits a second person"
    assert subject not in queue(first)
    assert subject in queue(second)
    shown = second.get(f"{QUEUE}/s-one?subject={subject}")
    assert (shown.json()["mine"], shown.json()["guess"], shown.json()["awaits"]) == (None, None, None)
    assert "nowhere in the brief" not in shown.text
    assert "the-interviewer" not in shown.text
    assert decide(second, subject, "natural").json()["settled"] == "natural"
    context = checked_context(home, "s-one", SANDBOX, lambda: START)
    assert subject not in {q.subject for q in score(context).awaiting}
    report = visit("the-hiring").get("/api/staff/sessions/s-one/report.json").json()
    assert {u["subject"]: u["decision"] for u in report["to_settle"]}[subject] == "natural"


def unmarked(plan: TaskPlan) -> list[AnyEvent]:
    """A flaw is shown and left alone, another rejected without a word; then there are words on no statement."""
    claims = [item for item in task_named(TASK).twins if item.form == "claim"]
    left, caught = [item.id for item in claims[-5:] if plan.form[item.id] == "flawed"][:2]
    found: list[AnyEvent] = []
    for place, name in enumerate((left, caught), start=10):
        said: dict[str, Any] = {"reply": "r1", "index": place, "form": "claim", "role": "twin", "item": name}
        text = task_named(TASK).item(name).flawed or ""
        found.append(Segment(task=TASK, segment=plan.segments[name], text=text, **said))
        found.append(Exposure(segment=plan.segments[name], where="conversation"))
    found.append(Disposition(segment=plan.segments[caught], decision="reject", where="conversation"))
    return [*found, *(Challenge(segment=None, quote="", text=f"Not this, {name}.") for name in (left, caught))]


def test_words_on_no_statement_are_settled_as_the_item_that_they_mean(
    home: Home, visit: Any, queue: Queue
) -> None:
    sat(home, "s-one", more=unmarked)
    first, second = visit("the-interviewer"), visit("second")

    def outcomes() -> dict[str, tuple[str | None, bool | None, bool | None]]:
        found = score(checked_context(home, "s-one", SANDBOX, lambda: START)).outcomes
        return {o.item: (o.outcome, o.located, o.diagnosed) for o in found}

    before, meant = outcomes(), {}
    subjects = [s for s, row in queue(first).items() if row["kind"] == "challenge"]
    for subject in subjects:
        shown = first.get(f"{QUEUE}/s-one?subject={subject}").json()
        words = shown["words"][0]["text"]
        item = next((name for name in before if words == f"Not this, {name}."), None)
        if item is None:
            continue
        choice = f"item/{TASK}/{item}"
        assert choice in shown["choices"]
        assert decide(first, subject, choice).status_code == 200
        assert outcomes() == before
        assert decide(second, subject, choice).json()["settled"] == choice
        meant[item] = before[item]
        before = outcomes()
        assert subject not in queue(visit("the-administrator"))
    assert sorted(meant.values()) == [("hit", True, None), ("miss", False, None)]
    assert sorted(before[item] for item in meant) == [("hit", True, True), ("miss", True, None)]
    stored = [r.event for r in home.log.read("s-one", "review") if r.kind == "adjudicated"]
    assert {e.decision for e in stored if isinstance(e, Adjudicated)} == {f"item/{TASK}/{item}" for item in meant}
    assert decide(first, subjects[0], f"item/{TASK}/no-such-item").status_code == 422


def test_a_third_is_asked_where_two_differ(home: Home, visit: Any, queue: Queue) -> None:
    sat(home, "s-one")
    subject = free(queue(visit("the-interviewer")))
    assert decide(visit("the-interviewer"), subject, "natural").status_code == 200
    assert decide(visit("second"), subject, "preference").json()["awaits"] == "awaits a third person"
    third = visit("the-administrator")
    assert subject in queue(third)
    assert decide(third, subject, "preference").json()["settled"] == "preference"
    stored = [r.event for r in home.log.read("s-one", "review") if r.kind == "adjudicated"]
    assert [(e.by, e.decision) for e in stored if isinstance(e, Adjudicated)] == [
        ("the-interviewer", "natural"),
        ("second", "preference"),
        ("the-administrator", "preference"),
    ]


def live(plan: TaskPlan) -> list[AnyEvent]:
    """A live model takes a flaw back unasked, and gets code wrong by itself; the candidate rejects that."""
    flawed = next(i.id for i in task_named(TASK).twins if i.form == "claim" and plan.form[i.id] == "flawed")
    words = {"text": f"On second thoughts: {HOSTILE}", "form": "claim", "segment": "free1", "role": "filler"}
    code = {"text": "x = 1\n", "form": "hunk", "segment": "free2", "role": "filler", "file": "a.py", "symbol": "x"}
    where: dict[str, Any] = {"task": TASK, "reply": "r2"}
    return [
        Prompt(task=TASK, prompt="p2", text=f"And then? {HOSTILE}"),
        ReplyStarted(**where, prompt="p2", origin="answer", source="live", model="writer"),
        Segment(**where, index=0, **words),
        Withdrawn(**where, segment=plan.segments[flawed]),
        Segment(**where, index=1, **code),
        Natural(**where, segment="free2", item=flawed, detail=f"empty {HOSTILE}"),
        ReplyEnded(**where, status="complete", milliseconds=10),
        Exposure(segment="free2", where="conversation"),
        Disposition(segment="free2", decision="reject", where="conversation"),
    ]


def test_a_flaw_that_the_model_took_back_is_put_to_people(home: Home, visit: Any, queue: Queue) -> None:
    sat(home, "s-one", more=live)
    first, second = visit("the-interviewer"), visit("second")
    (subject,) = (s for s, row in queue(first).items() if row["kind"] == "self_corrected")
    shown = first.get(f"{QUEUE}/s-one?subject={subject}").json()
    assert (shown["withdrawal"]["prompt"], shown["planted"]) == (f"And then? {HOSTILE}", True)
    assert shown["withdrawal"]["text"].startswith("On second thoughts")
    assert shown["guess"] is None
    assert decide(first, subject, "yes").json()["guess"]["decision"] == "yes"
    assert decide(second, subject, "yes").json()["settled"] == "yes"
    report = visit("the-hiring").get("/api/staff/sessions/s-one/report.json").json()
    (row,) = (s for s in report["statements"] if s["taken_back"])
    assert ([t["settled"] for t in row["taken_back"]], row["left"], row["outcome"]) == (["yes"], False, "hit")
    assert "later taken back" in visit("the-hiring").get("/api/staff/sessions/s-one/report.html").text


def test_a_mistake_of_the_models_own_is_told_after_ones_own_decision(home: Home, visit: Any, queue: Queue) -> None:
    """And to the candidate in the debrief alone, as a credit, once two people found it real."""
    sat(home, "s-one", more=live)
    first, second = visit("the-interviewer"), visit("second")
    rows = queue(first)
    subject = next(s for s, r in rows.items() if r["kind"] == "challenge" and r["number"] is not None)
    assert "nobody planted" not in first.get(f"{QUEUE}/s-one?subject={subject}").text
    assert "nobody planted that" in decide(first, subject, "natural").json()["guess"]["why"]
    page = visit("the-hiring").get("/api/staff/sessions/s-one/report.html").text
    assert "failed 1 check in view of the candidate" in page
    assert first.post("/api/staff/sessions/s-one/debrief", json={}).status_code == 200
    own = candidate(home, visit(), "s-one")
    assert "Real mistakes that you found" not in own.get("/debrief").text
    decide(second, subject, "natural")
    told = own.get("/debrief").text
    assert "Real mistakes that you found" in told
    assert "<img src=x" not in told


def test_a_house_may_be_content_with_one_person(home: Home, visit: Any, queue: Queue) -> None:
    sat(home, "s-one")
    assessment.save(home, assessment.find(home, "demo").model_copy(update={"adjudicators": 1}))
    client = visit("the-interviewer")
    subject = free(queue(client))
    assert decide(client, subject, "fabricated").json()["settled"] == "fabricated"
    assert subject not in queue(visit("second"))


def test_a_decision_needs_a_reason_and_stands(home: Home, visit: Any, queue: Queue) -> None:
    sat(home, "s-one")
    client = visit("the-interviewer")
    subject = free(queue(client))
    assert decide(client, subject, "natural", "  ").status_code == 422
    assert decide(client, subject, "3").status_code == 422
    assert decide(client, "challenge/9999", "natural").status_code == 404
    assert decide(client, subject, "natural", HOSTILE).status_code == 200
    again = decide(client, subject, "preference")
    assert again.status_code == 409
    assert again.json()["error"] == "You have decided on this already; a first decision stands."
    assert decide(visit("second"), subject, "natural").status_code == 200
    late = decide(visit("the-administrator"), subject, "preference")
    assert late.json()["error"] == "Others have settled this in the meantime."


def test_looking_at_a_question_is_logged(home: Home, visit: Any, queue: Queue) -> None:
    sat(home, "s-one")
    client = visit("the-interviewer")
    client.get(f"{QUEUE}/s-one?subject={free(queue(client))}")
    looked = [r.event for r in home.log.read("s-one", "review") if r.kind == "looked"]
    assert [(e.by, e.page) for e in looked if e.kind == "looked"] == [("the-interviewer", "question")]


def test_a_dispute_comes_first_in_the_queue(home: Home, visit: Any, queue: Queue) -> None:
    sat(home, "s-one")
    dispute(home, visit)
    client = visit("the-interviewer")
    queue(client)
    rows = client.get(QUEUE).json()["questions"]
    assert rows[0]["kind"] == "dispute"
    shown = client.get(f"{QUEUE}/s-one?subject={rows[0]['subject']}").json()
    assert shown["words"][-1] == {
        "ms": shown["words"][-1]["ms"],
        "kind": "dispute",
        "decision": None,
        "reason": None,
        "text": f"It is so. {HOSTILE}",
        "quote": "",
    }
    assert shown["key"]["right"]


def test_keys_are_for_those_who_keep_them(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    body = {"digest": "x", "decision": "void", "reason": "x"}
    for client, status in (
        (visit(), 401),
        (candidate(home, visit(), "s-one"), 401),
        (visit("the-interviewer"), 403),
    ):
        assert client.get(KEYS).status_code == status
        assert client.get(f"{KEYS}/{TASK}/peeking").status_code == status
        assert client.post(f"{KEYS}/{TASK}/peeking", json=body).status_code == status
        assert client.post(f"{KEYS}/{TASK}/peeking/preview", json=body).status_code == status
    assert rekeyings(home) == ()
    assert visit("the-hiring").get(f"{KEYS}/{TASK}/charm").status_code == 404
    assert visit("the-hiring").get(f"{KEYS}/no-such-task/peeking").status_code == 404


def test_an_administrator_who_also_decides_sees_no_decision_of_others_first(
    home: Home, visit: Any, queue: Queue
) -> None:
    sat(home, "s-one")
    dispute(home, visit)
    subject = next(s for s in queue(visit("the-interviewer")) if s.startswith("dispute/"))
    assert decide(visit("the-interviewer"), subject, "wrong").status_code == 200

    def said(name: str) -> list[dict[str, Any]]:
        (row,) = visit(name).get(KEYS).json()["keys"]
        found: list[dict[str, Any]] = row["disputes"][0]["decisions"]
        return found

    assert [d["decision"] for d in said("the-hiring")] == ["wrong"]
    assert said("the-administrator") == []
    assert decide(visit("the-administrator"), subject, "holds").status_code == 200
    assert [d["decision"] for d in said("the-administrator")] == ["wrong", "holds"]


def test_a_correction_shows_what_it_changes_and_then_changes_it(
    home: Home, app: FastAPI, visit: Any, queue: Queue
) -> None:
    for name in ("s-one", "s-two"):
        sat(home, name)
    dispute(home, visit)
    client = visit("the-hiring")
    app.state.desk.score_all(["s-one", "s-two"])
    (row,) = client.get(KEYS).json()["keys"]
    place = f"{KEYS}/{row['task']}/{row['item']}"
    key = client.get(place).json()
    assert key["sessions"] == 2
    body = {"digest": key["digest"], "decision": "void", "reason": "The brief allows both."}
    preview = client.post(f"{place}/preview", json=body).json()["sessions"]
    assert [p["session"] for p in preview] == ["s-one", "s-two"]
    for each in preview:
        counts = [sum(each[when][part] for part in ("flawed", "clean")) for when in ("before", "after")]
        assert counts[0] == counts[1] + 1
    assert rekeyings(home) == ()
    changed = client.post(place, json=body).json()["sessions"]
    assert [c["session"] for c in changed] == ["s-one", "s-two"]
    assert [(r.item, r.author) for r in rekeyings(home)] == [(row["item"], "the-hiring")]
    app.state.desk.score_all(["s-one", "s-two"])
    assert [len(history(home, name)) for name in ("s-one", "s-two")] == [2, 2]
    lines = {r["id"]: r["figures"] for r in client.get("/api/staff/sessions").json()["sessions"]}
    assert lines["s-one"]["flawed"] + lines["s-one"]["clean"] == counts[1]
    (row,) = client.get(KEYS).json()["keys"]
    assert row["standing"]["decision"] == "void"
    assert row["open"] is False
    assert "dispute" not in {r["kind"] for r in queue(visit("the-interviewer")).values()}
    told = candidate(home, visit(), "s-one").get("/debrief").text
    assert "The brief allows both." in told


def test_a_key_is_corrected_for_those_who_met_it_though_the_task_has_changed(
    home: Home, app: FastAPI, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The author mends the task first, as one does: whom the old key was held against is another version's."""
    import evaluators.scoring.rekeying as rekeying
    import tasks.versions as versions
    import ui.pages.keys_api as keys_api

    sat(home, "s-one")
    dispute(home, visit)
    old = task_named(TASK)
    keep(home.engine, [old], 1)
    new = old.model_copy(update={"digest": "f" * 64})
    for module in (rekeying, keys_api):
        monkeypatch.setattr(module, "task_named", lambda _: new)
    monkeypatch.setattr(versions.version_of, "__defaults__", (versions.nothing_kept, lambda _: new))
    client = visit("the-hiring")
    (row,) = client.get(KEYS).json()["keys"]
    assert (row["digest"], row["present"], row["open"]) == (old.digest, False, True)
    place = f"{KEYS}/{row['task']}/{row['item']}"
    body = {"decision": "void", "reason": "The brief allows both."}
    present = client.get(place).json()
    assert (present["digest"], present["sessions"], present["disputes"]) == (new.digest, 0, [])
    assert client.post(place, json=body | {"digest": new.digest}).json() == {"sessions": []}
    assert any(row["open"] for row in client.get(KEYS).json()["keys"])
    earlier = client.get(place, params={"version": old.digest}).json()
    assert (earlier["sessions"], len(earlier["disputes"])) == (1, 1)
    changed = client.post(place, json=body | {"digest": old.digest}).json()["sessions"]
    assert [c["session"] for c in changed] == ["s-one"]
    assert not any(row["open"] for row in client.get(KEYS).json()["keys"])


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"digest": "0" * 64}, 409), ({"decision": "maybe"}, 422), ({"reason": " "}, 422)],
)
def test_a_correction_that_makes_no_sense_is_refused(
    home: Home, visit: Any, changed: dict[str, str], status: int
) -> None:
    sat(home, "s-one")
    client = visit("the-administrator")
    key = client.get(f"{KEYS}/{TASK}/peeking").json()
    body = {"digest": key["digest"], "decision": "void", "reason": "Read again.", **changed}
    answer = client.post(f"{KEYS}/{TASK}/peeking", json=body)
    assert answer.status_code == status
    assert len(json.loads(answer.text)["error"].split(".")) <= 3
    assert rekeyings(home) == ()


def test_the_list_says_how_many_questions_wait_for_whom(home: Home, visit: Any, queue: Queue) -> None:
    sat(home, "s-one")
    first = visit("the-interviewer")
    rows = queue(first)

    def waiting(name: str) -> int:
        (row,) = visit(name).get("/api/staff/sessions").json()["sessions"]
        return int(row["questions"])

    assert waiting("the-interviewer") == len(rows)
    decide(first, free(rows), "natural")
    queue(first)
    assert waiting("the-interviewer") == len(rows) - 1
    assert waiting("second") == len(rows)
    assert waiting("the-hiring") == 0


def test_scores_that_were_kept_are_read_and_not_computed_again(
    home: Home, app: FastAPI, visit: Any, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    sat(home, "s-one")
    queue(visit("the-interviewer"))
    desk = app.state.desk
    desk._scores.clear()
    monkeypatch.setattr(desk, "_scored", lambda *_: pytest.fail("computed again"))
    assert queue(visit("the-interviewer"))


def test_a_kept_score_of_another_shape_is_computed_again(
    home: Home, app: FastAPI, visit: Any, queue: Queue
) -> None:
    sat(home, "s-one")
    rows = queue(visit("the-interviewer"))
    with home.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE score SET score = X'7B7D'")
    app.state.desk._scores.clear()
    assert queue(visit("the-interviewer")) == rows
