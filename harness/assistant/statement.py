"""What a task says for one of its items or fillers, as a session hears it."""

from __future__ import annotations

from harness.assistant.turn import Role, SegmentHead, Statement, Turn
from tasks import Task, Topic


def statements(topic: Topic) -> tuple[str, ...]:
    """Ids of the items and fillers of a topic, in order."""
    return tuple(step.item or step.filler or "" for step in topic.steps if step.prose is None)


def home(task: Task) -> dict[str, str]:
    """The topic of each statement: of several the last, for overviews go first."""
    return {name: topic.id for topic in task.replies.topics for name in statements(topic)}


def is_overview(task: Task, topic: Topic) -> bool:
    """Whether a topic is about the whole: no statement is its own, and it names what other topics are about."""
    own = [name for name in statements(topic) if home(task)[name] == topic.id]
    said = " ".join(step.prose for step in topic.steps if step.prose is not None)
    named = [t for t in task.replies.topics if t is not topic and any(f"`{s}`" in said for s in t.symbols)]
    return not own and (bool(statements(topic)) or len(named) > 1)


def is_open(turn: Turn, topic: Topic) -> bool:
    """Whether a topic has not come up, neither by itself nor statement by statement."""
    told = [turn.plan.segments[name] in turn.said for name in statements(topic)]
    return topic.id not in turn.topics and not (told and all(told))


def bindings(turn: Turn) -> dict[str, tuple[Role, str | None]]:
    """Opaque id to what it stands for, on the server."""
    task = turn.task.task
    known: dict[str, tuple[Role, str | None]] = {
        turn.plan.segments[i.id]: (i.kind, i.id) for i in task.items if i.id in turn.plan.segments
    }
    known |= {turn.plan.segments[f.id]: ("filler", None) for f in task.fillers if f.id in turn.plan.segments}
    return known


def statement(turn: Turn, name: str) -> Statement:
    """The statement of that id, an item in the twin of the session's form. Raises KeyError if there is none."""
    task = turn.task.task
    segment = turn.plan.segments[name]
    for item in task.items:
        if item.id == name:
            flawed = item.kind == "twin" and turn.plan.form[name] == "flawed"
            text = item.flawed if flawed and item.flawed is not None else item.clean
            return Statement(head(task, name, segment), _shaped(text, item.form), item.kind, item.id)
    filler = task.filler(name)
    return Statement(head(task, name, segment), _shaped(filler.text, filler.form), "filler")


def twins(task: Task, name: str) -> tuple[str, ...]:
    """All that it may say, whatever the form; raises KeyError."""
    item = next((i for i in task.items if i.id == name), None)
    return (task.filler(name).text,) if item is None else tuple(filter(None, (item.flawed, item.clean)))


def head(task: Task, name: str, segment: str | None) -> SegmentHead:
    """Its head, the same for both twins; raises KeyError."""
    source = next((i for i in task.items if i.id == name), None) or task.filler(name)
    return SegmentHead(source.form, segment, source.file, source.symbol)


def _shaped(text: str, form: str) -> str:
    return text.strip("\n").rstrip() + "\n" if form == "hunk" else text.strip()


def prose(text: str) -> Statement:
    """Words of the assistant's own, which are no statement."""
    return Statement(SegmentHead("prose"), text.strip())
