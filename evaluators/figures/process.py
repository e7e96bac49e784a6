"""How a candidate worked: time in states, what they asked, what they did after taking something over.

Described, never scored: speed, acceptance and copying do not track quality.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from evaluators.figures.activity import Activity
from evaluators.outcomes.outcome import Worked
from logs.events import Prompt, ReplyEnded, ReplyStarted, Run

Asked = Literal["one part", "several parts", "a statement", "anything else"]
ASKED: tuple[Asked, ...] = ("one part", "several parts", "a statement", "anything else")


class Minutes(BaseModel):
    """Working minutes in one state."""

    model_config = ConfigDict(frozen=True)
    state: str
    minutes: float


class Prompts(BaseModel):
    """Prompts of one kind: about one part of the task, several at once, a statement that was said, or else."""

    model_config = ConfigDict(frozen=True)
    about: Asked
    count: int


class Verification(BaseModel):
    """What happened between taking over a statement and handing in.

    `run_after` hunks were followed by a run; `seconds_to_run` is the median until the first. `decided_before`
    statements had a decision when they were taken over.
    """

    model_config = ConfigDict(frozen=True)
    adopted: int
    hunks: int
    run_after: int
    seconds_to_run: float | None
    decided_before: int


class Process(BaseModel):
    """The process view of a session."""

    model_config = ConfigDict(frozen=True)
    minutes: tuple[Minutes, ...]
    prompts: tuple[Prompts, ...]
    verification: Verification
    decided_in_flow: int
    """Statements whose first decision came before the last look."""
    decided_in_last_look: int
    accepted_at_once: int
    """Statements that were accepted with all the rest."""


def process(context: SessionContext, worked: Worked, activity: Sequence[Activity]) -> Process:
    """The process view; pure."""
    spent: Counter[str] = Counter()
    for stretch in activity:
        spent[stretch.state] += stretch.end_ms - stretch.start_ms
    firsts = [(s, s.decisions[0]) for s in worked.said if s.decisions]
    flow = [s for s, d in firsts if d.where != "rest" and context.spans[s.task].before_ledger(d.seq)]
    rest = [s for s, d in firsts if d.where == "rest"]
    return Process(
        minutes=tuple(Minutes(state=s, minutes=round(ms / 60_000, 2)) for s, ms in sorted(spent.items())),
        prompts=_prompts(context),
        verification=_verification(context, worked),
        decided_in_flow=len(flow),
        decided_in_last_look=len(firsts) - len(flow) - len(rest),
        accepted_at_once=len(rest),
    )


def _prompts(context: SessionContext) -> tuple[Prompts, ...]:
    topics: dict[str, int] = {}
    for happened in context.of("reply_ended"):
        event = happened.event
        if isinstance(event, ReplyEnded):
            topics[event.reply] = len(event.topics)
    parts: dict[str, int] = {}
    for happened in context.of("reply_started"):
        event = happened.event
        if isinstance(event, ReplyStarted) and event.prompt:
            parts[event.prompt] = topics.get(event.reply, 0)
    found: Counter[Asked] = Counter()
    for happened in context.of("prompt"):
        event = happened.event
        if isinstance(event, Prompt):
            count = parts.get(event.prompt, 0)
            about: Asked = "one part" if count == 1 else "several parts" if count else "anything else"
            found["a statement" if event.segment else about] += 1
    return tuple(Prompts(about=about, count=found[about]) for about in ASKED if found[about])


def _verification(context: SessionContext, worked: Worked) -> Verification:
    runs = [(h.event.task, h.ms) for h in context.of("run") if isinstance(h.event, Run)]
    adopted, hunks, decided = 0, 0, 0
    waits: list[float] = []
    for said in worked.said:
        adoption = worked.artifacts[said.task].adoptions.get(said.segment)
        if adoption is None:
            continue
        adopted += 1
        decided += any(d.ms <= adoption.ms for d in said.decisions)
        if said.form == "hunk":
            hunks += 1
            after = [ms for task, ms in runs if task == said.task and ms >= adoption.ms]
            waits += [(min(after) - adoption.ms) / 1000] if after else []
    return Verification(
        adopted=adopted,
        hunks=hunks,
        run_after=len(waits),
        seconds_to_run=round(median(waits), 3) if waits else None,
        decided_before=decided,
    )
