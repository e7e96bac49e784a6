"""A topic that comes up again: the statement that the question is nearest to, and where the rest stands."""

from __future__ import annotations

import pytest
from talk import Talk, prose, statements

from harness.assistant.phrases import NO_MORE, REST, TOLD
from harness.assistant.recall import subject
from tasks import library

CODING = sorted(name for name, task in library().items() if task.file.kind == "coding")
DESIGN = sorted(name for name, task in library().items() if task.file.kind == "design")


def asks(name: str, count: int) -> tuple[str, list[str]]:
    """A topic with several statements of its own, and some of its asks."""
    topics = [t for t in library()[name].replies.topics if sum(s.prose is None for s in t.steps) > 1]
    return topics[-1].id, [a for a in topics[-1].asks if len(a.split()) > 3][:count]


@pytest.mark.parametrize("name", DESIGN)
def test_a_follow_up_gets_one_statement_and_is_told_where_the_rest_is(name):
    topic, words = asks(name, 2)
    talk = Talk(name)
    first, second = talk.ask_all(words)
    assert (first.topics, second.topics) == ((topic,), (topic,))
    assert len(statements(second)) == 1
    assert set(statements(second)) < set(statements(first))
    said = {segment: each for each, segment in talk.turn.plan.segments.items()}
    left = [subject(talk.turn.task.task, said[s]) for s in statements(first) if s not in statements(second)]
    assert all(each in prose(second) for each in left)


@pytest.mark.parametrize("name", DESIGN)
def test_a_claim_is_said_twice_and_then_pointed_to(name):
    topic, words = asks(name, 1)
    talk = Talk(name)
    replies = talk.ask_all(words * 4)
    assert [reply.topics for reply in replies] == [(topic,)] * 4
    counted = [segment for reply in replies for segment in statements(reply)]
    assert max(map(counted.count, counted)) == 2
    assert statements(replies[-1]) == []
    assert any(prose(replies[-1]).startswith(text.partition("{")[0]) for text in TOLD)
    assert len({prose(reply) for reply in replies}) == 4


@pytest.mark.parametrize("name", DESIGN)
def test_everything_comes_once_more_when_that_is_asked_for(name):
    topic, words = asks(name, 1)
    talk = Talk(name)
    first, second = talk.ask_all([words[0], f"{words[0]}, once more please"])
    assert second.topics[:1] == (topic,)
    assert statements(second)[: len(statements(first))] == statements(first)


@pytest.mark.parametrize("name", CODING)
def test_code_that_is_named_comes_as_often_as_it_is_asked_for(name):
    task = library()[name]
    symbol = next(i.symbol for i in task.twins if i.symbol and "_" in i.symbol)
    talk = Talk(name)
    for reply in talk.ask_all([f"write {symbol}"] * 4)[1:]:
        assert [line.head.symbol for line in reply.lines if line.head.form == "hunk"] == [symbol]


@pytest.mark.parametrize("name", CODING + DESIGN)
def test_which_statement_comes_again_is_the_same_on_every_form(name):
    """It would else tell something of the twins."""
    topics = [t for t in library()[name].replies.topics if any(step.item for step in t.steps)]
    words = [ask for topic in topics for ask in topic.asks[:3]]
    one, other = (Talk(name, index).ask_all(words) for index in (0, 1))
    assert list(map(statements, one)) == list(map(statements, other))
    assert list(map(prose, one)) == list(map(prose, other))


@pytest.mark.parametrize("name", CODING)
def test_a_topic_without_statements_is_never_answered_with_nothing(name):
    talk = Talk(name)
    replies = talk.ask_all(["where should I start", "where do I begin?", "how do I begin", "where to start"])
    assert {reply.topics for reply in replies} == {("plan",)}
    assert len({prose(reply) for reply in replies}) == 4
    for reply in replies[2:]:
        assert any(prose(reply).startswith(text) for text in NO_MORE)
        assert len(prose(reply)) > len(max(NO_MORE, key=len))


@pytest.mark.parametrize("name", CODING + DESIGN)
def test_what_was_cut_off_is_said_when_it_is_asked_for_again(name):
    """Only what was said counts as said: the rest is met for the first time."""
    _, words = asks(name, 1)
    talk = Talk(name)
    first = talk.ask(words[0])
    kept, lost = statements(first)[0], statements(first)[1:]
    object.__setattr__(talk.turn, "said", frozenset({kept}))
    second = talk.ask(words[0])
    assert statements(second) == lost
    assert any(text.partition("{")[0].strip() in prose(second) for text in REST)
