"""Process 1 of a sandbox: takes one job, imports the libraries it needs, and forks the process that does it.

Messages from the parent: `warm` (import libraries beforehand, any number of times), then one `job`. The fork
happens after the imports, so that the limits of the job count candidate code alone.
"""

from __future__ import annotations

import contextlib
import os
import sys

from . import nest
from .channel import Channel, Closed
from .job import import_all, wanted, work, write_files


def main(incoming: int, outgoing: int, box: str) -> int:
    """Serve one job in the folder `box`; the result is the exit code of its process, 128 + n after signal n."""
    channel = Channel(incoming, outgoing)
    try:
        while True:
            message = channel.receive()
            if message["k"] == "job":
                break
            if message["k"] == "nest":
                return nest.serve(channel, message["lines"], box)
            import_all(message["modules"])
            channel.send({"k": "warm", "version": sys.version.split()[0]})
    except Closed:
        return 0
    write_files(box, message["files"])
    import_all([*message["modules"], *wanted(message["files"])])
    child = os.fork()
    if child == 0:
        return work(channel, message, box)
    if message["mode"] == "candidate":
        channel.close()
    status = _wait_for(child)
    if message["mode"] != "candidate":
        with contextlib.suppress(Closed):
            channel.send({"k": "ended", "code": status})
    return status if status >= 0 else 128 - status


def _wait_for(child: int) -> int:
    """Reap everything that ends until `child` does; its exit code, or minus the number of a signal."""
    while True:
        try:
            found, status = os.waitpid(-1, 0)
        except InterruptedError:
            continue
        if found == child:
            return os.waitstatus_to_exitcode(status)
