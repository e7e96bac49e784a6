"""Before points 1 and 2: all code of a task parses, and its checks and right programs can be loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tasks.lint.places import Places
from tasks.program import Files, imported, laid_out
from tasks.schema import Task
from tasks.syntax import parse
from tasks.watch import Watch


def unparsable(task: Task, places: Places) -> Iterator[str]:
    """Failures of files that are no Python, each with its line; nothing else can be said of such a task."""
    folders = {"starter": task.starter, "visible": task.visible}
    folders |= {f"reference/{name}": files for name, files in task.reference.items()}
    files = {f"{folder}/{path}": text for folder, texts in folders.items() for path, text in texts.items()}
    files |= {f"checks/{name}.py": text for name, text in task.checks.items()}
    for path, text in files.items():
        if path.endswith(".py"):
            try:
                parse(text)
            except SyntaxError as error:
                yield f"{places.name}/{path}:{error.lineno or 1}: it is not Python ({error.msg}); mend it."
            except (ValueError, RecursionError, MemoryError) as error:
                yield f"{places.name}/{path}: it cannot be read as Python ({type(error).__name__}); mend it."


def unloadable(task: Task, places: Places, watch: Watch) -> Iterator[str]:
    """Failures of what cannot be loaded, each with its line; where there is one, running more would mislead."""
    yield from _checks(task, places, watch)
    yield from _references(task, places, watch)


def references(task: Task) -> Iterator[tuple[str, Files]]:
    """The reference folders, the solution first: what is wrong with it comes back in the others."""
    yield from sorted(task.reference.items(), key=lambda reference: reference[0] != "solution")


def _checks(task: Task, places: Places, watch: Watch) -> Iterator[str]:
    files = task.starter | task.reference.get("solution", {})
    for name, source in task.checks.items():
        where = f"{places.name}/checks/{name}.py"
        space: dict[str, Any] = {"__name__": "hidden"}
        with laid_out(files), watch.over(where, "loading it"):
            try:
                exec(compile(source, f"checks/{name}.py", "exec"), space)  # noqa: S102 - a task's own code
            except BaseException as error:
                line = _line(error, f"checks/{name}.py")
                yield f"{where}:{line}: it cannot be loaded ({_said(error)}); mend that line."
                continue
        if not callable(space.get("check")):
            yield f"{where}: it has no function check(candidate); add it."


def _references(task: Task, places: Places, watch: Watch) -> Iterator[str]:
    base: Files = task.starter | task.reference.get("solution", {})
    for name, changed in references(task):
        with laid_out(base | changed) as root:
            for path in changed:
                if not path.endswith(".py"):
                    continue
                where = f"{places.name}/reference/{name}/{path}"
                try:
                    with watch.over(where, "importing it"):
                        imported(path)
                except BaseException as error:
                    line = _line(error, str(root / path))
                    yield f"{where}:{line}: it cannot be imported ({_said(error)}); mend that line."


def _line(error: BaseException, file: str) -> int:
    """The last line of that file on the way to the error."""
    trace, line = error.__traceback__, 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _said(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".removesuffix(": ").split())[:200]
