"""Code in a prompt: a question about it is about its definitions, never about the whole work."""

from __future__ import annotations

import ast

import pytest
from talk import Talk

from harness.assistant.pasted import taken_apart
from tasks import library

CODING = sorted(name for name, task in library().items() if task.file.kind == "coding")
AROUND = (
    "here is my code:\n```python\n%s\n```\nis it ok?",
    "```\n%s```\nwhat do you think?",
    "does this work?\n\n%s",
    "%s",
    "%s\n\nanything wrong with it?",
)


def definitions(name: str) -> list[tuple[str, str]]:
    """Name and text of each definition in the reference solution."""
    (source,) = (t for p, t in library()[name].reference["solution"].items() if p.endswith(".py"))
    nodes = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return [(node.name, ast.get_source_segment(source, node) or "") for node in nodes]


@pytest.mark.parametrize("name", CODING)
@pytest.mark.parametrize("around", AROUND)
def test_pasted_code_is_looked_at_for_what_it_defines(name, around):
    task = library()[name]
    for symbol, text in definitions(name):
        script = Talk(name).ask(around % text)
        owners = tuple(topic.id for topic in task.replies.topics if symbol in topic.symbols)
        assert script.topics == owners, (symbol, script.kind)
        assert script.kind == ("topics" if owners else "review")


@pytest.mark.parametrize("name", CODING)
def test_a_question_about_something_else_goes_before_the_code_beside_it(name):
    task = library()[name]
    topic = task.replies.topics[-1]
    symbol, text = next(
        (s, t) for s, t in definitions(name) if any(s in x.symbols for x in task.replies.topics[:-1])
    )
    script = Talk(name).ask(f"write {topic.symbols[0]}()\n```python\n{text}\n```")
    assert script.topics == (topic.id,), symbol


def test_code_is_told_from_words():
    code = "import math\n@cache\ndef a(\n    x,\n) -> int:\n    def b(): ...\n\n    return x\n"
    found = taken_apart(f"my try:\n\n{code}\nok?".replace("\n", "\r\n"))
    assert found.words.split() == ["my", "try:", "ok?"]
    assert found.names == ("a",)
    fenced = taken_apart("look ```python\nclass B:\n    pass\n``` and ```\nasync def c(): ...")
    assert (fenced.words.split(), fenced.names) == (["look", "and"], ("B", "c"))


@pytest.mark.parametrize("words", ["the class of this", "import matters", "we define it, def.", "def: a word"])
def test_words_are_no_code(words):
    assert taken_apart(words).words == words
    assert not taken_apart(words).code
