"""How the simulated candidates behave. Each sees what a browser shows, and nothing else."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any, ClassVar

from harness.simulation.bank import Bank, bank_for
from harness.simulation.browser import Browser, Statement, replaced

Json = dict[str, Any]


class Policy:
    """A candidate who asks about everything and decides on nothing; the others change single steps."""

    name: ClassVar[str]
    inserts: ClassVar[bool] = True

    def __init__(self, generator: random.Random, bank: Callable[[str], Bank] = bank_for) -> None:
        self.generator = generator
        self.bank = bank

    async def sit(self, browser: Browser, token: str) -> None:
        """Sits the whole session."""
        await browser.enter(token)
        while browser.view["phase"] in ("ready", "between"):
            await browser.open()
            await self.work(browser)
            await self.look_back(browser, await browser.look_back())
            await browser.submit()

    async def work(self, browser: Browser) -> None:
        """Asks about every part of the task, and takes each answer in."""
        for file, question in questions(browser.view["task"]):
            browser.clock.pass_seconds(self.generator.uniform(8, 25))
            for statement in await browser.ask(question, file):
                await self.meet(browser, statement)
            await browser.flush()
        if browser.view["task"]["kind"] == "coding" and browser.view["sandbox"]["tier"] in ("strong", "reduced"):
            await browser.run()

    async def meet(self, browser: Browser, statement: Statement) -> None:
        """Does something about a statement that was just read."""
        if statement.form == "hunk" and self.inserts:
            await browser.insert(statement)

    async def look_back(self, browser: Browser, statements: list[Statement]) -> None:
        """Decides on what is left in the last look."""


class AcceptsEverything(Policy):
    """Accepts each statement and inserts each hunk."""

    name = "accepts_everything"

    async def meet(self, browser: Browser, statement: Statement) -> None:
        await super().meet(browser, statement)
        browser.decide(statement, "accept", 3)

    async def look_back(self, browser: Browser, statements: list[Statement]) -> None:
        undecided = [s for s in statements if s.id not in browser.view["dispositions"]]
        for statement in undecided:
            browser.decide(statement, "accept", 3, where="ledger")


class RejectsEverything(Policy):
    """Rejects each statement with the same reason, and uses none."""

    name = "rejects_everything"
    inserts = False

    async def meet(self, browser: Browser, statement: Statement) -> None:
        browser.decide(statement, "reject", 2, "code-behaviour", "I do not trust this.")

    async def look_back(self, browser: Browser, statements: list[Statement]) -> None:
        for statement in statements:
            if statement.id not in browser.view["dispositions"]:
                browser.decide(statement, "reject", 2, "code-behaviour", "I do not trust this.", "ledger")


class SilentFixer(Policy):
    """Inserts every hunk, then puts the wrong ones right without a word."""

    name = "silent_fixer"

    async def look_back(self, browser: Browser, statements: list[Statement]) -> None:
        bank = self.bank(browser.task)
        for statement in statements:
            answer = bank.answer(statement.text)
            if statement.form != "hunk" or statement.file is None or statement.symbol is None:
                continue
            if statement.text.strip() not in browser.texts[statement.file]:
                await browser.insert(statement)
            if answer and answer.code:
                browser.clock.pass_seconds(60)
                fixed = replaced(browser.texts[statement.file], statement.symbol, answer.code)
                await browser.write(statement.file, fixed)


class CopyPaste(Policy):
    """Copies all the assistant says into the work, and accepts what is left without reading it."""

    name = "copy_paste"

    async def meet(self, browser: Browser, statement: Statement) -> None:
        await super().meet(browser, statement)
        if statement.form == "claim" and browser.view["task"]["kind"] == "design":
            files = [f["path"] for f in browser.view["task"]["files"] if not f["readonly"]]
            await browser.paste(files[len(browser.statements) % len(files)], f"\n{statement.text}\n", statement)

    async def look_back(self, browser: Browser, statements: list[Statement]) -> None:
        for statement in statements:
            if statement.id not in browser.view["dispositions"]:
                browser.decide(statement, "accept", None, where="ledger")


class Careful(Policy):
    """Checks each statement against what an expert knows; misses some flaws and doubts some right ones."""

    name = "careful"
    catches: ClassVar[float] = 0.8
    doubts: ClassVar[float] = 0.08

    async def meet(self, browser: Browser, statement: Statement) -> None:
        browser.clock.pass_seconds(self.generator.uniform(5, 40))
        answer = self.bank(browser.task).answer(statement.text)
        caught = answer is not None and self.generator.random() < self.catches
        doubted = answer is None and self.generator.random() < self.doubts
        if statement.form == "hunk":
            await browser.insert(statement)
        if caught and answer is not None:
            decision = "edit" if statement.form == "hunk" else "reject"
            browser.decide(statement, decision, self.generator.choice((2, 3)), answer.family, answer.right)
            if answer.code and statement.file and statement.symbol:
                fixed = replaced(browser.texts[statement.file], statement.symbol, answer.code)
                await browser.write(statement.file, fixed)
        elif doubted:
            browser.decide(statement, "reject", 1, "metric-or-evaluation", "I would do this differently.")
        else:
            browser.decide(statement, "accept", self.generator.choice((2, 3)))

    async def look_back(self, browser: Browser, statements: list[Statement]) -> None:
        for statement in statements:
            if statement.id not in browser.view["dispositions"]:
                await self.meet(browser, statement)


POLICIES: dict[str, type[Policy]] = {
    policy.name: policy for policy in (Careful, AcceptsEverything, RejectsEverything, SilentFixer, CopyPaste)
}
"""Every policy by the name that the command line uses."""


def questions(task: Json) -> list[tuple[str | None, str]]:
    """What to ask about a task, from what its page shows: each open file with a question about each part."""
    if task["kind"] == "design":
        return [(f["path"], f"What should we do about {f['title'].lower()}?") for f in task["files"]]
    found: list[tuple[str | None, str]] = []
    for file in task["files"]:
        if file["readonly"] or not file["path"].endswith(".py"):
            continue
        for symbol in re.findall(r"^(?:def|class) (\w+)", file["text"], re.M):
            found.append((file["path"], f"Please write {symbol}."))
    return found
