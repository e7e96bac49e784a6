"""Which sections of a design document a topic is about, told from words that name them."""

from __future__ import annotations

from tasks import Task, Topic


def sections_of(task: Task, topic: Topic) -> tuple[str, ...]:
    """Paths of the sections whose file or title stands in the topic's asks or opening, asks first.

    Items name their section too, but fillers do not: going by items would tell one from the other.
    """
    asks = " ".join(topic.asks).lower()
    opening = next((step.prose for step in topic.steps if step.prose is not None), "")
    named = [f.path for f in task.file.files if f.path.lower() in asks]
    titled = [f.path for f in task.file.files if len(f.title) > 8 and f.title in opening]
    named = named or titled
    # A topic that names many sections is an overview and belongs to none.
    return tuple(named) if len(named) == 1 else ()
