"""What the assistant says of the files and of the conversation is so."""

from __future__ import annotations

import pytest
from talk import Talk, prose, statements

from harness.assistant.artifact import undone
from tasks import library

CODING = sorted(name for name, task in library().items() if task.file.kind == "coding")
TASKS = sorted(library())


@pytest.mark.parametrize("name", CODING)
def test_an_empty_file_holds_no_finished_function(name):
    talk = Talk(name)
    task = talk.turn.task.task
    gone = [f"`{symbol}`" for _, symbol, _ in undone(task, task.starter)]
    path = undone(task, task.starter)[0][0]
    said = prose(talk.ask("review my code", files={**talk.turn.files, path: ""}))
    assert "No function is a stub any more" not in said
    assert said.startswith("Not in the file any more: ")
    assert all(symbol in said for symbol in gone)


@pytest.mark.parametrize("name", CODING)
def test_a_file_that_does_not_parse_is_not_called_finished(name):
    talk = Talk(name)
    task = talk.turn.task.task
    path = undone(task, task.starter)[0][0]
    said = prose(talk.ask("review my code", files={**talk.turn.files, path: "def ("}))
    assert said.startswith(f"{path} does not parse at the moment (line 1).")
    assert "No function is a stub any more" not in said


@pytest.mark.parametrize("name", CODING)
def test_a_finished_file_is_called_finished(name):
    talk = Talk(name)
    done = talk.turn.task.task.reference["solution"]
    assert prose(talk.ask("review my code", files={**talk.turn.files, **done})).startswith(
        "No function is a stub any more."
    )


@pytest.mark.parametrize("name", TASKS)
def test_nothing_is_called_untouched_that_came_up(name):
    """By itself, or statement by statement under another topic."""
    talk = Talk(name)
    topics = [t for t in library()[name].replies.topics if any(s.prose is None for s in t.steps)]
    for topic in topics:
        talk.ask(topic.asks[0])
    for words in ("asdf", "qwer zxcv", "blub", "foo bar", "lorem ipsum", "xyzzy", "plugh", "grault"):
        said = prose(talk.ask(words))
        if "We have not talked much about" in said:
            assert not [t.offer for t in topics if t.offer in said.partition("We have not talked much about")[2]]


@pytest.mark.parametrize("name", TASKS)
def test_next_goes_through_what_is_left_and_then_says_that_nothing_is(name):
    talk = Talk(name)
    seen: set[str] = set()
    for _ in range(20):
        script = talk.ask("next")
        if script.kind == "done":
            break
        new = set(statements(script)) - seen
        assert new, prose(script)
        seen |= new
    assert script.kind == "done"
    assert seen == {s for t in library()[name].replies.topics for x in t.steps if (i := x.item or x.filler)
                    for s in (talk.turn.plan.segments[i],)}  # fmt: skip
