"""`python FILE`, `python -m MODULE` and `python -c CODE`, in a process that has its libraries already."""

from __future__ import annotations

import os
import runpy
import sys
import types
from typing import Any

from .channel import Channel


def run(channel: Channel, command: list[str]) -> int:
    """Do what `command` says and give its exit code; an uncaught exception prints its traceback as usual."""
    channel.send({"k": "ready"})
    words = command[1:]
    if not words or (words[0].startswith("-") and words[0] not in ("-c", "-m")):
        os.execv(sys.executable, [sys.executable, *words])  # noqa: S606
    try:
        if words[0] == "-m":
            sys.argv = words[1:]
            sys.path.insert(0, os.getcwd())  # noqa: PTH109
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        elif words[0] == "-c":
            sys.argv = ["-c", *words[2:]]
            sys.path.insert(0, "")
            _execute(words[1], "<string>")
        else:
            path = os.path.join(os.getcwd(), words[0])  # noqa: PTH109, PTH118
            sys.argv = words
            sys.path.insert(0, os.path.dirname(path))  # noqa: PTH120
            try:
                with open(path, "rb") as file:  # noqa: PTH123
                    source = file.read()
            except OSError as failure:
                print(f"python: can't open file {path!r}: {failure.strerror}", file=sys.stderr)
                return 2
            _execute(source, path)
    except SystemExit as end:
        return _code(end.code)
    except BaseException as failure:
        if isinstance(failure, MemoryError):
            channel.send({"k": "memory"})
        trace = failure.__traceback__
        while trace is not None and not _theirs(trace):
            trace = trace.tb_next
        sys.excepthook(type(failure), failure.with_traceback(trace), trace)
        return 1
    return 0


def _execute(source: bytes | str, path: str) -> None:
    code = compile(source, path, "exec", dont_inherit=True)
    module = types.ModuleType("__main__")
    module.__dict__["__file__"] = path
    sys.modules["__main__"] = module
    exec(code, module.__dict__)  # noqa: S102


def _theirs(trace: types.TracebackType) -> bool:
    name = trace.tb_frame.f_code.co_filename
    return not name.startswith(("<frozen runpy", "/opt/driver")) and not name.endswith("inside/script.py")


def _code(code: Any) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1
