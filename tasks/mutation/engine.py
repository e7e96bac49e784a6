"""Applies every operator at every place of a file, one change at a time."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from tasks.mutation.expressions import Arithmetic, Boolean, Boundary, Comparison, Default, OffByOne, Slice
from tasks.mutation.measures import ProxyColumn, ThresholdOnTest, Unseeded, WrongDenominator
from tasks.mutation.mutant import Mutant
from tasks.mutation.operator import Context, MutationError, Operator, walk
from tasks.mutation.splits import FitBeforeSplit, GroupIgnored, LabelAmongFeatures, TimeShuffle
from tasks.mutation.statements import GuardRemoval, MutableDefault, Return
from tasks.syntax import parse

OPERATORS: tuple[Operator, ...] = (
    FitBeforeSplit(),
    TimeShuffle(),
    LabelAmongFeatures(),
    GroupIgnored(),
    ThresholdOnTest(),
    WrongDenominator(),
    Unseeded(),
    ProxyColumn(),
    MutableDefault(),
    GuardRemoval(),
    Boundary(),
    OffByOne(),
    Default(),
    Slice(),
    Return(),
    Boolean(),
    Arithmetic(),
    Comparison(),
)
"""All operators, the field's own first: where two make the same change, the first one names it."""

DEEPEST = 100
"""Levels of a tree; code that people write has some twenty."""


def mutants(source: str, operators: Sequence[Operator] = OPERATORS) -> Iterator[Mutant]:
    """Every different text with one change, in the order of the file.

    Each is Python that parses; the given text itself is never among them. Raises MutationError for a text that
    is no Python, or so deeply nested that its tree cannot be walked.
    """
    _check(source)
    at = Context(cst.parse_module(source))
    seen = {_tree(source)}
    for node in walk(at.module):
        for operator in operators:
            for change in operator.changes(node, at):
                text = at.applied(change)
                tree = _tree(text)
                if tree is not None and tree not in seen:
                    seen.add(tree)
                    yield Mutant(operator.name, at.line(change.old or change.gone or node), change.said, text)


def _check(source: str) -> None:
    """Raises MutationError for a text that the parsers of trees do not survive."""
    try:
        level: list[ast.AST] = [parse(source)]
    except SyntaxError as error:
        raise MutationError(f"line {error.lineno or 1}: it is no Python ({error.msg}); mend it there.") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise MutationError(f"it is no Python that can be read ({type(error).__name__}).") from None
    depth = 0
    while level:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if depth > DEEPEST:
        raise MutationError(f"it is nested {depth} levels deep, more than {DEEPEST}; take it apart first.")


def _tree(text: str) -> str | None:
    """What the text means, whatever its layout; None for a text that does not parse."""
    try:
        return ast.dump(parse(text))
    except SyntaxError:
        return None
