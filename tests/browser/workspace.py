"""A candidate at the workspace: what a person does there with mouse and keyboard."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect

Json = dict[str, Any]
PATIENCE = 30_000
"""Milliseconds to wait for anything."""
READY = "window.harnessWorkspace !== undefined && window.harnessWorkspace.state().screen === {}"


class Candidate:
    """Drives one page."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.problems: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.problems.append(f"{error}"))
        page.on("dialog", lambda dialog: (self.problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def enter(self, link: str) -> None:
        """Opens an invitation, agrees and comes to the start page."""
        self.page.goto(link)
        self.page.check("#agree")
        self.page.click("#consent button[type=submit]")
        self.screen("start")

    def begin(self) -> None:
        """Starts the task of the start page."""
        self.page.click(".sheet button.go")
        self.screen("work")

    def screen(self, name: str) -> None:
        """Waits for a screen: start, work, ledger, plain."""
        self.page.wait_for_function(READY.format(json.dumps(name)), timeout=2 * PATIENCE)

    def state(self) -> Json:
        """Where the page stands."""
        found: Json = self.page.evaluate("window.harnessWorkspace.state()")
        return found

    def text(self, file: str) -> str:
        """A file as the editor holds it."""
        found: str = self.page.evaluate("file => window.harnessWorkspace.text(file)", file)
        return found

    def view(self) -> Json:
        """GET /api/session, as this browser sees it."""
        found: Json = self.page.evaluate("fetch('/api/session').then((answer) => answer.json())")
        return found

    def drain(self) -> bool:
        """Waits until the server has acknowledged everything."""
        found: bool = self.page.evaluate("window.harnessWorkspace.drain()")
        return found

    def wait(self, condition: str, argument: object = None, timeout: float = PATIENCE) -> None:
        """Waits until a JavaScript condition on `s` (the state) and `a` (the argument) holds."""
        self.page.wait_for_function(
            f"(a) => {{ const s = window.harnessWorkspace.state(); return {condition}; }}",
            arg=argument,
            timeout=timeout,
        )

    @property
    def saving(self) -> Locator:
        """The word that says how saving stands."""
        return self.page.locator(".bar .state-tag[role=status]")

    @property
    def editor(self) -> Locator:
        """What is typed into."""
        return self.page.locator(".cm-content")

    def open(self, file: str) -> None:
        """Opens a file (coding) or a section (design) by its path."""
        if self.state()["file"] != file:
            section = self.page.locator("select.section-in")
            if section.count():
                section.select_option(file)
            else:
                self.page.get_by_role("tab", name=file).click()
            self.wait("s.file === a", file)

    def write(self, text: str, file: str | None = None, replace: bool = False) -> None:
        """Puts text at the end of a file, or in place of it, in one stroke."""
        if file is not None:
            self.open(file)
        self.editor.focus()
        self.page.keyboard.press("Control+a" if replace else "Control+End")
        self.page.keyboard.insert_text(text)

    def paste(self, text: str) -> None:
        """Pastes text that comes from outside the page at the cursor."""
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.page.keyboard.press("Control+v")

    def ask(self, text: str, answered: bool = True) -> None:
        """Sends a message and waits for the end of the answer."""
        turns = self.page.locator(".conv .turn").count()
        message = self.page.get_by_label("Message")
        message.fill(text)
        message.press("Control+Enter")
        expect(self.page.locator(".conv .turn")).to_have_count(turns + 1)
        if answered:
            self.settled()

    def settled(self) -> None:
        """Waits until the assistant has nothing more to say."""
        self.wait("!s.streaming && !document.querySelector('.conv .tail.is-coming')")

    def statements(self) -> list[Json]:
        """All statements with their decisions, in order."""
        found: list[Json] = self.state()["statements"]
        return found

    def statement(self, segment: str) -> Locator:
        """A statement on screen."""
        return self.page.locator(f"article.st[data-segment='{segment}']:visible")

    def click_decision(self, segment: str, decision: str) -> None:
        """Decides with the mouse."""
        article = self.statement(segment)
        article.scroll_into_view_if_needed()
        article.hover()
        article.locator(f".ctl button[data-v='{decision}']").click()

    def press_decision(self, segment: str, *keys: str) -> None:
        """Decides with the keyboard."""
        self.statement(segment).focus()
        for key in keys:
            self.page.keyboard.press(key)

    def run(self, button: str) -> None:
        """Presses "Run tests" or "Run file" and waits for the result."""
        self.page.get_by_role("button", name=button).click()
        self.wait("s.running", timeout=5_000)
        self.wait("!s.running")

    def look_back(self) -> None:
        """Opens the last look and waits until the assistant's review is over."""
        self.page.get_by_role("button", name="Review and submit").click()
        self.screen("ledger")
        while self.view()["reviewing"]:
            self.page.wait_for_timeout(200)
        self.settled()

    def submit(self) -> None:
        """Hands in."""
        self.page.locator(".sum .btn.go.big").click()
        self.page.wait_for_function("window.harnessWorkspace.state().screen !== 'ledger'")
