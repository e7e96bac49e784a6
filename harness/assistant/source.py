"""The assistants of an installation: the authored one, and what the configured models make possible."""

from __future__ import annotations

import asyncio
import logging
import secrets
from base64 import b32encode
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from harness.assistant.authored import AuthoredAssistant, prepare
from harness.assistant.calling import caller
from harness.assistant.live import LiveAssistant
from harness.assistant.models import Budget, Models
from harness.assistant.planted import PlantedAssistant
from harness.assistant.planting import pipeline
from harness.assistant.planting.proving import Prover
from harness.assistant.router import Road
from harness.assistant.turn import Assistant
from harness.sandbox import Sandbox
from tasks import Task

Mode = Literal["authored", "planted", "practice"]
"""`planted`: a live model, measured like the authored one. `practice`: a live model, nothing planted."""
LOG = logging.getLogger("harness")


class Assistants:
    """Hands out the assistant of a session. `pace` is seconds between two chunks of what is not streamed live."""

    def __init__(
        self,
        pace: float,
        models: Models | None = None,
        sandbox: Sandbox | None = None,
        identifiers: Callable[[], str] | None = None,
    ) -> None:
        self.models = models
        self.authored: Assistant = AuthoredAssistant(pace)
        self._pace = pace
        self._road = Road(models) if models else None
        self._prover = Prover(sandbox) if sandbox else None
        self._identifiers = identifiers or opaque_id
        self._made: dict[tuple[Mode, str], Assistant] = {}
        self._ahead = ThreadPoolExecutor(1, "asks")
        self._expected: set[tuple[str, ...]] = set()

    @property
    def budget(self) -> Budget:
        """What a session may use of live models."""
        return self.models.budget if self.models else Budget()

    def of(self, mode: Mode, name: str) -> Assistant:
        """The assistant of that mode with the model of that name. KeyError for a model that is not configured."""
        if mode == "authored":
            return self.authored
        if self._road is None or name not in self._road.models.names:
            raise KeyError(name)
        if (mode, name) not in self._made:
            live = LiveAssistant(name, self._road, self._identifiers)
            self._made[mode, name] = live if mode == "practice" else self._planted(live, self._road)
        return self._made[mode, name]

    async def prepare(self) -> None:
        """Gets the road to the models ready, in a thread; what cannot be used of them is named in the log."""
        if self._road is not None:
            await asyncio.to_thread(self._road.prepare)

    def expect(self, tasks: Iterable[Task]) -> None:
        """Gets ready for questions about these tasks, one task after the other, beside everything else."""
        for task in tasks:
            asks = tuple(ask for topic in task.replies.topics for ask in topic.asks)
            if asks not in self._expected:
                self._expected.add(asks)
                self._ahead.submit(prepare, task)

    def close(self) -> None:
        """Ends that work; what was begun is finished."""
        self._ahead.shutdown(cancel_futures=True)

    def _planted(self, live: LiveAssistant, road: Road) -> Assistant:
        assert self._prover is not None, "planting needs a sandbox to prove with"
        calls = pipeline.Models(caller(road, live.model), caller(road, road.models.planting or live.model))
        return PlantedAssistant(calls, live, self._prover, self._pace, mutated)


async def warm(live: bool = False) -> None:
    """Imports and loads, in a thread, what a first reply would otherwise wait for, whatever its task.

    `live`: also what planting needs, so that two of its threads never load the same for the first time.
    A task that cannot be used is named in the log, and costs nothing but itself.
    """
    await asyncio.to_thread(_warm, live)


def opaque_id() -> str:
    """12 characters of lower-case base32 that say nothing."""
    return b32encode(secrets.token_bytes(8)).decode().lower()[:12]


def mutated(source: str, symbol: str) -> Sequence[str]:
    """The definition with one small change each, by the operators of `tasks.mutation`."""
    from tasks.mutation import MutationError, mutants  # libcst is slow to load

    try:
        return [m.source for m in mutants(source)]
    except MutationError:
        return ()


def _warm(live: bool) -> None:
    from harness.assistant import intents
    from harness.assistant.embedding import encoder
    from harness.assistant.guards import load_chat_model
    from harness.assistant.provider import register
    from tasks import usable

    load_chat_model()
    register()
    if live:
        from langchain_core.runnables import RunnableGenerator, RunnableLambda  # noqa: F401

        mutated("def one():\n    return 1\n", "one")
    for reason in usable()[1]:
        LOG.error("A task cannot be used until it is mended: %s", reason)
    for examples in intents.wordings().examples.values():
        encoder().encode_kept(examples)
