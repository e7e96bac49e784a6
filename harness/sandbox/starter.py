"""One thread that starts every sandbox process of this program.

bubblewrap's `--die-with-parent` follows the thread that started it: a sandbox started from a worker thread would
be killed when a thread pool lets that thread go.
"""

from __future__ import annotations

import os
import queue
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import Future

Launch = Callable[[], "subprocess.Popen[bytes]"]
_Jobs = queue.SimpleQueue[tuple[Launch, "Future[subprocess.Popen[bytes]]"]]

_lock = threading.Lock()
_jobs: tuple[int, _Jobs] | None = None


def start(launch: Launch) -> subprocess.Popen[bytes]:
    """Call `launch` in the starting thread; raises what it raises."""
    done: Future[subprocess.Popen[bytes]] = Future()
    _queue().put((launch, done))
    return done.result()


def _queue() -> _Jobs:
    global _jobs
    with _lock:
        if _jobs is None or _jobs[0] != os.getpid():  # threads do not survive a fork
            jobs: _Jobs = queue.SimpleQueue()
            threading.Thread(target=_serve, args=(jobs,), name="sandbox starter", daemon=True).start()
            _jobs = (os.getpid(), jobs)
        return _jobs[1]


def _serve(jobs: _Jobs) -> None:
    while True:
        launch, done = jobs.get()
        try:
            done.set_result(launch())
        except BaseException as failure:
            done.set_exception(failure)
        del launch, done
