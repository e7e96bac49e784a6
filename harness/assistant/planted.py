"""The live source of a measured session: a model's words, with flaws planted by the form and verified first."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Literal

from harness.assistant.authored import AuthoredAssistant, plan
from harness.assistant.composer import Script, about_ours, foreign
from harness.assistant.intents import plain
from harness.assistant.language import english, field_of
from harness.assistant.live import LiveAssistant
from harness.assistant.planting.pipeline import Models, Mutate, write
from harness.assistant.planting.proving import Prover
from harness.assistant.planting.wording import puts_right
from harness.assistant.recall import LEFT_OUT, adopted, holds, repeats
from harness.assistant.turn import (
    Complete,
    Delta,
    Found,
    Piece,
    Planting,
    Speaker,
    Statement,
    TakenBack,
    Turn,
    Understood,
    Working,
)

LOG = logging.getLogger("harness")
PORTION = 24
"""Characters a chunk, as the authored source speaks."""


class PlantedAssistant:
    """A live model within an authored plan.

    Which statements make up a reply, and how a challenge is met, is the same as for the authored source;
    the words of topics and of free questions are the model's. The model is never told of the form: it gets
    the clean material, and a separate call rewrites single passages. Only verified text is streamed.
    """

    source: Literal["live"] = "live"

    def __init__(
        self,
        models: Models,
        free: LiveAssistant,
        prover: Prover,
        pace: float,
        mutate: Mutate | None = None,
    ) -> None:
        self.model = free.model
        self.parameters = free.parameters
        self._models = models
        self._free = free
        self._prover = prover
        self._pace = pace
        self._mutate = mutate
        self._authored = AuthoredAssistant(pace)

    async def reply(self, turn: Turn) -> AsyncIterator[Piece]:
        """Understood, Working while it is written, Planting, then deltas and segments, then Used."""
        turn = replace(turn, told=tuple(_told(turn)))
        script = await asyncio.to_thread(plan, turn)
        own = turn.quote is None or turn.quote.segment is None
        if script.kind == "unknown" and not turn.review and own:
            if _foreign(turn):
                script = foreign(turn, script)
            elif not _about_ours(turn):
                async for piece in self._freely(turn):
                    yield piece
                return
            elif turn.quote is not None:
                script = about_ours(turn, script)
        if all(line.head.segment is None for line in script.lines):
            async for piece in self._authored.speak(turn, script):
                yield piece
            return
        async for piece in self._planted(turn, script):
            yield piece

    async def _freely(self, turn: Turn) -> AsyncIterator[Piece]:
        """The model's own words; what they mean for the session is looked at once they are delivered.

        Its code is run against every check from then on, since the candidate may stop what follows, and its
        prose is held against what was planted before.
        """
        withdrawn: set[str] = set()
        async for piece in self._free.reply(turn):
            if isinstance(piece, Complete) and piece.segment.head.form == "hunk":
                piece = replace(piece, found=asyncio.create_task(self._natural(turn, piece.segment)))
            yield piece
            if isinstance(piece, Complete) and piece.segment.head.form != "hunk":
                # At once, since what the candidate decides from here on may be owed to it; and each block by
                # itself, since a long answer that is read again and again would keep everybody waiting.
                for segment in set(taken_back(turn, piece.segment.text)) - withdrawn:
                    withdrawn.add(segment)
                    yield TakenBack(segment)

    async def _natural(self, turn: Turn, hunk: Statement) -> tuple[Found, ...]:
        segment = hunk.head.segment
        if segment is None:
            return ()
        try:
            flaws = await self._prover.natural(turn.task.task, hunk.head.file, hunk.text)
        except Exception:  # it was said already; a sandbox that breaks must not turn that into a failure
            LOG.exception("Code of the model could not be run against the checks.")
            return ()
        return tuple(Found(segment, item, detail) for item, detail in flaws)

    async def _planted(self, turn: Turn, script: Script) -> AsyncIterator[Piece]:
        yield Understood(script.topics, script.certainty, script.reaction)
        yield Working("writing")
        written = await write(turn, script.lines, self._models, self._prover, self._mutate)
        yield Planting(written.planted, digest(written.lines))
        for index, line in enumerate(written.lines):
            for portion in _portions(line.text):
                yield Delta(index, portion, line.head)
                if self._pace:
                    await asyncio.sleep(self._pace)
            yield Complete(index, line)
        yield written.used


def digest(lines: tuple[Statement, ...]) -> str:
    """SHA-256 (hex) of the texts of a reply: what was verified has to be what is streamed."""
    return hashlib.sha256("\x1e".join(line.text for line in lines).encode()).hexdigest()


def taken_back(turn: Turn, said: str) -> Iterator[str]:
    """Opaque ids of flawed statements that were said before and that these words put right.

    Not where the candidate's own prompt put it right: then it was they who did.
    """
    for item in turn.task.task.items:
        segment = turn.plan.segments[item.id]
        flawed = turn.plan.form.get(item.id) == "flawed" and segment in turn.said
        if not flawed or item.detector is None or puts_right(item.detector, turn.prompt):
            continue
        if puts_right(item.detector, said):
            yield segment


def _foreign(turn: Turn) -> bool:
    """Whether the question, or the lines it is about, are in another language than English.

    In one that nobody here can read it might ask whether our own words are right, and a model would answer.
    """
    asked = [turn.prompt, *([turn.quote.text] if turn.quote is not None else [])]
    return not all(english(plain(text), field_of(turn.task.task)) for text in asked)


def _told(turn: Turn) -> Iterator[tuple[Speaker, str]]:
    """What a model is told of the conversation, without the questions that were turned away as foreign."""
    field = field_of(turn.task.task)
    for who, text in turn.told or turn.history:
        yield who, text if who == "assistant" or english(plain(text), field) else LEFT_OUT


def _about_ours(turn: Turn) -> bool:
    """Whether the prompt, or the lines it is about, hold words that were said: a model that is asked freely
    whether they are right would answer by what it knows, and so become the oracle that a reaction must not be."""
    spoken = [text for who, text in turn.history if who == "assistant"]
    starter = turn.task.task.starter.values()
    marked = turn.quote is not None and adopted(turn.quote.text, spoken, starter)
    return marked or repeats(turn.prompt, spoken) or holds(turn.prompt, spoken, starter)


def _portions(text: str) -> Iterator[str]:
    return (text[i : i + PORTION] for i in range(0, len(text), PORTION))
