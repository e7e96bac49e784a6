"""A model's opinions on the open questions of a session: asked only where it was measured and passed, and kept
in the review chain. They are shown to people after their own decision, and no score reads them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal

from evaluators.adjudication.questions import awaiting
from evaluators.context import SessionContext
from evaluators.judge import Ask, Opinion, Question, answered, mechanism
from evaluators.matching.diagnosis import own_texts
from evaluators.outcomes.outcome import Worked
from logs import Entry, Log
from logs.events import Judged
from tasks import Task


def passed_for(check: Mapping[str, object], task: Task, model: str) -> bool:
    """Whether `check`, as `harness judge check` keeps it, allows this model on this task as it is."""
    tasks = check.get("tasks")
    return (
        check.get("on") is True
        and check.get("model") == model
        and isinstance(tasks, dict)
        and tasks.get(task.name) == task.digest
    )


def open_questions(context: SessionContext, worked: Worked, model: str) -> dict[str, tuple[str, Question]]:
    """Subject to (task, question) of what people are still asked about mechanisms, unless that model was asked.

    Everything that the candidate wrote on the statement is one text.
    """
    known = {opinion.subject for opinion in _all(context) if opinion.model == model}
    found: dict[str, tuple[str, Question]] = {}
    for row in awaiting(context, worked):
        said = worked.statement(row.task, row.item) if row.item else None
        if row.kind != "diagnosed" or row.item is None or said is None or row.subject in known:
            continue
        text = "\n".join(words for _, words in own_texts(said))
        if text.strip():
            item = context.tasks[row.task].task.item(row.item)
            found[row.subject] = row.task, mechanism(item, text)
    return found


def ask_open(
    context: SessionContext,
    worked: Worked,
    ask: Ask,
    model: str,
    allowed: Callable[[Task], bool],
    log: Log,
    now: int,
) -> tuple[Judged, ...]:
    """Asks what is open on tasks that are `allowed` and appends an event for each answer to the review chain.

    Raises UnaskedError when the model does not answer; then nothing is appended, and all is asked again.
    """
    asked = {
        subject: question
        for subject, (task, question) in open_questions(context, worked, model).items()
        if allowed(context.tasks[task].task)
    }

    async def every() -> list[Opinion]:
        return [await answered(ask, question) for question in asked.values()]

    answers = asyncio.run(every()) if asked else []
    events = tuple(
        Judged(subject=subject, verdict=_word(o.verdict), quote=o.quote, votes=o.votes, model=model)
        for subject, o in zip(asked, answers, strict=True)
    )
    if events:
        log.append(context.session_id, [Entry(event, "system", now) for event in events], "review")
    return events


def opinion_on(context: SessionContext, subject: str) -> Judged | None:
    """The newest opinion on a subject, for people to see after their own decision."""
    return next((o for o in reversed(_all(context)) if o.subject == subject), None)


def _all(context: SessionContext) -> list[Judged]:
    return [h.event for h in context.reviewed if isinstance(h.event, Judged)]


def _word(verdict: bool | None) -> Literal["yes", "no"] | None:
    return None if verdict is None else "yes" if verdict else "no"
