"""Which topic of a task a prompt asks for: similarity to its asks, exact names of its symbols."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.assistant.embedding import Encoder, Vectors
from harness.assistant.recall import subject
from harness.assistant.statement import head, statements, twins
from tasks import Task, Topic

NEAR = 3
"""How many of a topic's wordings count, beside its centre: more than one steadies, all would blur."""
CENTRING = 0.7
"""Share of the task's mean vector taken out: what all topics have in common tells none from another."""
SURE, UNSURE = 0.38, 0.31
"""A topic is taken above SURE, or above UNSURE with a lead of MARGIN over the next."""
MARGIN = 0.08
LEAD, CERTAIN = 0.01, 0.62
"""With less of a lead, and below CERTAIN, the first topic is more often wrong than right: of the library's asks,
each held against all others, four in ten were right, and one in two with twice that lead."""
CLAUSE, CLAUSE_MARGIN = 0.50, 0.08
"""For a further topic named in a part of the prompt."""
CLAUSES = 8
NAMED = 0.95
"""Similarity given to the exact name of a symbol."""
_CUT = re.compile(
    r"[.;!?:\n]+\s|,|\b(?:and|also|then|plus|as well as|afterwards|und|dann|et|puis|y|luego|poi)\b", re.IGNORECASE
)
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Match:
    """Topics most certain first, or in the prompt's order when it names several."""

    topics: tuple[str, ...]
    certainty: float
    """Of the best topic: similarity, or NAMED where it is named."""
    nearest: float
    """Cosine of the nearest single ask, 0 to 1: near 1 when the prompt is one of the asks."""
    ranking: tuple[tuple[str, float], ...]
    """Every topic with its similarity, best first."""
    between: tuple[str, ...] = ()
    """The two topics of which neither leads, where that is why none is taken."""

    def without(self, topics: Collection[str]) -> Match:
        """Without these topics, unless they were named: what is nearest to one of them is near to no other."""
        if self.certainty >= NAMED or not any(topic in topics for topic in (*self.topics, *self.between)):
            return self
        return replace(self, topics=tuple(t for t in self.topics if t not in topics), between=())


def match(text: str, task: Task, encoder: Encoder) -> Match:
    """The topics that a prompt asks for; none when nothing is near enough."""
    text = _CODE.sub(" ", text)
    parts = [text, *clauses_of(text)]
    scores = similarities(task, encoder.encode(parts), encoder)
    names = [t.id for t in task.replies.topics]
    for row, part in enumerate(parts):
        for topic in named_topics(part, task):
            scores.order[row, names.index(topic)] = scores.near[row, names.index(topic)] = NAMED
    order = np.argsort(-scores.order[0], kind="stable")
    ranking = tuple((names[i], round(float(scores.order[0, i]), 4)) for i in order)
    certainty = float(np.clip(scores.near[0, order[0]], 0.0, 1.0))
    lead = ranking[0][1] - ranking[1][1] if len(ranking) > 1 else 1.0
    taken = [
        names[i]
        for near, place in zip(scores.near[1:], scores.order[1:], strict=True)
        for i in _clear(near, place)
    ]
    taken = list(dict.fromkeys([*taken, *named_topics(text, task)]))
    between: tuple[str, ...] = ()
    if len(taken) > 1 or certainty >= NAMED:
        topics = taken or [ranking[0][0]]
    elif not taken and certainty >= UNSURE and certainty < CERTAIN and lead < LEAD:
        topics, between = [], (ranking[0][0], ranking[1][0])
    elif certainty >= SURE or (certainty >= UNSURE and lead >= MARGIN):
        topics = [ranking[0][0]]
    else:
        topics = taken
    return Match(tuple(topics), round(certainty, 4), float(np.max(scores.nearest[0])), ranking, between)


