"""The names of the ProgSnap2 specification, version 1.0 (the successor of drafts 1 to 8), as far as we write them.

Source: ProgSnap2, specification 1.0, CSSPLICE working group on small code snapshots
(https://cssplice.org/progsnap2/). Custom columns and event types begin with `X-`, as it asks.
"""

from __future__ import annotations

VERSION = "1.0"
METADATA = (
    "Version",
    "IsEventOrderingConsistent",
    "EventOrderScope",
    "EventOrderScopeColumns",
    "CodeStateRepresentation",
    "ProgramInputLinkTable",
)
REQUIRED = ("EventType", "EventID", "CodeStateID", "SubjectID", "ToolInstances")
OPTIONAL = (
    "Order",
    "ClientTimestamp",
    "ServerTimestamp",
    "CourseID",
    "CourseSectionID",
    "TermID",
    "AssignmentID",
    "AssignmentIsGraded",
    "ProblemID",
    "ProblemIsGraded",
    "Attempt",
    "ExperimentalCondition",
    "TeamID",
    "LoggingErrorID",
    "IsFabricatedEvent",
)
SPECIFIC = (
    "ParentEventID",
    "SessionID",
    "ProjectID",
    "ResourceID",
    "CodeStateSection",
    "CopiedText",
    "DestinationCodeStateSection",
    "EventInitiator",
    "EditType",
    "CompileResult",
    "CompileMessageType",
    "CompileMessageData",
    "SourceLocation",
    "ExecutionID",
    "TestID",
    "ExecutionResult",
    "Score",
    "ExtraCreditScore",
    "ProgramInput",
    "ProgramOutput",
    "ProgramErrorOutput",
    "InterventionCategory",
    "InterventionType",
    "InterventionMessage",
    "InsertText",
    "DeleteText",
    "DeleteLength",
)
COLUMNS = frozenset((*REQUIRED, *OPTIONAL, *SPECIFIC))

_RUN = ("Score", "ExtraCreditScore", "ProgramInput", "ProgramOutput", "ProgramErrorOutput")
_COMPILED = ("ParentEventID", "CodeStateSection", "CompileMessageType", "CompileMessageData", "SourceLocation")
_EDITED = ("EventInitiator", "SourceLocation", "InsertText", "DeleteText", "DeleteLength", "ParentEventID")
EVENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Session.Start": (("SessionID",), ()),
    "Session.End": (("SessionID",), ()),
    "Project.Open": (("ProjectID",), ()),
    "Project.Close": (("ProjectID",), ()),
    **{
        f"File.{name}": (("CodeStateSection",), ("EventInitiator",))
        for name in ("Create", "Delete", "Open", "Close", "Save", "Focus")
    },
    **{
        f"File.{name}": (("CodeStateSection", "DestinationCodeStateSection"), ("EventInitiator",))
        for name in ("Rename", "Copy")
    },
    "File.Edit": (("CodeStateSection", "EditType"), _EDITED),
    "File.CopyText": (("CopiedText",), ("CodeStateSection", "SourceLocation")),
    "Compile": (("CodeStateSection", "CompileResult"), ("EventInitiator",)),
    "Compile.Error": (_COMPILED, ()),
    "Compile.Warning": (_COMPILED, ()),
    "Submit": ((), ("ExecutionID", "Score", "ExtraCreditScore")),
    "Run.Program": (("ExecutionResult",), ("ExecutionID", *_RUN)),
    "Run.Test": (("ExecutionID", "TestID", "ExecutionResult"), _RUN),
    "Debug.Program": (("ExecutionResult",), ("ExecutionID", *_RUN)),
    "Debug.Test": (("ExecutionID", "TestID", "ExecutionResult"), _RUN),
    "Resource.View": (("ResourceID",), ()),
    "Intervention": (
        ("EventInitiator", "InterventionCategory", "InterventionType", "InterventionMessage"),
        (),
    ),
}
"""Event type to the columns that it needs and those that it may have, beside the universal ones."""

VALUES: dict[str, frozenset[str]] = {
    "CodeStateRepresentation": frozenset({"Table", "Directory", "Git", "Keystroke"}),
    "EventOrderScope": frozenset({"Global", "Restricted", "None"}),
    "EditType": frozenset(
        "Insert Delete Replace Move Paste Undo Redo Refactor Reset GenericEdit".split()  # noqa: SIM905
    ),
    "ExecutionResult": frozenset({"Success", "Timeout", "Error", "TestFailed"}),
    "EventInitiator": frozenset(
        {
            "UserDirectAction",
            "UserIndirectAction",
            "ToolReaction",
            "ToolTimedEvent",
            "InstructorDirectAction",
            "InstructorIndirectAction",
            "TeamMemberDirectAction",
            "TeamMemberIndirectAction",
        }
    ),
}


def event_problem(event_type: str, filled: frozenset[str]) -> str | None:
    """What is wrong with an event that fills these columns; None if the specification allows it.

    Columns that begin with `X-` are ours, and an event type of our own may fill any column.
    """
    if unknown := sorted(c for c in filled if c not in COLUMNS and not c.startswith("X-")):
        return f"{unknown[0]} is no column of ProgSnap2"
    if event_type.startswith("X-"):
        return None
    if event_type not in EVENTS:
        return f"{event_type} is no event type of ProgSnap2"
    needed, allowed = EVENTS[event_type]
    if missing := [c for c in needed if c not in filled]:
        return f"{event_type} needs {missing[0]}"
    usual = {*REQUIRED, *OPTIONAL, *needed, *allowed}
    if odd := sorted(c for c in filled if c not in usual and not c.startswith("X-")):
        return f"{event_type} has no {odd[0]}"
    return None
