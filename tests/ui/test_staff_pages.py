"""The staff's interface, the reports and the debrief: roles, blindness, looks, ratings, text."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from evaluators.figures.detection import d_prime
from evaluators.reports.report import report_schema
from evaluators.scoring.session import checked_context
from harness.home import Home
from logs.events import Disputed, Rating
from tasks.rubrics import rubric
from tests.conftest import START
from tests.ui.staffed import HOSTILE, SANDBOX, candidate, kinds, rate, sat
from ui.pages import debrief, staff_api
from ui.pages.report import report_html, report_json
from ui.pages.staff_api import comparisons, told_apart
from ui.pages.staff_desk import code

UI = Path(staff_api.__file__).parents[1]
DIMENSIONS = [d.id for d in rubric().dimensions]


def test_nobody_and_candidates_see_nothing_of_the_staff(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    for client in (visit(), candidate(home, visit(), "s-one")):
        for path in ("", "/s-one", "/s-one/report.html", "/s-one/report.json"):
            assert client.get(f"/api/staff/sessions{path}").status_code == 401
        assert rate(client, "s-one", DIMENSIONS[0], 3) == 401
        assert client.post("/api/staff/sessions/s-one/debrief", json={}).status_code == 401
    assert kinds(home, "s-one") == []


def test_the_hiring_team_reads_and_does_not_rate_or_release(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    client = visit("the-hiring")
    assert client.get("/api/staff/sessions").status_code == 200
    shown = client.get("/api/staff/sessions/s-one").json()
    assert shown["may"] == {"rate": False, "release": False, "rekey": True}
    assert rate(client, "s-one", DIMENSIONS[0], 3) == 403
    assert client.post("/api/staff/sessions/s-one/debrief", json={}).status_code == 403
    body = {"subject": f"rating/{DIMENSIONS[0]}", "decision": "3"}
    assert client.post("/api/staff/sessions/s-one/settle", json=body).status_code == 403
    assert client.get("/api/staff/queue").status_code == 403


def test_every_look_is_logged_with_who_looked(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    visit("the-interviewer").get("/api/staff/sessions/s-one")
    visit("the-hiring").get("/api/staff/sessions/s-one/report.html")
    looked = [r.event for r in home.log.read("s-one", "review") if r.kind == "looked"]
    assert [(e.by, e.page) for e in looked] == [("the-interviewer", "review"), ("the-hiring", "report")]
    shown = visit("the-administrator").get("/api/staff/sessions/s-one").json()
    assert [(look["by"], look["page"]) for look in shown["looks"]] == [
        ("the-hiring", "report"),
        ("the-interviewer", "review"),
    ]
    assert visit("the-interviewer").get("/api/staff/sessions/s-one").json()["looks"] is None


def test_raters_see_a_code_instead_of_the_name(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    client = visit("the-interviewer")
    answers = [
        client.get(f"/api/staff/sessions{path}").text
        for path in ("", "/s-one", "/s-one/report.html", "/s-one/report.json")
    ]
    assert not any("Ann" in answer for answer in answers)
    assert f"Candidate {code('s-one')}" in answers[1]
    assert "Ann" in visit("the-hiring").get("/api/staff/sessions/s-one").text


def test_a_rating_needs_a_quote_and_a_known_dimension(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    client = visit("the-interviewer")
    assert rate(client, "s-one", DIMENSIONS[0], 3, quote="  ") == 422
    assert rate(client, "s-one", "charm", 3) == 404
    assert rate(client, "s-one", DIMENSIONS[0], 5) == 422
    assert rate(client, "s-none", DIMENSIONS[0], 3) == 404
    assert rate(client, "s-one", DIMENSIONS[0], 2) == 200
    assert rate(client, "s-one", DIMENSIONS[0], 3) == 200
    stored = [r.event for r in home.log.read("s-one", "review") if r.kind == "rating"]
    assert [(e.rater, e.level) for e in stored if isinstance(e, Rating)] == [
        ("the-interviewer", 2),
        ("the-interviewer", 3),
    ]
    shown = client.get("/api/staff/sessions/s-one").json()
    assert [r["level"] for r in shown["ratings"]] == [3]


def test_ratings_of_others_stay_hidden_until_both_are_in(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    first, second = visit("the-interviewer"), visit("second")
    for dimension in DIMENSIONS:
        assert rate(first, "s-one", dimension, 1, "first rater's words") == 200
    for path in ("/s-one", "/s-one/report.html", "/s-one/report.json"):
        assert "first rater" not in second.get(f"/api/staff/sessions{path}").text
    for dimension in DIMENSIONS:
        assert rate(second, "s-one", dimension, 4) == 200
    both = second.get("/api/staff/sessions/s-one").json()
    assert {r["rater"] for r in both["ratings"]} == {"the-interviewer", "second"}
    assert sorted(both["differing"]) == sorted(DIMENSIONS)
    body = {"subject": f"rating/{DIMENSIONS[0]}", "decision": "3", "reason": "agreed"}
    assert second.post("/api/staff/sessions/s-one/settle", json=body).status_code == 200
    assert DIMENSIONS[0] not in second.get("/api/staff/sessions/s-one").json()["differing"]


def test_only_ratings_that_differ_are_settled_on_the_review_page(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    client = visit("the-interviewer")
    settle = "/api/staff/sessions/s-one/settle"
    for subject, decision in (("challenge/30", "natural"), (f"rating/{DIMENSIONS[0]}", "3")):
        assert client.post(settle, json={"subject": subject, "decision": decision}).status_code == 404


def test_a_running_session_shows_its_state_and_nothing_to_review(home: Home, visit: Any) -> None:
    sat(home, "s-run", finished=False)
    client = visit("the-interviewer")
    line = next(row for row in client.get("/api/staff/sessions").json()["sessions"] if row["id"] == "s-run")
    assert line["state"] == "work"
    assert line["left"] == 0
    assert line["figures"] is None
    assert client.get("/api/staff/sessions/s-run").json()["review"] is None
    assert rate(client, "s-run", DIMENSIONS[0], 3) == 409
    assert client.get("/api/staff/sessions/s-run/report.json").status_code == 409
    assert kinds(home, "s-run") == []


def test_the_list_is_newest_first_and_says_what_is_simulated(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    sat(home, "s-two", simulated=False)
    client = visit("the-administrator")
    for name in ("s-one", "s-two"):
        client.get(f"/api/staff/sessions/{name}")
    rows = client.get("/api/staff/sessions").json()
    assert rows["notice"] == "practice tasks, not for decisions"
    assert {row["id"]: row["simulated"] for row in rows["sessions"]} == {"s-one": True, "s-two": False}
    sat_at = [row["sat"] for row in rows["sessions"]]
    assert sat_at == sorted(sat_at, reverse=True)


def test_pairs_are_told_apart_with_holms_correction() -> None:
    def row(name: str, estimate: float, half: float) -> dict[str, Any]:
        d = {"estimate": estimate, "low": estimate - half, "high": estimate + half}
        return {"id": name, "figures": {"d_prime": d}}

    near = told_apart([row("a", 1.0, 1.0), row("b", 2.0, 1.0), row("c", 1.5, 1.0)])
    assert near == {"sessions": 3, "pairs": 3, "apart": []}
    far = told_apart([row("a", 0.0, 0.5), row("b", 4.0, 0.5), row("c", 0.1, 0.5)])
    assert sorted(map(sorted, far["apart"])) == [["a", "b"], ["b", "c"]]
    # p = .0411 alone would pass 5 %; among three pairs it must not.
    lone = told_apart([row("a", 0.0, 1.0), row("b", 1.445, 1.0), row("c", 0.7, 1.0)])
    assert lone["apart"] == []


def test_sessions_of_too_few_statements_are_compared_with_nobody(home: Home, app: FastAPI, visit: Any) -> None:
    def row(name: str, hits: int, flawed: int, alarms: int, clean: int, simulated: bool = False) -> dict[str, Any]:
        found = d_prime(hits, flawed, alarms, clean)
        assert found is not None
        figures = {"flawed": flawed, "clean": clean, "d_prime": found.model_dump()}
        return {"id": name, "assessment": "demo", "simulated": simulated, "figures": figures}

    small = [row("a", 11, 11, 0, 8), row("b", 0, 12, 7, 7)]
    assert told_apart(small)["apart"]
    assert comparisons(small) == []
    enough = [row("c", 12, 12, 0, 8), row("d", 0, 12, 8, 8), row("e", 12, 12, 0, 8, simulated=True)]
    real, simulated = comparisons([*small, *enough])
    assert (real["pairs"], [sorted(pair) for pair in real["apart"]]) == (1, [["c", "d"]])
    assert (simulated["pairs"], simulated["sessions"]) == (0, 1)

    for name in ("s-one", "s-two"):
        sat(home, name)
    app.state.desk.score_all(["s-one", "s-two"])
    shown = visit("the-interviewer").get("/api/staff/sessions").json()
    assert all(line["figures"]["d_prime"] for line in shown["sessions"])
    assert shown["comparisons"] == []


def test_the_report_needs_nothing_else_and_shows_data_as_text(home: Home) -> None:
    sat(home, "s-one")
    context = checked_context(home, "s-one", SANDBOX, lambda: START)
    page = report_html(context, True)
    assert "<script" not in page
    assert '<link rel="stylesheet"' not in page
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "Simulated session." in page
    assert "simulated, careful" in page
    assert "practice tasks, not for decisions" in page.lower()
    assert "Log verified." in page
    assert "do not rely on this report" in report_html(context, False)


def test_the_json_report_keeps_to_its_schema_and_names_itself_simulated(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    context = checked_context(home, "s-one", SANDBOX, lambda: START)
    found = json.loads(report_json(context))
    assert found["format"] == "harness-report-1"
    assert found["header"]["simulated"] is True
    assert set(report_schema()["required"]) <= set(found)
    assert report_json(context) == report_json(context)
    answer = visit("the-hiring").get("/api/staff/sessions/s-one/report.json")
    assert "simulated" in answer.headers["content-disposition"]


def test_the_debrief_waits_for_its_release(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    assert visit().get("/debrief").status_code == 401
    client = candidate(home, visit(), "s-one")
    before = client.get("/debrief")
    assert "Your debrief is not here yet" in before.text
    assert "planted errors</h2>" not in before.text
    early = client.post("/debrief/dispute", data={"number": "1", "text": "wrong"})
    assert "not here yet" in early.text
    assert "disputed" not in kinds(home, "s-one")
    assert visit("the-interviewer").post("/api/staff/sessions/s-one/debrief", json={}).status_code == 200
    assert visit("the-interviewer").post("/api/staff/sessions/s-one/debrief", json={}).status_code == 200
    assert kinds(home, "s-one").count("debrief_released") == 1
    after = client.get("/debrief")
    assert "You caught" in after.text
    assert "simulated" in after.text
    assert "<img" not in after.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in after.text


def test_a_candidate_disputes_keys_of_their_own_session_once_each(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    sat(home, "s-two")
    visit("the-interviewer").post("/api/staff/sessions/s-one/debrief", json={})
    client = candidate(home, visit(), "s-one")
    for text in (f"The brief says so. {HOSTILE}", "again"):
        answer = client.post("/debrief/dispute", data={"number": "1", "text": text}, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/debrief#e1"
    assert client.post("/debrief/dispute", data={"number": "99", "text": "x"}).status_code == 404
    stored = [r.event for r in home.log.read("s-one", "review") if r.kind == "disputed"]
    assert len(stored) == 1
    assert kinds(home, "s-two") == []
    page = client.get("/debrief").text
    assert "You dispute this key" in page
    assert "<script>alert(2)" not in page
    other = candidate(home, visit(), "s-two")
    assert "not here yet" in other.get("/debrief").text
    shown = visit("the-interviewer").get("/api/staff/sessions/s-one").json()
    assert [d["number"] for d in shown["disputes"]] == [1]


def test_a_dispute_that_is_too_long_is_kept_in_its_form_with_a_sentence(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    visit("the-interviewer").post("/api/staff/sessions/s-one/debrief", json={})
    client = candidate(home, visit(), "s-one")
    words = f"It is so. {HOSTILE}\r\n" + "x" * debrief.LONGEST
    answer = client.post("/debrief/dispute", data={"number": "2", "text": words})
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
    length = len(words.replace("\r\n", "\n"))
    assert f"Your words have {length:,} characters, and at most 2,000 can be sent: shorten them." in answer.text
    assert answer.text.count('role="alert"') == answer.text.count('<details class="dis" open>') == 1
    assert f"&lt;script&gt;alert(2)&lt;/script&gt;\n{'x' * debrief.LONGEST}</textarea>" in answer.text
    assert "<script>alert(2)" not in answer.text
    assert "disputed" not in kinds(home, "s-one")


def test_a_line_end_of_a_dispute_counts_once_however_it_is_sent(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    visit("the-interviewer").post("/api/staff/sessions/s-one/debrief", json={})
    client = candidate(home, visit(), "s-one")
    words = "\r\n".join("x" * (debrief.LONGEST // 2))[: -len("\r\n")] + "x\r\n"
    answer = client.post("/debrief/dispute", data={"number": "1", "text": words}, follow_redirects=False)
    assert answer.status_code == 303
    (stored,) = (r.event for r in home.log.read("s-one", "review") if r.kind == "disputed")
    assert isinstance(stored, Disputed)
    assert stored.text == words.replace("\r\n", "\n").strip()


def test_keys_cannot_be_disputed_after_the_time_for_it(home: Home, app: FastAPI, visit: Any) -> None:
    sat(home, "s-one")
    visit("the-interviewer").post("/api/staff/sessions/s-one/debrief", json={})
    app.state.clock = lambda: START + 86_400_000 * (debrief.DAYS + 2)
    client = candidate(home, visit(), "s-one")
    assert client.post("/debrief/dispute", data={"number": "1", "text": "late"}).status_code == 409
    assert "Dispute this key" not in client.get("/debrief").text


def test_a_foreign_page_cannot_make_staff_release_anything(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    client = visit("the-interviewer")
    answer = client.post(
        "/api/staff/sessions/s-one/debrief", json={}, headers={"Origin": "http://elsewhere.invalid"}
    )
    assert answer.status_code == 403
    assert kinds(home, "s-one") == []


def test_the_page_is_built_without_gradio_at_import() -> None:
    script = "import sys, ui.pages.staff; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_scripts_never_read_data_as_html() -> None:
    for file in sorted((UI / "review" / "source").glob("*.js")):
        text = file.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
            assert word not in text, f"{file.name} uses {word}"
        assert len(text.splitlines()) <= 400
