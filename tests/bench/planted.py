"""Planted code replies: right code as other writers put it, planted, proved, and run once more as delivered."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.assistant import SegmentHead, Statement, Turn, Used
from harness.assistant.planting.pipeline import Answer, Models, write
from harness.assistant.planting.proving import PATIENCE, Prover
from harness.assistant.planting.result import Planted
from harness.assistant.source import mutated
from harness.checking import run_check
from harness.sandbox import Sandbox
from harness.sandbox.interface import Candidates
from logs.events import TaskPlan
from tasks import Drawn, Item, Task, draw, library
from tasks.program import insert, solution
from tests.bench.variations import varied


@dataclass(frozen=True)
class Delivered:
    """One reply with one hunk: how it came about, and what is wrong with it (None: as it should be)."""

    task: str
    item: str
    flawed: bool
    way: str
    why: str | None
    fault: str | None
    code: str


def places() -> list[tuple[str, str]]:
    """(task, item) of every twin in code of the library."""
    return [(t.name, i.id) for t in library().values() for i in t.items if i.form == "hunk" and i.kind == "twin"]


def deliver(
    sandbox: Sandbox, prover: Prover, chosen: Sequence[tuple[str, str]], generator: random.Random
) -> Iterator[Delivered]:
    """A reply for each place, in a drawn twin and in drawn words, and whether it is what it should be."""
    with sandbox.shared() as children:
        for number, (name, item) in enumerate(chosen):
            drawn = draw(library()[name], number % 5)
            found, flawed = drawn.task.item(item), number % 2 == 0
            point, code = _written(prover, drawn, found, flawed, varied(found.clean, generator))
            fault = _fault(sandbox, children, drawn.task, found, flawed, code)
            yield Delivered(name, item, flawed, point.way, point.why, fault, code)


def _written(prover: Prover, drawn: Drawn, item: Item, flawed: bool, code: str) -> tuple[Planted, str]:
    head = SegmentHead("hunk", "abcabcabcabc", item.file, item.symbol)
    said = item.flawed if flawed and item.flawed is not None else item.clean
    line = Statement(head, said, "twin", item.id)
    turn = Turn(task=drawn, plan=_plan(drawn, item, flawed), prompt=f"write {item.symbol}")

    async def converse(_: Sequence[Any]) -> Answer:
        return Answer(f"[[1]]\n```python\n{code}```", Used(1, 1, 0.0))

    written = asyncio.run(write(turn, (line,), Models(converse, converse), prover, mutated))
    return written.planted[0], written.lines[0].text


def _plan(drawn: Drawn, item: Item, flawed: bool) -> TaskPlan:
    return TaskPlan(
        task=drawn.task.name,
        digest=drawn.task.digest,
        seed=1,
        minutes=40,
        form={item.id: "flawed" if flawed else "clean"},
        segments={item.id: "abcabcabcabc"},
    )


def _fault(sandbox: Sandbox, children: Candidates, task: Task, item: Item, flawed: bool, code: str) -> str | None:
    """Runs what was delivered, apart from the prover: its own check fails if flawed, every check passes if not."""
    assert item.file is not None
    assert item.symbol is not None
    files = insert(solution(task), item.file, item.symbol, code)
    for other in task.items:
        if other.id in task.checks and other.file and (other.id == item.id or not flawed):
            verdict, detail = run_check(task, other.id, files, other.file, children)
            if verdict != ("fail" if flawed and other.id == item.id else "pass"):
                return f"{other.id}: {verdict} ({detail})"
    _, results = sandbox.run_tests({**files, **task.visible}, list(task.file.tests), PATIENCE)
    failed = [r.name for r in results if r.outcome != "passed"]
    return f"visible tests fail: {failed}" if failed or not results else None


def tally(delivered: Sequence[Delivered]) -> list[tuple[str, int, int, int, int, int]]:
    """(task, replies, merged or generated, mutated, fallen back, faults) for each task."""
    rows = []
    for task in sorted({d.task for d in delivered}):
        mine = [d for d in delivered if d.task == task]
        ways = Counter(d.way for d in mine)
        live = ways["merged"] + ways["generated"]
        faults = sum(d.fault is not None for d in mine)
        rows.append((task, len(mine), live, ways["mutated"], ways["authored"], faults))
    return rows
