"""Process 1 of a nest: forks a child for each job and removes everything of it afterwards.

The children of a nest are never trusted by it: they get neither its line to the parent nor a way into its memory.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import shutil
import signal
from typing import Any

from .channel import Channel, Closed
from .job import import_all, wanted, work, write_files

_SET_DUMPABLE = 4  # PR_SET_DUMPABLE of linux/prctl.h


def serve(control: Channel, lines: list[list[int]], box: str) -> int:
    """Serve jobs until the parent goes away; each has the line of pipes that it names."""
    unused = dict(enumerate(lines))
    _dumpable(False)  # closes /proc/1/mem and /proc/1/fd to the children, which run as the same user
    try:
        while True:
            job = control.receive()
            mine = unused.pop(job["line"])
            write_files(box, job["files"])
            import_all([*job["modules"], *wanted(job["files"])])
            child = os.fork()
            if child == 0:
                control.close()
                for ends in unused.values():
                    for end in ends:
                        os.close(end)
                _dumpable(True)
                return work(Channel(*mine), job, box)
            for end in mine:
                os.close(end)
            message = _until_ended(control, child)
            _remove_processes()
            _remove_files(box)
            if message is None:
                control.receive()
            control.send({"k": "clean"})
    except Closed:
        return 0


def _until_ended(control: Channel, child: int) -> dict[str, Any] | None:
    """Wait for the parent's word or the child's end; the parent's message in the first case."""
    ended = os.pidfd_open(child)
    try:
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        poll.register(control.incoming, select.POLLIN)
        while True:
            ready = {found for found, _ in poll.poll(200)}
            if control.incoming in ready:
                return control.receive()
            _reap(child)
            if ended in ready:
                return None
    finally:
        os.close(ended)


def _reap(child: int) -> None:
    """Reap orphans, so that they do not use up the limit on processes; leave `child`."""
    with contextlib.suppress(ChildProcessError):
        while True:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is None or found.si_pid == child:
                return
            os.waitpid(found.si_pid, 0)


def _remove_processes() -> None:
    """Kill and reap everything but this process: in its own process namespace, -1 is exactly that."""
    if os.getpid() != 1:
        raise Closed  # without a namespace there is no such reach, and no nest
    with contextlib.suppress(ChildProcessError):
        while True:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            os.waitpid(-1, 0)


def _remove_files(box: str) -> None:
    for folder in (box, "/tmp", "/dev/shm"):  # noqa: S108
        for entry in list(os.scandir(folder)):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                os.unlink(entry.path)  # noqa: PTH108


def _dumpable(whether: bool) -> None:
    if ctypes.CDLL(None).prctl(_SET_DUMPABLE, int(whether), 0, 0, 0) != 0:
        raise OSError("prctl")
