"""Writes a planned reply with a live model: generate clean, plant, verify; authored words where that fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.assistant.planting.baring import RemarkError, bare, remarks
from harness.assistant.planting.grafting import graft, inlined
from harness.assistant.planting.likeness import likest
from harness.assistant.planting.point import Point, points
from harness.assistant.planting.prompting import read, rewriting, writing
from harness.assistant.planting.proving import Proof, Prover
from harness.assistant.planting.result import Planted, Way
from harness.assistant.planting.wording import betrays, harmless, misses, unfaithful
from harness.assistant.turn import Statement, Turn, Used
from tasks import Task

LOG = logging.getLogger("harness")
NOTHING = Used(0, 0, 0.0)
MUTANTS = 6
"""Mutants of one definition that are tried when merging does not bite."""


@dataclass(frozen=True)
class Answer:
    """What a model answered to one call."""

    text: str
    used: Used


Call = Callable[[Sequence[Any]], Awaitable[Answer]]
"""One call to a model: LangChain messages in, the whole answer out. Raises whatever the road raises."""
Mutate = Callable[[str, str], Sequence[str]]
"""Mutants of the definition of a symbol in a source, most promising first."""


@dataclass(frozen=True)
class Models:
    """The two calls of the pipeline: the conversation's model, and the one that rewrites single passages."""

    converse: Call
    rewrite: Call


@dataclass(frozen=True)
class Written:
    """The reply as verified, what became of each point, and what it took."""

    lines: tuple[Statement, ...]
    planted: tuple[Planted, ...]
    used: Used


@dataclass(frozen=True)
class _Draft:
    """What goes from step to step."""

    turn: Turn
    lines: tuple[Statement, ...]
    points: tuple[Point, ...]
    opening: str = ""
    generated: dict[int, str] | None = None
    texts: dict[int, tuple[str, Way]] | None = None
    whys: dict[int, str] | None = None
    used: Used = NOTHING


async def write(
    turn: Turn, lines: tuple[Statement, ...], models: Models, prover: Prover, mutate: Mutate | None = None
) -> Written:
    """The lines of an authored script in a live model's words. Raises what `models.converse` raises.

    Each twin, flawed and clean, is written and verified alike, and its live words are taken only if both hold.
    """
    from langchain_core.runnables import RunnableLambda

    names = {segment: name for name, segment in turn.plan.segments.items()}
    draft = _Draft(turn, lines, tuple(points(turn.task.task, lines, names)))
    if not draft.points:
        return Written(lines, (), NOTHING)
    steps = _Steps(models, prover, mutate)
    chain: Any = RunnableLambda(steps.generate) | RunnableLambda(steps.plant_all) | RunnableLambda(_spoken)
    written: Written = await chain.ainvoke(draft)
    return written


@dataclass(frozen=True)
class _Place:
    """Where a hunk belongs."""

    task: Task
    path: str
    symbol: str
    item: str


