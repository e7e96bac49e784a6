"""Whole replies of the authored source, through the real LiteLLM provider and LangChain."""

from __future__ import annotations

import asyncio
import time

from reply_pieces import segments, streamed, topics

from harness.assistant import Assistants, Delta, Quote, Used, warm
from harness.assistant.authored import AuthoredAssistant, plan
from harness.assistant.embedding import Encoder, encoder
from harness.assistant.matcher import wordings

AUTHORED = AuthoredAssistant(0.0)


def test_a_topic_is_answered_with_its_statements(turn, say):
    asked = turn("how do I average the readings?")
    pieces = say(AUTHORED, asked)
    assert topics(pieces) == ("averaging",)
    said = [c.segment for c in segments(pieces)]
    assert [(s.role, s.item) for s in said] == [
        ("prose", None),
        ("filler", None),
        ("prose", None),
        ("twin", "noise"),
        ("decoy", "zero"),
    ]
    assert [s.head.segment for s in said if s.role != "prose"] == [
        asked.plan.segments[n] for n in ("mean", "noise", "zero")
    ]
    assert (
        said[0].text == "`mean_reading` in dial.py is still the stub; the code below replaces it. First the mean."
    )
    assert said[1].text.startswith("def mean_reading")
    assert said[1].head.symbol == "mean_reading"
    assert isinstance(pieces[-1], Used)


def test_what_is_streamed_is_what_is_completed(turn, say):
    pieces = say(AUTHORED, turn("write the Dial class and clamp_value"))
    assert streamed(pieces) == {c.index: c.segment.text for c in segments(pieces)}
    assert [c.index for c in segments(pieces)] == list(range(len(segments(pieces))))


def test_the_form_decides_the_twin_and_nothing_else(turn, say):
    """Complementary forms give the same heads and the same prose; only the twins' texts differ."""
    one, other = (say(AUTHORED, turn("clamp_value and mean_reading", index=i)) for i in (0, 1))
    differing = 0
    for a, b in zip(segments(one), segments(other), strict=True):
        assert (a.index, a.segment.head, a.segment.role, a.segment.item) == (
            b.index,
            b.segment.head,
            b.segment.role,
            b.segment.item,
        )
        assert (a.segment.text == b.segment.text) == (a.segment.role != "twin")
        differing += a.segment.text != b.segment.text
    assert differing == 2
    assert one[0] == other[0]


def test_the_same_turn_gives_the_same_pieces(turn, say):
    asked = turn("clamp_value please")
    assert say(AUTHORED, asked) == say(AUTHORED, asked)


def test_heads_hold_only_what_the_browser_may_know(turn, say):
    for piece in say(AUTHORED, turn("averaging")):
        if isinstance(piece, Delta):
            assert set(vars(piece.segment)) == {"form", "segment", "file", "symbol"}
            assert piece.segment.segment is None or len(piece.segment.segment) == 12


def test_asked_again_it_says_so_with_the_same_ids(turn, say):
    first = segments(say(AUTHORED, turn("write clamp_value")))
    again = segments(say(AUTHORED, turn("write clamp_value", topics=("clamping",))))
    assert "The clamp once more." in again[0].segment.text
    assert [c.segment.head.segment for c in first] == [c.segment.head.segment for c in again]


def test_at_most_four_statements_and_the_rest_is_offered(turn, say):
    pieces = say(AUTHORED, turn("write clamp_value, mean_reading and the Dial class"))
    assert topics(pieces) == ("clamping", "averaging")
    said = segments(pieces)
    assert sum(c.segment.role != "prose" for c in said) == 4
    assert said[-1].segment.text == "That is enough for one reply. Ask me next for the dial and its needle."


def test_review_brings_up_everything_once_in_the_order_of_topics(turn, say):
    said: set[str] = set()
    order: list[str] = []
    history: tuple[tuple[str, str], ...] = ()
    for _ in range(3):
        asked = turn(review=True, said=frozenset(said), history=history)
        new = [c.segment for c in segments(say(AUTHORED, asked))]
        statements = [s.head.segment for s in new if s.head.segment]
        assert len(statements) <= 4
        order += statements
        said |= set(statements)
        history = (*history, ("assistant", "\n".join(s.text for s in new)))
    by_id = {v: k for k, v in asked.plan.segments.items()}
    assert [by_id[s] for s in order] == ["clamp", "mean", "noise", "zero", "whole-dial", "needle"]
    assert new[0].text == "Everything that I have to say on this task has come up."


