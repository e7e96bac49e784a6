"""Which sandbox this machine has, found by trying it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from harness.sandbox import environment, interpreter
from harness.sandbox.absent import AbsentSandbox
from harness.sandbox.box import LaunchFailed
from harness.sandbox.boxed import BoxedSandbox
from harness.sandbox.bubblewrap import Bubblewrap
from harness.sandbox.environment import CandidateEnvironment, EnvironmentMissing
from harness.sandbox.interface import Sandbox
from harness.sandbox.plain import PlainProcess
from harness.sandbox.tier import Tier
from harness.sandbox.uid import UidRefused, sandbox_uid

# What a strong sandbox must show from within; any line that fails raises.
PROBE = """
import os, socket
assert os.getuid() == 65534 and os.getpid() != 1
assert "Seccomp:\\t2" in open("/proc/self/status").read()
assert not os.path.exists("/etc/passwd") and not os.path.exists("/home") and not os.path.exists("/root")
for family in (socket.AF_INET, socket.AF_INET6):
    try:
        socket.socket(family)
    except OSError:
        pass
    else:
        raise AssertionError
for path in ("/x", "/usr/x", "/opt/venv/x", "/proc/sys/kernel/core_pattern"):
    try:
        open(path, "w")
    except OSError:
        pass
    else:
        raise AssertionError
open("/box/x", "w").close()
assert set(os.listdir("/proc/self/fd")) and len([p for p in os.listdir("/proc") if p.isdigit()]) < 5
import ctypes, hashlib, zlib
print("isolated")
"""

_lock = threading.Lock()
_found: dict[tuple[Path | None, bool], BoxedSandbox] = {}


def find_sandbox(python: Path | None = None, allow_reduced: bool = False, allow_none: bool = False) -> Sandbox:
    """The best sandbox there is, probed by a real run once a process.

    `python` is the interpreter of another candidate environment than the default one. `allow_reduced` has no
    effect yet: there is no reduced tier. `allow_none` falls back to a plain process, which keeps nothing from
    candidate code. Without any, the result is an AbsentSandbox whose message says what to do.
    """
    key = (python, allow_none)
    with _lock:
        if key not in _found:
            found = _find(python, allow_none)
            if isinstance(found, AbsentSandbox):
                return found  # not remembered: what was missing may come
            _found[key] = found
        return _found[key]


def _find(python: Path | None, allow_none: bool) -> BoxedSandbox | AbsentSandbox:
    try:
        built = environment.load(None if python is None else python.parent.parent)
        uid = sandbox_uid()
    except (EnvironmentMissing, UidRefused) as failure:
        return AbsentSandbox(str(failure))
    if uid is not None and not interpreter.reachable(built.folder):
        return AbsentSandbox(
            f"The environment for candidate code ({built.folder}) is closed to the sandbox's user: "
            "make its folders readable, or build it elsewhere with `python -m harness.sandbox.environment`."
        )
    for program in programs(built):
        sandbox = strong(program, built, uid)
        if sandbox is not None:
            return sandbox
    if allow_none:
        return BoxedSandbox(PlainProcess(built, uid), Tier.NONE, built.digest, limit_processes=False)
    return AbsentSandbox(
        "Code cannot be run here because no strong sandbox works: `harness doctor` says what to do."
    )


def programs(built: CandidateEnvironment) -> Iterator[Path]:
    """Where bubblewrap may be: the system's, then the wheel's as kept beside the environment."""
    for name in dict.fromkeys(("/usr/bin/bwrap", shutil.which("bwrap"))):
        if name is not None and os.access(name, os.X_OK):
            yield Path(name)
    if os.access(built.bubblewrap, os.X_OK):
        yield built.bubblewrap


def strong(program: Path, built: CandidateEnvironment, uid: int | None) -> BoxedSandbox | None:
    """A sandbox by this bubblewrap, if a run inside shows that it isolates."""
    return (
        None
        if trial(program, built, uid)
        else BoxedSandbox(Bubblewrap(program, built, uid), Tier.STRONG, built.digest)
    )


def trial(program: Path, built: CandidateEnvironment, uid: int | None) -> str:
    """What went wrong in a trial run; an empty string when it isolates."""
    try:
        sandbox = BoxedSandbox(Bubblewrap(program, built, uid), Tier.STRONG, built.digest)
    except LaunchFailed as failure:
        return str(failure)
    result = sandbox.run({"probe.py": PROBE}, ["python", "probe.py"])
    if result.status == "ok" and result.output == "isolated\n":
        return ""
    return " ".join((result.output or result.message or result.status).split())[-300:]
