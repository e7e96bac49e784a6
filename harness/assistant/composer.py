"""Plans what the authored assistant says: which statements, in which twin, with which prose between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.assistant import artifact, phrases, reactions
from harness.assistant.language import answer, language
from harness.assistant.offers import offered, offers, once, varied
from harness.assistant.repeating import repeated
from harness.assistant.request import Kind, Request
from harness.assistant.sections import sections_of
from harness.assistant.statement import head, home, prose, statement, statements
from harness.assistant.turn import Reacted, Statement, Turn
from tasks import Topic

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
    return Script((), request.certainty, (prose(said),), reacted, request.kind)


def about_ours(turn: Turn, script: Script) -> Script:
    """The answer about lines of the candidate's files that hold words of ours: they are not judged again."""
    return replace(script, lines=(prose(f"{varied(turn, phrases.ADOPTED)} {offers(turn, most=phrases.FEW)}"),))


def foreign(turn: Turn, script: Script) -> Script:
    """The answer to a question that is not in English, in its language where that is known."""
    said = answer(language(turn.prompt, share=0.0), offered(turn, ()))
    return replace(script, lines=(prose(said),), kind="foreign")


def _topics(turn: Turn, request: Request) -> Script:
    task = turn.task.task
    by_id = {t.id: t for t in task.replies.topics}
    lines: list[Statement] = []
    answered: list[str] = []
    left: list[Topic] = []
    told: set[str] = set()
    for name in request.topics:
        topic = by_id[name]
        before = topic.id in turn.topics
        if answered and not before and len(told | set(statements(topic))) > MOST:
            left.append(topic)
            continue
        if before:
            said = list(repeated(turn, topic, request.focus, request.again, told))
        else:
            said = list(_topic(turn, topic, told))
        lines += said
        segments = {line.head.segment for line in said}
        told |= {each for each in statements(topic) if turn.plan.segments[each] in segments}
        answered.append(name)
    if left:
        offered = phrases.listed([t.offer for t in left])
        lines.append(prose(varied(turn, phrases.LEFT).format(offers=offered)))
    return Script(tuple(answered), request.certainty, tuple(lines))


def _topic(turn: Turn, topic: Topic, told: set[str]) -> Iterator[Statement]:
    """One topic: a remark on the candidate's files and the opening, then statements and prose in turn."""
    openings = [s.prose for s in topic.steps[:1] if s.prose is not None]
    # What stands in their files is said with a topic's first answer; they know it by the second.
    opening = " ".join([*([remark] if (remark := _remark(turn, topic)) else []), *openings])
    if opening:
        yield prose(opening)
    for position, step in enumerate(topic.steps):
        if step.prose is not None:
            if position:
                yield prose(step.prose)
        elif (name := step.item or step.filler or "") not in told:
            yield statement(turn, name)


def _review(turn: Turn) -> Iterator[Statement]:
    """The next statements that have not been said, in the order of the topics.

    A statement of several topics stands with the last of them, which is its own rather than an overview.
    """
    replies = turn.task.task.replies
    homes = home(turn.task.task)
    rest = [
        (topic, name)
        for topic in replies.topics
        for name in dict.fromkeys(statements(topic))
        if homes[name] == topic.id and turn.plan.segments[name] not in turn.said
    ]
    if not rest:
        yield prose(phrases.NOTHING_LEFT)
        return
    opened = any(who == "assistant" and replies.review_opening in text for who, text in turn.history)
    yield prose(phrases.REVIEW_GOES_ON if opened else replies.review_opening)
    before: Topic | None = None
    for topic, name in rest[:MOST]:
        if topic is not before:
            yield prose(phrases.ON.format(offer=topic.offer))
        before = topic
        yield statement(turn, name)


def _fixed(turn: Turn, request: Request) -> str:
    """The one text of a request that is about no topic."""
    replies = turn.task.task.replies
    match request.kind:
        case "greeting":
            return once(turn, replies.greeting, phrases.HELLO)
        case "help":
            return f"{once(turn, replies.greeting, phrases.HELLO)} {offers(turn, most=len(replies.topics))}"
        case "thanks":
            return varied(turn, phrases.THANKS)
        case "challenge":
            return once(turn, replies.challenged, phrases.CHALLENGED)
        case "probe":
            return varied(turn, phrases.PROBE)
        case "explain":
            return varied(turn, phrases.EXPLAIN)
        case "done":
            return varied(turn, phrases.DONE)
        case "review":
            return " ".join([*_state(turn), varied(turn, phrases.NO_VERDICT), offers(turn, most=phrases.FEW)])
        case "foreign":
            return answer(request.language, offered(turn, request.nearest))
        case _ if request.between:
            return varied(turn, phrases.BETWEEN).format(offers=phrases.listed(_offers(turn, request.between)))
        case _:
            return f"{once(turn, replies.unknown, phrases.UNKNOWN)} {offers(turn, request.nearest)}"


def _offers(turn: Turn, topics: Sequence[str]) -> list[str]:
    by_id = {topic.id: topic.offer for topic in turn.task.task.replies.topics}
    return [by_id[topic] for topic in topics]


def _state(turn: Turn) -> Iterator[str]:
    """What can be seen in the files without judging anything."""
    task = turn.task.task
    broken = artifact.syntax_error(turn.files)
    if broken:
        yield phrases.BROKEN.format(path=broken[0], line=broken[1])
    if task.file.kind == "coding":
        left = artifact.undone(task, turn.files)
        for state, said in (("stub", phrases.STUBS), ("begun", phrases.BEGUN), ("missing", phrases.MISSING)):
            if symbols := [f"`{symbol}`" for _, symbol, found in left if found == state]:
                yield said.format(symbols=phrases.listed(symbols))
        if not left:
            yield phrases.NO_STUBS
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
        return varied(turn, phrases.EMPTY_SECTION).format(title=empty[0]) if empty else None
    remarks: dict[str, list[str]] = {"stub": [], "begun": [], "written": []}
    path = ""
    for name in statements(topic):
        at = head(task, name, None)
        if at.file and at.symbol:
            state = artifact.symbol_state(task, turn.files, at.file, at.symbol)
            if state in remarks and (not path or path == at.file):
                path = at.file
                remarks[state].append(f"`{at.symbol}`")
    sentences = [
        varied(turn, one if len(symbols) == 1 else many).format(symbols=phrases.listed(symbols), path=path)
        for state, one, many in (
            ("stub", phrases.STUB_HERE, phrases.STUBS_HERE),
            ("begun", phrases.BEGUN_HERE, phrases.BEGUNS_HERE),
            ("written", phrases.WRITTEN_HERE, phrases.WRITTENS_HERE),
        )
        if (symbols := list(dict.fromkeys(remarks[state])))
    ]
    return " ".join(sentences) or None