def nearest(text: str, task: Task, topic: Topic, encoder: Encoder) -> tuple[str, ...]:
    """The statements of a topic whose code the text names, else the one that is nearest to it.

    It goes by the subject, and for a claim by both of its twins alike.
    """
    found = [(name, head(task, name, None).symbol) for name in dict.fromkeys(statements(topic))]
    named = tuple(name for name, symbol in found if symbol and _position(symbol, text) is not None)
    if named or not found:
        return named
    asked = encoder.encode([text])[0]
    near = []
    for name, symbol in found:
        about = encoder.encode_kept([" ".join([subject(task, name), *(symbol or "").split("_")])])
        said = encoder.encode(twins(task, name)) if symbol is None else about
        near.append(max(float(about[0] @ asked), float((said @ asked).mean())))
    return (found[int(np.argmax(near))][0],)


def _clear(near: Vectors, order: Vectors) -> list[int]:
    """The topics that one clause asks for: those named in it, else the one that clearly leads."""
    best = np.argsort(-order, kind="stable")
    named = [int(i) for i in best if near[i] >= NAMED]
    gap = order[best[0]] - order[best[1]] if len(order) > 1 else 1.0
    return named or ([int(best[0])] if near[best[0]] >= CLAUSE and gap >= CLAUSE_MARGIN else [])


@dataclass(frozen=True)
class Similarities:
    """Each of shape (texts, topics)."""

    order: Vectors
    """By which topics are told apart: centred, mean of the nearest wordings and the topic's centre."""
    near: Vectors
    """By which it is judged whether a topic is meant at all: plain cosines, mean of the nearest two."""
    nearest: Vectors
    """Plain cosine of the nearest wording."""


def similarities(task: Task, vectors: Vectors, encoder: Encoder) -> Similarities:
    """How near each text, given by its vector, is to each topic of the task."""
    known = [encoder.encode_kept(wordings(topic)) for topic in task.replies.topics]
    common = CENTRING * np.concatenate(known).mean(axis=0)
    centred = _unit(vectors - common)
    order, near, nearest = [], [], []
    for wording in known:
        plain = np.sort(vectors @ wording.T, axis=1)
        moved = _unit(wording - common)
        middle = centred @ _unit(moved.mean(axis=0, keepdims=True))[0]
        order.append((np.sort(centred @ moved.T, axis=1)[:, -NEAR:].mean(axis=1) + middle) / 2)
        near.append(plain[:, -2:].mean(axis=1))
        nearest.append(plain[:, -1])
    return Similarities(np.stack(order, axis=1), np.stack(near, axis=1), np.stack(nearest, axis=1))


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def wordings(topic: Topic) -> tuple[str, ...]:
    """What a topic is compared by: its asks, its offer, and a plain request for each symbol."""
    return (*topic.asks, topic.offer, *(f"implement {s.replace('_', ' ')}" for s in topic.symbols))


def named_topics(text: str, task: Task) -> list[str]:
    """Topics whose symbol stands in the text as a name, in the order in which they are named."""
    found: dict[str, int] = {}
    for topic in task.replies.topics:
        for symbol in topic.symbols:
            at = _position(symbol, text)
            if at is not None:
                found[topic.id] = min(at, found.get(topic.id, at))
    return sorted(found, key=found.__getitem__)


def _position(symbol: str, text: str) -> int | None:
    """Where a symbol is named. A plain word such as `score` counts only when it is written as code."""
    name = re.escape(symbol)
    distinct = "_" in symbol or re.search(r"[a-z][A-Z]", symbol) is not None
    if not distinct:
        name = rf"(?:`{name}`|{name}(?=\()|(?<=def ){name}|(?<=class ){name})"
    hit = re.search(rf"(?<![\w.]){name}(?!\w)", text)
    if hit is None and "_" in symbol:
        hit = re.search(rf"(?<!\w){symbol.replace('_', '[ -]')}(?!\w)", text, re.IGNORECASE)
    return hit.start() if hit else None


def clauses_of(text: str) -> Sequence[str]:
    """The parts of a prompt that could each name a topic; empty for one plain request."""
    parts = [p.strip() for p in _CUT.split(text)]
    parts = [p for p in parts if len(p) > 3]
    return parts[:CLAUSES] if len(parts) > 1 else []
