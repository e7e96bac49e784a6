"""Reads a task folder into a `Task`, or says in one sentence which file and line is wrong."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from tasks.lines import line_of
from tasks.schema import LONGEST_NAME, NAME, Filler, Item, Replies, Shape, Task, TaskFile, TaskRubric
from tasks.taxonomy import FAMILIES

LIBRARY = Path(__file__).parent / "library"
MAX_FILE_BYTES = 1_000_000
DEEPEST = 1_000
"""Levels of YAML that libyaml is trusted with: it does not stop where the stack ends."""
ShapeT = TypeVar("ShapeT", bound=Shape)
_alone: list[Path] = []


class TaskError(Exception):
    """A task folder that cannot be used; the message names the file, the line and the remedy."""


def load_task(folder: Path) -> Task:
    """The task in `folder`. Raises TaskError for anything missing, unreadable or against the schema."""
    if not (folder / "task.yaml").is_file():
        raise TaskError(f"{folder}: there is no task.yaml; a task is a folder with task.yaml, brief.md, items/.")
    file = _shape(TaskFile, folder / "task.yaml")
    items = tuple(_shape(Item, path) for path in sorted((folder / "items").glob("*.yaml")))
    fillers = tuple(_fillers(folder / "fillers.yaml"))
    if not re.fullmatch(NAME, folder.name) or len(folder.name) > LONGEST_NAME:
        raise TaskError(
            f"{folder}: the folder's name is the task's name, so it needs lower-case words joined by hyphens, "
            f"such as fraud-api, of at most {LONGEST_NAME} characters."
        )
    task = Task(
        name=folder.name,
        digest=_digest(folder),
        file=file,
        brief=_text(folder / "brief.md"),
        starter={f.path: _text(folder / "starter" / f.path) for f in file.files},
        visible={name: _text(folder / "visible" / name) for name in file.tests},
        checks={p.stem: _text(p) for p in sorted((folder / "checks").glob("*.py"))},
        reference={
            d.name: {p.name: _text(p) for p in sorted(d.iterdir()) if p.is_file()}
            for d in sorted((folder / "reference").glob("*"))
            if d.is_dir() and d.name != "__pycache__"
        },
        items=items,
        fillers=fillers,
        replies=_shape(Replies, folder / "replies.yaml"),
        rubric=_shape(TaskRubric, folder / "rubric.yaml") if (folder / "rubric.yaml").is_file() else None,
    )
    _agree(folder, task)
    return task


def library() -> dict[str, Task]:
    """Every task of every library, by name; raises TaskError for the first that cannot be used."""
    return {folder.name: load_task(folder) for folder in task_folders()}


def usable() -> tuple[dict[str, Task], tuple[str, ...]]:
    """Every task that can be used, by name, and for each that cannot a sentence that names folder and reason."""
    found: dict[str, Task] = {}
    broken: list[str] = []
    for folder in task_folders():
        try:
            found[folder.name] = load_task(folder)
        except TaskError as error:
            broken.append(str(error))
    return found, tuple(broken)


def task_folders() -> Iterator[Path]:
    """The folders of all tasks, each name once: of `libraries()`, then the shipped ones."""
    if _alone:
        yield _alone[-1]
        return
    seen: set[str] = set()
    for root in (*libraries(), LIBRARY):
        for path in (root / "task.yaml", *sorted(root.glob("*/task.yaml"))):
            if path.is_file() and path.parent.name not in seen:
                seen.add(path.parent.name)
                yield path.parent


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While it lasts, the task in `folder` is the only one that this process knows: for a preview of it."""
    _alone.append(folder)
    task_named.cache_clear()
    try:
        yield
    finally:
        _alone.pop()
        task_named.cache_clear()


def libraries() -> tuple[Path, ...]:
    """The folders of private libraries: of the setting HARNESS_TASKS, then of installed packages.

    HARNESS_TASKS holds folders joined by the system's path separator (a colon, on Windows a semicolon); each is
    a library, which holds task folders, or a single task folder. A package names its folder by the entry point
    `harness.tasks`. A task there goes before a shipped one of the same name. This is the one place where a task
    is looked for outside this repository. Raises TaskError for a folder that is not there.
    """
    named = [Path(part).absolute() for part in os.environ.get("HARNESS_TASKS", "").split(os.pathsep) if part]
    for folder in named:
        if not folder.is_dir():
            raise TaskError(f"HARNESS_TASKS names {folder}, which is no folder; correct the setting.")
    return (*named, *(Path(str(point.load())) for point in entry_points(group="harness.tasks")))


def folder_of(word: str) -> Path:
    """The task folder that somebody means by a path or by a task's name. Raises TaskError if there is none."""
    path = Path(word).absolute()
    if (path / "task.yaml").is_file():
        return path
    for folder in task_folders():
        if folder.name == word:
            return folder
    if path.is_dir():
        raise TaskError(f"{word}: there is no task.yaml; `harness tasks new NAME` makes a folder that has one.")
    known = ", ".join(f.name for f in task_folders())
    raise TaskError(f"There is no task or folder {word!r}. Known tasks: {known}.")


