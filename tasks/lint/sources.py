"""Point 7: every source is named, and the numbers of every formula stand in the brief."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import TemplateError

from tasks.draw import names_used
from tasks.lint.places import Places
from tasks.schema import Source, Task

VAGUE = frozenset({"source", "search", "knowledge", "verified", "todo", "tbd", "several sources", "internet"})


def names_in(formula: str) -> set[str]:
    """The parameters that a formula or a text with `{{ }}` uses; empty for one that does not parse."""
    try:
        return names_used(formula if "{{" in formula else "{{ " + formula + " }}")
    except TemplateError:
        return set()


def unnamed_sources(task: Task, places: Places) -> Iterator[str]:
    """Sources without a title that can be looked up, and addresses that are none."""
    for item in task.items:
        for position, source in enumerate(item.sources):
            yield from _source(source, places.at(f"items/{item.id}.yaml", "sources", position))
    for position, source in enumerate(task.file.sources):
        yield from _source(source, places.at("task.yaml", "sources", position))


def _source(source: Source, where: str) -> Iterator[str]:
    title = source.title.strip()
    if len(title) < 8 or title.lower() in VAGUE:
        yield f"{where}: {title!r} is no source; name who says it and where, or the arithmetic."
    if source.url is not None and not re.fullmatch(r"https?://\S+\.\S+", source.url):
        yield f"{where}: {source.url!r} is no address; give one with https:// or leave it out."


def missing_numbers(task: Task, places: Places) -> Iterator[str]:
    """Drawn parameters of answers that the candidate cannot read in the brief; `task` is not filled in."""
    shown = names_in_texts(task)
    for item in task.items:
        formulas: list[tuple[tuple[str, ...], str]] = [(("right",), item.right)] if "{{" in item.right else []
        if item.number is not None:
            formulas += [(("number", "low"), item.number.low), (("number", "high"), item.number.high)]
        # A number that both twins give is one that every candidate has read.
        said = names_in_text(item.flawed or item.clean) & names_in_text(item.clean)
        for keys, formula in formulas:
            for name in sorted(_drawn(task, formula) - shown - said):
                where = places.at(f"items/{item.id}.yaml", *keys)
                yield f"{where}: the formula needs {name}, which the brief does not give; put it into the facts."
    known = set(task.file.parameters)
    for name, parameter in task.file.parameters.items():
        unknown = names_in(parameter.formula) - known if parameter.formula else set()
        for other in sorted(unknown):
            where = places.at("task.yaml", "parameters", name)
            yield f"{where}: there is no parameter {other}; declare it or correct the formula."


def names_in_texts(task: Task) -> set[str]:
    """Parameters of which the brief, the facts or a starter file gives the number."""
    texts = [task.brief, *(text for fact in task.file.facts for text in fact), *task.starter.values()]
    return set().union(*(names_in_text(text) for text in texts))


def names_in_text(text: str) -> set[str]:
    """Parameters whose numbers a text with `{{ }}` rests on; prose without any has none."""
    return names_in(text) if "{{" in text else set()


def _drawn(task: Task, formula: str) -> set[str]:
    """The parameters with choices that a formula rests on; one that the brief shows itself is enough."""
    shown, found = names_in_texts(task), set()
    for name in names_in(formula):
        parameter = task.file.parameters.get(name)
        if parameter is not None and parameter.formula is not None and name not in shown:
            found |= _drawn(task, parameter.formula)
        else:
            found.add(name)
    return found
