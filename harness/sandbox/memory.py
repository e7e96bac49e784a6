"""Resident memory of a process and everything below it."""

from __future__ import annotations

import re
from pathlib import Path

_RESIDENT = re.compile(rb"^Rss(?:Anon|Shmem):\s+(\d+) kB", re.MULTILINE)


def resident(process: int) -> int:
    """Bytes of anonymous and shared memory of `process` and its descendants; 0 once they are gone.

    Pages that a fork shares count for each process, which errs on the safe side.
    """
    total = 0
    waiting, seen = [process], {process}
    while waiting:
        folder = Path("/proc") / str(waiting.pop())
        try:
            total += sum(int(kib) for kib in _RESIDENT.findall((folder / "status").read_bytes())) << 10
            children = b" ".join(file.read_bytes() for file in folder.glob("task/*/children"))
        except OSError:
            continue  # it ended meanwhile
        for child in map(int, children.split()):
            if child not in seen:
                seen.add(child)
                waiting.append(child)
    return total
