"""Change sets in Python give what CodeMirror gives: positions are UTF-16 units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logs.changes import MisfitError, apply, replacement, text, units

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def test_positions_count_utf16_units() -> None:
    # An emoji is two units: keeping 2 units keeps it whole.
    assert text(apply(units("😀b"), [2, [1, "c"]])) == "😀c"


def test_inserted_lines_are_joined_by_newlines() -> None:
    assert apply("ab", [1, [0, "x", "y", ""], 1]) == "ax\ny\nb"


def test_a_change_set_for_another_length_is_refused() -> None:
    with pytest.raises(MisfitError, match="document of 3 units, this one has 2"):
        apply("ab", [3])


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    assert text("a\ud83d") == "a\ufffd"


@given(TEXTS, TEXTS)
def test_a_replacement_leads_from_one_text_to_the_other(before: str, after: str) -> None:
    assert text(apply(units(before), replacement(before, after))) == after


@given(TEXTS)
def test_units_and_text_are_inverse(value: str) -> None:
    assert text(units(value)) == value
    assert len(units(value)) == len(value.encode("utf-16-le")) // 2
