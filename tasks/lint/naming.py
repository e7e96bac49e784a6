"""Point 8: nothing that a candidate can open names an item, a family or a check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.lint.places import Places
from tasks.schema import Task
from tasks.taxonomy import FAMILIES, HARMLESS

MACHINERY = ("hidden check", "checks/", "flawed", "decoy", "clean twin", "replies.yaml", "fillers.yaml")


def names_given_away(task: Task, places: Places) -> Iterator[str]:
    """Every id, family and word of the machinery in brief, facts, starter, visible tests and file names."""
    texts = {"brief.md": task.brief}
    texts |= {f"starter/{name}": text for name, text in task.starter.items()}
    texts |= {f"visible/{name}": text for name, text in task.visible.items()}
    texts["task.yaml"] = "\n".join(
        [task.file.title, *(f"{a} {b}" for a, b in task.file.facts), *(f.title for f in task.file.files)]
    )
    # An id of one word may be a word of the subject, which gives nothing away in prose.
    secrets = {item.id: f"the item {item.id}" for item in task.items if "-" in item.id}
    secrets |= {name: f"the family {name}" for name in FAMILIES if name not in HARMLESS}
    secrets |= {word: f"“{word}”" for word in MACHINERY}
    for path, text in texts.items():
        for secret, what in secrets.items():
            found = _found(secret, text)
            if found:
                yield f"{places.text(path, found)}: it names {what}; say it in other words or rename the item."
    for path in texts:
        stem = path.rpartition("/")[2].rpartition(".")[0]
        for name in [*(item.id for item in task.items), *FAMILIES]:
            if _found(name, stem.removeprefix("test_").removesuffix("_test")):
                yield f"{places.name}/{path}: the file's name gives away {name}; rename the file."


def _found(secret: str, text: str) -> str | None:
    """How the secret is written in the text, with hyphens, underscores or none; None if it is not."""
    spelt = re.escape(secret).replace(r"\-", "[-_]")
    match = re.search(rf"(?<![\w-]){spelt}(?![\w-])", text, re.IGNORECASE)
    return match[0] if match else None
