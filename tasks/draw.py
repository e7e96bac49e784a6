"""Fills a task's parameters in, for one session: the same seed gives the same texts and numbers."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.environment import TemplateExpression
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tasks.loader import TaskError
from tasks.schema import Shape, Task

Number = float | int
WRONG = (TemplateError, TypeError, ValueError, ArithmeticError)
"""What an expression raises that cannot be computed."""
LONGEST = 1_000
"""Bits of a whole number that a power may have: a formula of a few characters could else compute for days."""
BUILTINS = {"round": round, "min": min, "max": max, "abs": abs}


@dataclass(frozen=True)
class Drawn:
    """A task as one session sees it: every text filled in, and the drawn parameters by name."""

    task: Task
    parameters: dict[str, Number]


class Unfilled(TaskError):
    """A formula, or an expression in a text, that cannot be computed: `text` in `file` of the task's folder."""

    def __init__(self, file: str, text: str, why: object) -> None:
        self.file = file
        self.text = text
        self.said = f"{text} cannot be filled in: {why}; correct it."
        super().__init__(f"{file}: {self.said}")


def draw(task: Task, seed: int) -> Drawn:
    """Draws each parameter with a generator of its own seed; raises Unfilled for a bad formula or text."""
    return fill(task, values_of(task, seed))


def values_of(task: Task, seed: int) -> dict[str, Number]:
    """The parameters by name as `draw` draws them; raises Unfilled for a bad formula."""
    generator = random.Random(f"{seed}:{task.name}")  # noqa: S311 - a reproducible draw, not a secret
    values: dict[str, Number] = {}
    for name, parameter in task.file.parameters.items():
        if parameter.formula is None:
            values[name] = generator.choice(parameter.choices)
        else:
            values[name] = evaluate(parameter.formula, values, "task.yaml")
    return values


def fill(task: Task, values: dict[str, Number]) -> Drawn:
    """The task with these parameters; raises Unfilled for a name that no parameter has."""
    filled = task.model_dump()
    filled["brief"] = _text(task.brief, values, "brief.md")
    filled["file"]["facts"] = _filled(filled["file"]["facts"], values, "task.yaml")
    filled["replies"] = _filled(filled["replies"], values, "replies.yaml")
    filled["fillers"] = _filled(filled["fillers"], values, "fillers.yaml")
    for folder, files in (("starter", task.starter), ("visible", task.visible)):
        filled[folder] = {path: _text(text, values, f"{folder}/{path}") for path, text in files.items()}
    filled["checks"] = {name: _text(text, values, f"checks/{name}.py") for name, text in task.checks.items()}
    filled["reference"] = {
        name: {path: _text(text, values, f"reference/{name}/{path}") for path, text in files.items()}
        for name, files in task.reference.items()
    }
    filled["items"] = [_filled(item, values, f"items/{item['id']}.yaml") for item in filled["items"]]
    for item in filled["items"]:
        if item["number"]:
            for edge in ("low", "high"):
                formula = str(item["number"][edge])
                item["number"][edge] = repr(float(evaluate(formula, values, f"items/{item['id']}.yaml")))
    return Drawn(Task.model_validate(filled), values)


def renderings(task: Task, texts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The texts filled in for every combination of the parameters that they mention, directly or by formula."""
    formulas = {n: p.formula for n, p in task.file.parameters.items() if p.formula is not None}
    wanted = set().union(*(names_used(text) for text in texts))
    while more := set().union(*(names_used("{{" + formulas[n] + "}}") for n in wanted & set(formulas))) - wanted:
        wanted |= more
    drawn = {n: p.choices for n, p in task.file.parameters.items() if n in wanted and p.formula is None}
    for combination in itertools.product(*drawn.values()):
        values: dict[str, Number] = dict(zip(drawn, combination, strict=True))
        for name, formula in formulas.items():
            if name in wanted:
                values[name] = evaluate(formula, values)
        yield tuple(_text(text, values, task.name) for text in texts)


def names_used(text: str) -> set[str]:
    """The parameters that a text mentions in its `{{ }}`; raises TemplateError for one that does not parse."""
    return meta.find_undeclared_variables(_environment().parse(text)) - set(BUILTINS)


def evaluate(formula: str, values: dict[str, Number], file: str = "task.yaml") -> Number:
    """A number from an expression over parameters; raises Unfilled, naming `file`, for anything else."""
    try:
        result = _expression(formula)(**BUILTINS, **values)
        number = float(result or 0.0)
        return result if isinstance(result, int) else number
    except WRONG as error:
        raise Unfilled(file, formula, error) from None


def _filled(value: Any, values: dict[str, Number], file: str) -> Any:
    if isinstance(value, str):
        return _text(value, values, file)
    if isinstance(value, dict):
        return {k: _filled(v, values, file) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_filled(v, values, file) for v in value)
    return value.model_dump() if isinstance(value, Shape) else value


def _text(text: str, values: dict[str, Number], file: str) -> str:
    if "{{" not in text:
        return text
    try:
        return _rendered(text, values)
    except WRONG as error:
        raise Unfilled(file, *_wrong(text, values, error)) from None


def _rendered(text: str, values: dict[str, Number]) -> str:
    return _template(text).render(**BUILTINS, **values)


def _wrong(text: str, values: dict[str, Number], error: Exception) -> tuple[str, Exception]:
    """The expression in a text that is at fault, and what is wrong with it."""
    for expression in re.findall(r"\{\{.*?(?:\}\}|\Z)", text, re.DOTALL):
        try:
            _rendered(expression, values)
        except WRONG as found:
            return expression.splitlines()[0], found
    return "{{", error


# A task is drawn anew for every session and its texts stay the same: compiling them is nearly all the work.
@lru_cache(maxsize=8192)
def _template(text: str) -> Template:
    return _environment().from_string(text)


@lru_cache(maxsize=1024)
def _expression(formula: str) -> TemplateExpression:
    return _environment().compile_expression(formula, undefined_to_none=False)


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"**"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, int) and isinstance(right, int) and left.bit_length() * right > LONGEST:
            raise OverflowError("a power is too large")
        return super().call_binop(context, operator, left, right)


@cache
def _environment() -> _Environment:
    """Only `{{ }}` is special, so that Python code with `{%` or `{#` passes unchanged."""
    environment = _Environment(
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        block_start_string="{%%",
        block_end_string="%%}",
        comment_start_string="{##",
        comment_end_string="##}",
    )
    environment.filters["n"] = lambda value, digits=0: f"{value:,.{digits}f}"
    return environment
