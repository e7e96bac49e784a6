"""Point 4: what is said to be right is right, because its proof runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.lint.places import Places
from tasks.program import Files, laid_out, solution
from tasks.schema import Task
from tasks.syntax import parse
from tasks.watch import Watch

TESTS = Path(__file__).parents[2] / "tests"


@dataclass
class Proofs:
    """Remembers which proofs have run; `ran` counts them."""

    watch: Watch
    _done: set[tuple[str, str]] = field(default_factory=set)

    @property
    def ran(self) -> int:
        """How many different proofs were run."""
        return len(self._done)

    def run(self, task: Task, places: Places) -> Iterator[str]:
        """Failures of all proofs of the task.

        A proof is Python with an `assert`, run on its own; the reference solution with all clean hunks can be
        imported in it. A claim may instead name a test of this repository (`test_...`) that proves it, and a
        filler claim may be proved in words.
        """
        wanted = [
            (f"items/{i.id}.yaml", ("proof",), i.form, i.kind == "decoy", i.proof)
            for i in task.items
            if i.proof is not None
        ]
        everything: list[tuple[str, tuple[str | int, ...], str, bool, str]] = [*wanted]
        everything += [("fillers.yaml", (n, "proof"), f.form, False, f.proof) for n, f in enumerate(task.fillers)]
        files = solution(task) if task.file.kind == "coding" else {}
        for path, keys, form, decoy, proof in everything:
            where = places.at(path, *keys)
            if is_program(proof):
                yield from self._run(proof, files, where)
            elif form == "hunk":
                yield f"{where}: the proof of a hunk is Python with an assert; write one that runs it."
            elif decoy and not named_tests(proof):
                yield f"{where}: the proof of a decoy must run; write Python with an assert or name a test."
            elif missing := [name for name in named_tests(proof) if not _exists(name)]:
                yield f"{where}: there is no test {', '.join(missing)} in tests/; write it or correct the name."
            elif len(proof.split()) < 4:
                yield f"{where}: the proof says nothing; write Python with an assert or the argument in words."

    def _run(self, proof: str, files: Files, where: str) -> Iterator[str]:
        key = (proof, "\0".join(f"{a}\0{b}" for a, b in sorted(files.items())))
        if key in self._done:
            return
        with laid_out(files), self.watch.over(where, "the proof"):
            try:
                space: dict[str, Any] = {"__name__": "proof"}
                exec(compile(proof, "proof", "exec"), space)  # noqa: S102 - a task's own code
            except BaseException as error:
                line = _line(error)
                said = f"{type(error).__name__}: {error}".removesuffix(": ")
                yield f"{where}: the proof fails at its line {line} ({said}); correct the text or the proof."
                return
        self._done.add(key)


def is_program(proof: str) -> bool:
    """Whether a proof is Python that asserts something."""
    try:
        tree = parse(proof)
    except SyntaxError:
        return False
    return any(isinstance(node, ast.Assert) for node in ast.walk(tree))


def named_tests(proof: str) -> list[str]:
    """The names of tests in a proof in words."""
    return re.findall(r"\btest_\w+", proof)


def _exists(name: str) -> bool:
    """Whether the repository's tests define it; an installed package has no tests and is trusted."""
    if not TESTS.is_dir():
        return True
    needle = re.compile(rf"^\s*(?:async )?def {re.escape(name)}\(", re.MULTILINE)
    return any(
        path.stem == name or needle.search(path.read_text(encoding="utf-8")) for path in TESTS.rglob("*.py")
    )


def _line(error: BaseException) -> int | str:
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "proof":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line or getattr(error, "lineno", None) or "?"
