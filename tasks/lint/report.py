"""What lint found, for people and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tell:
    """How well a classifier tells two kinds of statement apart by wording alone: an area under the ROC curve.

    `low` and `high` are a 95 % bootstrap interval over items; `estimate` is None for too few statements.
    """

    estimate: float | None
    low: float
    high: float
    statements: int

    def to_json(self) -> dict[str, Any]:
        """`{"estimate", "low", "high"}`, rounded to three decimals."""
        estimate = None if self.estimate is None else round(self.estimate, 3)
        return {"estimate": estimate, "low": round(self.low, 3), "high": round(self.high, 3)}


@dataclass(frozen=True)
class Leaning:
    """A word with the number of flawed and of clean twins that hold it."""

    word: str
    flawed: int
    clean: int


@dataclass(frozen=True)
class Phrase:
    """A class of phrases: `found` in so many claims `of` all, each by kind (flawed, clean, decoy, filler).

    `p` holds the exact p of each comparison of two kinds; `lopsided` names those that chance does not explain.
    """

    name: str
    found: dict[str, int]
    of: dict[str, int]
    p: dict[str, float]
    lopsided: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Name, counts by kind, and by comparison the p, rounded to four decimals."""
        p = {comparison: round(value, 4) for comparison, value in self.p.items()}
        return {"phrase": self.name, "found": self.found, "of": self.of, "p": p, "lopsided": list(self.lopsided)}

    def to_text(self) -> str:
        """The counts as one phrase of a sentence."""
        return ", ".join(f"{kind} {self.found[kind]} of {self.of[kind]}" for kind in self.found)


@dataclass(frozen=True)
class Told:
    """What the wording gives away over all tasks together.

    `flawed` tells flawed twins from clean ones, and is split by form; `planted` tells items from fillers, `decoys`
    tells decoys from twins; `leaning` are the words that stand more often in one kind of twin; `phrases` are
    counted by kind of claim.
    """

    flawed: Tell
    planted: Tell
    decoys: Tell
    forms: tuple[tuple[str, Tell], ...] = ()
    leaning: tuple[Leaning, ...] = ()
    phrases: tuple[Phrase, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The keys of the report that speak of it."""
        return {
            "tell_auc": self.flawed.to_json(),
            "tell_auc_by_form": {form: tell.to_json() for form, tell in self.forms},
            "filler_auc": self.planted.to_json(),
            "decoy_auc": self.decoys.to_json(),
            "leaning": [{"word": x.word, "flawed": x.flawed, "clean": x.clean} for x in self.leaning],
            "phrases": [phrase.to_json() for phrase in self.phrases],
        }

    def to_text(self) -> list[str]:
        """The lines of the report that speak of it."""
        rows = [("Flawed from clean", self.flawed), *((f"  {form}s alone", tell) for form, tell in self.forms)]
        lines = []
        for name, tell in (*rows, ("Items from fillers", self.planted), ("Decoys from twins", self.decoys)):
            shown = "too few statements" if tell.estimate is None else f"AUC {tell.estimate:.2f}"
            lines.append(
                f"{name} by wording: {shown} ({tell.low:.2f} to {tell.high:.2f}, {tell.statements} texts)"
            )
        if self.leaning:
            words = "; ".join(f"{x.word!r} in {x.flawed} and {x.clean}" for x in self.leaning[:8])
            lines.append(f"Words that stand more often in flawed or in clean twins: {words}.")
        tests = sum(len(phrase.p) for phrase in self.phrases)
        lines.append(f"Turns of phrase in claims by kind ({tests} exact tests, false discovery rate 5 %):")
        for phrase in self.phrases:
            verdict = "; lopsided" if phrase.lopsided else ""
            lines.append(f"  {phrase.name!r}: {phrase.to_text()}; least p {min(phrase.p.values()):.3f}{verdict}")
        return lines


@dataclass(frozen=True)
class TaskReport:
    """One task. `failures` are sentences that begin with file and line and end with what to do.

    `notes` are sentences about what would make it better and need not be. `seconds` is the time that all hidden
    checks of one session take, `elapsed` the time that lint took; `programs` counts the composed programs that
    were run, `proofs` the proofs.
    """

    name: str
    kind: str
    items: int = 0
    decoys: int = 0
    fillers: int = 0
    programs: int = 0
    proofs: int = 0
    seconds: float = 0.0
    elapsed: float = 0.0
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object of this task in the report; `items` counts twins and decoys."""
        return {
            "name": self.name,
            "kind": self.kind,
            "items": self.items,
            "decoys": self.decoys,
            "fillers": self.fillers,
            "programs": self.programs,
            "proofs": self.proofs,
            "check_seconds": round(self.seconds, 2),
            "seconds": round(self.elapsed, 2),
            "failures": list(self.failures),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Report:
    """All tasks that were looked at. `failures` concern the library; `elapsed` is in seconds."""

    tasks: tuple[TaskReport, ...]
    draws: int
    told: Told
    failures: tuple[str, ...] = ()
    elapsed: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not self.failures and not any(task.failures for task in self.tasks)

    def to_json(self) -> dict[str, Any]:
        """The report as `harness tasks lint --json` prints it."""
        return {
            "tasks": [task.to_json() for task in self.tasks],
            "draws": self.draws,
            **self.told.to_json(),
            "failures": list(self.failures),
            "seconds": round(self.elapsed, 2),
        }

    def to_text(self) -> str:
        """The report for people, one line a task and one line a failure."""
        lines = []
        for task in self.tasks:
            verdict = f"{len(task.failures)} failures" if task.failures else "proved"
            lines.append(
                f"{task.name} ({task.kind}): {task.items - task.decoys} twins, {task.decoys} decoys, "
                f"{task.fillers} fillers; {task.programs} programs and {task.proofs} proofs run, "
                f"checks take {task.seconds:.1f} s; {verdict}"
            )
            lines += [f"  {failure}" for failure in task.failures]
            lines += [f"  note: {note}" for note in task.notes]
        lines.append(f"Parameters were drawn {self.draws} times; it took {self.elapsed:.0f} s.")
        return "\n".join([*lines, *self.told.to_text(), *self.failures])
