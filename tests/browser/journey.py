"""A whole session as one person sits it; what was seen on the way is kept for the tests to judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, StorageState, expect

from tests.browser.recorder import Exchange, Recording, recorded
from tests.browser.served import Server
from tests.browser.workspace import Candidate

Json = dict[str, Any]
DESIGN, CODING = "news-ranking", "fraud-api"
GOAL = (
    "# Goal\n\nReaders come back **within a week**; guard: complaints. Emoji \U0001f469\u200d\U0001f52c, ﬁ, שלום."
)
DIAGRAM = (
    "## Path\n\n```mermaid\ngraph LR\n  Request --> Ranker --> Feed\n```\n\n"
    "| step | ms |\n|---|---|\n| score | 30 |"
)
FIX = "The last days are the test; nothing of them may be in training, clicks that come late included."
COMMENT = "Which of the two figures decides?"
OUTSIDE = "def pasted_from_elsewhere(amount):\n    return amount * 2\n"
TYPED = "\n# checked by hand\n"
PROBED = ("config", "theme.css", "gradio_api/info", "info", "gradio_api/startup-events")
"""What the page does not ask for, and a curious candidate can."""
CANDIDATE = "Ann <b>Example</b>"


@dataclass
class Sitting:
    """A session that was handed in, and what was seen on the way."""

    server: Server
    recording: Recording
    context: BrowserContext
    """The candidate's browser."""
    session: str = ""
    cookies: StorageState = field(default_factory=StorageState)
    requests: list[str] = field(default_factory=list)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    """Task to path to the text that the editor held before the task was handed in."""
    seen: Json = field(default_factory=dict)
    received: list[Exchange] = field(default_factory=list)
    """Everything that the browser was sent until the session was handed in."""
    problems: list[str] = field(default_factory=list)
    """Errors that the pages raised."""


def sit(context: BrowserContext, server: Server) -> Sitting:
    """Sits a session from the link to the last page."""
    link = server.invitation(CANDIDATE)
    with recorded(server.port) as recording:
        requests: list[str] = []
        context.on("request", lambda request: requests.append(request.url))
        candidate = Candidate(context.new_page(), recording.base)
        sitting = Sitting(server, recording, context, requests=requests, problems=candidate.problems)
        before = set(server.sessions())
        candidate.page.goto(link.replace(server.base, recording.base))
        sitting.seen["welcome"] = candidate.page.locator("main").inner_text()
        candidate.enter(candidate.page.url)
        (sitting.session,) = set(server.sessions()) - before
        sitting.seen["start"] = candidate.page.locator(".sheet").inner_text()
        candidate.begin()
        _design(sitting, candidate)
        candidate.submit()
        sitting.seen["between"] = candidate.page.locator(".sheet").inner_text()
        candidate.begin()
        _code(sitting, candidate)
        candidate.submit()
        candidate.screen("plain")
        sitting.seen["end"] = candidate.page.locator(".sheet").inner_text()
        for path in PROBED:
            candidate.page.evaluate("path => fetch(`/work/${path}`).then((answer) => answer.text())", path)
        sitting.received = list(recording.exchanges)
        sitting.cookies = context.storage_state()
        return sitting


def _design(sitting: Sitting, at: Candidate) -> None:
    page = at.page
    at.write(GOAL, "goal.md", replace=True)
    preview = page.locator(".pv .prose-host:visible")
    expect(preview.locator("strong")).to_have_text("within a week")
    at.write(DIAGRAM, "serving.md", replace=True)
    expect(preview.locator("table td").first).to_have_text("score")
    expect(preview.locator("svg .node").first).to_be_visible()
    sitting.seen["diagram"] = preview.locator("svg").text_content()
    page.get_by_role("tab", name="Whole document").click()
    expect(page.locator(".pv .prose-host:visible strong")).to_have_text("within a week")
    at.ask("How should we split the data for the offline evaluation?")
    at.ask("What would you write under experiment and rollout?")
    at.ask("Which features should we build?")
    first, second, third, fourth = [s["id"] for s in at.statements()][:4]
    at.click_decision(first, "reject")
    form = at.statement(first).locator(".fix-form")
    form.get_by_label("Kind").select_option("future-or-test-leak")
    form.get_by_label("Instead").fill(FIX)
    form.get_by_role("radio", name="Fairly").click()
    form.get_by_role("button", name="Done").click()
    at.click_decision(second, "accept")
    at.press_decision(third, "u")
    at.press_decision(fourth, "e")
    page.keyboard.press("Tab")
    page.keyboard.type("Say by how much.")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("3")
    at.statement(second).locator(".st-t").dblclick(position={"x": 60, "y": 10})
    page.locator(".pop").get_by_role("button", name="Comment").click()
    sitting.seen["quote"] = at.statement(second).locator(".quoted").inner_text().strip("“”")
    at.statement(second).get_by_label("Comment").fill(COMMENT)
    at.statement(second).get_by_role("button", name="Keep comment").click()
    sitting.seen["decided"] = (first, second, third, fourth)
    _look(sitting, at, DESIGN)


def _code(sitting: Sitting, at: Candidate) -> None:
    page = at.page
    sitting.seen["brief"] = page.locator(".brief").inner_text()
    at.ask("Please write to_cents and parse_request")
    at.ask("Now the two features from the card's history: payments_24h and prior_fraud_24h")
    hunk = page.locator(".conv .st", has=page.locator(".hunk-h")).first
    sitting.seen["hunk"] = hunk.get_attribute("data-segment")
    hunk.scroll_into_view_if_needed()
    hunk.hover()
    hunk.get_by_role("button", name="Insert").click()
    at.wait("s.edits > 0 || s.pending > 0 || s.saving === 'saved'")
    sitting.seen["inserted"] = at.text("fraud.py")
    page.keyboard.press("End")
    page.keyboard.type("  # looked at")
    page.keyboard.press("Control+End")
    page.keyboard.type(TYPED)
    before = at.text("fraud.py")
    at.paste(OUTSIDE)
    at.wait("window.harnessWorkspace.text('fraud.py').includes('pasted_from_elsewhere')")
    sitting.seen["pasted"] = at.text("fraud.py")
    page.keyboard.press("Control+z")
    at.wait("window.harnessWorkspace.text('fraud.py') === a", before)
    at.run("Run tests")
    sitting.seen["tests"] = page.locator(".rsb .tl li").all_inner_texts()
    at.run("Run file")
    sitting.seen["run"] = page.locator(".rsb").first.inner_text()
    at.open("api.yaml")
    page.keyboard.type("may not be written")
    at.open("fraud.py")
    _look(sitting, at, CODING)


def _look(sitting: Sitting, at: Candidate, task: str) -> None:
    """Opens the last look, decides one more, accepts the rest."""
    page = at.page
    sitting.files[task] = {f["path"]: at.text(f["path"]) for f in at.view()["task"]["files"]}
    at.look_back()
    sitting.seen[f"look {task}"] = page.locator(".lr").inner_text()
    open_ones = [s["id"] for s in at.statements() if "decision" not in s]
    at.press_decision(open_ones[-1], "a", "2")
    page.locator(".sum .rest-b").click()
    at.wait("s.statements.every((one) => one.decision)")
    sitting.seen[f"counted {task}"] = page.locator(".sum dl").first.inner_text()
    sitting.seen[f"statements {task}"] = at.statements()
    page.wait_for_timeout(1_200)
