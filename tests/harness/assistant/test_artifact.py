"""What is seen in the candidate's files."""

from __future__ import annotations

import pytest

from harness.assistant.artifact import is_empty, symbol_state, syntax_error, undone
from tasks import library

WRITTEN = "def clamp_value(value, top):\n    return min(value, top)\n"


def test_the_starter_is_all_stubs(dial):
    assert undone(dial, dial.starter) == (
        ("dial.py", "clamp_value", "stub"),
        ("dial.py", "mean_reading", "stub"),
        ("dial.py", "Dial", "stub"),
    )


def test_what_is_gone_is_not_done(dial):
    assert [state for _, _, state in undone(dial, {"dial.py": ""})] == ["missing"] * 3
    assert [symbol for _, symbol, _ in undone(dial, {"dial.py": WRITTEN})] == ["mean_reading", "Dial"]


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


CLASS = {
    "fraud-api": ("fraud.py", "ScoreService", "scorer: Callable[[Any], Any]"),
    "reco-eval": ("reco_eval.py", "SeenFilter", "blocked: Iterable[str]"),
}


@pytest.mark.parametrize("name", sorted(CLASS))
def test_a_class_is_begun_while_one_of_its_methods_is_written(name):
    """One that is written is no stub any more, whichever it is."""
    task = library()[name]
    path, symbol, argument = CLASS[name]
    start = task.starter[path]
    head = f"def __init__(self, {argument}) -> None:\n        "
    assert head in start
    stored = start.replace(f"{head}raise NotImplementedError", f"{head}self.kept = list()")
    at = stored.index("raise NotImplementedError", stored.index(head))
    both = f"{stored[:at]}return list(){stored[at + len('raise NotImplementedError') :]}"
    states = [symbol_state(task, {path: text}, path, symbol) for text in (start, stored, both)]
    assert states == ["stub", "begun", "written"]


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
