"""Lint holds subjects, detectors, examples, reactions and the rubric to their rules, naming file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_task import Folder

from tasks.draw import draw
from tasks.lint.answers import wrong_answers
from tasks.lint.detectors import deaf_detectors
from tasks.lint.echoes import echo
from tasks.lint.levels import bad_levels
from tasks.lint.places import Places
from tasks.lint.reactions import bad_reactions
from tasks.lint.sources import missing_numbers
from tasks.lint.standard import below_standard
from tasks.lint.subjects import bad_subjects
from tasks.loader import load_task
from tasks.sentences import sentences

DRAWN = (wrong_answers, deaf_detectors, bad_subjects)
WRITTEN = (bad_reactions, bad_levels, missing_numbers)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "averages")


def said(folder: Folder) -> list[str]:
    task, places = load_task(folder.root), Places("averages", folder.root)
    found = [line for look in WRITTEN for line in look(task, places)]
    return found + [line for look in DRAWN for line in look(draw(task, 0).task, places)]


def test_the_small_task_is_fine(folder: Folder) -> None:
    assert said(folder) == []


BROKEN = [
    pytest.param(
        "items/empty-mean.yaml",
        "subject: the arithmetic of mean\n",
        "",
        "items/empty-mean.yaml: empty-mean has no subject; add a noun phrase",
        id="no-subject",
    ),
    pytest.param(
        "fillers.yaml",
        "  subject: the sum\n",
        "",
        "fillers.yaml:1: the-sum has no subject",
        id="no-subject-of-a-filler",
    ),
    pytest.param(
        "items/empty-mean.yaml",
        "the arithmetic of mean",
        "the max in mean",
        "items/empty-mean.yaml:28: 'max' stands in one twin only",
        id="subject-in-one-twin",
    ),
    pytest.param(
        "items/empty-mean.yaml",
        "the arithmetic of mean",
        "the error of mean",
        "items/empty-mean.yaml:28: 'error' speaks of what is true",
        id="subject-judges",
    ),
    pytest.param(
        "items/empty-mean.yaml",
        "the arithmetic of mean",
        "The mean is computed here.",
        "make it a noun phrase of at most 60 characters without a full stop",
        id="subject-is-a-sentence",
    ),
    pytest.param(
        "fillers.yaml",
        "subject: the sum",
        "subject: Adding halves",
        "fillers.yaml:11: exact-halves has the same subject",
        id="subject-of-two",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "detector:\n  wrong: ['{{ cells * 10 }} cells']\n  right: ['\\b{{ cells }} cells', '= {{ cells }}\\b']\n",
        "",
        "items/cell-count.yaml: there is no detector",
        id="no-detector",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "wrong: ['{{ cells * 10 }} cells']",
        "wrong: ['a thousand']",
        "items/cell-count.yaml:21: no expression matches the flawed twin",
        id="detector-misses-the-flawed-twin",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "wrong: ['{{ cells * 10 }} cells']",
        "wrong: ['fits on a page']",
        "items/cell-count.yaml:21: it matches the clean twin too; narrow it",
        id="detector-blames-the-clean-twin",
    ),
    pytest.param(
        "items/cell-count.yaml",
        ", '= {{ cells }}\\b']",
        "]",
        "items/cell-count.yaml:22: no expression matches the text of right",
        id="detector-misses-right",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "right: ['\\b{{ cells }} cells',",
        "right: ['the table has',",
        "items/cell-count.yaml:22: it matches the flawed twin too; narrow it",
        id="detector-credits-the-flawed-twin",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "wrong: ['{{ cells * 10 }} cells']",
        "wrong: ['{{ cells * 10 }} cells', 'floating']",
        "items/cell-count.yaml:21: it matches the clean twin of exact-halves, which is right",
        id="detector-blames-another-statement",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "wrong: ['{{ cells * 10 }} cells']",
        "wrong: ['({{ cells }}']",
        "items/cell-count.yaml:21: it is no regular expression",
        id="detector-does-not-compile",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "wrong: ['{{ cells * 10 }} cells']",
        "wrong: ['(\\w+ ?)+ cells']",
        "items/cell-count.yaml:21: a repetition repeats a repetition",
        id="detector-can-hang",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "wrong: ['{{ cells * 10 }} cells']",
        "wrong: ['(cells)?']",
        "items/cell-count.yaml:21: it matches an empty text",
        id="detector-matches-everything",
    ),
    pytest.param(
        "items/low-spread.yaml",
        "  - you take zero for the smallest\n",
        "",
        "items/low-spread.yaml:22: counts has 3 of at least 4",
        id="few-counts",
    ),
    pytest.param(
        "items/low-spread.yaml",
        ', "Ugly."',
        "",
        "items/low-spread.yaml:27: counts_not has 2 of at least 3",
        id="few-counts-not",
    ),
    pytest.param(
        "items/low-spread.yaml",
        "you take zero for the smallest",
        "the minimum is NEVER subtracted",
        "items/low-spread.yaml:24: it stands here twice",
        id="counts-twice",
    ),
    pytest.param(
        "items/exact-halves.yaml",
        "kind: decoy",
        "kind: decoy",
        None,
        id="a-decoy-needs-no-examples",
    ),
    pytest.param(
        "items/cell-count.yaml",
        "ten times less",
        "I doubt the table has so many cells and fits on a page",
        "items/cell-count.yaml:16: these are the words of the flawed twin",
        id="counts-echo-the-flawed-twin",
    ),
    pytest.param(
        "replies.yaml",
        "I drop {subject}.",
        "You are right about {subject}.",
        "replies.yaml:7: 'right' speaks of what is true",
        id="reaction-judges",
    ),
    pytest.param(
        "replies.yaml",
        "I drop {subject}.",
        "I drop it.",
        "replies.yaml:7: a line names the statement as {subject}",
        id="reaction-without-subject",
    ),
    pytest.param(
        "replies.yaml",
        "I drop {subject}.",
        "I drop {subject} of {item}.",
        "replies.yaml:7: a line names the statement as {subject}",
        id="reaction-with-another-name",
    ),
    pytest.param(
        "replies.yaml",
        "I drop {subject}.",
        "I drop {subject}, 3 is enough.",
        "replies.yaml:7: a number is a new fact",
        id="reaction-with-a-number",
    ),
    pytest.param(
        "replies.yaml",
        "I drop {subject}.",
        "I stay with {subject}.",
        "replies.yaml:7: double_down has this line already",
        id="reaction-of-two-kinds",
    ),
    pytest.param(
        "rubric.yaml",
        "id: trust",
        "id: luck",
        "rubric.yaml:2: trust is missing",
        id="dimension-missing",
    ),
    pytest.param("rubric.yaml", "id: trust", "id: luck", "'luck' is not one of goal,", id="dimension-unknown"),
    pytest.param("rubric.yaml", "id: trust", "id: goal", "goal stands here twice", id="dimension-twice"),
    pytest.param(
        "rubric.yaml",
        "Lists the functions.",
        "Lists decisions or problems, all with the same weight.",
        "this is the general wording",
        id="level-not-of-this-task",
    ),
    pytest.param(
        "rubric.yaml",
        "Says which average matters.\n",
        "Lists the functions.\n",
        "communication has this level already",
        id="level-twice",
    ),
    pytest.param("rubric.yaml", "Lists the functions.", "Lists", "a level is a whole sentence", id="level-cut"),
    pytest.param(
        "task.yaml", "minutes: 10", "minutes: 10\nrubric: other", "there is no rubric 'other'", id="rubric-unknown"
    ),
    pytest.param(
        "items/cell-count.yaml",
        'right: "{{ rows }} × {{ columns }}',
        'right: "{{ hidden }} and {{ rows }} × {{ columns }}',
        "items/cell-count.yaml:12: the formula needs hidden, which the brief does not give",
        id="right-rests-on-a-hidden-number",
    ),
]


@pytest.mark.parametrize(("path", "old", "new", "expected"), BROKEN)
def test_a_broken_rule_is_named(folder: Folder, path: str, old: str, new: str, expected: str | None) -> None:
    folder.replace("task.yaml", "  columns: {choices: [3]}", "  columns: {choices: [3]}\n  hidden: {choices: [7]}")
    folder.replace(path, old, new)
    found = said(folder)
    assert any(expected in line for line in found) if expected else not found, found
    assert all(line.startswith("averages/") and line.endswith(".") for line in found)


def test_missing_reactions_and_rubric_are_named(folder: Folder) -> None:
    text = (folder.root / "replies.yaml").read_text(encoding="utf-8")
    start, end = text.index("reactions:"), text.index("topics:")
    folder.write("replies.yaml", text[:start] + text[end:])
    (folder.root / "rubric.yaml").unlink()
    assert [line.partition(";")[0] for line in said(folder)] == [
        "averages/replies.yaml: there are no reactions",
        "averages/rubric.yaml: it is missing",
    ]


def test_a_small_task_gets_notes_and_no_failures(folder: Folder) -> None:
    notes = list(below_standard(load_task(folder.root), Places("averages", folder.root)))
    assert len(notes) == 2
    assert "3 twins; 8 are the library's standard" in notes[0]


STATEMENT = "Shuffle the 60 M requests of the 30 logged days and hold out 20 % of them for testing."


@pytest.mark.parametrize(
    "remark",
    [
        STATEMENT,
        "No: shuffle the 60 M requests of the 30 logged days?",
        "hold out 20 % of them for testing",
        "Shuffle",
        "You say to shuffle the requests of the 30 logged days, why?",
    ],
)
def test_an_echo_is_heard(remark: str) -> None:
    assert echo(remark, STATEMENT) >= 0.4


@pytest.mark.parametrize(
    "remark",
    [
        "a random split lets the model see the future of the same article",
        "use a chronological holdout, train on the early days and test on the later ones",
        "requests of tomorrow are in the training part",
        "",
    ],
)
def test_a_remark_of_its_own_is_no_echo(remark: str) -> None:
    assert echo(remark, STATEMENT) < 0.3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It is 0.5 of 1. The rest, e.g. Monday, waits.", ["It is 0.5 of 1.", "The rest, e.g. Monday, waits."]),
        ("A line\nthat goes on.\n\nA paragraph", ["A line that goes on.", "A paragraph"]),
        ("# Head\n- one\n- two. Three.\n1. four", ["# Head", "- one", "- two.", "Three.", "1. four"]),
        ('He said "stop." Then "go."', ['He said "stop."', 'Then "go."']),
        ("in haste. nobody uses capitals", ["in haste.", "nobody uses capitals"]),
        ("Test on the last 6. A gap follows.", ["Test on the last 6.", "A gap follows."]),
        (
            "3. Third. See no. 7 of T. Joachims et al. 2017.",
            ["3. Third.", "See no. 7 of T. Joachims et al. 2017."],
        ),
        ("Split at random? No. By date.", ["Split at random?", "No.", "By date."]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected
