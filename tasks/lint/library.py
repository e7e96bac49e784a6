"""Lint of one folder and of the whole library, in as many processes as there are processors."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from tasks.draw import draw
from tasks.lint.phrases import phrases
from tasks.lint.proving import Part, shares, together
from tasks.lint.report import Report, TaskReport, Told
from tasks.lint.tells import decoys_from_twins, flawed_from_clean, items_from_fillers, leaning, tell
from tasks.lint.workers import Job, proved
from tasks.loader import TaskError, load_task, task_folders
from tasks.schema import Task
from tasks.watch import LIMIT

HIGHEST_LOW = 0.5
"""A tell counts as proved when the lower end of its interval is above this."""
Progress = Callable[[int, int, str], None]
"""Told how many pieces of work are done, of how many, and what the last one was about."""


def lint_folder(
    folder: Path,
    draws: int = 20,
    workers: int | None = None,
    progress: Progress | None = None,
    limit: float = LIMIT,
) -> Report:
    """Proves the task in `folder`; a folder that cannot be read is a report with that one failure."""
    return lint_library(draws, [folder], workers, progress, limit)


def lint_library(
    draws: int = 20,
    folders: Iterable[Path] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    limit: float = LIMIT,
) -> Report:
    """Proves every task of the library (or of `folders`) with `workers` processes, one a processor by default.

    `limit` is how many seconds one test, check or proof may take.
    """
    start = time.perf_counter()
    chosen = [Path(f).resolve() for f in (sorted(folders) if folders is not None else task_folders())]
    loaded = {folder: _loaded(folder) for folder in chosen}
    tasks = {folder: task for folder, task in loaded.items() if isinstance(task, Task)}
    most = workers or os.cpu_count() or 1
    jobs = [
        Job(folder, seeds, first=number == 0)
        for folder, task in tasks.items()
        for number, seeds in enumerate(shares(task, draws, most))
    ]
    # Long work first, so that no processor is left waiting at the end.
    jobs.sort(key=lambda job: tasks[job.folder].file.kind)
    parts = _work(jobs, tasks, most, limit, progress)
    reports = []
    for folder, task in loaded.items():
        if isinstance(task, Task):
            reports.append(_report(task, together(parts[folder])))
        else:
            reports.append(TaskReport(folder.name, "unknown", failures=(task,)))
    told = _told(list(tasks.values()))
    return Report(tuple(reports), draws, told, tuple(_told_apart(told)), time.perf_counter() - start)


def _work(
    jobs: Sequence[Job], tasks: dict[Path, Task], workers: int, limit: float, progress: Progress | None
) -> dict[Path, list[Part]]:
    """The parts of every task, in the order of their draws."""
    done: dict[Job, Part] = {}

    def tick(about: str) -> None:
        if progress is not None:
            progress(len(done), len(jobs), about)

    tick("")
    for job, part in proved(jobs, workers, limit):
        done[job] = part
        tick(job.folder.name)
    parts: dict[Path, list[Part]] = {folder: [] for folder in tasks}
    for job in sorted(jobs, key=lambda job: job.seeds):
        parts[job.folder].append(done[job])
    return parts


def _report(task: Task, part: Part) -> TaskReport:
    return TaskReport(
        name=task.name,
        kind=task.file.kind,
        items=len(task.items),
        decoys=len(task.decoys),
        fillers=len(task.fillers),
        programs=part.programs,
        proofs=part.proofs,
        seconds=part.seconds,
        elapsed=part.elapsed,
        failures=part.failures,
        notes=part.notes,
    )


def _told_apart(told: Told) -> Iterator[str]:
    alone = [(f"flawed from clean {form}s", found) for form, found in told.forms]
    others = [("items from fillers", told.planted), ("decoys from twins", told.decoys)]
    for what, found in (("flawed from clean twins", told.flawed), *alone, *others):
        if found.estimate is not None and found.low > HIGHEST_LOW:
            yield (
                f"library: wording tells {what} (AUC {found.estimate:.2f}, from {found.low:.2f}); "
                "make them alike in words, length and comments."
            )
    for phrase in told.phrases:
        for comparison in phrase.lopsided:
            yield (
                f"library: {phrase.name!r} is lopsided between {comparison} ({phrase.to_text()}; "
                f"p {phrase.p[comparison]:.4f}); say such things as often in the others, or here in another way."
            )


def _told(tasks: Sequence[Task]) -> Told:
    filled: list[Task] = []
    for task in tasks:
        try:
            filled.append(draw(task, 0).task)
        except (TaskError, ValidationError):
            continue  # already a failure of that task
    rows = flawed_from_clean(filled)
    forms = sorted({row.form for row in rows})
    return Told(
        flawed=tell(rows),
        planted=tell(items_from_fillers(filled)),
        decoys=tell(decoys_from_twins(filled)),
        forms=tuple((form, tell([row for row in rows if row.form == form])) for form in forms),
        leaning=leaning(rows),
        phrases=phrases(filled),
    )


def _loaded(folder: Path) -> Task | str:
    """The task, or the sentence that says why it cannot be read."""
    try:
        return load_task(folder)
    except TaskError as error:
        return str(error)
