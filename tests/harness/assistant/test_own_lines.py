"""Questions about lines of the candidate's own files are no questions about what the assistant said."""

from __future__ import annotations

import pytest

from harness.assistant import Quote
from harness.assistant.conversation import conversation
from harness.assistant.embedding import encoder
from harness.assistant.recall import LEFT_OUT, adopted, holds, without_adopted
from harness.assistant.understanding import understand

OWN = Quote(None, "def clamp_value(value, top):\n    ...")


def test_lines_of_the_file_say_what_the_question_is_about(turn):
    found = understand(turn("please write this", quote=OWN), encoder())
    assert found == understand(turn("please write this clamp_value"), encoder())
    assert found.kind == "topics"


def test_nothing_is_explained_or_taken_back_that_was_never_said(turn):
    for words in ("why?", "what does this mean?", "this is wrong"):
        asked = understand(turn(words, quote=Quote(None, "x = 1")), encoder())
        assert asked.kind != "explain"
        assert asked == understand(turn(words, quote=Quote(None, "y = 2")), encoder())
    assert understand(turn("why?", quote=Quote("abcabcabcabc", "x")), encoder()).kind == "explain"


def test_a_model_is_told_whose_lines_they_are(turn):
    asked = conversation(turn("why?", quote=OWN))[-1].content
    assert "About these lines of my file:\n\n> def clamp_value" in asked
    assert "About these words of yours" in conversation(turn("why?", quote=Quote("a", "b")))[-1].content


SPOKEN = "Here it is.\n\ndef clamp_value(value, top):\n    low = min(value, 0)\n    return max(low, top)\n"
STARTER = "def clamp_value(value, top):\n    raise NotImplementedError\n"


@pytest.mark.parametrize(
    "lines",
    [
        "    return max(low, top)",
        "return max( low,top )  # fine?",
        "max(low, top)",
        "x = 1\ny = 2\nlow = min(value, 0)",
        "result = [max(low, top) for low in rows]; return max(low, top)",
    ],
)
def test_lines_that_were_taken_over_are_known_again(lines):
    assert adopted(lines, [SPOKEN], [STARTER])


@pytest.mark.parametrize(
    "lines",
    ["def clamp_value(value, top):", "low", "total = sum(rows)", "return clamp_value(3, 4)", "", "# of mine"],
)
def test_lines_of_ones_own_are_ones_own(lines):
    assert not adopted(lines, [SPOKEN], [STARTER])


def test_a_line_of_code_in_a_question_is_known_again():
    assert holds("zebra: is #1, return max( low, top ), as it should be?", [SPOKEN], [STARTER])
    assert not holds("zebra: is def clamp_value(value, top): the head?", [SPOKEN], [STARTER])
    assert not holds("how do I clamp a value?", [SPOKEN], [STARTER])


def test_a_file_keeps_what_is_no_line_of_ours():
    file = "def clamp_value(value, top):\n    low = min(value, 0)\n    return low\n"
    assert without_adopted(file, [SPOKEN], [STARTER]) == file.replace("low = min(value, 0)", LEFT_OUT)
    assert without_adopted(file, [], [STARTER]) == file


def test_a_model_reads_files_without_what_was_planted_in_them(turn):
    """As it would else put right in passing what the candidate took over."""
    said = "def clamp_value(value, top):\n    return max(value, top)\n"
    asked = turn(
        "zebra quartz",
        quote=Quote(None, "total = sum(rows)"),
        files={"dial.py": f"{said}\n\ntotal = sum(rows)\n"},
        history=(("user", "write it"), ("assistant", said)),
        told=(("user", "write it"), ("assistant", "(My statement about clamping.)")),
    )
    frame, *_, last = (str(m.content) for m in conversation(asked))
    assert "max(value" not in frame
    assert f"    {LEFT_OUT}\n\n\ntotal = sum(rows)" in frame
    assert "left out of the files" in frame
    assert "> total = sum(rows)\n\nzebra quartz" in last
