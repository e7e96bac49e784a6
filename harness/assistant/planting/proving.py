"""Proves both twins of a hunk in a model's code by running them, before anybody sees either."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import OrderedDict
from contextlib import ExitStack
from dataclasses import dataclass

from harness.assistant.planting.parts import parts
from harness.checking import run_check
from harness.sandbox import Limits, Sandbox, Tier
from harness.sandbox.interface import Candidates
from tasks import Item, Task
from tasks.program import insert, solution

IDLE = 30.0
"""Seconds without a proof after which the place for them is given up."""
PATIENCE = Limits(wall=10.0, cpu=8)
"""For the visible tests: a busy machine must not make right code look wrong."""
REMEMBERED = 2_000
"""Verdicts of programs that are kept in this process."""


@dataclass(frozen=True)
class Proof:
    """Whether a program holds: None if so, else the reason in a few words."""

    why: str | None


class Prover:
    """Runs a task's visible tests and checks on its solution with one definition put in.

    One program at a time: proving is what a reply waits for, and a machine has few cores.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._known: OrderedDict[str, Proof] = OrderedDict()
        self._running = threading.Lock()
        self._open = ExitStack()
        self._children: Candidates | None = None
        self._closing: threading.Timer | None = None

    @property
    def able(self) -> bool:
        """Without a strong sandbox nothing is run, and nothing can be proved."""
        return self._sandbox.tier == Tier.STRONG

    async def prove(self, task: Task, path: str, symbol: str, code: str, fails: str | None) -> Proof:
        """The definition passes the visible tests and every check, but for that of the item `fails`.

        `task` is filled in for the session. Never raises for what the code does.
        """
        return await asyncio.to_thread(self._prove, task, path, symbol, code, fails)

    async def natural(self, task: Task, path: str | None, code: str) -> tuple[tuple[str, str], ...]:
        """Items whose checks code fails that nobody planted anything in, each with a few words why.

        Each of its definitions is tried by itself. `path` is the file that it is for, where that is known.
        """
        return await asyncio.to_thread(self._natural, task, path, code)

    def _natural(self, task: Task, path: str | None, code: str) -> tuple[tuple[str, str], ...]:
        if not self.able:
            return ()
        right = solution(task)
        checked = [(i.id, i.file) for i in _checked(task) if i.file is not None]
        found: dict[str, str] = {}
        for part in parts(right, path, code):
            files = insert(right, part.path, part.symbol, part.code)
            with self._running:
                children = self._place()
                for item, file in checked:
                    verdict, detail = run_check(task, item, files, file, children)
                    if verdict == "fail":
                        found.setdefault(item, detail)
        return tuple(found.items())

    def _prove(self, task: Task, path: str, symbol: str, code: str, fails: str | None) -> Proof:
        if not self.able:
            return Proof("there is no strong sandbox")

        try:
            files = insert(solution(task), path, symbol, code)
        except SyntaxError:
            return Proof("it does not parse")
        parts = [*sorted(files.items()), *sorted(task.checks.items()), *sorted(task.visible.items())]
        text = "\0".join([str(fails), *(f"{name}\0{body}" for name, body in parts)])
        key = hashlib.sha256(text.encode()).hexdigest()
        with self._running:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            proof = self._run(task, files, fails)
            self._known[key] = proof
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return proof

    def _place(self) -> Candidates:
        """Where children are made. It stays for a while, for starting it costs more than most checks."""
        if self._closing is not None:
            self._closing.cancel()
        if self._children is None:
            self._children = self._open.enter_context(self._sandbox.shared())
        self._closing = threading.Timer(IDLE, self.close)
        self._closing.daemon = True
        self._closing.start()
        return self._children

    def close(self) -> None:
        """Gives up the place; the next proof makes another."""
        with self._running:
            self._children = None
            self._open.close()

    def _run(self, task: Task, files: dict[str, str], fails: str | None) -> Proof:
        checked = [(i.id, i.file) for i in _checked(task) if i.file is not None]
        children = self._place()
        # Its own check first: most code that is of no use is found out there.
        for item, path in sorted(checked, key=lambda c: c[0] != fails):
            verdict, detail = run_check(task, item, files, path, children)
            if verdict != ("fail" if item == fails else "pass"):
                return Proof(_reason(item == fails, verdict, detail))
        if task.visible:
            _, results = self._sandbox.run_tests({**files, **task.visible}, list(task.file.tests), PATIENCE)
            if not results or any(r.outcome != "passed" for r in results):
                return Proof("a visible test fails")
        return Proof(None)


def _checked(task: Task) -> tuple[Item, ...]:
    return tuple(i for i in task.items if i.id in task.checks)


def _reason(own: bool, verdict: str, detail: str) -> str:
    if verdict == "ungradable":
        return f"it cannot be run: {detail}"
    return "the flaw does not bite" if own else f"it fails a check: {detail}"
