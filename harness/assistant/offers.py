"""What the assistant says again and again, each time in other words, and what it offers to talk about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.assistant import phrases
from harness.assistant.statement import is_open
from harness.assistant.turn import Turn
from tasks import Topic


def once(turn: Turn, first: str, later: Sequence[str]) -> str:
    """The task's own words the first time, ours from then on."""
    first = first.strip()
    return varied(turn, later) if any(first in text for text in spoken(turn)) else first


def varied(turn: Turn, wordings: Sequence[str]) -> str:
    """Another wording each time something is said again in one conversation."""
    marks = [max(re.split(r"\{\w+\}", w), key=len) for w in wordings]
    return wordings[sum(any(m in text for m in marks) for text in spoken(turn)) % len(wordings)]


def offers(turn: Turn, nearest: tuple[str, ...] = (), most: int = phrases.SOME) -> str:
    """One sentence naming topics: at most so many, and only a few once they were named."""
    topics = _chosen(turn, nearest, most)
    wordings = phrases.OFFERS if all(is_open(turn, topic) for topic in topics) else phrases.OFFERS_ANY
    return varied(turn, wordings).format(offers=phrases.listed([topic.offer for topic in topics]))


def offered(turn: Turn, nearest: tuple[str, ...], most: int = phrases.SOME) -> str:
    """The same topics without the sentence."""
    return phrases.listed([topic.offer for topic in _chosen(turn, nearest, most)])


def spoken(turn: Turn) -> list[str]:
    """What the assistant has said so far, reply by reply."""
    return [text for who, text in turn.history if who == "assistant"]


def _chosen(turn: Turn, nearest: tuple[str, ...], most: int) -> list[Topic]:
    """Topics in the order of `nearest`, else those that have not come up first."""
    topics = sorted(turn.task.task.replies.topics, key=lambda t: not is_open(turn, t))
    if nearest:
        topics.sort(key=lambda t: nearest.index(t.id))
    named = sum(sum(t.offer in text for t in topics) >= phrases.FEW for text in spoken(turn))
    if named:
        new = [t for t in topics if is_open(turn, t)] or topics
        # Another few each time, for a list that comes back in the same words reads like a machine's.
        turned = named % len(new)
        topics = [*new[turned:], *new[:turned]][: phrases.FEW]
    return topics[:most]
