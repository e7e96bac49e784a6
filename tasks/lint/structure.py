"""What every later point relies on: replies, asks, files and ids agree."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.lint.places import Places
from tasks.schema import Task

MOST_STATEMENTS = 30
FEWEST_ASKS = 10


def loose_ends(task: Task, places: Places) -> Iterator[str]:
    """Asks of two topics, fillers nobody says, files nobody lists, checks without an item."""
    yield from _replies(task, places)
    ids = {item.id for item in task.twins if item.form == "hunk"}
    for name in sorted(set(task.checks) - ids):
        yield f"{places.name}/checks/{name}.py: there is no code item {name}; rename or delete the check."
    for item in task.twins:
        if item.form == "claim" and item.flawed is not None and item.file is not None:
            yield f"{places.at(f'items/{item.id}.yaml', 'file')}: a claim has no file; give a section or none."
    if places.folder is not None:
        listed = {"starter": set(task.starter), "visible": set(task.visible)}
        for folder, names in listed.items():
            for path in sorted((places.folder / folder).glob("*")):
                if path.is_file() and path.name not in names:
                    yield (
                        f"{places.name}/{folder}/{path.name}: task.yaml does not list it; "
                        "list it there or delete it."
                    )


def _replies(task: Task, places: Places) -> Iterator[str]:
    seen: dict[str, str] = {}
    owners: dict[str, str] = {}
    said: set[str] = set()
    for number, topic in enumerate(task.replies.topics):
        if len(topic.asks) < FEWEST_ASKS:
            where = places.at("replies.yaml", "topics", number, "asks")
            yield f"{where}: {len(topic.asks)} asks; give at least {FEWEST_ASKS} different wordings."
        for position, ask in enumerate(topic.asks):
            plain = " ".join(ask.lower().split()).rstrip("?.!")
            where = places.at("replies.yaml", "topics", number, "asks", position)
            if plain in seen:
                yield f"{where}: {ask!r} is an ask of {seen[plain]} already; keep it once."
            seen[plain] = topic.id
        for symbol in topic.symbols:
            if owners.setdefault(symbol, topic.id) != topic.id:
                where = places.at("replies.yaml", "topics", number, "symbols")
                yield f"{where}: {symbol} belongs to {owners[symbol]} already; a symbol has one topic."
        said |= {step.item or step.filler or "" for step in topic.steps if step.prose is None}
    for number, filler in enumerate(task.fillers):
        if filler.id not in said:
            where = places.at("fillers.yaml", number)
            yield f"{where}: no topic says {filler.id}; put it into replies.yaml or delete it."
    if len(task.items) + len(task.fillers) > MOST_STATEMENTS:
        count = len(task.items) + len(task.fillers)
        yield f"{places.at('fillers.yaml')}: {count} statements; a task has at most {MOST_STATEMENTS}."
