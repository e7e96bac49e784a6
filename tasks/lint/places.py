"""Where in a task folder something stands, for messages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from tasks.lines import line_of


@dataclass(frozen=True)
class Places:
    """Names files and lines of the task in `folder`; without a folder it names files only."""

    name: str
    folder: Path | None

    def at(self, path: str, *keys: str | int) -> str:
        """`name/path:line` of the deepest of `keys` that the YAML file has."""
        line = self._line(path, keys) if keys else None
        return f"{self.name}/{path}:{line}" if line else f"{self.name}/{path}"

    def text(self, path: str, needle: str) -> str:
        """`name/path:line` of the first occurrence of `needle`, ignoring case."""
        lines = self._read(path).lower().splitlines()
        number = next((n for n, line in enumerate(lines, start=1) if needle.lower() in line), None)
        return f"{self.name}/{path}:{number}" if number else f"{self.name}/{path}"

    def _read(self, path: str) -> str:
        try:
            return (self.folder / path).read_text(encoding="utf-8") if self.folder else ""
        except (OSError, UnicodeDecodeError):
            return ""

    def _line(self, path: str, keys: tuple[str | int, ...]) -> int | None:
        return line_of(_composed(self._read(path)), keys)


@cache
def _composed(text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    return node
