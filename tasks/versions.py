"""Tasks as they were: a session is read and scored by the version of a task from which it was drawn."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache

from tasks.loader import TaskError, task_named
from tasks.schema import Task

Kept = Callable[[str], bytes | None]
"""What was packed of the version with this digest; None if it was not kept."""


def nothing_kept(digest: str) -> None:
    """Where only the library itself is at hand."""


def pack(task: Task) -> bytes:
    """The whole task in a few ten kilobytes."""
    return zlib.compress(task.model_dump_json().encode(), 9)


def version_of(
    name: str, digest: str, kept: Kept = nothing_kept, find: Callable[[str], Task] = task_named
) -> Task:
    """The task of that name in the version with that digest: the library's own (`find`), or the one that was kept.

    What was kept holds the author's code and is trusted as the library is: it comes from this installation's own
    database, never from an imported session. Raises TaskError if there is no such version.
    """
    try:
        task = find(name)
        why = f"Task {name} has changed since then ({digest[:12]}, now {task.digest[:12]})"
    except TaskError as error:
        task, why = None, str(error).rstrip(".")
    if task is not None and task.digest == digest:
        return task
    content = kept(digest)
    if content is None:
        raise TaskError(f"{why}, and that version was not kept; use the library of that time.")
    return _unpacked(content)


@lru_cache(maxsize=64)
def _unpacked(content: bytes) -> Task:
    return Task.model_validate_json(zlib.decompress(content))
