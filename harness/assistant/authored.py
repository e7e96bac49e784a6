"""The authored source: the task's own texts, planned here and spoken through LiteLLM, offline."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from harness.assistant.composer import Script, compose
from harness.assistant.frame import FrameReader, framed
from harness.assistant.meter import Use
from harness.assistant.request import Request
from harness.assistant.road import run
from harness.assistant.segmenter import Segmenter
from harness.assistant.statement import bindings
from harness.assistant.turn import Piece, SegmentHead, Statement, Turn, Understood
from tasks import Task

PORTION, WHOLE = 24, 4096
"""Characters a chunk: with a pace, and without one."""
_ENCODING = threading.Lock()


class AuthoredAssistant:
    """Deterministic: the same turn gives the same pieces. `pace` is in seconds between chunks."""

    source: Literal["authored"] = "authored"
    model = "authored"
    parameters: Mapping[str, float] = MappingProxyType({})

    def __init__(self, pace: float) -> None:
        self._pace = pace

    async def reply(self, turn: Turn) -> AsyncIterator[Piece]:
        """Understood, then the planned segments, then Used. Raises AssistantError."""
        script = await asyncio.to_thread(plan, turn)
        async for piece in self.speak(turn, script):
            yield piece

    async def speak(self, turn: Turn, script: Script) -> AsyncIterator[Piece]:
        """The pieces of a script that is planned already. Raises AssistantError."""
        yield Understood(script.topics, script.certainty, script.reaction)
        use = Use()  # on no meter: a task's own texts cost nothing
        segmenter = Segmenter(FrameReader(), binder(turn), use)
        async for piece in run(self.model, self._messages, script, _chat_model, segmenter, use):
            yield piece

    def _messages(self, script: Script) -> list[Any]:
        from langchain_core.messages import HumanMessage, SystemMessage

        from harness.assistant.provider import system_message

        characters = PORTION if self._pace else WHOLE
        spoken = framed((line.head, line.text) for line in script.lines)
        # Providers expect something from the user; what it was is in the plan already.
        return [SystemMessage(system_message(spoken, self._pace, characters)), HumanMessage("Speak.")]


def plan(turn: Turn) -> Script:
    """Understands and composes, in the calling thread."""
    if turn.review:
        return compose(turn, Request("unknown"))
    from harness.assistant.embedding import encoder
    from harness.assistant.understanding import understand

    with _ENCODING:
        request = understand(turn, encoder())
    return compose(turn, request)


def prepare(task: Task) -> None:
    """Encodes the asks of a task, so that no question waits for that; a second of a processor."""
    from harness.assistant.embedding import encoder
    from harness.assistant.matcher import wordings

    for topic in task.replies.topics:
        with _ENCODING:  # a candidate's question comes in between
            encoder().encode_kept(wordings(topic))


def binder(turn: Turn) -> Callable[[SegmentHead, str], Statement]:
    """Puts role and item, which never travel in the stream, to a finished segment."""
    known = bindings(turn)

    def bind(head: SegmentHead, text: str) -> Statement:
        role, item = known[head.segment] if head.segment is not None else ("prose", None)
        return Statement(head, text, role, item)

    return bind


def _chat_model() -> Any:
    from harness.assistant.guards import load_chat_model
    from harness.assistant.provider import NAME, register

    register()
    return load_chat_model()(model=f"{NAME}/script", streaming=True, max_retries=0)
