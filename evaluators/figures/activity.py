"""What the candidate was doing when, from the events alone. Described, never scored."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from logs.events import (
    AnyEvent,
    Clipboard,
    Focus,
    Fullscreen,
    Late,
    Lease,
    Network,
    Pause,
    Run,
    RunResult,
    SecondTab,
    Silence,
)

State = Literal["writing", "prompting", "reading", "testing", "idle"]
AFTER: dict[str, tuple[State, int]] = {
    "opened": ("reading", 180_000),
    "edit": ("writing", 15_000),
    "clipboard": ("writing", 15_000),
    "prompt": ("reading", 30_000),
    "segment": ("reading", 90_000),
    "reply_ended": ("reading", 90_000),
    "exposure": ("reading", 90_000),
    "disposition": ("reading", 60_000),
    "accepted_rest": ("reading", 60_000),
    "challenge": ("reading", 60_000),
    "navigated": ("reading", 60_000),
    "ledger_opened": ("reading", 90_000),
    "ledger_closed": ("reading", 60_000),
    "run": ("testing", 60_000),
    "run_result": ("testing", 30_000),
}
"""What an event begins, and for how many milliseconds without another event it is taken to go on."""
ASKING = 45_000
"""At most so long before a prompt is taken as the time of wording it, in milliseconds."""
AWAY = 10_000
"""Milliseconds without a network, or asleep, that are worth telling."""
JUMP = 30_000
"""A change of the browser's clock against ours, in milliseconds, that is worth telling."""


class Activity(BaseModel):
    """A stretch of one state, in working milliseconds."""

    model_config = ConfigDict(frozen=True)
    start_ms: int
    end_ms: int
    state: State


class RunMark(BaseModel):
    """One run of the candidate's, with how many tests passed."""

    model_config = ConfigDict(frozen=True)
    ms: int
    task: str
    what: str
    status: str
    passed: int
    tests: int


class Break(BaseModel):
    """A pause: the working ms at which it was recorded, and how long the clock stood still."""

    model_config = ConfigDict(frozen=True)
    ms: int
    length_ms: int
    reason: str


class Signal(BaseModel):
    """A recorded fact that informs a person and decides nothing. `until_ms` where it lasted."""

    model_config = ConfigDict(frozen=True)
    ms: int
    until_ms: int | None
    kind: Literal["focus", "paste", "window", "clock", "network"]
    text: str


def activity(context: SessionContext) -> tuple[Activity, ...]:
    """The working time of the opened tasks, cut into states without gaps."""
    found: list[Activity] = []
    for span in context.spans.values():
        if span.opened_seq is None:
            continue
        end_seq = span.submitted_seq
        points = [
            (h.ms, h.record.kind)
            for h in context.of(*AFTER)
            if h.seq >= span.opened_seq and (end_seq is None or h.seq < end_seq)
        ]
        for (start, kind), (end, following) in zip(points, [*points[1:], (span.end_ms, "")], strict=True):
            state, holds = AFTER[kind]
            asking = min(ASKING, end - start) if following == "prompt" else 0
            _add(found, start, min(end - asking, start + holds), state)
            _add(found, min(end - asking, start + holds), end - asking, "idle")
            _add(found, end - asking, end, "prompting")
    return tuple(found)


def runs(context: SessionContext) -> tuple[RunMark, ...]:
    """Every run at the moment when it was asked for."""
    results = {h.event.run: h.event for h in context.of("run_result") if isinstance(h.event, RunResult)}
    found: list[RunMark] = []
    for happened in context.of("run"):
        event = happened.event
        assert isinstance(event, Run)
        result = results.get(event.run)
        tests = result.tests if result else ()
        found.append(
            RunMark(
                ms=happened.ms,
                task=event.task,
                what=event.what,
                status=result.status if result else "error",
                passed=sum(test.outcome == "passed" for test in tests),
                tests=len(tests),
            )
        )
    return tuple(found)


def signals(context: SessionContext) -> tuple[Signal, ...]:
    """Focus lost, pastes from outside, a second window, jumps of the browser's clock; in order of time."""
    return tuple(sorted([*_focus(context), *_other(context), *_jumps(context)], key=lambda s: (s.ms, s.kind)))


def _add(found: list[Activity], start: int, end: int, state: State) -> None:
    if end <= start:
        return
    if found and found[-1].end_ms == start and found[-1].state == state:
        start = found.pop().start_ms
    found.append(Activity(start_ms=start, end_ms=end, state=state))


def _focus(context: SessionContext) -> list[Signal]:
    found: list[Signal] = []
    lost: int | None = None
    for happened in context.of("focus"):
        event = happened.event
        assert isinstance(event, Focus)
        away = event.state in ("blurred", "hidden")
        if away and lost is None:
            lost = happened.ms
        elif event.state == "focused" and lost is not None:
            text = f"Focus lost for {_clock(happened.ms - lost)}"
            found.append(Signal(ms=lost, until_ms=happened.ms, kind="focus", text=text))
            lost = None
    if lost is not None:
        found.append(Signal(ms=lost, until_ms=None, kind="focus", text="Focus lost, not regained"))
    return found


def _other(context: SessionContext) -> list[Signal]:
    found: list[Signal] = []
    for happened in context.of("clipboard", "lease", "second_tab", "fullscreen", "network", "silence", "late"):
        event = happened.event
        if told := _surroundings(event):
            found.append(Signal(ms=happened.ms, until_ms=None, kind=told[0], text=told[1]))
        if isinstance(event, Clipboard) and event.action in ("paste", "drop") and event.origin == "elsewhere":
            place = "" if event.file else " into a message or a note"
            text = f"Paste from outside{place}, {event.length} characters"
            found.append(Signal(ms=happened.ms, until_ms=None, kind="paste", text=text))
        elif isinstance(event, Lease) and event.taken:
            found.append(Signal(ms=happened.ms, until_ms=None, kind="window", text="Another window took over"))
    return found


def _surroundings(event: AnyEvent) -> tuple[Literal["window", "clock", "network"], str] | None:
    """What to tell of the window, the computer and the network; None where there is nothing to tell."""
    match event:
        case SecondTab(state="opened"):
            return "window", "Another window was opened"
        case Fullscreen(state="left"):
            return "window", "The whole screen was left"
        case Network(state="online", milliseconds=int(away)) if away >= AWAY:
            return "network", f"No network for {_clock(away)} until here"
        case Silence(stood_still=int(slept)) if slept >= AWAY:
            return "clock", f"The computer slept for {_clock(slept)} until here"
        case Late():
            return "network", "Work arrived when its task was over: not scored"
    return None


def _jumps(context: SessionContext) -> list[Signal]:
    """The browser's clock against ours, but not where a pause or a late delivery explains it."""
    found: list[Signal] = []
    ahead: int | None = None
    for record in context.records:
        if record.client_time is None:
            continue
        now_ahead = record.client_time - record.server_time
        # Late delivery only ever makes the browser seem behind: so ahead is the sign of a changed clock.
        if ahead is not None and now_ahead - ahead > JUMP:
            text = f"The browser's clock jumped ahead by {_clock(now_ahead - ahead)}"
            found.append(Signal(ms=record.working_ms, until_ms=None, kind="clock", text=text))
        ahead = now_ahead if ahead is None else max(ahead, now_ahead)
    return found


def pauses(context: SessionContext) -> tuple[Break, ...]:
    """Every pause, in order."""
    return tuple(
        Break(ms=h.ms, length_ms=h.event.end - h.event.start, reason=h.event.reason)
        for h in context.of("pause")
        if isinstance(h.event, Pause)
    )


def _clock(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"
