"""A candidate's whole way, from the link to the last page, and what the record has of it."""

from __future__ import annotations

from logs import verify
from logs.events import AcceptedRest, Challenge, Clipboard, Disposition, Edit, RunResult, Submitted
from tests.browser.journey import CODING, COMMENT, DESIGN, FIX, GOAL, OUTSIDE, Sitting


def test_the_pages_before_the_clock_tell_what_is_expected(sitting: Sitting) -> None:
    assert "Ann <b>Example</b>" in sitting.seen["welcome"]
    assert "deliberately wrong" in sitting.seen["welcome"]
    assert "deleted after 180 days" in sitting.seen["welcome"]
    assert "Task 1 of 2" in sitting.seen["start"]
    assert "Task 2 of 2" in sitting.seen["between"]


def test_no_page_raised_an_error(sitting: Sitting) -> None:
    assert sitting.problems == []


def test_the_preview_draws_markdown_and_diagrams(sitting: Sitting) -> None:
    assert "Ranker" in sitting.seen["diagram"]


def test_the_record_has_what_the_editor_held(sitting: Sitting) -> None:
    context = sitting.server.context(sitting.session)
    from logs import replay

    documents = replay(context.records, context.starter).documents
    for task, files in sitting.files.items():
        for path, text in files.items():
            if (task, path) in documents:
                assert documents[task, path].text == text
    assert documents[DESIGN, "goal.md"].text == GOAL


def test_decisions_by_mouse_and_keyboard_are_recorded(sitting: Sitting) -> None:
    first, second, third, fourth = sitting.seen["decided"]
    events = [r.event for r in sitting.server.records(sitting.session)]
    last = {e.segment: e for e in events if isinstance(e, Disposition)}
    assert (last[first].decision, last[first].reason) == ("reject", "future-or-test-leak")
    assert (last[first].fix, last[first].confidence) == (FIX, 2)
    assert last[second].decision == "accept"
    assert last[third].decision == "unsure"
    assert (last[fourth].decision, last[fourth].fix) == ("edit", "Say by how much.")
    assert last[fourth].confidence == 3
    rest = [e for e in events if isinstance(e, AcceptedRest)]
    assert [e.task for e in rest] == [DESIGN, CODING]
    for event in rest:
        assert set(event.segments) <= {s["id"] for s in sitting.seen[f"statements {event.task}"]}


def test_a_comment_on_chosen_words_is_recorded_with_them(sitting: Sitting) -> None:
    (comment,) = [r.event for r in sitting.server.records(sitting.session) if r.kind == "challenge"]
    assert isinstance(comment, Challenge)
    assert (comment.segment, comment.text) == (sitting.seen["decided"][1], COMMENT)
    assert comment.quote == sitting.seen["quote"] != ""


def test_every_statement_was_exposed(sitting: Sitting) -> None:
    exposed = {r.event.segment for r in sitting.server.records(sitting.session) if r.kind == "exposure"}
    said = {s["id"] for task in (DESIGN, CODING) for s in sitting.seen[f"statements {task}"]}
    assert len(exposed & said) >= len(said) // 2
    assert exposed <= said


def test_an_inserted_hunk_is_marked_and_replaces_its_function(sitting: Sitting) -> None:
    records = sitting.server.records(sitting.session)
    edits = [t for r in records if isinstance(r.event, Edit) for t in r.event.transactions]
    assert [t.source for t in edits if t.cause == "insert"] == [sitting.seen["hunk"]]
    assert sitting.seen["inserted"].count("def to_cents") == 1
    assert "# looked at" in sitting.files[CODING]["fraud.py"]


def test_a_paste_from_elsewhere_is_seen_and_undo_takes_it_back(sitting: Sitting) -> None:
    pastes = [
        r.event
        for r in sitting.server.records(sitting.session)
        if isinstance(r.event, Clipboard) and r.event.action == "paste"
    ]
    assert [(p.origin, p.length, p.file) for p in pastes] == [("elsewhere", len(OUTSIDE), "fraud.py")]
    assert OUTSIDE.strip() in sitting.seen["pasted"]
    assert "pasted_from_elsewhere" not in sitting.files[CODING]["fraud.py"]


def test_a_read_only_file_stays_as_it_was(sitting: Sitting) -> None:
    assert "may not be written" not in sitting.files[CODING]["api.yaml"]


def test_tests_and_files_ran_in_the_strong_sandbox(sitting: Sitting) -> None:
    results = [r.event for r in sitting.server.records(sitting.session) if isinstance(r.event, RunResult)]
    assert [r.tier for r in results] == ["strong", "strong"]
    assert len(sitting.seen["tests"]) == len(results[0].tests) > 10
    assert any(line.startswith("passed:\namounts_become_cents") for line in sitting.seen["tests"])
    assert results[1].status == "passed"
    assert "ran to its end" in sitting.seen["run"]


def test_the_last_look_reports_the_run_of_the_tests_whatever_ran_later(sitting: Sitting) -> None:
    passed = sum(line.startswith("passed") for line in sitting.seen["tests"])
    assert f"{passed} of {len(sitting.seen['tests'])} pass" in sitting.seen[f"look {CODING}"]


def test_the_last_page_says_what_comes_next(sitting: Sitting) -> None:
    assert "Handed in" in sitting.seen["end"]
    assert "debrief" in sitting.seen["end"]
    assert sitting.session in sitting.seen["end"]


def test_the_chain_is_whole_sealed_and_without_gaps(sitting: Sitting) -> None:
    records = sitting.server.records(sitting.session)
    assert verify(sitting.session, "session", records) is None
    assert records[-1].kind == "sealed"
    assert [r.event.by for r in records if isinstance(r.event, Submitted)] == ["candidate", "candidate"]
    numbers = [r.client_seq for r in records if r.client_seq is not None]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [r.event for r in records if r.kind == "refused"] == []
