"""Sessions as a ProgSnap2 dataset: DatasetMetadata, MainTable, CodeStates, Resources, LinkTables, README.

What the tables say of the log, the policy of code states and how cells are escaped stands in the dataset's own
README. The key of the items (which statement was planted, which twin) is not part of the dataset, nor is the
candidate's name: the subject is the session.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from logs.events import Created
from logs.exports.cells import guarded
from logs.exports.progsnap2_names import OPTIONAL, REQUIRED, SPECIFIC, VERSION
from logs.exports.progsnap2_rows import Policy, Row, Rows, safe
from logs.record import Record
from logs.replay import FileKey

OWN = (
    "X-LogSeq",
    "X-WorkingMs",
    "X-Offset",
    "X-Cause",
    "X-AIPromptID",
    "X-AIReplyID",
    "X-AISegmentID",
    "X-Text",
    "X-Data",
)
COLUMNS = (
    *REQUIRED,
    *(c for c in OPTIONAL if c in ("Order", "ClientTimestamp", "ServerTimestamp", "AssignmentID", "ProblemID")),
    "ExperimentalCondition",
    *(
        c
        for c in SPECIFIC
        if c
        in {
            "SessionID",
            "CodeStateSection",
            "EventInitiator",
            "EditType",
            "SourceLocation",
            "ExecutionID",
            "TestID",
            "ExecutionResult",
            "Score",
            "ProgramOutput",
            "InsertText",
            "DeleteText",
        }
    ),
    *OWN,
)
POLICIES: dict[Policy, str] = {
    "edit": "after every single edit, at the start of a task, at every run, at the last look and at submission",
    "batch": "after every batch of edits (the browser sends one about once a second; the batch's last row has it, "
    "the rows before it have none), at the start of a task, at every run, at the last look and at submission",
    "run": "at the start of a task, at every run, at the last look and at submission; rows of edits have none",
}


class DatasetError(Exception):
    """The dataset cannot be written; the message says what to do."""


@dataclass(frozen=True)
class Source:
    """One session to write, with the starter text of every file of its tasks."""

    session: str
    created: Created
    records: Sequence[Record]
    starter: Mapping[FileKey, str]


@dataclass(frozen=True)
class Written:
    """What was written."""

    folder: Path
    sessions: int
    rows: int
    states: int


def write_progsnap2(folder: Path, sources: Iterable[Source], policy: Policy = "batch") -> Written:
    """Writes a dataset into `folder`, which must be new or empty.

    Raises DatasetError, logs.ErasedError, logs.changes.MisfitError.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DatasetError(f"{folder} is not an empty folder; name another.")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("CodeStates", "LinkTables"):
        (folder / name).mkdir()
    states: set[str] = set()

    def keep(where: str, name: str, files: Mapping[str, str]) -> None:
        if where == "CodeStates":
            if name in states:
                return
            states.add(name)
        for path, content in files.items():
            file = folder / where / name / "/".join(safe(part) for part in path.split("/")) if path else None
            target = file or folder / where / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode("utf-8", "replace"))

    subjects: list[Row] = []
    count = order = 0
    with _opened(folder / "MainTable.csv") as file:
        table = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\r\n")
        table.writeheader()
        for source in sources:
            count += 1
            created = source.created
            subjects.append(_subject(source))
            for row in Rows(source.session, created, source.starter, policy, keep).of(source.records):
                order += 1
                table.writerow({name: guarded(cell) for name, cell in {**row, "Order": str(order)}.items()})
    simulated = [row for row in subjects if row["X-Simulated"] == "true"]
    _table(folder / "LinkTables" / "LinkSubject.csv", subjects)
    _table(folder / "DatasetMetadata.csv", _metadata(policy, len(subjects), len(simulated)))
    (folder / "README.md").write_text(_readme(policy, len(subjects), len(simulated)), encoding="utf-8")
    if simulated:
        (folder / "SIMULATED.txt").write_text(_simulated(len(subjects), len(simulated)), encoding="utf-8")
    return Written(folder, count, order, len(states))


def _opened(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="")


def _table(path: Path, rows: Sequence[Row]) -> None:
    with _opened(path) as file:
        table = csv.DictWriter(file, list(rows[0]) if rows else ["SubjectID"], lineterminator="\r\n")
        table.writeheader()
        table.writerows({name: guarded(cell) for name, cell in row.items()} for row in rows)


def _subject(source: Source) -> Row:
    created = source.created
    return {
        "SubjectID": source.session,
        "X-Assessment": created.assessment,
        "X-AssessmentVersion": created.version,
        "X-Simulated": "true" if created.simulated else "false",
        "X-Policy": created.policy or "",
        "X-Practice": "true" if created.practice else "false",
        "X-Model": created.model,
    }


def _metadata(policy: Policy, subjects: int, simulated: int) -> list[Row]:
    values = {
        "Version": VERSION,
        "IsEventOrderingConsistent": "true",
        "EventOrderScope": "Restricted",
        "EventOrderScopeColumns": "SubjectID",
        "CodeStateRepresentation": "Directory",
        "ProgramInputLinkTable": "",
        "X-Source": "Harness, an open harness for Human + AI interviews",
        "X-Simulated": "true" if simulated == subjects and subjects else "partly" if simulated else "false",
        "X-SimulatedSubjects": str(simulated),
        "X-CodeStatePolicy": policy,
        "X-CellEscaping": "apostrophe before = + - @ tab CR apostrophe",
    }
    return [{"Property": name, "Value": value} for name, value in values.items()]


def _simulated(subjects: int, simulated: int) -> str:
    return f"{simulated} of {subjects} subjects of this dataset are simulated candidates, not people.\n"


def _readme(policy: Policy, subjects: int, simulated: int) -> str:
    marked = f"\n**{_simulated(subjects, simulated).strip()}**\n" if simulated else ""
    return f"""# Human + AI interview sessions in ProgSnap2 {VERSION}
{marked}
{subjects} sessions; a subject is one sitting, known by its session id. Names of people are not part of it, nor is
the key: which statements of the assistant were planted.

- **Order.** Rows of a subject are in the order of its log; `X-LogSeq` is the place of the event there, so that
  every event of the log can be found again. An edit that changes several places and a run of several tests take
  several rows. `X-WorkingMs` is working time in milliseconds, without pauses.
- **Events.** Edits are `File.Edit`, runs `Run.Program` (with one `Run.Test` for each test), handing in `Submit`,
  consent `Session.Start`, the seal `Session.End`. Turns of the assistant are `X-AI.Prompt`, `X-AI.ReplyStarted`,
  `X-AI.Segment`, `X-AI.ReplyEnded`; what the candidate did about them `X-AI.Exposure`, `X-AI.Disposition`,
  `X-AI.AcceptedRest`, `X-AI.Challenge`. Everything else is `X-Harness.*`. `X-Data` is JSON.
- **Edits.** `X-Offset` counts UTF-16 units from the start of the file as the rows before have left it: taking
  `DeleteText` away there and putting `InsertText` in gives every state, whatever the policy below.
  `X-Cause` is the editor's own word; `X-AISegmentID` names the statement that was inserted by its button.
- **Code states** (`CodeStates/ID/…`, all files of the task) are recorded {POLICIES[policy]}. Equal states share
  one id. A blank `CodeStateID` means: not recorded at that moment.
- **Cells** that begin with `=`, `+`, `-`, `@`, tab, carriage return or an apostrophe have an apostrophe put in
  front, so that no spreadsheet takes them for a formula. To read: drop one apostrophe before any of
  these.
"""
