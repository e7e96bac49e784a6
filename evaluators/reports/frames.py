"""The replay: every edit at its working time with the origin of what it put in, and the files at any moment."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from evaluators.context import SessionContext
from evaluators.evidence.artifact import inserted_origin, transaction_ms
from logs import Replay
from logs.events import Edit
from logs.replay import FileKey


class Frame(BaseModel):
    """One editor transaction. `changes` is CodeMirror's ChangeSet.toJSON() (UTF-16 units).

    `source` is the origin of what it put in: `typed`, `assistant:SEGMENT`, `pasted` (from elsewhere), `own`
    (moved), `starter` (put back by undo); None when it only took away.
    """

    model_config = ConfigDict(frozen=True)
    ms: int
    task: str
    file: str
    changes: tuple[int | tuple[int | str, ...], ...]
    source: str | None


class Stretch(BaseModel):
    """A stretch of `length` UTF-16 units of one origin."""

    model_config = ConfigDict(frozen=True)
    length: int
    origin: str


class FileState(BaseModel):
    """One file at a moment. The stretches of `runs` cover the text."""

    model_config = ConfigDict(frozen=True)
    task: str
    path: str
    title: str
    text: str
    runs: tuple[Stretch, ...]


def frames(context: SessionContext) -> tuple[Frame, ...]:
    """Every edit of the session in order; times never run backwards."""
    return play(context, None)[0]


def state_at(context: SessionContext, working_ms: int) -> tuple[FileState, ...]:
    """Every file of every task after the frames up to `working_ms`, in the order of tasks and files."""
    documents = play(context, working_ms)[1].documents
    return tuple(
        FileState(
            task=name,
            path=file.path,
            title=file.title,
            text=documents[name, file.path].text,
            runs=tuple(Stretch(length=run.length, origin=run.origin) for run in documents[name, file.path].runs),
        )
        for name, drawn in context.tasks.items()
        for file in drawn.task.file.files
    )


def play(context: SessionContext, until_ms: int | None) -> tuple[tuple[Frame, ...], Replay]:
    """The frames up to `until_ms` (all if None) and the files after them."""
    replay, reached = Replay(context.starter), 0
    found: list[Frame] = []
    for happened in context.of("edit", "clipboard"):
        event = happened.event
        if not isinstance(event, Edit):
            replay.feed(happened.record)
            continue
        key: FileKey = (event.task, event.file)
        for transaction in event.transactions:
            # Batches of two files may overlap; the order of the log is kept.
            reached = max(reached, transaction_ms(happened.record, transaction))
            if until_ms is not None and reached > until_ms:
                return tuple(found), replay
            before = len(replay.documents[key].units)
            replay.apply(key, transaction)
            source = inserted_origin(replay.documents[key], transaction, before)
            found.append(Frame(ms=reached, task=key[0], file=key[1], changes=transaction.changes, source=source))
    return tuple(found), replay
