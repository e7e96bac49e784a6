"""Which files may go into a sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

MOST_FILES = 200
LARGEST = 1 << 20  # bytes of one file
LARGEST_SUM = 8 << 20
LONGEST_PART = 200  # bytes of UTF-8; file systems allow 255
DEEPEST = 8


class FileRefused(ValueError):
    """A file's name or size is not allowed; the message is one sentence."""


def checked(files: Mapping[str, str]) -> dict[str, str]:
    """The same files, every name a plain relative path. Raises FileRefused."""
    if len(files) > MOST_FILES:
        raise FileRefused(f"There are more than {MOST_FILES} files.")
    total = 0
    for name, text in files.items():
        check_name(name)
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            raise FileRefused(f"The file {name!r} holds characters that no file can hold.") from None
        total += size
        if size > LARGEST or total > LARGEST_SUM:
            raise FileRefused("The files are too large to run.")
    for name in files:
        for folder in PurePosixPath(name).parents:
            if str(folder) in files:
                raise FileRefused(f"{str(folder)!r} is both a file and a folder.")
    return dict(files)


def check_name(name: str) -> None:
    """Raise FileRefused unless `name` is a relative path of ordinary parts that leads nowhere else."""
    parts = name.split("/")
    try:
        sizes = [len(part.encode()) for part in parts]
    except UnicodeEncodeError:
        sizes = [LONGEST_PART + 1]
    if (
        len(parts) > DEEPEST
        or any(part in ("", ".", "..") or part.startswith(("-", "~")) for part in parts)
        or any(part != part.strip() for part in parts)
        or max(sizes) > LONGEST_PART
        or not name.isprintable()
        or "\\" in name
    ):
        raise FileRefused(f"A file cannot be named {name!r} here.")
