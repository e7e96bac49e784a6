"""Lint of one task, one folder and the whole library, in as many processes as there are processors."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from pydantic import ValidationError

from tasks.draw import draw
from tasks.lint.phrases import phrases
from tasks.lint.proving import Part, prove, shares, together
from tasks.lint.report import Report, TaskReport, Told
from tasks.lint.tells import decoys_from_twins, flawed_from_clean, items_from_fillers, leaning, tell
from tasks.loader import TaskError, load_task, task_folders
from tasks.schema import Task

HIGHEST_LOW = 0.5
"""A tell counts as proved when the lower end of its interval is above this."""
Progress = Callable[[int, int, str], None]
"""Told how many pieces of work are done, of how many, and what the last one was about."""


def lint_task(task: Task, draws: int = 20, folder: Path | None = None) -> Report:
    """Proves one task over `draws` draws of its parameters; `folder` lets messages name lines."""
    start = time.perf_counter()
    part = prove(task, range(draws), folder or _folder_of(task))
    return Report((_report(task, part),), draws, _told([task]), elapsed=time.perf_counter() - start)


def lint_folder(
    folder: Path, draws: int = 20, workers: int | None = None, progress: Progress | None = None
) -> Report:
    """Proves the task in `folder`; a folder that cannot be read is a report with that one failure."""
    return lint_library(draws, [folder], workers, progress)


def lint_library(
    draws: int = 20,
    folders: Iterable[Path] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Proves every task of the library (or of `folders`) with `workers` processes, one a processor by default."""
    start = time.perf_counter()
    chosen = [Path(f).resolve() for f in (sorted(folders) if folders is not None else task_folders())]
    loaded = {folder: _loaded(folder) for folder in chosen}
    tasks = {folder: task for folder, task in loaded.items() if isinstance(task, Task)}
    most = workers or os.cpu_count() or 1
    jobs = [
        _Job(folder, seeds, first=number == 0)
        for folder, task in tasks.items()
        for number, seeds in enumerate(shares(task, draws, most))
    ]
    # Long work first, so that no processor is left waiting at the end.
    jobs.sort(key=lambda job: tasks[job.folder].file.kind)
    parts = _work(jobs, tasks, min(most, len(jobs)), progress)
    reports = []
    for folder, task in loaded.items():
        if isinstance(task, Task):
            reports.append(_report(task, together(parts[folder])))
        else:
            reports.append(TaskReport(folder.name, "unknown", failures=(task,)))
    told = _told(list(tasks.values()))
    return Report(tuple(reports), draws, told, tuple(_told_apart(told)), time.perf_counter() - start)


@dataclass(frozen=True)
class _Job:
    folder: Path
    seeds: tuple[int, ...]
    first: bool


def _work(
    jobs: Sequence[_Job], tasks: dict[Path, Task], workers: int, progress: Progress | None
) -> dict[Path, list[Part]]:
    """The parts of every task, in the order of their draws."""
    done: dict[_Job, Part] = {}

    def tick(about: str) -> None:
        if progress is not None:
            progress(len(done), len(jobs), about)

    tick("")
    if workers > 1:
        for job, part in _in_processes(jobs, workers):
            done[job] = part
            tick(job.folder.name)
    else:
        for job in jobs:
            done[job] = prove(tasks[job.folder], job.seeds, job.folder, job.first)
            tick(job.folder.name)
    parts: dict[Path, list[Part]] = {folder: [] for folder in tasks}
    for job in sorted(jobs, key=lambda job: job.seeds):
        parts[job.folder].append(done[job])
    return parts


def _in_processes(jobs: Sequence[_Job], workers: int) -> Iterator[tuple[_Job, Part]]:
    """Each job with its part, as they are done.

    The processes are fresh ones: tests and checks import modules of the same names, and pytest keeps state. When
    one of them is ended, all that is left is tried again one by one, so that the task whose code did it is known.
    """
    left = list(jobs)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        running: dict[Future[Part], _Job] = {pool.submit(_prove, job): job for job in jobs}
        for future in as_completed(running):
            with suppress(BrokenProcessPool):
                yield running[future], future.result()
                left.remove(running[future])
    for job in left:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            try:
                yield job, pool.submit(_prove, job).result()
            except BrokenProcessPool:
                said = f"{job.folder.name}: its code ended the process in which it was run; take that out of it."
                yield job, Part(failures=(said,))


def _prove(job: _Job) -> Part:
    try:
        return prove(load_task(job.folder), job.seeds, job.folder, job.first)
    except TaskError as error:
        return Part(failures=(str(error),))  # somebody changed the folder meanwhile


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


def _folder_of(task: Task) -> Path | None:
    return next((folder for folder in task_folders() if folder.name == task.name), None)
