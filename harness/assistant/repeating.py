"""A topic that comes up again: what is new, else the statement nearest to the question, and where the rest is.

A statement keeps its id however often it is said, so what is decided on it stands. Nothing here looks at twins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from harness.assistant import phrases
from harness.assistant.offers import offers, spoken, varied
from harness.assistant.recall import subject
from harness.assistant.statement import prose, statement, statements
from harness.assistant.turn import Statement, Turn
from tasks import Topic

MOST = 2
"""How often a claim is said in one conversation. Code may be asked for again whenever it is needed."""


def repeated(
    turn: Turn, topic: Topic, focus: Collection[str], again: bool, told: Collection[str]
) -> Iterator[Statement]:
    """The reply to a topic that was answered before.

    `focus` are the statements that the question is nearest to, `again` whether it asks for everything once more,
    `told` what this reply has said already.
    """
    names = list(dict.fromkeys(statements(topic)))
    times = turn.topics.count(topic.id)
    if not names:
        yield prose(
            topic.again if times == 1 else f"{varied(turn, phrases.NO_MORE)} {offers(turn, most=phrases.FEW)}"
        )
        return
    names = [name for name in names if name not in told]
    new = [name for name in names if turn.plan.segments[name] not in turn.said]
    wanted = names if again and times == 1 else [name for name in names if name in focus] or names[:1]
    said = new or [name for name in wanted if _sayable(turn, name)]
    rest = [subject(turn.task.task, name) for name in names if name not in said]
    if said == names and names:
        yield prose(topic.again if times == 1 else varied(turn, phrases.AGAIN))
    elif said and not new:
        subjects = phrases.listed([subject(turn.task.task, name) for name in said])
        yield prose(varied(turn, phrases.NEAREST).format(subjects=subjects))
    for name in said:
        yield statement(turn, name)
    if rest:
        ending = phrases.REST if said else phrases.TOLD
        yield prose(varied(turn, ending).format(subjects=phrases.listed(rest)))


def _sayable(turn: Turn, name: str) -> bool:
    line = statement(turn, name)
    return line.head.form == "hunk" or sum(line.text in text for text in spoken(turn)) < MOST
