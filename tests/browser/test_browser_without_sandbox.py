"""A machine without a sandbox: Run says so in one sentence, everything else works, grades are open."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tasks import task_named
from tests.browser.served import WITHOUT_SANDBOX, Server
from tests.browser.workspace import Candidate

SENTENCE = "Running code is switched off here: this machine has no safe sandbox. Everything else works."


def test_a_session_without_a_sandbox(bare: Server, window: Callable[[], BrowserContext]) -> None:
    bare.wait()
    at = Candidate(window().new_page(), bare.base)
    at.enter(bare.invitation(tasks=("fraud-api",)))
    at.begin()
    expect(at.page.locator(".rsb").first).to_contain_text(SENTENCE)
    at.ask("Please write to_cents and parse_request")
    at.page.locator(".conv .st").first.hover()
    at.page.locator(".conv .st").first.get_by_role("button", name="Insert").click()
    at.run("Run tests")
    expect(at.page.locator(".rsb").first).to_contain_text(SENTENCE)
    expect(at.page.locator(".rsb .tl li")).to_have_count(0)
    at.press_decision(at.statements()[0]["id"], "r", "Escape")
    at.look_back()
    for statement in at.statements()[1:]:
        at.press_decision(statement["id"], "r", "Escape")
    at.page.wait_for_timeout(1_200)
    at.submit()
    at.screen("plain")
    (session,) = bare.sessions()
    assert [r.event.status for r in bare.records(session) if r.kind == "run_result"] == ["refused"]
    environment = {**os.environ, "HARNESS_HOME": str(bare.folder / "home")}
    scored = subprocess.run(
        [*WITHOUT_SANDBOX, "score", session, "--json"], env=environment, capture_output=True, text=True, check=True
    )
    outcomes = json.loads(scored.stdout)["outcomes"]
    assert {o["outcome"] for o in outcomes} <= {"hit", "false_alarm", "not_exposed"}
    assert [o["outcome"] for o in outcomes].count("hit") > 0
    hunks = {item.id for item in task_named("fraud-api").items if item.form == "hunk"}
    assert {o["grade"] for o in outcomes if o["item"] in hunks} == {None}
    bare.stop()
