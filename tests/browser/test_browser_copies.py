"""What is copied or dragged anywhere on the page keeps its origin when it is put into the work."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from evaluators.figures.activity import signals
from logs import replay
from logs.events import Clipboard, Segment
from tests.browser.served import Server
from tests.browser.workspace import Candidate

TASK, MINE, GIVEN = "fraud-api", "test_mine.py", "api.yaml"
OUTSIDE = "total = sum(row.cents for row in rows)  # from a friend"
SELECT = """(element, [from, to]) => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), range = document.createRange();
    const node = texts.nextNode(), whole = node.data.length;
    range.setStart(node, from);
    range.setEnd(node, to ?? whole);
    document.activeElement.blur();
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""
"""Selects in the first text of an element, from one letter to another."""


class Copier(Candidate):
    """A candidate at the coding task, and what the log then says of one of its files."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        super().__init__(context.new_page(), server.base)
        self.server = server
        self.enter(server.invitation(tasks=(TASK,)))
        self.session = server.sessions()[-1]
        self.begin()
        self.press = self.page.keyboard.press

    def clear(self) -> None:
        """Empties the file."""
        self.open(MINE)
        self.editor.focus()
        self.press("Control+a")
        self.press("Delete")

    def copy(self, place: Locator, start: int = 0, end: int | None = None) -> None:
        """Copies the first words of a place on the page."""
        place.evaluate(SELECT, [start, end])
        self.press("Control+c")

    def origins(self) -> list[tuple[str, str]]:
        """What stands in the file, by origin."""
        assert self.drain()
        context = self.server.context(self.session)
        document = replay(context.records, context.starter).documents[TASK, MINE]
        assert document.text == self.text(MINE)
        found, at = [], 0
        for run in document.runs:
            found.append((document.units[at : at + run.length], run.origin))
            at += run.length
        return found

    def pasted(self) -> list[tuple[str, str]]:
        """Pastes into the file, emptied before: what then stands there, by origin."""
        self.clear()
        self.press("Control+v")
        return self.origins()

    def clips(self, *actions: str) -> list[Clipboard]:
        """The clipboard's events."""
        assert self.drain()
        events = [r.event for r in self.server.records(self.session)]
        return [e for e in events if isinstance(e, Clipboard) and e.action in actions]

    @property
    def message(self) -> Locator:
        """The field of the message."""
        return self.page.get_by_label("Message")

    @property
    def sent(self) -> Locator:
        """The words of the last message."""
        return self.page.locator(".say [data-own]").last


@pytest.fixture
def at(server: Server, window: Callable[[], BrowserContext]) -> Copier:
    """A candidate at the coding task."""
    return Copier(window(), server)


def test_words_from_outside_stay_so_through_a_message(server: Server, at: Copier) -> None:
    own = "Is this right? "
    at.message.click()
    at.page.keyboard.type(own)
    at.paste(OUTSIDE)
    at.press("Control+a")
    at.press("Delete")
    at.press("Control+z")  # the words come back, as what they were
    expect(at.message).to_have_value(own + OUTSIDE)
    at.page.reload()
    at.screen("work")
    expect(at.message).to_have_value(own + OUTSIDE)
    at.message.focus()
    at.press("Control+a")
    at.press("Control+c")
    assert at.pasted() == [(own + OUTSIDE, "pasted")]
    at.message.press("Control+Enter")
    expect(at.sent).to_have_text(own + OUTSIDE)
    at.settled()
    for _ in range(2):
        at.copy(at.sent, len(own) + 3)
        assert at.pasted() == [(OUTSIDE[3:], "pasted")]
        at.copy(at.sent, 0, len(own) - 1)
        assert at.pasted() == [(own[:-1], "own")]
        at.page.reload()  # then the record tells it
        at.screen("work")
    told = [s.text for s in signals(server.context(at.session)) if s.kind == "paste"]
    assert told == [
        f"Paste from outside into a message or a note, {len(OUTSIDE)} characters",
        f"Paste from outside, {len(own + OUTSIDE)} characters",
        *[f"Paste from outside, {len(OUTSIDE) - 3} characters"] * 2,
    ]


def test_own_words_of_a_message_are_not_the_assistants(at: Copier) -> None:
    at.message.click()
    at.page.keyboard.type("Please write to_cents with round half up")
    at.message.press("Control+Enter")
    at.settled()
    at.sent.click(click_count=3)
    at.press("Control+c")
    (found,) = at.pasted()
    assert found[0].strip() == "Please write to_cents with round half up"
    assert found[1] == "own"
    assert [(e.origin, e.segment, e.reply) for e in at.clips("copy", "paste")] == [("own", None, None)] * 2