class _Steps:
    """The steps of the pipeline over their models and their prover."""

    def __init__(self, models: Models, prover: Prover, mutate: Mutate | None) -> None:
        self._models = models
        self._prover = prover
        self._mutate = mutate

    async def generate(self, draft: _Draft) -> _Draft:
        """The clean reply, from clean material alone."""
        answer = await self._models.converse(writing(draft.turn, draft.points))
        opening, generated = read(answer.text, draft.points)
        return replace(draft, opening=opening, generated=generated, used=answer.used)

    async def plant_all(self, draft: _Draft) -> _Draft:
        """Both twins of every point, verified."""
        done = await asyncio.gather(*(self._safely(draft, p) for p in draft.points))
        used = draft.used
        texts: dict[int, tuple[str, Way]] = {}
        whys: dict[int, str] = {}
        for point, (outcome, more) in zip(draft.points, done, strict=True):
            used = replace(
                used,
                tokens_in=used.tokens_in + more.tokens_in,
                tokens_out=used.tokens_out + more.tokens_out,
                cost=used.cost + more.cost,
            )
            if isinstance(outcome, str):
                whys[point.number] = outcome
            else:
                texts[point.number] = outcome
        return replace(draft, texts=texts, whys=whys, used=used)

    async def _safely(self, draft: _Draft, point: Point) -> tuple[tuple[str, Way] | str, Used]:
        """As `_point`; a fault of ours or of the sandbox costs this point its live words, and not the reply."""
        try:
            return await self._point(draft, point)
        except Exception as error:
            LOG.exception("Point %s of %s could not be planted.", point.name, draft.turn.task.task.name)
            return f"planting failed ({type(error).__name__})", NOTHING

    async def _point(self, draft: _Draft, point: Point) -> tuple[tuple[str, Way] | str, Used]:
        """The text to deliver and how it came about, or why the authored one is delivered."""
        assert draft.generated is not None
        text = draft.generated.get(point.number, "")
        if not text:
            return "the model left the point out", NOTHING
        task = draft.turn.task.task
        if point.said.head.form == "hunk":
            return await self._hunk(task, point, text), NOTHING
        return await self._claim(point, text, _known_flaws(draft))

    async def _claim(self, point: Point, text: str, flaws: list[str]) -> tuple[tuple[str, Way] | str, Used]:
        if point.flawed is not None and point.detector is None:
            return "nothing can tell what it says", NOTHING
        wanted = [(point.clean, False)] + ([(point.flawed, True)] if point.flawed is not None else [])
        try:
            answers = await asyncio.gather(*(self._models.rewrite(rewriting(text, w)) for w, _ in wanted))
        except Exception as error:
            return f"rewriting failed ({type(error).__name__})", NOTHING
        used = Used(
            sum(a.used.tokens_in for a in answers),
            sum(a.used.tokens_out for a in answers),
            sum(a.used.cost for a in answers),
        )
        said = [_passage(a.text) for a in answers]
        for (statement, flawed), passage in zip(wanted, said, strict=True):
            why = unfaithful(statement, passage)
            if why is None and point.detector is not None:
                why = misses(point.detector, passage, flawed)
            if why is None:
                why = betrays(statement, passage, point.clean if flawed else point.flawed, flaws)
            if why is not None:
                return why, used
        return (said[1 if point.planted else 0], "rewritten"), used

    async def _hunk(self, task: Task, point: Point, code: str) -> tuple[str, Way] | str:
        head = point.said.head
        if head.file is None or head.symbol is None:
            return "it has no place"
        try:
            code = bare(code, head.symbol, [t for t in (point.clean, point.flawed) if t is not None])
        except RemarkError as error:
            return str(error)
        place = _Place(task, head.file, head.symbol, point.name)
        why = (await self._prove(place, code)).why
        if why is not None:
            return why
        if point.flawed is None:
            return code, "generated"
        found = await self._twins(place, point.clean, point.flawed, code)
        if isinstance(found, str):
            return found
        clean, flawed, way = found
        return (flawed, way) if point.planted else (clean, "generated")

    async def _twins(self, place: _Place, clean: str, flawed: str, code: str) -> tuple[str, str, Way] | str:
        """Both twins in the model's code, alike in everything but the flaw, or why there are none.

        Where the flaw has its place only after a change of form, the clean twin is delivered so changed too.
        """
        why = "the twins' difference does not fit into it"
        for base in (code, inlined(code)):
            for version in () if base is None else graft(clean, flawed, base):
                if base is not None and remarks(version) != remarks(base):
                    continue
                proof = await self._prove(place, version, flawed=True)
                if proof.why is None and (base == code or (await self._prove(place, base or "")).why is None):
                    return base or code, version, "merged"
                why = proof.why or why
        mutants = await asyncio.to_thread(self._mutants, place.symbol, clean, flawed, code)
        for mutant in mutants[:MUTANTS]:
            if (await self._prove(place, mutant, flawed=True)).why is None:
                return code, mutant, "mutated"
        return why

    def _mutants(self, symbol: str, clean: str, flawed: str, code: str) -> list[str]:
        return likest(self._mutate(code, symbol), code, clean, flawed) if self._mutate else []

    async def _prove(self, place: _Place, code: str, flawed: bool = False) -> Proof:
        fails = place.item if flawed else None
        return await self._prover.prove(place.task, place.path, place.symbol, code, fails)


def _spoken(draft: _Draft) -> Written:
    """The lines with live words where they hold, and authored ones where not."""
    assert draft.texts is not None
    assert draft.whys is not None
    by_segment = {p.said.head.segment: p for p in draft.points}
    lines: list[Statement] = []
    planted: list[Planted] = []
    for place, line in enumerate(draft.lines):
        point = by_segment.get(line.head.segment) if line.head.segment is not None else None
        if point is None:
            opens = place == 0 and draft.opening and draft.texts and harmless(draft.opening)
            lines.append(replace(line, text=draft.opening) if opens else line)
            continue
        segment = line.head.segment or ""
        if point.number in draft.texts:
            text, way = draft.texts[point.number]
            lines.append(replace(line, text=text))
            planted.append(Planted(segment, point.name, way, verified=True))
        else:
            lines.append(line)
            planted.append(Planted(segment, point.name, "authored", True, draft.whys[point.number]))
    return Written(tuple(lines), tuple(planted), draft.used)


def _known_flaws(draft: _Draft) -> list[str]:
    """What is known of the flaws of this reply, whichever twin the form drew."""
    items = [draft.turn.task.task.item(p.name) for p in draft.points if p.flawed is not None]
    return [words for i in items for words in (i.mechanism, i.right, *i.counts) if words]


def _passage(text: str) -> str:
    """The passage without the quotes and labels that models like to put around one."""
    text = text.strip().removeprefix("The passage:").strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    return text
