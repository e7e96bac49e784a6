"""The default rubric: eight dimensions, each with four different anchored levels."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tasks.rubrics import DEFAULT, RUBRICS, rubric


def test_the_default_rubric_has_eight_dimensions() -> None:
    identifiers = [d.id for d in rubric().dimensions]
    assert len(identifiers) == len(set(identifiers)) == 8
    assert rubric() is rubric(DEFAULT) is RUBRICS["default"]
    assert rubric().version


def test_levels_are_whole_sentences_and_all_different() -> None:
    for name in RUBRICS:
        levels = [level for d in rubric(name).dimensions for level in d.levels]
        assert len(levels) == len(set(levels)) == 4 * len(rubric(name).dimensions)
        for level in levels:
            assert level.endswith(".")
            assert level[0].isupper()
            assert 30 <= len(level) <= 140, level


def test_weights_are_positive() -> None:
    assert all(d.weight > 0 for d in rubric().dimensions)


def test_a_rubric_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        rubric().version = "2.0"  # type: ignore[misc]


def test_an_unknown_name_says_which_are_known() -> None:
    with pytest.raises(KeyError, match="Known rubrics: default"):
        rubric("no-such-rubric")
    with pytest.raises(KeyError, match="no-such-dimension"):
        rubric().dimension("no-such-dimension")
    assert rubric().dimension("trust").title == "Trust that fits"
