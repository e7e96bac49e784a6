"""What every verb shares: opening the home, and printing for people or as JSON."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from harness.home import Home, open_home
from harness.settings import Settings

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Problem(Exception):
    """Something the caller can mend; the message says how."""


def settings() -> Settings:
    """The settings of the environment. Raises Problem naming the variable that cannot be read."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "HARNESS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise Problem(f"{name} cannot be used: {first['msg']}.") from None


def home() -> Home:
    """The home of the settings, made on first use."""
    return open_home(settings())


def say(text: str = "") -> None:
    """Prints a line for people."""
    typer.echo(text)


def print_json(value: Any) -> None:
    """Prints JSON with sorted keys."""
    typer.echo(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Around whatever writes to `path`. Raises Problem where the system does not let it."""
    try:
        yield
    except OSError as error:
        raise Problem(f"{path} cannot be written: {error.strerror or error}.") from None


def table(rows: Sequence[tuple[str, ...]], heads: tuple[str, ...]) -> None:
    """Prints columns, each as wide as its widest cell."""
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    for row in [heads, *rows]:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def account() -> str:
    """The name of this machine's account, for what is recorded with an author."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "administrator"


def progress(what: str, wanted: bool = True) -> Callable[[int, int], None]:
    """Tells how far something is, on one line of standard error; only where somebody watches a terminal."""

    def heard(done: int, of: int) -> None:
        if wanted and of and sys.stderr.isatty():
            end = "\n" if done == of else ""
            print(f"\r{done:,} of {of:,} {what}", end=end, file=sys.stderr, flush=True)

    return heard
