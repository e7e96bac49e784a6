"""What the hidden checks are run on: for each hunk item the file with only its own definition in question."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from evaluators.context import SessionContext
from evaluators.evidence.artifact import Artifact
from evaluators.evidence.statements import Statement
from evaluators.evidence.symbols import UngradableError, compose, definition, same
from logs.events import Check
from tasks import Item, Task

Moment = Literal["adopted", "ledger", "submitted"]
UNCHANGED = "unchanged since adoption"


@dataclass(frozen=True)
class Subject:
    """One check to run. `text` is the composed file, None where `problem` says why there is nothing to run.

    `artifact` is the SHA-256 (hex) of `text`, or of the file as it stands where there is a problem.
    """

    task: str
    item: str
    moment: Moment
    file: str
    text: str | None
    problem: str | None
    artifact: str
    check_digest: str


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def subjects(
    context: SessionContext, artifacts: Mapping[str, Artifact], said: Mapping[tuple[str, str], Statement]
) -> tuple[Subject, ...]:
    """Everything to check in a session, in the order of tasks and items. `said` is by task and item.

    An item is checked if it was exposed. A definition that was adopted whole is checked as adopted and as
    submitted, and as it stood when the ledger step opened if it was another one then; if it is unchanged since
    adoption there is no fix in it to check, and it is marked ungradable.
    """
    found: list[Subject] = []
    for name, artifact in artifacts.items():
        task = context.tasks[name].task
        for item in task.items:
            statement = said.get((name, item.id))
            if item.form == "hunk" and item.id in task.checks and statement and statement.exposed_seq is not None:
                adoption = artifact.adoptions.get(statement.segment)
                in_flow = adoption is not None and context.spans[name].before_ledger(adoption.seq)
                found += _of_item(task, item, statement, artifact, in_flow)
    return tuple(found)


def _of_item(task: Task, item: Item, statement: Statement, artifact: Artifact, in_flow: bool) -> list[Subject]:
    """`in_flow`: it was adopted before the ledger step opened."""
    assert item.file is not None
    assert item.symbol is not None
    final = artifact.final.get(item.file, "")
    adoption = artifact.adoptions.get(statement.segment)
    whole = adoption.whole if adoption and adoption.file == item.file else None
    # A retyped beginning of a longer definition is not the assistant's definition.
    if whole is not None and not same(whole, statement.text, item.symbol):
        whole = None
    if whole is None:
        return [_subject(task, item, "submitted", final, None)]
    kept = same(whole, final, item.symbol)
    submitted = _subject(task, item, "submitted", final, UNCHANGED if kept else None)
    between = _between(artifact, item.file, item.symbol, whole, final) if in_flow else None
    if kept and between is None:
        return [submitted]
    adopted = _subject(task, item, "adopted", whole, None)
    return [adopted, *([_subject(task, item, "ledger", between, None)] if between is not None else []), submitted]


def _between(artifact: Artifact, file: str, symbol: str, whole: str, final: str) -> str | None:
    """The file at the ledger step, if the definition in it was neither the adopted nor the submitted one."""
    at_ledger = artifact.at_ledger.get(file, "") if artifact.at_ledger is not None else None
    if at_ledger is None or definition(at_ledger, symbol) is None:
        return None
    return None if same(at_ledger, whole, symbol) or same(at_ledger, final, symbol) else at_ledger


def _subject(task: Task, item: Item, moment: Moment, file_text: str, problem: str | None) -> Subject:
    assert item.file is not None
    assert item.symbol is not None
    text: str | None = None
    if problem is None:
        try:
            reference = task.reference.get("solution", {}).get(item.file, "")
            text = compose(file_text, reference, item.symbol)
        except UngradableError as error:
            problem = str(error)
    return Subject(
        task=task.name,
        item=item.id,
        moment=moment,
        file=item.file,
        text=text,
        problem=problem,
        artifact=digest(file_text if text is None else text),
        check_digest=digest(task.checks[item.id]),
    )


def recorded(context: SessionContext, subject: Subject) -> Check | None:
    """The recorded result for exactly this artifact and this check, or None.

    A verdict counts before an ungradable one; of several, the latest.
    """
    fitting = [
        happened.event
        for happened in context.reviewed
        if isinstance(happened.event, Check)
        and (happened.event.task, happened.event.item, happened.event.moment)
        == (subject.task, subject.item, subject.moment)
        and (happened.event.artifact, happened.event.check_digest) == (subject.artifact, subject.check_digest)
    ]
    graded = [check for check in fitting if check.verdict != "ungradable"]
    found = graded or fitting
    return found[-1] if found else None


def untouched(task: Task, item: Item, files: Mapping[str, str]) -> bool:
    """Whether the item's definition in these files is the starter's."""
    if item.file is None or item.symbol is None:
        return False
    text, starter = files.get(item.file, ""), task.starter.get(item.file, "")
    return same(text, starter, item.symbol) and definition(starter, item.symbol) is not None
