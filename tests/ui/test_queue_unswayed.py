"""Whoever still has to decide a question is sent nothing that could sway them: the bytes are searched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from evaluators import SessionContext
from evaluators.decisions import diagnosed_subject
from evaluators.outcomes.outcome import Outcome, work
from evaluators.outcomes.silent import changed_subject
from evaluators.scoring.session import checked_context
from harness.home import Home
from logs.changes import replacement
from logs.events import AnyEvent, Clipboard, Disposition, Edit, Exposure, Segment, TaskPlan, Transaction
from tasks import task_named
from tests.conftest import START
from tests.ui.staffed import SANDBOX, TASK, sat

QUEUE = "/api/staff/queue/s-one"
REVIEW = "/api/staff/sessions/s-one"
CHANGED = ("peeking", "position", "time-split", "two-programs")
"""Claims of sections of their own, which hold other words in the end: words that no rule reads."""
REJECTED = "stereotype"
WORDS = "Readers in that region like other things too."


def later(plan: TaskPlan) -> Sequence[AnyEvent]:
    """Some claims are taken over and changed; one is rejected in words that may or may not name its mechanism."""
    found: list[AnyEvent] = []
    for place, name in enumerate((*CHANGED, REJECTED), start=10):
        found += _said(plan, name, place)
    for name in CHANGED:
        found += _changed(plan, name)
    reject = Disposition(segment=plan.segments[REJECTED], decision="reject", fix=WORDS, where="conversation")
    return [*found, reject]


def _text(plan: TaskPlan, name: str) -> str:
    item = task_named(TASK).item(name)
    return (item.flawed or "") if plan.form[name] == "flawed" else item.clean


def _said(plan: TaskPlan, name: str, place: int) -> list[AnyEvent]:
    segment = plan.segments[name]
    said = Segment(
        task=TASK,
        reply="r1",
        index=place,
        segment=segment,
        form="claim",
        text=_text(plan, name),
        role="twin",
        item=name,
    )
    return [said, Exposure(segment=segment, where="conversation")]


def _changed(plan: TaskPlan, name: str) -> list[AnyEvent]:
    task, segment, text = task_named(TASK), plan.segments[name], _text(plan, name)
    file = task.item(name).section or ""

    def edit(before: str, after: str, cause: str) -> Edit:
        changes = tuple(tuple(c) if isinstance(c, list) else c for c in replacement(before, after))
        one = Transaction(at=START, changes=changes, selection=(0, 0), cause=cause)
        return Edit(task=TASK, file=file, transactions=(one,))

    paste = Clipboard(
        action="paste",
        task=TASK,
        file=file,
        length=len(text),
        digest="0" * 64,
        origin="assistant",
        segment=segment,
    )
    pasted = task.starter[file] + text
    return [
        paste,
        edit(task.starter[file], pasted, "input.paste"),
        edit(pasted, task.starter[file] + "As the team is used to it.", "input.type"),
    ]


def decide(client: Any, subject: str, decision: str) -> Any:
    return client.post(QUEUE, json={"subject": subject, "decision": decision, "reason": "read twice"})


def context_of(home: Home) -> SessionContext:
    return checked_context(home, "s-one", SANDBOX, lambda: START)


def rejected(home: Home) -> Outcome:
    return next(o for o in work(context_of(home)).outcomes if o.item == REJECTED)


def test_whoever_says_what_changed_words_mean_is_not_told_the_twin(home: Home, visit: Any) -> None:
    """Their answer makes a catch or a false alarm, and the response rule is blind to which of the two."""
    sat(home, "s-one", more=later)
    client, twins = visit("the-interviewer"), set()
    for name in CHANGED:
        subject, item = changed_subject(TASK, name), context_of(home).tasks[TASK].task.item(name)
        before = client.get(f"{QUEUE}?subject={subject}")
        shown = before.json()
        assert (shown["kind"], shown["planted"], shown["key"], shown["guess"]) == ("changed", None, None, None)
        assert set(shown["choices"]) == {"yes", "no"}
        for words in (item.right, item.why, item.mechanism, item.category):
            assert json.dumps(words, ensure_ascii=False)[1:-1] not in before.text
        told = decide(client, subject, "no").json()
        assert told["key"]["right"] == item.right
        twins.add(told["planted"])
        again = client.get(f"{QUEUE}?subject={subject}").json()
        assert (again["planted"], again["key"]) == (told["planted"], told["key"])
        assert visit("second").get(f"{QUEUE}?subject={subject}").json()["planted"] is None
    assert twins == {True, False}


@pytest.mark.parametrize("name", ["the-interviewer", "the-administrator"])
def test_the_matchers_guess_is_told_after_ones_own_decision_wherever_one_looks(
    home: Home, visit: Any, name: str
) -> None:
    sat(home, "s-one", more=later)
    guess = rejected(home).diagnosis
    assert guess is not None
    assert (guess.by, guess.verdict != "yes") == ("text", True)

    def told(who: str) -> list[bool]:
        """Whether the session's page and its reports say what the matcher made of the words."""
        texts = [visit(who).get(REVIEW + end).text for end in ("", "/report.json", "/report.html")]
        return ['"by":"text"' in text.replace('": "', '":"') or str(guess.score)[:8] in text for text in texts]

    assert told(name) == [False, False, False]
    assert told("the-hiring") == [True, True, False]
    assert decide(visit(name), diagnosed_subject(TASK, REJECTED), "yes").status_code == 200
    assert told(name) == [True, True, False]
    assert told("second") == [False, False, False]
    assert decide(visit("second"), diagnosed_subject(TASK, REJECTED), "yes").status_code == 200
    assert rejected(home).diagnosed is True