def test_prose_of_a_reply_names_the_reply(at: Copier) -> None:
    at.ask("Please write to_cents and parse_request")
    prose = at.page.locator(".prose-line").first
    words = prose.inner_text().split()[0]
    at.copy(prose, 0, len(words))
    (said,) = {e.reply for r in at.server.records(at.session) if isinstance(e := r.event, Segment)}
    assert at.pasted() == [(words, f"assistant:{said}")]
    assert [(e.segment, e.reply) for e in at.clips("copy", "paste")] == [(None, said)] * 2


def test_a_short_word_dragged_out_of_a_statement_is_the_assistants(at: Copier) -> None:
    at.ask("Please write to_cents and parse_request")
    segment = next(s["id"] for s in at.statements())
    at.clear()
    at.page.keyboard.insert_text("x\n")
    words = at.statement(segment).locator("[data-words]").first
    words.scroll_into_view_if_needed()
    box = words.bounding_box()
    line = at.page.locator(".cm-line").nth(1).bounding_box()
    assert box is not None
    assert line is not None
    mouse = at.page.mouse
    mouse.dblclick(box["x"] + 15, box["y"] + 8)
    word = at.page.evaluate("getSelection().toString()").strip()
    assert 0 < len(word) < 16
    mouse.move(box["x"] + 15, box["y"] + 8)
    mouse.down()
    mouse.move(line["x"] + 30, line["y"] + 4, steps=10)
    mouse.move(line["x"] + 6, line["y"] + 8, steps=4)
    mouse.up()
    expect(at.page.locator(".cm-line").nth(1)).to_contain_text(word)
    (_, dropped) = at.origins()
    assert dropped == (dropped[0], f"assistant:{segment}")
    assert dropped[0].strip() == word
    assert [(e.action, e.origin, e.segment) for e in at.clips("drag", "drop")] == [
        (action, "assistant", segment) for action in ("drag", "drop")
    ]


def test_the_tasks_own_texts_are_not_from_outside(at: Copier) -> None:
    at.copy(at.page.locator(".brief .bd p").first)
    ((words, origin),) = at.pasted()
    assert (bool(words), origin) == (True, "starter")
    at.open(GIVEN)
    at.editor.focus()
    at.press("Control+Home")
    at.press("Control+c")
    at.clear()
    at.press("Control+v")
    assert {origin for _, origin in at.origins()} == {"starter"}
    at.run("Run tests")
    at.copy(at.page.locator(".rsb :is(li, button, td, span)").filter(visible=True).filter(has_text="test").first)
    at.pasted()
    assert [e.origin for e in at.clips("paste")] == ["starter", "starter", "own"]


def test_the_preview_is_not_from_outside(server: Server, candidate: Candidate) -> None:
    candidate.write("Some words about the goal.", "goal.md", replace=True)
    place = candidate.page.locator(".pv .prose-host p", has_text="Some words").filter(visible=True)
    place.evaluate(SELECT, [0, 10])
    candidate.page.keyboard.press("Control+c")
    candidate.editor.focus()
    candidate.page.keyboard.press("Control+End")
    candidate.page.keyboard.press("Control+v")
    assert candidate.drain()
    context = server.context(server.sessions()[-1])
    (run,) = replay(context.records, context.starter).documents["news-ranking", "goal.md"].runs
    assert run.origin == "typed"


def test_words_from_outside_stay_so_when_their_place_is_changed(at: Copier) -> None:
    at.clear()
    at.paste(f"{OUTSIDE}\n")
    at.press("Control+a")
    at.press("Control+c")
    at.press("Control+Home")
    at.press("Delete")
    at.press("Control+End")
    at.press("Control+v")
    assert at.origins() == [(f"{OUTSIDE[1:]}\n{OUTSIDE}\n", "pasted")]


def test_what_is_cut_with_two_cursors_keeps_its_origins(at: Copier) -> None:
    at.clear()
    at.page.keyboard.insert_text("typed line\n")
    at.paste("from outside\n")
    at.press("Control+Home")
    at.press("Control+Alt+ArrowDown")
    at.press("Shift+End")
    at.press("Control+x")
    at.press("Escape")
    at.press("Control+End")
    at.press("Control+v")
    marks = [mark for mark in at.origins() if mark[0].strip()]
    assert [(words.strip(), origin) for words, origin in marks] == [
        ("typed line", "typed"),
        ("from outside", "pasted"),
    ]


def test_a_paste_at_two_cursors_is_one_origin_twice(at: Copier) -> None:
    at.ask("Please write to_cents and parse_request")
    copy = at.page.get_by_role("button", name="Copy").first
    copy.scroll_into_view_if_needed()
    copy.click()
    at.clear()
    at.page.keyboard.insert_text("\n\n")
    at.press("Control+Home")
    at.press("Control+Alt+ArrowDown")
    at.press("Control+v")
    found = [origin for words, origin in at.origins() if words.strip()]
    assert len(found) == 2
    assert len(set(found)) == 1
    assert found[0].startswith("assistant:")
