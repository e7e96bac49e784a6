"""Mapping files: what the fields and values of a foreign log are called here.

A mapping is YAML:

    name: our-pilot            # what the imported sessions are called by
    simulated: false
    session: [user, exercise]  # their fields that tell sessions apart; one session without
    fields:                    # their field: ours (a dot reaches into objects: payload.text)
      ts: time
      event: what
      user: subject
      content: text
    values:                    # their value of the field that is `what`: ours
      user_message: prompt
      bot_message: reply
    time: iso                  # iso, seconds or milliseconds; guessed without

Our fields are `time`, `what`, `subject`, `task`, `file`, `text`, `offset`, `deleted`, `removed`, `inserted` and
`result`; fields that are not mapped are kept under their own names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from logs.events.imported import ImportedWhat

OurField = Literal[
    "time",
    "what",
    "subject",
    "task",
    "file",
    "text",
    "offset",
    "deleted",
    "removed",
    "inserted",
    "result",
]


class MappingError(Exception):
    """A mapping file that cannot be used; the message says what is wrong in it."""


class Mapping(BaseModel):
    """How to read one kind of foreign log."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(default="foreign log", min_length=1, max_length=60)
    simulated: bool = False
    session: tuple[str, ...] = ()
    fields: dict[str, OurField]
    values: dict[str, ImportedWhat] = Field(default_factory=dict)
    time: Literal["iso", "seconds", "milliseconds"] | None = None

    @field_validator("fields")
    @classmethod
    def _once(cls, fields: dict[str, OurField]) -> dict[str, OurField]:
        twice = {ours for ours in fields.values() if list(fields.values()).count(ours) > 1}
        if twice:
            raise ValueError(f"two fields are mapped to {sorted(twice)[0]}")
        return fields

    def what(self, theirs: str) -> ImportedWhat:
        """Our word for their kind of record; `other` where there is none."""
        if theirs in self.values:
            return self.values[theirs]
        known: dict[str, ImportedWhat] = {word: word for word in get_args(ImportedWhat)}
        return known.get(theirs, "other")


PROGSNAP2 = Mapping(
    name="ProgSnap2",
    session=("SubjectID",),
    fields={
        "ServerTimestamp": "time",
        "EventType": "what",
        "SubjectID": "subject",
        "ProblemID": "task",
        "CodeStateSection": "file",
        "X-Text": "text",
        "X-Offset": "offset",
        "DeleteLength": "deleted",
        "DeleteText": "removed",
        "InsertText": "inserted",
        "ExecutionResult": "result",
    },
    values={
        "File.Edit": "edit",
        "X-AI.Prompt": "prompt",
        "X-AI.Segment": "reply",
        "File.CopyText": "copy",
        "Run.Program": "run",
        "Run.Test": "run",
        "Submit": "submit",
        "Project.Open": "opened",
        "Session.Start": "session_start",
        "Session.End": "session_end",
    },
    time="iso",
)
"""Of MainTable.csv; `ClientTimestamp` stands in where there is no time of the server."""


def read_mapping(path: Path) -> Mapping:
    """The mapping in a YAML file. Raises MappingError."""
    try:
        value: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise MappingError(f"{path} cannot be read: {' '.join(str(error).split())}.") from None
    try:
        return Mapping.model_validate(value)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in problem["loc"]) or "the file"
        raise MappingError(
            f"{path}: {place}: {problem['msg']}. Our fields are {', '.join(get_args(OurField))}; "
            f"our words for what happened are {', '.join(get_args(ImportedWhat))}."
        ) from None
