"""Lint of one task, one folder and the whole library."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from pydantic import ValidationError

from tasks.draw import draw
from tasks.lint.answers import wrong_answers
from tasks.lint.naming import names_given_away
from tasks.lint.places import Places
from tasks.lint.proofs import Proofs
from tasks.lint.report import Report, TaskReport, Tell
from tasks.lint.running import SECONDS, check_seconds, hunks, malformed, program_texts, run_forms, run_references
from tasks.lint.sources import missing_numbers, unnamed_sources
from tasks.lint.structure import loose_ends
from tasks.lint.tells import flawed_from_clean, items_from_fillers, tell
from tasks.lint.trial import Trials
from tasks.lint.wording import uneven_twins
from tasks.loader import TaskError, load_task, task_folders
from tasks.schema import Task

HIGHEST_LOW = 0.5
"""A tell counts as proved when the lower end of its interval is above this."""


def lint_task(task: Task, draws: int = 20, folder: Path | None = None) -> Report:
    """Proves one task over `draws` draws of its parameters; `folder` lets messages name lines."""
    report = _prove(task, draws, folder or _folder_of(task))
    return Report((report,), draws, *_tells([task]))


def lint_folder(folder: Path, draws: int = 20) -> Report:
    """Proves the task in `folder`; a folder that cannot be read is a report with that one failure."""
    return lint_library(draws, [folder], workers=1)


def lint_library(draws: int = 20, folders: Iterable[Path] | None = None, workers: int | None = None) -> Report:
    """Proves every task of the library (or of `folders`), one process a task where there are cores for it."""
    chosen = sorted(folders) if folders is not None else list(task_folders())
    count = min(len(chosen), workers or os.cpu_count() or 1)
    if count > 1:
        # Fresh processes: tests and checks import modules of the same names, and pytest keeps state.
        with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
            reports = list(pool.map(_folder_report, chosen, [draws] * len(chosen)))
    else:
        reports = [_folder_report(folder, draws) for folder in chosen]
    flawed, planted = _tells([task for folder in chosen if (task := _loaded(folder)) is not None])
    return Report(tuple(reports), draws, flawed, planted, tuple(_told(flawed, planted)))


def _told(flawed: Tell, planted: Tell) -> Iterator[str]:
    for what, found in (("flawed from clean twins", flawed), ("items from fillers", planted)):
        if found.estimate is not None and found.low > HIGHEST_LOW:
            yield (
                f"library: wording tells {what} (AUC {found.estimate:.2f}, from {found.low:.2f}); "
                "make them alike in words, length and comments."
            )


def _tells(tasks: Sequence[Task]) -> tuple[Tell, Tell]:
    filled: list[Task] = []
    for task in tasks:
        try:
            filled.append(draw(task, 0).task)
        except (TaskError, ValidationError):
            continue  # already a failure of that task
    return tell(flawed_from_clean(filled)), tell(items_from_fillers(filled))


def _loaded(folder: Path) -> Task | None:
    try:
        return load_task(folder)
    except (TaskError, ValidationError):
        return None


def _folder_report(folder: Path, draws: int) -> TaskReport:
    try:
        task = load_task(folder)
    except TaskError as error:
        return TaskReport(folder.name, "unknown", failures=(str(error),))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said = f"{folder}: {where}: {first['msg']}; correct it."
        return TaskReport(folder.name, "unknown", failures=(said,))
    return _prove(task, draws, folder)


def _folder_of(task: Task) -> Path | None:
    return next((folder for folder in task_folders() if folder.name == task.name), None)


def _prove(task: Task, draws: int, folder: Path | None) -> TaskReport:
    places = Places(task.name, folder)
    trials, proofs = Trials(), Proofs()
    failures: dict[str, str] = {}  # in order; one that differs between draws by its numbers only counts once

    def add(found: Iterable[str]) -> None:
        for line in found:
            where, _, said = line.partition(": ")
            failures.setdefault(where + re.sub(r"\d[\d.,e+]*", "#", said), line)

    ran: set[tuple[str, ...]] = set()
    seconds = 0.0
    for found in (loose_ends, unnamed_sources, missing_numbers, names_given_away, uneven_twins):
        add(found(task, places))
    add(malformed(task, places))
    runnable = not any(malformed(task, places))
    for seed in range(draws):
        try:
            drawn = draw(task, seed).task
        except TaskError as error:
            add([f"{task.name}: draw {seed}: {error}"])
            break
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            add([f"{task.name}: draw {seed}: filled in, {where} is not allowed: {first['msg']}; correct it."])
            break
        add(wrong_answers(drawn, places))
        add(names_given_away(drawn, places))
        if runnable:
            add(proofs.run(drawn, places))
            code = program_texts(drawn)
            if task.file.kind == "coding" and code not in ran:
                ran.add(code)
                add(run_forms(drawn, places, trials))
                add(run_references(drawn, places, trials))
                seconds = max(seconds, check_seconds(drawn, trials))
    if seconds > SECONDS:
        add([f"{task.name}/checks: they take {seconds:.1f} s together; bring them under {SECONDS:.0f} s."])
    if task.file.kind == "coding" and not hunks(task):
        add([f"{task.name}/items: a coding task needs a twin that is code; add one."])
    return TaskReport(
        name=task.name,
        kind=task.file.kind,
        items=len(task.items),
        decoys=len(task.decoys),
        fillers=len(task.fillers),
        programs=trials.programs,
        proofs=proofs.ran,
        seconds=seconds,
        failures=tuple(failures.values()),
    )
