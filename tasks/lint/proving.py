"""All points that concern one task, over some draws of its parameters."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from tasks.draw import Unfilled, draw, values_of
from tasks.lint.answers import wrong_answers
from tasks.lint.detectors import deaf_detectors
from tasks.lint.levels import bad_levels
from tasks.lint.loading import unloadable, unparsable
from tasks.lint.naming import names_given_away
from tasks.lint.places import Places
from tasks.lint.proofs import Proofs
from tasks.lint.reactions import bad_reactions
from tasks.lint.running import (
    SECONDS,
    check_seconds,
    hunks,
    malformed,
    program_texts,
    run_forms,
    run_references,
    unsteady_checks,
)
from tasks.lint.sources import missing_numbers, names_in_text, unnamed_sources
from tasks.lint.standard import below_standard
from tasks.lint.structure import loose_ends
from tasks.lint.subjects import bad_subjects
from tasks.lint.trial import Trials
from tasks.lint.wording import uneven_twins
from tasks.loader import TaskError
from tasks.schema import Task
from tasks.watch import Watch

WRITTEN = (
    loose_ends,
    unnamed_sources,
    missing_numbers,
    names_given_away,
    uneven_twins,
    bad_reactions,
    bad_levels,
)
"""What is looked at as it is written."""
FILLED_IN = (wrong_answers, deaf_detectors, bad_subjects, names_given_away)
"""What is looked at for every draw."""
WHOLE = 12
"""Code items up to which the first draw runs everything on every form but the random ones; the work grows fast."""
_NUMBER = re.compile(r"(?<![A-Za-z_])(?<![A-Za-z]-)\d[\d.,e+]*")
"""A number that is no part of a name."""


@dataclass(frozen=True)
class Part:
    """What some draws of a task showed. `failures` are sentences; `elapsed` and `seconds` are seconds."""

    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    programs: int = 0
    proofs: int = 0
    seconds: float = 0.0
    elapsed: float = 0.0


def shares(task: Task, draws: int, most: int) -> list[tuple[int, ...]]:
    """The seeds of all draws in at most `most` shares of like work; draws with the same code stay together."""
    seeds = list(range(draws))
    if task.file.kind != "coding":
        return [tuple(seeds)]
    names = set().union(*(names_in_text(text) for text in program_texts(task)))
    alike: dict[tuple[object, ...], list[int]] = {}
    for seed in seeds:
        try:
            values = values_of(task, seed)
        except TaskError:
            return [tuple(seeds)]  # a failure of the first draw already
        alike.setdefault(tuple(values.get(name) for name in sorted(names)), []).append(seed)
    # The first draw of a share runs everything, so a share has to be worth it.
    count = max(1, min(most, len(alike) // 4))
    groups = list(alike.values())
    return [tuple(seed for group in groups[start::count] for seed in group) for start in range(count)]


def prove(
    task: Task,
    seeds: Sequence[int],
    folder: Path | None,
    watch: Watch,
    tell: Callable[[str], None],
    first: bool = True,
) -> Part:
    """Proves the task on these draws; `first` says that what needs no draw is looked at here.

    The task's code runs in this process, under `watch`; `tell` hears each failure as it is found.
    """
    start = time.perf_counter()
    places = Places(task.name, folder)
    trials, proofs = Trials(task.name, watch), Proofs(watch)
    found = _Failures(tell)
    if first:
        for look in WRITTEN:
            watch.alive()
            found.add(look(task, places))
        if task.file.kind == "coding" and not hunks(task):
            found.add([f"{task.name}/items: a coding task needs a twin that is code; add one."])
    ran: set[tuple[str, ...]] = set()
    seconds = 0.0
    for seed in seeds:
        try:
            drawn = draw(task, seed).task
        except TaskError as error:
            found.add([_unfilled(error, seed, places)])
            break
        except ValidationError as error:
            wrong = error.errors()[0]
            where = ".".join(str(part) for part in wrong["loc"])
            found.add(
                [f"{task.name}: draw {seed}: filled in, {where} is not allowed: {wrong['msg']}; correct it."]
            )
            break
        for look in FILLED_IN:
            watch.alive()
            found.add(look(drawn, places))
        code = program_texts(drawn)
        new = task.file.kind == "coding" and code not in ran
        for look in (unparsable, malformed):
            if bad := list(look(drawn, places)):
                break
        else:
            bad = list(unloadable(drawn, places, watch)) if new else []
        if bad:
            found.add(bad)
            break
        found.add(proofs.run(drawn, places))
        if new:
            # First what is right by itself: what is wrong with it would come back on every form.
            trials.whole = False
            found.add(run_references(drawn, places, trials))
            trials.whole = not ran and len(hunks(drawn)) <= WHOLE
            ran.add(code)
            found.add(run_forms(drawn, places, trials))
            seconds = max(seconds, check_seconds(drawn, trials))
    found.add(unsteady_checks(places, trials))
    if seconds > SECONDS:
        found.add([f"{task.name}/checks: they take {seconds:.1f} s together; bring them under {SECONDS:.0f} s."])
    return Part(
        failures=found.lines,
        notes=tuple(below_standard(task, places)) if first else (),
        programs=trials.programs,
        proofs=proofs.ran,
        seconds=seconds,
        elapsed=time.perf_counter() - start,
    )


def together(parts: Iterable[Part]) -> Part:
    """The parts of one task as one; a failure that several of them have stands once."""
    parts = list(parts)
    found = _Failures()
    for part in parts:
        found.add(part.failures)
    return Part(
        failures=found.lines,
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        programs=sum(part.programs for part in parts),
        proofs=sum(part.proofs for part in parts),
        seconds=max(part.seconds for part in parts),
        elapsed=sum(part.elapsed for part in parts),
    )


def _unfilled(error: TaskError, seed: int, places: Places) -> str:
    if isinstance(error, Unfilled):
        return f"{places.text(error.file, error.text)}: draw {seed}: {error.said}"
    return f"{places.name}: draw {seed}: {error}"


class _Failures:
    """Sentences in order, each told of once; one that differs between draws by its numbers only counts once."""

    def __init__(self, tell: Callable[[str], None] = lambda _: None) -> None:
        self._found: dict[str, str] = {}
        self._tell = tell

    def add(self, lines: Iterable[str]) -> None:
        for line in lines:
            where, _, said = line.partition(": ")
            key = where + _NUMBER.sub("#", said)
            if key not in self._found:
                self._found[key] = line
                self._tell(line)

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._found.values())
