"""The none tier: a plain process with limits. It keeps nothing away from candidate code."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.sandbox import payload
from harness.sandbox.box import LaunchFailed, Started
from harness.sandbox.bubblewrap import variables
from harness.sandbox.environment import CandidateEnvironment
from harness.sandbox.starter import start


@dataclass(frozen=True)
class PlainProcess:
    """Launches the driver as a process group of its own, as user `uid` when given."""

    environment: CandidateEnvironment
    uid: int | None

    def launch(self, incoming: int, outgoing: int, output: int, others: Sequence[int] = ()) -> Started:
        """Start the driver in a new folder. Raises LaunchFailed."""
        folder = Path(tempfile.mkdtemp(prefix="candidate-"))
        box = folder / "box"
        box.mkdir()
        driver = folder / payload.NAME
        driver.write_bytes(payload.archive())
        if self.uid is not None:
            for each in (folder, box, driver):
                os.chown(each, self.uid, self.uid)
        inside = variables() | {
            "PATH": f"{self.environment.folder}/bin:/usr/bin",
            "HOME": str(box),
            "LD_LIBRARY_PATH": f"{self.environment.folder}/lib",
        }
        command = [str(self.environment.python), "-P", "-s", "-c", payload.START]
        command += [str(driver), str(incoming), str(outgoing), str(box)]
        change = {} if self.uid is None else {"user": self.uid, "group": self.uid, "extra_groups": []}
        try:
            process = start(
                lambda: subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=inside,
                    cwd=box,
                    pass_fds=(incoming, outgoing, *others),
                    start_new_session=True,
                    **change,
                )
            )
        except OSError as failure:
            raise LaunchFailed(str(failure)) from None
        return Started(process, process.pid, str(folder))

    def kill(self, started: Started) -> None:
        """Kill the process group; a process that left it escapes."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(started.process.pid, signal.SIGKILL)