@cache
def task_named(name: str) -> Task:
    """The task of that name, read once a process. Raises TaskError if there is none."""
    for folder in task_folders():
        if folder.name == name:
            return load_task(folder)
    known = ", ".join(f.name for f in task_folders())
    raise TaskError(f"There is no task named {name!r}. Known tasks: {known}.")


def _shape(shape: type[ShapeT], path: Path) -> ShapeT:
    return _validated(shape, _yaml(path), path)


def _fillers(path: Path) -> Iterator[Filler]:
    raw = _yaml(path) if path.is_file() else []
    if not isinstance(raw, list):
        raise TaskError(f"{path}: line 1: a list of fillers is expected.")
    for entry in raw:
        yield _validated(Filler, entry, path)


def _validated(shape: type[ShapeT], raw: Any, path: Path) -> ShapeT:
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        line = line_of(yaml.compose(_text(path), Loader=yaml.SafeLoader), first["loc"]) or 1
        raise TaskError(f"{path}: line {line}: {where or 'top level'}: {first['msg']}.") from None


def _yaml(path: Path) -> Any:
    try:
        text = _text(path)
        return yaml.load(text, Loader=_loader(text))  # noqa: S506 - the safe one, in either language
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "it is not valid YAML"
        raise TaskError(f"{path}: line {line}: {problem}; mend the YAML there.") from None
    except (ValueError, RecursionError) as error:  # a date or number that there is none of, or no end of brackets
        raise TaskError(f"{path}: it cannot be read as YAML ({error}); put such a value in quotes.") from None


class _Once:
    """Mixed into a loader: a key stands once in a mapping. YAML says so; PyYAML lets the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        first: dict[tuple[str, Any], int] = {}
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                line = key.start_mark.line + 1
                if (before := first.get((key.tag, key.value))) is not None:
                    said = f"{key.value!r} stands here a second time, after line {before}"
                    raise yaml.constructor.ConstructorError(None, None, said, key.start_mark)
                first[key.tag, key.value] = line
        found: dict[Any, Any] = super().construct_mapping(node, deep)  # type: ignore[misc]
        return found


class _Loader(_Once, yaml.SafeLoader):
    """Python's own."""


class _Fast(_Once, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """libyaml's where PyYAML has it: the shipped library is read in an eighth of the time."""


def _loader(text: str) -> Any:
    deep = text.count("[") + text.count("{") > DEEPEST or max(map(len, text.splitlines()), default=0) > 2 * DEEPEST
    return _Loader if deep else _Fast


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise TaskError(f"{path}: the file is missing; task.yaml or the task format asks for it.") from None
    except OSError as error:
        raise TaskError(f"{path}: it cannot be read as a file: {error.strerror}.") from None
    if len(raw) > MAX_FILE_BYTES:
        raise TaskError(f"{path}: larger than {MAX_FILE_BYTES} bytes; a task's files are small texts.")
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        raise TaskError(f"{path}: line {line}: it holds a NUL character; take it out, or save the file as UTF-8.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise TaskError(f"{path}: line {line}: it is not UTF-8; save it as UTF-8.") from None


def _agree(folder: Path, task: Task) -> None:
    """The references inside a task hold; raises TaskError for the first that does not."""
    items, fillers = {i.id for i in task.items}, {f.id for f in task.fillers}
    files = {f.path for f in task.file.files}
    topics = {t.id for t in task.replies.topics}
    if len(items) != len(task.items) or len(fillers) != len(task.fillers) or items & fillers:
        raise TaskError(f"{folder}: two items or fillers have the same id; ids are unique in a task.")
    for item in task.items:
        path = folder / "items" / f"{item.id}.yaml"
        if not path.is_file():
            raise TaskError(f"{folder}/items: the file of item {item.id} must be named {item.id}.yaml.")
        if item.family not in FAMILIES:
            raise TaskError(f"{path}: family {item.family!r} is not one of {', '.join(FAMILIES)}.")
        if item.topic not in topics:
            raise TaskError(f"{path}: topic {item.topic!r} is not in replies.yaml.")
        if item.form == "hunk" and item.kind == "twin" and item.id not in task.checks:
            raise TaskError(f"{path}: a hunk needs checks/{item.id}.py.")
        for name in (item.file, item.section, item.number.section if item.number else None):
            if name is not None and name not in files:
                raise TaskError(f"{path}: {name!r} is not one of the files in task.yaml.")
    said: set[str] = set()
    for topic in task.replies.topics:
        steps = [s for s in topic.steps if s.prose is None]
        if len(steps) > 4:
            raise TaskError(f"{folder}/replies.yaml: topic {topic.id} has more than 4 statements.")
        for step in steps:
            name = step.item or step.filler or ""
            if name not in (items if step.item else fillers):
                raise TaskError(f"{folder}/replies.yaml: topic {topic.id} names {name!r}, which does not exist.")
            said.add(name)
    if items - said:
        raise TaskError(f"{folder}/replies.yaml: no topic brings up {', '.join(sorted(items - said))}.")


def _digest(folder: Path) -> str:
    """SHA-256 over names and bytes of all files of the task, in order of name."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        content = path.read_bytes()
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()
