"""Framed scripts and Markdown, cut anywhere, give the same segments."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.assistant.frame import Begin, End, FrameReader, More, framed
from harness.assistant.markdown import LONGEST, MarkdownReader, stripped
from harness.assistant.turn import SegmentHead

HEADS = st.builds(
    SegmentHead,
    form=st.sampled_from(["prose", "claim", "hunk"]),
    segment=st.none() | st.text("abc234", min_size=12, max_size=12),
    file=st.none() | st.just("dial.py"),
    symbol=st.none() | st.just("x"),
)
TEXTS = st.text(st.characters(exclude_characters="\x1e", exclude_categories=["Cs"]), min_size=1)

ANSWER = """## Plan

Here is what I would do:

- Train only on requests whose label is **final**, see [the docs](https://example.org/x).
- Keep the test set later in time than every training row, without exception.

![a picture](https://example.org/p.png)

```python
# dial.py
def clamp_value(value, top):
    return min(value, top)
```

A dial cannot pass its top, so the smaller of the two is the right one here.

Shall I go on?
"""


def read(reader, chunks):
    marks = [m for c in chunks for m in reader.feed(c)] + list(reader.close())
    found: list[tuple[SegmentHead, str]] = []
    for mark in marks:
        if isinstance(mark, Begin):
            found.append((mark.head, ""))
        elif not isinstance(mark, End):
            assert isinstance(mark, More)
            found[-1] = (found[-1][0], found[-1][1] + mark.text)
    return found


@given(st.lists(st.tuples(HEADS, TEXTS), min_size=1, max_size=5), st.integers(1, 40))
def test_a_framed_script_comes_back_however_it_is_cut(lines, size):
    whole = framed(lines)
    assert read(FrameReader(), [whole[i : i + size] for i in range(0, len(whole), size)]) == lines


def test_text_that_was_never_framed_is_refused():
    with pytest.raises(ValueError, match="before the first head"):
        list(FrameReader().feed("hello"))


def markdown(files=None, open_file=None):
    numbers = itertools.count()
    return MarkdownReader(files or {}, open_file, lambda: f"id{next(numbers):010}")


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_markdown_becomes_prose_claims_and_hunks(size):
    chunks = [ANSWER[i : i + size] for i in range(0, len(ANSWER), size)]
    found = read(markdown({"dial.py": "def clamp_value(a, b):\n    ...\n"}), chunks)
    assert [h.form for h, _ in found] == ["prose", "prose", "claim", "claim", "prose", "hunk", "claim", "prose"]
    assert found[5][0] == SegmentHead("hunk", "id0000000002", "dial.py", "clamp_value")
    assert found[5][1].endswith("return min(value, top)\n")
    assert not any("example.org" in text for _, text in found)
    assert "see the docs." in found[2][1]


def test_past_four_statements_everything_is_prose():
    text = "\n".join(f"- Statement number {i} says something that could be wrong." for i in range(6))
    found = read(markdown(), [text + "\n\n```python\nx = 1\n```"])
    assert [h.form for h, _ in found] == ["claim"] * 4 + ["prose"] * 3
    assert all((h.segment is None) == (h.form == "prose") for h, _ in found)


def test_a_fence_that_is_never_closed_is_still_a_hunk():
    ((head, text),) = read(markdown({}, "dial.py"), ["```py\ndef f():\n    return 1"])
    assert (head.form, head.file, head.symbol, text) == ("hunk", "dial.py", "f", "def f():\n    return 1\n")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("![x](https://a/b.png) then", "x then"),
        ("[x](javascript:void) then", "x then"),
        ("[x][1]\n[1]: https://a", "x\n"),
        ("<https://a.b>", "https://a.b"),
        ('<img src="https://a/b"><a href="x">y</a><script>z</script>', "yz"),
        ("a < b and c > d", "a < b and c > d"),
        ("[![x](https://a/p.png)](https://b) then", "x then"),
        ("[ [x](https://a) and ![y](https://b)", "[ x and y"),
        ('<a title="<b>" href="https://a">x', '" href="https://a">x'),
    ],
)
def test_links_and_images_become_words(text, plain):
    assert stripped(text) == plain


def repeated(words, length=100_000):
    return (words * (length // len(words) + 1))[:length]


@pytest.mark.parametrize("size", [24, 100_000])
@pytest.mark.parametrize("around", ["{}", "```python\n{}\n```\n", "```python\ndef f():\n    return {}\n```\n"])
@pytest.mark.parametrize(
    "words",
    [
        "[",
        "![",
        "![x](",
        "[x](",
        "[x][",
        "](",
        "<a ",
        "<http:",
        "[\n",
        "\n[",
        "[x]: ",
        "(",
        "`",
        "*",
        "- ",
        " ",
        "word ",
    ],
)
def test_whatever_a_model_writes_is_read_in_a_time_that_grows_as_the_text_does(words, around, size):
    text = around.format(repeated(words))
    start = time.process_time()
    read(
        markdown({"dial.py": "def f():\n    ...\n"}, "dial.py"),
        [text[i : i + size] for i in range(0, len(text), size)],
    )
    assert time.process_time() - start < 0.8


@pytest.mark.parametrize("size", [1, 24, 100_000])
@pytest.mark.parametrize("between", [" ", "\n", ""])
def test_a_block_that_is_too_long_goes_on_in_the_next_and_loses_no_word(between, size):
    text = between.join(f"word{n:06}" for n in range(4_000))
    found = read(markdown(), [text[i : i + size] for i in range(0, len(text), size)])
    assert max(len(t) for _, t in found) <= LONGEST * 1.2
    assert len(found) < 10
    assert "".join("".join(t for _, t in found).split()) == "".join(text.split())


def test_long_code_stays_whole():
    code = "def f():\n" + "".join(f"    x{n} = {n}\n" for n in range(2_000))
    ((head, text),) = read(markdown({}, "dial.py"), [f"```python\n{code}```\n"])
    assert (head.form, head.symbol, text) == ("hunk", "f", code)
