"""Parses Python in a process of many threads."""

from __future__ import annotations

import ast
import threading

TRIES = 20
_alone = threading.Lock()


def parse(source: str) -> ast.Module:
    """The syntax tree of a file. Raises what `ast.parse` raises for the source: SyntaxError, ValueError and so on.

    CPython 3.11 counts the depth of all trees that are being built in one place, so that two threads which parse
    at once can get a SystemError for right code (python/cpython issue 106905). Ours go one at a time; where a
    library parses beside them, once more.
    """
    for _ in range(TRIES):
        try:
            with _alone:
                return ast.parse(source)
        except SystemError:
            continue
    return ast.parse(source)
