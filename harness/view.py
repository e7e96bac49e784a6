"""What the candidate's browser is told: the state of the session without any truth about the form.

Every field is named here one by one; nothing is passed through, so that nothing can slip out.
"""

from __future__ import annotations

import re
from typing import Any

from harness.disclosure import REMINDER
from harness.sandbox import Tier
from harness.state import Reply, SessionState, TaskState
from harness.timekeeping import deadlines, pause_at, working
from logs.events import Pause, Run, RunResult, Segment
from tasks import FAMILIES

Json = dict[str, Any]
SPENT = "The model has answered as much as this session allows; go on without it."
"""Why a reply failed that would fail again, whoever asks."""


def session_view(
    state: SessionState,
    session_id: str,
    now: int,
    title: str,
    notice: str,
    tier: Tier,
    refusal: str | None,
    reviewing: bool,
) -> Json:
    """The whole view of GET /api/session."""
    assert state.created is not None
    task = state.task
    return {
        "id": session_id,
        "title": title,
        "notice": notice,
        "simulated": state.created.simulated,
        "practice": state.created.practice,
        "phase": state.phase,
        "task": task_view(state, task or state.following) if state.phase != "submitted" else None,
        "clock": clock_view(state, now),
        "conversation": [reply_view(r) for r in task.replies.values()] if task else [],
        "dispositions": {s: decision_view(task, s) for s in task.decisions} if task else {},
        "comments": [{"segment": c.segment, "quote": c.quote, "text": c.text, "at": at} for c, at in task.comments]
        if task
        else [],
        "runs": [run_view(task, run) for run in task.runs.values()] if task else [],
        "sandbox": {"tier": tier.value, "message": refusal},
        "reviewing": reviewing,
        "families": [{"id": k, "label": v} for k, v in FAMILIES.items()],
        "lease": {"writer": state.writer},
        "acknowledged": state.acknowledged,
        "model": state.created.model,
        "models": list(state.created.offered),
    }


def task_view(state: SessionState, task: TaskState | None) -> Json | None:
    """The task; its brief and files only once it was opened."""
    if task is None:
        return None
    opened = task.opened_at is not None
    about = task.drawn.task
    files = state.files(task.name) if opened else {}
    return {
        "name": task.name,
        "title": about.file.title,
        "position": state.tasks.index(task) + 1,
        "count": len(state.tasks),
        "kind": about.file.kind,
        "minutes": task.minutes,
        "brief": f"{about.brief.rstrip()}\n\n{REMINDER}\n" if opened else "",
        "facts": [list(fact) for fact in about.file.facts] if opened else [],
        "files": [
            {
                "path": f.path,
                "title": f.title,
                "text": files[f.path],
                "readonly": f.readonly,
                "words": words(files[f.path]) if about.file.kind == "design" else None,
            }
            for f in about.file.files
        ]
        + [
            {"path": path, "title": path, "text": text, "readonly": True, "words": None}
            for path, text in about.visible.items()
        ]
        if opened
        else [],
        "tests": list(about.file.tests) if opened else [],
    }


def clock_view(state: SessionState, now: int) -> Json:
    """Server time and the deadlines of the open task, in milliseconds since 1970.

    During a pause the deadlines move along, so that what is left of the time stands still.
    """
    pause = pause_at(state, now) if state.task else None
    limits = deadlines(state, state.task, now if pause else 1 << 62) if state.task else None
    return {
        "now": now,
        "work_until": limits.work if limits else None,
        "ledger_until": limits.ledger if limits else None,
        "paused": paused_words(pause) if pause else None,
        "working": working(state, now),
    }


def paused_words(pause: Pause) -> str:
    """Why the clock stands, for the candidate."""
    minutes = (pause.end - pause.start + 59_999) // 60_000
    return f"A break of {minutes} minute{'s' if minutes != 1 else ''}."


def reply_view(reply: Reply) -> Json:
    """One turn of the conversation."""
    asked = reply.prompt
    return {
        "reply": reply.id,
        "prompt": asked.prompt if asked else None,
        "text": asked.text if asked else None,
        "origins": asked.origins if asked else None,
        "quote": {"segment": asked.segment, "text": asked.quote} if asked and asked.quote else None,
        "again": asked.again if asked else None,
        "model": reply.model,
        "moved": reply.moved,
        "at": reply.at,
        "origin": reply.origin,
        "status": reply.status,
        "reason": reply.reason,
        "spent": reply.reason == SPENT,
        "segments": [segment_view(s) for s in reply.segments],
    }


def segment_view(segment: Segment) -> Json:
    """A piece of a reply: neither its role nor its item."""
    return {
        "id": segment.segment,
        "form": segment.form,
        "text": segment.text,
        "file": segment.file,
        "symbol": segment.symbol,
    }


def decision_view(task: TaskState, segment: str) -> Json:
    """The candidate's own decision."""
    decision = task.decisions[segment]
    return {
        "decision": decision.event.decision,
        "confidence": decision.event.confidence,
        "reason": decision.event.reason,
        "fix": decision.event.fix,
        "at": decision.at,
    }


def run_view(task: TaskState, run: Run) -> Json:
    """A run and what it gave, or that it is running."""
    result: RunResult | None = task.results.get(run.run)
    return {
        "run": run.run,
        "what": run.what,
        "at": task.run_at[run.run],
        "status": result.status if result else "running",
        "tier": result.tier if result else None,
        "tests": [
            {"name": t.name, "outcome": t.outcome, "ms": t.milliseconds, "message": t.message}
            for t in result.tests
        ]
        if result
        else [],
        "output": result.output if result else "",
        "ms": result.milliseconds if result else 0,
    }


def words(text: str) -> int:
    """Words of a section; comments are not counted."""
    return len(re.sub(r"<!--.*?(-->|$)", " ", text, flags=re.S).split())
