"""Plans what the authored assistant says: which statements, in which twin, with which prose between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.assistant import artifact, phrases, reactions
from harness.assistant.language import answer, language
from harness.assistant.request import Kind, Request
from harness.assistant.sections import sections_of
from harness.assistant.turn import Reacted, Role, SegmentHead, Statement, Turn
from tasks import Task, Topic

MOST = 4
"""Statements in one reply, at most."""


@dataclass(frozen=True)
class Script:
    """A planned reply."""

    topics: tuple[str, ...]
    certainty: float | None
    lines: tuple[Statement, ...]
    reaction: Reacted | None = None
    kind: Kind = "topics"


def compose(turn: Turn, request: Request) -> Script:
    """The reply to a request. Nothing in it depends on the twins except the statements' own texts."""
    if turn.review:
        return Script((), None, tuple(_review(turn)))
    if request.kind == "topics":
        return _topics(turn, request)
    reacted = reactions.reaction(turn) if request.kind == "challenge" else None
    said = reactions.words(turn, reacted) if reacted else _fixed(turn, request)
    return Script((), request.certainty, (_prose(said),), reacted, request.kind)


def about_ours(turn: Turn, script: Script) -> Script:
    """The answer about lines of the candidate's files that hold words of ours: they are not judged again."""
    return replace(script, lines=(_prose(f"{_varied(turn, phrases.ADOPTED)} {offers(turn, most=phrases.FEW)}"),))


def foreign(turn: Turn, script: Script) -> Script:
    """The answer to a question that is not in English, in its language where that is known."""
    said = answer(language(turn.prompt, share=0.0), _offered(turn, ()))
    return replace(script, lines=(_prose(said),), kind="foreign")


def bindings(turn: Turn) -> dict[str, tuple[Role, str | None]]:
    """Opaque id to what it stands for, on the server."""
    task = turn.task.task
    known: dict[str, tuple[Role, str | None]] = {
        turn.plan.segments[i.id]: (i.kind, i.id) for i in task.items if i.id in turn.plan.segments
    }
    known |= {turn.plan.segments[f.id]: ("filler", None) for f in task.fillers if f.id in turn.plan.segments}
    return known


def statements(topic: Topic) -> tuple[str, ...]:
    """Ids of the items and fillers of a topic, in order."""
    return tuple(step.item or step.filler or "" for step in topic.steps if step.prose is None)


def _topics(turn: Turn, request: Request) -> Script:
    task = turn.task.task
    by_id = {t.id: t for t in task.replies.topics}
    lines: list[Statement] = []
    answered: list[str] = []
    left: list[Topic] = []
    told: set[str] = set()
    for name in request.topics:
        topic = by_id[name]
        if answered and len(told | set(statements(topic))) > MOST:
            left.append(topic)
            continue
        lines += _topic(turn, topic, told)
        told |= set(statements(topic))
        answered.append(name)
    if left:
        offered = phrases.listed([t.offer for t in left])
        lines.append(_prose(_varied(turn, phrases.LEFT).format(offers=offered)))
    return Script(tuple(answered), request.certainty, tuple(lines))


def _topic(turn: Turn, topic: Topic, told: set[str]) -> Iterator[Statement]:
    """One topic: a remark on the candidate's files and the opening, then statements and prose in turn."""
    openings = [s.prose for s in topic.steps[:1] if s.prose is not None]
    times = turn.topics.count(topic.id)
    # What stands in their files is said with a topic's first answer; they know it by the second.
    remark = None if times else _remark(turn, topic)
    if times:
        openings = [topic.again if times == 1 else _varied(turn, phrases.AGAIN)]
    opening = " ".join([*([remark] if remark else []), *openings])
    if opening:
        yield _prose(opening)
    for position, step in enumerate(topic.steps):
        if step.prose is not None:
            # What leads from one statement to the next is said once.
            if position and not times:
                yield _prose(step.prose)
        elif (name := step.item or step.filler or "") not in told:
            yield _statement(turn, name)


def _review(turn: Turn) -> Iterator[Statement]:
    """The next statements that have not been said, in the order of the topics.

    A statement of several topics stands with the last of them, which is its own rather than an overview.
    """
    replies = turn.task.task.replies
    home = {name: topic.id for topic in replies.topics for name in statements(topic)}
    rest = [
        (topic, name)
        for topic in replies.topics
        for name in dict.fromkeys(statements(topic))
        if home[name] == topic.id and turn.plan.segments[name] not in turn.said
    ]
    if not rest:
        yield _prose(phrases.NOTHING_LEFT)
        return
    opened = any(who == "assistant" and replies.review_opening in text for who, text in turn.history)
    yield _prose(phrases.REVIEW_GOES_ON if opened else replies.review_opening)
    before: Topic | None = None
    for topic, name in rest[:MOST]:
        if topic is not before:
            yield _prose(phrases.ON.format(offer=topic.offer))
        before = topic
        yield _statement(turn, name)


