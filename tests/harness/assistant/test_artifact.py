"""What is seen in the candidate's files."""

from __future__ import annotations

import pytest

from harness.assistant.artifact import is_empty, stubs, symbol_state, syntax_error

WRITTEN = "def clamp_value(value, top):\n    return min(value, top)\n"


def test_the_starter_is_all_stubs(dial):
    assert stubs(dial, dial.starter) == (
        ("dial.py", "clamp_value"),
        ("dial.py", "mean_reading"),
        ("dial.py", "Dial"),
    )


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (WRITTEN, "written"),
        ("", "missing"),
        ("x = 1\n", "missing"),
        ("def clamp_value(value, top):\n    pass\n", "stub"),
        ("def clamp_value(value, top):\n    ...\n", "stub"),
        ("def clamp_value(value, top):\n    raise NotImplementedError('later')\n", "stub"),
        ("def clamp_value(value, top:\n", "unreadable"),
    ],
)
def test_states(dial, text, state):
    assert symbol_state(dial, {"dial.py": text}, "dial.py", "clamp_value") == state


def test_a_stub_is_seen_in_a_file_that_does_not_parse(dial):
    assert symbol_state(dial, {"dial.py": dial.starter["dial.py"] + "\ndef ("}, "dial.py", "clamp_value") == "stub"


@pytest.mark.parametrize("text", ["", "\n \n", "<!-- What? -->", "# Goal\n", "<!-- open"])
def test_empty_sections(text):
    assert is_empty(text)


def test_a_section_with_words_is_not_empty():
    assert not is_empty("<!-- What? -->\nReads.")


def test_syntax_errors_name_file_and_line():
    assert syntax_error({"a.md": "def (", "b.py": "x = 1\ndef (\n"}) == ("b.py", 2)
    assert syntax_error({"b.py": "x\x00"}) == ("b.py", 1)
    assert syntax_error({"b.py": "x = 1"}) is None