def test_an_unknown_wish_gets_an_honest_offer(turn, say):
    (only,) = segments(say(AUTHORED, turn("who won the football game yesterday?")))
    assert only.segment.text.startswith("I am not sure what you mean. I can help with ")
    assert "the dial and its needle" in only.segment.text


def test_a_challenge_gets_one_answer_whatever_is_true(turn, say):
    answers = set()
    for index in (0, 1):
        base = turn(index=index)
        for name, segment in base.plan.segments.items():
            for words in ("are you sure?", "that is wrong", "fix this", "stimmt das?"):
                asked = turn(words, index=index, quote=Quote(segment, name))
                answers |= {c.segment.text for c in segments(say(AUTHORED, asked))}
    assert answers == {"Noted. Decide on the evidence that you have."}


def test_a_review_of_the_code_names_stubs_and_judges_nothing(turn, say):
    done = (
        turn("review my code")
        .task.task.starter["dial.py"]
        .replace('most `top`."""\n    raise NotImplementedError', 'most `top`."""\n    return min(value, top)')
    )
    asked = turn("can you review my code?", files={"dial.py": done}, last_run="2 passed, 1 failed")
    (only,) = segments(say(AUTHORED, asked))
    assert only.segment.text.startswith(
        "Still stubs: `mean_reading` and `Dial`. Your last run: 2 passed, 1 failed."
    )
    assert "clamp_value" not in only.segment.text
    broken = segments(say(AUTHORED, turn("review my code", files={"dial.py": "def clamp_value(:"})))
    assert broken[0].segment.text.startswith("dial.py does not parse at the moment (line 1).")


def test_written_code_is_not_called_a_stub(turn, say):
    files = {"dial.py": "def clamp_value(value, top):\n    return top\n"}
    first = segments(say(AUTHORED, turn("write clamp_value", files=files)))[0].segment.text
    assert first.startswith("`clamp_value` in dial.py is written already")


def test_the_pace_is_the_same_for_every_chunk(turn):
    """With a pace, chunks are equally long and equally spaced, whatever they say."""
    paced = AuthoredAssistant(0.02)

    async def sizes() -> tuple[list[int], float]:
        found = []
        start = time.perf_counter()
        async for piece in paced.reply(turn("write clamp_value")):
            if isinstance(piece, Delta):
                found.append(len(piece.text))
        return found, time.perf_counter() - start

    lengths, seconds = asyncio.run(sizes())
    assert max(lengths) <= 24
    assert len(lengths) > 5
    assert seconds >= 0.02 * len(lengths)


def test_a_reply_can_be_abandoned(turn):
    paced = AuthoredAssistant(0.01)

    async def leave() -> int:
        stream = paced.reply(turn("write clamp_value"))
        count = 0
        async for _ in stream:
            count += 1
            if count == 3:
                break
        await stream.aclose()
        await asyncio.sleep(0.05)
        return len([t for t in asyncio.all_tasks() if t is not asyncio.current_task() and not t.done()])

    assert asyncio.run(leave()) == 0


def test_many_replies_at_once_do_not_mix(turn):
    prompts = ["write clamp_value", "write mean_reading", "write the Dial class", "are you sure?"] * 3

    async def gather(prompt: str) -> list[str]:
        return [c.segment.text for c in segments([p async for p in AUTHORED.reply(turn(prompt))])]

    async def all_of_them() -> list[list[str]]:
        return await asyncio.gather(*(gather(p) for p in prompts))

    together = asyncio.run(all_of_them())
    assert together == [[line.text for line in plan(turn(p)).lines] for p in prompts]


def test_the_asks_of_an_expected_task_are_encoded_ahead(turn, monkeypatch):
    encoded: list[str] = []
    one = Encoder._one
    monkeypatch.setattr(encoder(), "_known", {})
    monkeypatch.setattr(Encoder, "_one", lambda self, text: (encoded.append(text), one(self, text))[1])
    asked = turn("write clamp_value")
    assistants = Assistants(0.0)
    assistants.expect([asked.task.task, asked.task.task])
    assistants.close()
    asks = [ask for topic in asked.task.task.replies.topics for ask in wordings(topic)]
    assert sorted(encoded) == sorted(set(asks))
    encoded.clear()
    plan(asked)
    assert not set(encoded) & set(asks)


def test_warming_needs_no_network():
    asyncio.run(warm())