def _fixed(turn: Turn, request: Request) -> str:
    """The one text of a request that is about no topic."""
    replies = turn.task.task.replies
    match request.kind:
        case "greeting":
            return _once(turn, replies.greeting, phrases.HELLO)
        case "help":
            return f"{_once(turn, replies.greeting, phrases.HELLO)} {offers(turn, most=len(replies.topics))}"
        case "thanks":
            return _varied(turn, phrases.THANKS)
        case "challenge":
            return _once(turn, replies.challenged, phrases.CHALLENGED)
        case "probe":
            return _varied(turn, phrases.PROBE)
        case "explain":
            return _varied(turn, phrases.EXPLAIN)
        case "done":
            return _varied(turn, phrases.DONE)
        case "review":
            return " ".join([*_state(turn), _varied(turn, phrases.NO_VERDICT), offers(turn, most=phrases.FEW)])
        case "foreign":
            return answer(request.language, _offered(turn, request.nearest))
        case _:
            return f"{_once(turn, replies.unknown, phrases.UNKNOWN)} {offers(turn, request.nearest)}"


def _once(turn: Turn, first: str, later: Sequence[str]) -> str:
    """The task's own words the first time, ours from then on."""
    first = first.strip()
    return _varied(turn, later) if any(first in text for text in _spoken(turn)) else first


def _spoken(turn: Turn) -> list[str]:
    return [text for who, text in turn.history if who == "assistant"]


def _varied(turn: Turn, wordings: Sequence[str]) -> str:
    """Another wording each time something is said again in one conversation."""
    marks = [max(re.split(r"\{\w+\}", w), key=len) for w in wordings]
    return wordings[sum(any(m in text for m in marks) for text in _spoken(turn)) % len(wordings)]


def offers(turn: Turn, nearest: tuple[str, ...] = (), most: int = phrases.SOME) -> str:
    """One sentence naming topics: at most so many, and only a few once they were named."""
    return _varied(turn, phrases.OFFERS).format(offers=_offered(turn, nearest, most))


def _offered(turn: Turn, nearest: tuple[str, ...], most: int = phrases.SOME) -> str:
    """Topics in the order of `nearest`, else those that have not come up first."""
    topics = sorted(turn.task.task.replies.topics, key=lambda t: t.id in turn.topics)
    if nearest:
        topics.sort(key=lambda t: nearest.index(t.id))
    named = sum(sum(t.offer in text for t in topics) >= phrases.FEW for text in _spoken(turn))
    if named:
        new = [t for t in topics if t.id not in turn.topics] or topics
        # Another few each time, for a list that comes back in the same words reads like a machine's.
        turned = named % len(new)
        topics = [*new[turned:], *new[:turned]][: phrases.FEW]
    return phrases.listed([t.offer for t in topics[:most]])


def _state(turn: Turn) -> Iterator[str]:
    """What can be seen in the files without judging anything."""
    task = turn.task.task
    broken = artifact.syntax_error(turn.files)
    if broken:
        yield phrases.BROKEN.format(path=broken[0], line=broken[1])
    if task.file.kind == "coding":
        symbols = [f"`{symbol}`" for _, symbol in artifact.stubs(task, turn.files)]
        yield phrases.STUBS.format(symbols=phrases.listed(symbols)) if symbols else phrases.NO_STUBS
        if turn.last_run:
            yield phrases.LAST_RUN.format(run=turn.last_run.strip().rstrip("."))
    else:
        titles = artifact.empty_sections(task, turn.files)
        yield phrases.EMPTY.format(titles=phrases.listed(titles)) if titles else phrases.NONE_EMPTY


def _remark(turn: Turn, topic: Topic) -> str | None:
    """How the topic meets the candidate's files; from heads and section titles only, never from items."""
    task = turn.task.task
    if task.file.kind == "design":
        titles = {f.path: f.title for f in task.file.files}
        empty = [titles[path] for path in sections_of(task, topic) if artifact.is_empty(turn.files.get(path, ""))]
        return _varied(turn, phrases.EMPTY_SECTION).format(title=empty[0]) if empty else None
    remarks: dict[str, list[str]] = {"stub": [], "written": []}
    path = ""
    for name in statements(topic):
        head = _head(task, name, None)
        if head.file and head.symbol:
            state = artifact.symbol_state(task, turn.files, head.file, head.symbol)
            if state in remarks and (not path or path == head.file):
                path = head.file
                remarks[state].append(f"`{head.symbol}`")
    sentences = [
        _varied(turn, one if len(symbols) == 1 else many).format(symbols=phrases.listed(symbols), path=path)
        for state, one, many in (
            ("stub", phrases.STUB_HERE, phrases.STUBS_HERE),
            ("written", phrases.WRITTEN_HERE, phrases.WRITTENS_HERE),
        )
        if (symbols := list(dict.fromkeys(remarks[state])))
    ]
    return " ".join(sentences) or None


def _statement(turn: Turn, name: str) -> Statement:
    task = turn.task.task
    segment = turn.plan.segments[name]
    for item in task.items:
        if item.id == name:
            flawed = item.kind == "twin" and turn.plan.form[name] == "flawed"
            text = item.flawed if flawed and item.flawed is not None else item.clean
            return Statement(_head(task, name, segment), _shaped(text, item.form), item.kind, item.id)
    filler = task.filler(name)
    return Statement(_head(task, name, segment), _shaped(filler.text, filler.form), "filler")


def _head(task: Task, name: str, segment: str | None) -> SegmentHead:
    source = next((i for i in task.items if i.id == name), None) or task.filler(name)
    return SegmentHead(source.form, segment, source.file, source.symbol)


def _shaped(text: str, form: str) -> str:
    return text.strip("\n").rstrip() + "\n" if form == "hunk" else text.strip()


def _prose(text: str) -> Statement:
    return Statement(SegmentHead("prose"), text.strip())
