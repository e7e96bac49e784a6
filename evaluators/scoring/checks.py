"""Runs the hidden checks of a session on what was delivered, once for each (artifact, check, environment)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from evaluators.context import SessionContext
from evaluators.evidence.subjects import Subject
from evaluators.outcomes.outcome import Worked, work
from harness.checking import Finding, Verdict, run_check
from harness.sandbox.interface import Candidates, Sandbox
from harness.sandbox.tier import Tier
from logs import Entry, Log
from logs.events import Check
from tasks import Task

THREADS = min(2, os.cpu_count() or 1)
REMEMBERED = 1000
Key = tuple[str, str, str, str | None]
_seen: dict[tuple[str, str, str], Finding] = {}
"""Verdicts of this process by (artifact, check, environment): sessions that adopt the same twin share one."""


def run_checks(
    context: SessionContext, sandbox: Sandbox, log: Log, now: int, worked: Worked | None = None
) -> SessionContext:
    """Appends the missing `check` events to the review chain and returns the session with them.

    `now` is server time in milliseconds. Without a strong sandbox no candidate code runs: the verdict is
    `ungradable` and says why; a later call with one runs what is missing.
    """
    worked = worked or work(context)
    missing = [s for s in worked.subjects if not _known(context, s, sandbox)]
    if not missing:
        return context
    # Equal files under the same check (adopted and submitted alike) run once.
    alike = {(s.task, s.item, s.artifact, s.problem): s for s in missing}
    results = _run_all(context, alike, sandbox)
    entries = [
        Entry(_event(s, sandbox, *results[s.task, s.item, s.artifact, s.problem]), "system", now) for s in missing
    ]
    added = log.append(context.session_id, entries, "review")
    return context.with_review([*context.review, *added])


def _run_all(context: SessionContext, subjects: dict[Key, Subject], sandbox: Sandbox) -> dict[Key, Finding]:
    """Runs every subject; each thread has one sandbox, in which the libraries are loaded once."""

    def share(keys: list[Key]) -> dict[Key, Finding]:
        with ExitStack() as stack:
            children = stack.enter_context(sandbox.shared()) if sandbox.tier == Tier.STRONG else sandbox
            return {
                key: _run(context.tasks[subjects[key].task].task, subjects[key], sandbox, children) for key in keys
            }

    keys = list(subjects)
    threads = min(THREADS, len(keys))
    with ThreadPoolExecutor(threads) as pool:
        return {
            key: finding
            for shared in pool.map(share, (keys[start::threads] for start in range(threads)))
            for key, finding in shared.items()
        }


def _run(task: Task, subject: Subject, sandbox: Sandbox, children: Candidates) -> Finding:
    if subject.problem is not None or subject.text is None:
        return "ungradable", subject.problem or "nothing to run"
    if sandbox.tier != Tier.STRONG:
        return "ungradable", f"no strong sandbox (tier {sandbox.tier})"
    known = (subject.artifact, subject.check_digest, sandbox.environment)
    if known in _seen:
        return _seen[known]
    files = {**task.starter, **task.reference.get("solution", {}), subject.file: subject.text}
    verdict, detail = run_check(task, subject.item, files, subject.file, children)
    if verdict == "ungradable" and detail.startswith("no answer"):
        # A busy machine must not look like a hanging function: once more.
        verdict, detail = run_check(task, subject.item, files, subject.file, children)
    if verdict != "ungradable":
        if len(_seen) >= REMEMBERED:
            _seen.clear()
        _seen[known] = (verdict, detail)
    return verdict, detail


def _known(context: SessionContext, subject: Subject, sandbox: Sandbox) -> bool:
    return any(
        isinstance(event, Check)
        and (event.task, event.item, event.moment) == (subject.task, subject.item, subject.moment)
        and (event.artifact, event.check_digest) == (subject.artifact, subject.check_digest)
        and event.environment == sandbox.environment
        and (event.verdict != "ungradable" or event.tier in (str(sandbox.tier), str(Tier.STRONG)))
        for event in (happened.event for happened in context.reviewed)
    )


def _event(subject: Subject, sandbox: Sandbox, verdict: Verdict, detail: str) -> Check:
    return Check(
        task=subject.task,
        item=subject.item,
        moment=subject.moment,
        artifact=subject.artifact,
        check_digest=subject.check_digest,
        environment=sandbox.environment,
        tier=str(sandbox.tier),
        verdict=verdict,
        detail=detail,
    )
