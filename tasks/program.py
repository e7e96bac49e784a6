"""Programs composed of a task's reference solution and the hunks of its assistant."""

from __future__ import annotations

import ast
import importlib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from tasks.form import Form
from tasks.schema import Task
from tasks.syntax import parse

Files = dict[str, str]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def solution(task: Task) -> Files:
    """The reference solution over the starter files, with every filler hunk and clean hunk put in."""
    files = task.starter | task.reference.get("solution", {})
    for filler in task.fillers:
        if filler.form == "hunk" and filler.file and filler.symbol:
            files = insert(files, filler.file, filler.symbol, filler.text)
    return with_twins(task, files, {i.id: "clean" for i in task.twins})


def with_twins(task: Task, files: Files, form: Form) -> Files:
    """`files` with the hunk of every item in the twin of `form`, decoys included."""
    for item in task.items:
        if item.form == "hunk" and item.file and item.symbol:
            flawed = form.get(item.id) == "flawed" and item.flawed is not None
            text = item.flawed if flawed and item.flawed is not None else item.clean
            files = insert(files, item.file, item.symbol, text)
    return files


def insert(files: Files, path: str, symbol: str, hunk: str) -> Files:
    """`files` with the top-level definition of `symbol` in `path` replaced by `hunk`, or `hunk` appended."""
    source = files.get(path, "")
    node = definition(source, symbol)
    if node is None:
        return files | {path: f"{source.rstrip()}\n\n\n{hunk.strip()}\n"}
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    lines = source.split("\n")  # only line feeds end a line of code; a text in it may hold other separators
    parts = [*lines[: first - 1], hunk.strip("\n"), *lines[node.end_lineno :]]
    return files | {path: "\n".join(parts)}


@lru_cache(maxsize=4096)
def definition(source: str, symbol: str) -> Definition | None:
    """The top-level function or class of that name, or None; raises SyntaxError."""
    found = [n for n in parse(source).body if isinstance(n, Definition) and n.name == symbol]
    return found[-1] if found else None


@contextmanager
def laid_out(files: Mapping[str, str]) -> Iterator[Path]:
    """A temporary folder with the files, from which their modules are imported afresh while it lasts."""
    names = {Path(path).stem for path in files if path.endswith(".py")}
    with tempfile.TemporaryDirectory(prefix="lint-") as folder:
        root = Path(folder)
        for path, text in files.items():
            (root / path).write_text(text, encoding="utf-8")
        before = {name: sys.modules.pop(name) for name in names if name in sys.modules}
        old_path, old_flag = list(sys.path), sys.dont_write_bytecode
        sys.path.insert(0, str(root))
        sys.dont_write_bytecode = True
        importlib.invalidate_caches()
        try:
            yield root
        finally:
            sys.path[:], sys.dont_write_bytecode = old_path, old_flag
            for name in names:
                sys.modules.pop(name, None)
            sys.modules.update(before)
            sys.path_importer_cache.pop(str(root), None)


def imported(path: str) -> ModuleType:
    """The module of a file that is laid out; raises whatever its code raises."""
    return importlib.import_module(Path(path).stem)
