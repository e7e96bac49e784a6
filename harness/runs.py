"""Runs of the candidate's files in the sandbox; they go on when the browser goes away."""

from __future__ import annotations

import asyncio

from harness.clock import opaque
from harness.lifecycle import artifact
from harness.live import Happening, LiveSession, Refusal
from harness.sandbox import Limits, Result, Sandbox, TestResult, Tier
from harness.state import SessionState
from logs.events import Run, RunResult, TestOutcome

LONGEST_OUTPUT = 64_000
ELSEWHERE = 0.2
"""Seconds between two looks at a run of another process."""
STATUS = {"ok": "passed", "exit": "failed"}


class Runs:
    """Starts runs and waits for them."""

    def __init__(self, sandbox: Sandbox, server: int | None = None) -> None:
        self.sandbox = sandbox
        self._server = server
        self._running: dict[str, asyncio.Task[None]] = {}

    @property
    def refusal(self) -> str | None:
        """Why Run is refused here, or None."""
        if self.sandbox.tier is not Tier.ABSENT:
            return None
        return "Running code is switched off here: this machine has no safe sandbox. Everything else works."

    async def start(self, live: LiveSession, task: str, what: str) -> str:
        """Starts a run of the tests, or of a file, on the recorded text. Raises Refusal."""
        run = "x" + opaque(live.home.entropy)
        files: dict[str, str] = {}

        def decide(state: SessionState, _: int) -> list[Happening]:
            if state.task is None or state.task.name != task:
                raise Refusal("closed", "This task is not open any more.")
            if any(r not in state.task.results for r in state.task.runs):
                raise Refusal("busy", "A run is still going on; wait for it to end.")
            files.update(state.files(task) | state.task.drawn.task.visible)
            if what != "tests" and not (what in files and what.endswith(".py")):
                raise Refusal("unknown", "There is no Python file of that name to run.", 404)
            return [Happening(Run(task=task, run=run, what=what, artifact=artifact(files), server=self._server))]

        await live.act(decide)
        self._running[run] = asyncio.create_task(self._run(live, task, run, what, files))
        return run

    async def wait(self, live: LiveSession, run: str, seconds: float) -> None:
        """Waits until the run ended, at most that long; another process may be at work on it."""
        if running := self._running.get(run):
            await asyncio.wait([running], timeout=seconds)
            return
        for _ in range(int(seconds / ELSEWHERE)):
            await live.load()
            if not any(run in t.runs and run not in t.results for t in live.state.tasks):
                return
            await asyncio.sleep(ELSEWHERE)

    async def abandon(self, live: LiveSession, others: frozenset[int] = frozenset()) -> None:
        """Marks runs that a dead server left behind as failed; `others` are the other servers that run."""

        def decide(state: SessionState, _: int) -> list[Happening]:
            return [
                Happening(
                    RunResult(
                        task=t.name,
                        run=r,
                        status="error",
                        tier=self.sandbox.tier.value,
                        output="The server was restarted during this run; run again.",
                    ),
                    "system",
                )
                for t in state.tasks
                for r, run in t.runs.items()
                if r not in t.results and r not in self._running and run.server not in others
                if not state.sealed
            ]

        await live.act(decide)

    async def _run(self, live: LiveSession, task: str, run: str, what: str, files: dict[str, str]) -> None:
        try:
            event = await asyncio.to_thread(self._result, task, run, what, files)
            await live.act(
                lambda state, _: (
                    [] if state.sealed or run in state.named(task).results else [Happening(event, "system")]
                )
            )
        finally:
            self._running.pop(run, None)

    def _result(self, task: str, run: str, what: str, files: dict[str, str]) -> RunResult:
        tests: tuple[TestResult, ...] = ()
        if refusal := self.refusal:
            result = Result("refused", None, refusal, 0, self.sandbox.tier, refusal)
        elif what == "tests":
            names = sorted(name for name in files if name.startswith("test_") and name.endswith(".py"))
            result, tests = self.sandbox.run_tests(files, names, Limits(wall=20.0, cpu=15))
        else:
            result = self.sandbox.run(files, ["python", what], Limits())
        status = STATUS.get(result.status, result.status)
        if tests and status == "passed" and any(t.outcome in ("failed", "error") for t in tests):
            status = "failed"
        said = (
            f"{result.output}\n{result.message}"
            if result.message and result.status != "refused"
            else result.output
        )
        return RunResult.model_validate(
            {
                "task": task,
                "run": run,
                "status": status,
                "tier": result.tier.value,
                "tests": [
                    TestOutcome(
                        name=t.name,
                        outcome=t.outcome,
                        milliseconds=t.milliseconds,
                        message=(t.message or "")[:LONGEST_OUTPUT],
                    )
                    for t in tests
                ],
                "output": said[:LONGEST_OUTPUT].encode("utf-8", "replace").decode(),
                "milliseconds": result.milliseconds,
            }
        )
