"""From a candidate's words to a request: fixed intents first where they are certain, then topics."""

from __future__ import annotations

import re

import numpy as np

from harness.assistant import artifact, intents
from harness.assistant.embedding import Encoder
from harness.assistant.language import english, field_of, language
from harness.assistant.matcher import NAMED, Match, match, nearest
from harness.assistant.pasted import Pasted, taken_apart
from harness.assistant.request import Request
from harness.assistant.sections import sections_of
from harness.assistant.statement import is_open, is_overview, statements
from harness.assistant.turn import Turn
from tasks import Task

VERBATIM = 0.88
"""Above this a prompt is almost one of the task's own asks, whatever else its wording suggests."""
LONGEST = 4_000
"""Characters of a prompt that are looked at."""
LIKELY = 0.62
"""An intent's example as near as this counts when no topic is nearer."""


def understand(turn: Turn, encoder: Encoder) -> Request:
    """What the candidate wants. Never raises: what is not understood is `unknown`."""
    own = turn.quote is not None and turn.quote.segment is None
    about = turn.quote is not None and not own
    pasted = taken_apart(turn.prompt)
    if intents.is_probe(intents.plain(turn.prompt[:LONGEST])):
        return Request("probe")
    text = intents.plain(pasted.words[:LONGEST])
    if pasted.code and (not text or intents.says("pasted", text)):
        return _pasted(turn, text, pasted, encoder)
    if not text:
        return Request("explain" if about else "unknown")
    if intents.says("greeting", text):
        return Request("greeting")
    if intents.says("help", text):
        return Request("help")
    if intents.says("thanks", text) and not about:
        return Request("thanks")
    if about and (intents.says("doubt", text) or intents.says("challenge", text)):
        return Request("challenge")
    if intents.says("explain", text) and not own:
        return Request("explain")
    if intents.says("next", text):
        return _next(turn)
    found = match(" ".join([text, *_symbols(turn)]), turn.task.task, encoder)
    if found.nearest < VERBATIM:
        if intents.says("challenge", text):
            return Request("challenge", certainty=found.certainty)
        if intents.says("review", text):
            return Request("review", certainty=found.certainty)
        if (near := _example(text, found, encoder)) is not None:
            return _next(turn) if near == "next" else Request(near, certainty=found.certainty)
        if found.certainty < LIKELY and not intents.says("whole", text):
            found = found.without(_overviews(turn.task.task))
    if pasted.code and found.certainty < LIKELY:
        return _pasted(turn, text, pasted, encoder)
    return _topics(turn, text, found, encoder)


def _pasted(turn: Turn, text: str, pasted: Pasted, encoder: Encoder) -> Request:
    """What is wanted with code in the prompt: the topics of its definitions, else a review."""
    task = turn.task.task
    names = [topic.id for name in pasted.names for topic in task.replies.topics if name in topic.symbols]
    if not names:
        return Request("review")
    return _about(turn, " ".join([text, *pasted.names]), tuple(dict.fromkeys(names)), NAMED, encoder)


def _about(turn: Turn, text: str, topics: tuple[str, ...], certainty: float | None, encoder: Encoder) -> Request:
    """Topics, and which statements of those that came up before the text is nearest to."""
    before = [t for t in turn.task.task.replies.topics if t.id in topics and t.id in turn.topics]
    focus = tuple(name for topic in before for name in nearest(text, turn.task.task, topic, encoder))
    again = bool(before) and intents.says("again", text)
    return Request("topics", topics, certainty, focus=focus, again=again)


def _overviews(task: Task) -> frozenset[str]:
    return frozenset(topic.id for topic in task.replies.topics if is_overview(task, topic))


def _topics(turn: Turn, text: str, found: Match, encoder: Encoder) -> Request:
    if found.topics and found.certainty >= LIKELY:
        return _about(turn, text, found.topics, found.certainty, encoder)
    if (foreign := language(text)) is not None:
        # The encoder knows English; what it finds near in another language is near by accident.
        ranked = tuple(topic for topic, _ in found.ranking)
        return Request("foreign", certainty=found.certainty, nearest=ranked, language=foreign)
    if intents.says("here", text) and (here := _here(turn, encoder)):
        return _about(turn, text, here, found.certainty, encoder)
    if found.topics:
        return _about(turn, text, found.topics, found.certainty, encoder)
    if turn.quote is not None and turn.quote.segment is not None:
        return Request("explain", certainty=found.certainty)
    if intents.says("rest", text):
        return _next(turn)
    ranked = tuple(topic for topic, _ in found.ranking)
    if not english(text, field_of(turn.task.task)):
        return Request("foreign", certainty=found.certainty, language=language(text, share=0.0))
    return Request("unknown", certainty=found.certainty, nearest=ranked, between=found.between)


def _symbols(turn: Turn) -> list[str]:
    """The task's own names in lines of the candidate's files that the question is about."""
    if turn.quote is None or turn.quote.segment is not None:
        return []
    words = set(re.findall(r"\w+", turn.quote.text))
    return list(dict.fromkeys(s for t in turn.task.task.replies.topics for s in t.symbols if s in words))


def _example(text: str, found: Match, encoder: Encoder) -> intents.Intent | None:
    """The intent whose examples are nearer than any topic, if they are near at all."""
    vector = encoder.encode([text])
    best: tuple[float, intents.Intent | None] = (max(LIKELY, found.certainty), None)
    for intent, examples in intents.wordings().examples.items():
        near = float(np.max(vector @ encoder.encode_kept(examples).T))
        if near > best[0]:
            best = (near, intent)
    return best[1]


def _next(turn: Turn) -> Request:
    """The first topic that has not come up; for code, first one whose function is not written."""
    task = turn.task.task
    rest = [t for t in task.replies.topics if is_open(turn, t) and statements(t) and not is_overview(task, t)]
    undone = {symbol for _, symbol, _ in artifact.undone(task, turn.files)}
    first = [t for t in rest if undone & set(t.symbols)] or rest
    return Request("topics", (first[0].id,)) if first else Request("done")


def _here(turn: Turn, encoder: Encoder) -> tuple[str, ...]:
    """The topics of the section that is open: by name, else by the nearest to its title."""
    task = turn.task.task
    file = next((f for f in task.file.files if f.path == turn.open_file), None)
    if file is None or task.file.kind != "design":
        return ()
    named = tuple(t.id for t in task.replies.topics if file.path in sections_of(task, t))
    return named[:2] or match(f"help me with {file.title}", task, encoder).topics[:1]
