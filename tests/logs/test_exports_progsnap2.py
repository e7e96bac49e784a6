"""A ProgSnap2 dataset keeps to the specification's names, and order, counts and every text come through."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.home import Home
from logs import Entry, Head, Record, events
from logs.changes import replacement, units
from logs.changes import text as words
from logs.events import (
    AnyEvent,
    Consented,
    Created,
    Disposition,
    Edit,
    Focus,
    Navigated,
    Opened,
    Prompt,
    ReplyEnded,
    ReplyStarted,
    Run,
    RunResult,
    Segment,
    Submitted,
    TaskPlan,
    Transaction,
)
from logs.exports.cells import unguarded
from logs.exports.foreign import read_csv
from logs.exports.mapping import PROGSNAP2
from logs.exports.progsnap2 import DatasetError, Source, write_progsnap2
from logs.exports.progsnap2_names import METADATA, VALUES, event_problem
from logs.exports.progsnap2_rows import Policy

STARTER = {("t", "a.py"): "one\n", ("t", "b.py"): "", ("u", "goal.md"): ""}
HOSTILE = '=cmd|" /C calc"!A0\r\n@x\u2028😀\x00'
PLAN = TaskPlan(task="t", digest="d", seed=1, minutes=9, form={"item-a": "flawed"}, segments={"item-a": "k3x9"})
CREATED = Created(
    assessment="demo",
    version="1",
    candidate="Ann Example",
    simulated=True,
    policy="careful",
    seed=7,
    index=0,
    tasks=(PLAN,),
)


def edit(file: str, *steps: tuple[str, str, str]) -> Edit:
    """A batch of (before, after, cause)."""
    made = [
        Transaction.model_validate(
            {"at": 5_000 + n, "changes": replacement(before, after), "selection": (0, 0), "cause": cause}
        )
        for n, (before, after, cause) in enumerate(steps)
    ]
    return Edit(task="t", file=file, transactions=tuple(made))


EVENTS: tuple[AnyEvent, ...] = (
    CREATED,
    Consented(disclosure="1", text_digest="d"),
    Opened(task="t"),
    Navigated(to="b.py"),
    edit("a.py", ("one\n", "one\n😀two\n", "input.type"), ("one\n😀two\n", "one\n😀twofold\n", "input.type")),
    edit("b.py", ("", HOSTILE, "input.paste")),
    Prompt(task="t", prompt="p1", text=HOSTILE),
    ReplyStarted(task="t", reply="r1", prompt="p1", origin="answer", source="authored", model="authored"),
    Segment(
        task="t",
        reply="r1",
        index=0,
        segment="k3x9",
        form="claim",
        text="Use the mean.",
        role="twin",
        item="item-a",
    ),
    ReplyEnded(task="t", reply="r1", status="complete", topics=("item-a",), milliseconds=5),
    Disposition(segment="k3x9", decision="reject", reason="style", fix="-1", where="conversation"),
    edit("a.py", ("one\n😀twofold\n", "one\n", "undo")),
    Run(task="t", run="x1", what="tests", artifact="d"),
    RunResult(
        task="t",
        run="x1",
        status="failed",
        tier="strong",
        output="+1 failed\n",
        tests=(
            events.TestOutcome(name="test_a", outcome="passed", milliseconds=1),
            events.TestOutcome(name="test_b", outcome="failed", milliseconds=1, message="=no"),
        ),
    ),
    Focus(state="blurred"),
    Submitted(task="t", by="candidate", artifact="d"),
)


@pytest.fixture
def records(home: Home) -> list[Record]:
    entries = [Entry(e, "candidate", 1_790_000_000_000 + n, n, 4_000 + n) for n, e in enumerate(EVENTS)]
    return home.log.records("s1", Head(), entries)


def write(folder: Path, records: Sequence[Record], policy: Policy = "batch") -> list[dict[str, str]]:
    write_progsnap2(folder, [Source("s1", CREATED, records, STARTER)], policy)
    return table(folder / "MainTable.csv")


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        raw = list(csv.DictReader(file))
    for row in raw:
        for cell in row.values():
            assert cell[:1] not in tuple("=+-@\t\r"), "a cell that a spreadsheet takes for a formula"
    return [{name: unguarded(cell) for name, cell in row.items()} for row in raw]


@pytest.mark.parametrize("policy", ["edit", "batch", "run"])
def test_every_row_keeps_to_the_specification(tmp_path: Path, records: list[Record], policy: Policy) -> None:
    rows = write(tmp_path / "set", records, policy)
    assert len({row["EventID"] for row in rows}) == len(rows)
    for row in rows:
        filled = frozenset(name for name, cell in row.items() if cell)
        assert event_problem(row["EventType"], filled) is None
        for column, allowed in VALUES.items():
            assert not row.get(column) or row[column] in allowed
        assert row["SubjectID"] == "s1"
        if row["CodeStateID"]:
            assert (tmp_path / "set" / "CodeStates" / row["CodeStateID"]).is_dir()
        if row["ProgramOutput"]:
            assert (tmp_path / "set" / row["ProgramOutput"]).read_text() == "+1 failed\n"


def test_the_metadata_and_the_names_say_that_it_is_simulated(tmp_path: Path, records: list[Record]) -> None:
    write(tmp_path / "set", records)
    properties = {r["Property"]: r["Value"] for r in table(tmp_path / "set" / "DatasetMetadata.csv")}
    assert set(METADATA) <= set(properties)
    assert all(name in METADATA or name.startswith("X-") for name in properties)
    assert (properties["X-Simulated"], properties["CodeStateRepresentation"]) == ("true", "Directory")
    assert properties["EventOrderScopeColumns"] == "SubjectID"
    assert (tmp_path / "set" / "SIMULATED.txt").exists()
    for folder in ("CodeStates", "Resources"):
        assert all(p.name.startswith("simulated-") for p in (tmp_path / "set" / folder).iterdir())


def test_order_and_counts_are_kept(tmp_path: Path, records: list[Record]) -> None:
    rows = write(tmp_path / "set", records)
    assert [int(r["Order"]) for r in rows] == list(range(1, len(rows) + 1))
    places = [int(r["X-LogSeq"]) for r in rows]
    assert places == sorted(places)
    assert set(places) == {r.seq for r in records}
    assert [r["EventType"] for r in rows] == [
        "X-Harness.Created",
        "Session.Start",
        "X-Harness.Opened",
        "File.Focus",
        "File.Edit",
        "File.Edit",
        "File.Edit",
        "X-AI.Prompt",
        "X-AI.ReplyStarted",
        "X-AI.Segment",
        "X-AI.ReplyEnded",
        "X-AI.Disposition",
        "File.Edit",
        "X-Harness.Run",
        "Run.Program",
        "Run.Test",
        "Run.Test",
        "X-Harness.Focus",
        "Submit",
    ]


@pytest.mark.parametrize(("policy", "count"), [("edit", 4), ("batch", 3), ("run", 2)])
def test_code_states_are_recorded_by_policy_and_equal_states_once(
    tmp_path: Path, records: list[Record], policy: Policy, count: int
) -> None:
    rows = write(tmp_path / "set", records, policy)
    states = {r["CodeStateID"] for r in rows} - {""}
    assert len(states) == count + (policy != "run")
    last = tmp_path / "set" / "CodeStates" / rows[-1]["CodeStateID"]
    assert (last / "b.py").read_bytes().decode() == HOSTILE
    assert (last / "a.py").read_bytes() == b"one\n"


def test_the_edits_alone_give_every_state(tmp_path: Path, records: list[Record]) -> None:
    rows = write(tmp_path / "set", records)
    files = {path: units(content) for (task, path), content in STARTER.items() if task == "t"}
    for row in rows:
        if row["EventType"] == "File.Edit":
            at, before = int(row["X-Offset"]), files[row["CodeStateSection"]]
            gone = len(units(row["DeleteText"]))
            assert words(before[at : at + gone]) == row["DeleteText"]
            files[row["CodeStateSection"]] = before[:at] + units(row["InsertText"]) + before[at + gone :]
    assert {path: words(content) for path, content in files.items()} == {"a.py": "one\n", "b.py": HOSTILE}


def test_the_key_and_the_candidate_stay_out(tmp_path: Path, records: list[Record]) -> None:
    write(tmp_path / "set", records)
    for file in (p for p in (tmp_path / "set").rglob("*") if p.is_file()):
        content = file.read_bytes()
        for secret in (b"item-a", b"flawed", b"twin", b"Ann Example"):
            assert secret not in content


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, records: list[Record]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DatasetError, match="not an empty folder"):
        write(tmp_path, records)


def test_a_dataset_reads_back_in_order_with_its_texts(tmp_path: Path, records: list[Record]) -> None:
    rows = write(tmp_path / "set", records)
    foreign = read_csv((tmp_path / "set" / "MainTable.csv").read_bytes(), PROGSNAP2)
    assert not foreign.faults
    (session,) = foreign.sessions
    assert [r.event.name for r in session.records] == [row["EventType"] for row in rows]
    prompt = next(r.event for r in session.records if r.event.what == "prompt")
    assert prompt.text == HOSTILE
