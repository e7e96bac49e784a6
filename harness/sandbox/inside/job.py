"""One job of a sandbox: its files, the libraries it needs, and the process that does it."""

from __future__ import annotations

import ast
import contextlib
import importlib
import os
import random
import resource
import signal
import sys
from typing import Any

from .channel import Channel

LIBRARIES = ("numpy", "pandas", "sklearn", "scipy", "joblib")


def write_files(box: str, files: dict[str, str]) -> None:
    """Write the files into the fresh folder `box`: nothing is followed, nothing is overwritten."""
    for name, text in files.items():
        path = os.path.join(box, name)  # noqa: PTH118
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)  # noqa: PTH103, PTH120
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        with open(opened, "wb") as file:  # noqa: PTH123
            file.write(text.encode())


def wanted(files: dict[str, str]) -> list[str]:
    """Modules of the known libraries that the files import, submodules included."""
    found: list[str] = []
    for name, text in files.items():
        if not name.endswith(".py"):
            continue
        try:
            nodes = list(ast.walk(ast.parse(text)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in nodes:
            if isinstance(node, ast.Import):
                found += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found += [
                    node.module,
                    *(f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*"),
                ]
    return list(dict.fromkeys(each for each in found if each.split(".")[0] in LIBRARIES))


def import_all(modules: list[str]) -> None:
    """Import what can be imported."""
    for name in modules:
        # A name that is no module is an attribute (`sklearn.ensemble.RandomForestClassifier`), or a mistake that
        # candidate code will meet by itself.
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def work(channel: Channel, job: dict[str, Any], box: str) -> int:
    """Do the job in this process, which was forked for it; its exit code."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(box)
    _reseed(job["seed"])
    _limit(job["limits"])
    sys.path[:] = [each for each in sys.path if not each.endswith("/driver.zip")]
    if job["mode"] == "run":
        from .script import run

        return run(channel, job["command"])
    sys.path.insert(0, box)
    if job["mode"] == "tests":
        from .tests import run_tests

        return run_tests(channel, job["tests"], box)
    from .calls import serve

    return serve(channel, job["module"])


def _reseed(seed: int) -> None:
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed)


def _limit(limits: dict[str, int]) -> None:
    for name, value in limits.items():
        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(which, (value, value))
