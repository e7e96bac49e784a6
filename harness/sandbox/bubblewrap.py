"""The strong tier: bubblewrap, started as an ordinary user."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.sandbox import payload, seccomp
from harness.sandbox.box import LaunchFailed, Started
from harness.sandbox.environment import INSIDE, CandidateEnvironment
from harness.sandbox.starter import start

BOX = "/box"
_SPACE = str(64 << 20)  # bytes of /box and of /tmp
_SHARED_MEMORY = str(16 << 20)
_SHARED_MEMORY_FOLDER = "/dev/shm"  # noqa: S108
_START_SECONDS = 10.0


def variables() -> dict[str, str]:
    """The whole environment of candidate code."""
    chosen = {
        "PATH": f"{INSIDE}/bin:/usr/bin",
        "HOME": BOX,
        "LANG": "C.UTF-8",
        "LD_LIBRARY_PATH": f"{INSIDE}/lib",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",  # an arena for each thread would use up the address space
        "TZ": "UTC",
    }
    # Some processors need these for OpenBLAS to compute right at all.
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        value = os.environ.get(name, "")
        if value.isalnum():
            chosen[name] = value
    return chosen


@dataclass(frozen=True)
class Bubblewrap:
    """Launches the driver inside bubblewrap, as user `uid`; None keeps an ordinary user's own."""

    program: Path
    environment: CandidateEnvironment
    uid: int | None

    def __post_init__(self) -> None:
        if self.uid == 0 or (self.uid is None and os.geteuid() == 0):
            # uid 0 escapes the limit on processes and opens files of /proc/sys for writing.
            raise LaunchFailed("bubblewrap is never started as uid 0.")

    def launch(self, incoming: int, outgoing: int, output: int, others: Sequence[int] = ()) -> Started:
        """Start the driver. Raises LaunchFailed with bubblewrap's own words."""
        reading, writing = os.pipe2(os.O_CLOEXEC)
        files: list[int] = []
        try:
            try:
                filter_, driver = _hold(files, seccomp.program()), _hold(files, payload.archive())
                command = self._command(incoming, outgoing, writing, filter_, driver)
                options = {} if self.uid is None else {"user": self.uid, "group": self.uid}
                process = start(
                    lambda: subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=output,
                        env={},
                        cwd="/",
                        pass_fds=(incoming, outgoing, writing, filter_, driver, *others),
                        start_new_session=True,
                        **({"extra_groups": [], **options} if options else {}),
                    )
                )
            except (OSError, seccomp.UnsupportedMachine) as failure:
                raise LaunchFailed(str(failure)) from None
            finally:
                for each in (writing, *files):
                    os.close(each)
            return Started(process, _inner(process, reading))
        finally:
            os.close(reading)

    def kill(self, started: Started) -> None:
        """Nothing to add: the group ends with its root."""

    def _command(self, incoming: int, outgoing: int, info: int, filter_: int, driver: int) -> list[str]:
        words = [str(self.program)]
        words += ["--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
        words += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--as-pid-1"]
        words += ["--uid", "65534", "--gid", "65534", "--hostname", "sandbox", "--clearenv"]
        for name, value in variables().items():
            words += ["--setenv", name, value]
        words += ["--ro-bind", "/usr", "/usr"]
        for folder in ("/usr/local", "/usr/src", *_hidden()):
            if Path(folder).is_dir():
                words += ["--tmpfs", folder, "--remount-ro", folder]
        for name in ("bin", "lib", "lib32", "lib64"):
            path = Path("/", name)
            if path.is_symlink():
                words += ["--symlink", f"usr/{name}", f"/{name}"]
            elif path.is_dir():
                words += ["--ro-bind", f"/{name}", f"/{name}"]
        words += ["--ro-bind", str(self.environment.folder), INSIDE]
        words += ["--ro-bind-data", str(driver), f"/opt/{payload.NAME}"]
        words += ["--proc", "/proc", "--dev", "/dev"]
        words += ["--size", _SPACE, "--tmpfs", BOX, "--size", _SPACE, "--tmpfs", "/tmp"]  # noqa: S108
        words += ["--size", _SHARED_MEMORY, "--tmpfs", _SHARED_MEMORY_FOLDER]
        words += ["--remount-ro", "/", "--remount-ro", "/dev"]
        words += [
            "--chdir",
            BOX,
            "--cap-drop",
            "ALL",
            "--seccomp",
            str(filter_),
            "--info-fd",
            str(info),
            "--",
        ]
        words += [f"{INSIDE}/bin/python", "-P", "-s", "-c", payload.START]
        return [*words, f"/opt/{payload.NAME}", str(incoming), str(outgoing), BOX]


def _hidden() -> list[str]:
    """Folders below /usr that hold this program, if it is installed there."""
    folder = Path(__file__).resolve().parents[2]
    return [str(folder)] if folder.is_relative_to("/usr") and not folder.is_relative_to("/usr/local") else []


def _hold(files: list[int], data: bytes) -> int:
    """A descriptor from which `data` can be read."""
    found = os.memfd_create("sandbox", os.MFD_CLOEXEC)
    files.append(found)
    os.write(found, data)
    os.lseek(found, 0, os.SEEK_SET)
    return found


def _inner(process: subprocess.Popen[bytes], reading: int) -> int:
    """The process number that bubblewrap reports for its child."""
    text, until = b"", time.monotonic() + _START_SECONDS
    while (left := until - time.monotonic()) > 0 and select.select([reading], [], [], left)[0]:
        piece = os.read(reading, 4096)
        text += piece
        if not piece or b"}" in piece:
            break
    try:
        found: Mapping[str, int] = json.loads(text)
        return int(found["child-pid"])
    except (ValueError, KeyError):
        process.kill()
        process.wait()
        raise LaunchFailed("bubblewrap could not set up a sandbox.") from None
