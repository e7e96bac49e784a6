"""The report: what stands first, what it links to, what it hides, and its published schema."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from evaluators.reports.report import report_schema, schema_text
from evaluators.scoring.session import checked_context
from harness.home import Home
from tasks.rubrics import rubric
from tests.conftest import START
from tests.ui.staffed import SANDBOX, rate, sat
from ui.pages.frame import UI
from ui.pages.report import report_html, report_json

PUBLISHED = UI.parent / "evaluators" / "report.schema.json"
DIMENSIONS = [d.id for d in rubric().dimensions]


@pytest.fixture
def page(home: Home) -> str:
    sat(home, "s-one")
    return report_html(checked_context(home, "s-one", SANDBOX, lambda: START), True, "http://harness.invalid")


def test_the_published_schema_is_the_one_that_reports_keep_to(home: Home) -> None:
    sat(home, "s-one")
    schema = json.loads(PUBLISHED.read_text("utf-8"))
    assert schema == report_schema(), "harness report --schema > evaluators/report.schema.json"
    assert PUBLISHED.read_text("utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(schema)
    found = json.loads(report_json(checked_context(home, "s-one", SANDBOX, lambda: START)))
    jsonschema.Draft202012Validator(schema).validate(found)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({**found, "format": "another"})


def test_the_command_prints_the_schema() -> None:
    from ui.command import app

    done = CliRunner().invoke(app, ["report", "--schema"])
    assert done.exit_code == 0
    assert done.stdout == schema_text()


def test_what_matters_stands_first(page: str) -> None:
    order = [
        "Planted errors caught",
        "Look at these first",
        "Scored statements",
        "Rubric profile",
        "Where the delivered text comes from",
        "Recorded facts",
        "How they worked",
        "Challenges that fit no planted error",
        "Statements and keys",
        "What to keep in mind",
    ]
    places = [page.index(f">{words}<") for words in order]
    assert places == sorted(places)


def test_moments_lead_into_the_replay(page: str, home: Home) -> None:
    links = re.findall(r'href="(http://harness\.invalid/review/#/session/s-one/at/\d+)"', page)
    assert 1 <= len(links) <= 3
    alone = report_html(checked_context(home, "s-one", SANDBOX, lambda: START))
    assert "/review/" not in alone


def test_questions_that_wait_are_told(page: str) -> None:
    assert re.search(r"\d+ questions? still waits? for people\.", page)
    assert "not settled" in page


def test_proposed_levels_wait_for_the_readers_own_rating(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    client = visit("the-interviewer")
    address = "/api/staff/sessions/s-one"

    def proposed() -> tuple[set[str], bool, bool]:
        shown = client.get(address).json()["proposals"]
        found = json.loads(client.get(f"{address}/report.json").text)
        dimensions = {f["dimension"] for e in found["evaluations"] for f in e["findings"]}
        return (
            {p["dimension"] for p in shown},
            "trust" in dimensions,
            "Proposed by the counts" in client.get(f"{address}/report.html").text,
        )

    everybody = json.loads(visit("the-hiring").get(f"{address}/report.json").text)
    levels = {f["dimension"] for e in everybody["evaluations"] for f in e["findings"] if f["level"]}
    assert proposed() == (set(), False, False)
    for dimension in sorted(levels):
        assert rate(client, "s-one", dimension, 2) == 200
    assert proposed()[0] == levels
    assert proposed()[2] == bool(levels)


def test_the_profile_names_raters_and_keeps_a_critical_miss_apart(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    for dimension in DIMENSIONS:
        assert rate(visit("the-interviewer"), "s-one", dimension, 3, "“Why a day?”") == 200
    found = json.loads(visit("the-hiring").get("/api/staff/sessions/s-one/report.json").text)
    assert found["profile"]["combined"] == 3.0
    assert found["profile"]["critical_misses"] == 0
    assert {r["anchor"] is None for r in found["ratings"]} == {False}
    page = visit("the-hiring").get("/api/staff/sessions/s-one/report.html").text
    assert "Weighted mean 3.00 of 4" in page
    assert "the-interviewer chose 3" in page


def test_a_rating_names_the_rubric_that_its_rater_read(home: Home, visit: Any) -> None:
    sat(home, "s-one")
    client = visit("the-interviewer")
    shown = client.get("/api/staff/sessions/s-one").json()["rubric"]
    assert rate(client, "s-one", DIMENSIONS[0], 3) == 200
    (row,) = client.get("/api/staff/sessions/s-one").json()["ratings"]
    assert (row["rubric"], row["version"]) == (shown["name"], shown["version"])
    assert [d["id"] for d in shown["dimensions"]] == DIMENSIONS
