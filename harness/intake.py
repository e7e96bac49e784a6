"""Takes batches of events from the browser: in order, each once, acknowledged after the commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.live import Happening, LiveSession, Refusal
from harness.state import SessionState
from logs.changes import MisfitError, apply
from logs.events import (
    EVENT,
    AcceptedRest,
    AnyEvent,
    Challenge,
    Disposition,
    Edit,
    Exposure,
    LedgerClosed,
    Refused,
)
from tasks import FAMILIES

FROM_BROWSER = frozenset(
    {
        "edit",
        "exposure",
        "disposition",
        "accepted_rest",
        "challenge",
        "clipboard",
        "focus",
        "navigated",
        "ledger_closed",
    }
)
LARGEST_FILE = 400_000
"""UTF-16 units; the editor refuses earlier, with the same bound."""
LONGEST_TEXT = 8_000
"""Characters of a fix or a comment."""


class Batch(BaseModel):
    """What the browser sends: events numbered from 1 without gaps over the whole session."""

    model_config = ConfigDict(extra="ignore")
    writer: str = Field(max_length=64)
    sent: int
    events: list[dict[str, Any]] = Field(max_length=2_000)


class BatchError(ValueError):
    """An event that cannot be taken; the text says why."""


async def take(live: LiveSession, batch: Batch) -> int:
    """Stores what is new and returns the highest acknowledged number. Raises Refusal (leased, gap, misfit)."""
    await live.act(lambda state, _: _decide(state, batch))
    live.heard_at = live.clock()
    return live.state.acknowledged


def well_formed(value: Any) -> Any:
    """The value with every lone surrogate replaced by U+FFFD (one unit for one unit)."""
    if isinstance(value, str):
        if value.isascii():
            return value
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {well_formed(k): well_formed(v) for k, v in value.items()}
    return [well_formed(v) for v in value] if isinstance(value, list) else value


def _decide(state: SessionState, batch: Batch) -> list[Happening]:
    if state.writer is not None and state.writer != batch.writer:
        raise Refusal("leased", "This session is open in another window.")
    if state.sealed:
        if batch.events:
            raise Refusal("submitted", "The session was handed in; nothing more can be recorded.")
        return []
    happenings: list[Happening] = []
    texts: dict[tuple[str, str], str] = {}
    expected = state.acknowledged + 1
    for raw in batch.events:
        number = raw.get("n")
        if not isinstance(number, int):
            raise Refusal("malformed", "An event without a number cannot be taken.", 422)
        if number < expected:
            continue
        if number > expected:
            if happenings:
                break
            raise Refusal("gap", "Events are missing before this one.", expected=expected)
        at = raw.get("at") if isinstance(raw.get("at"), int) else None
        try:
            event: AnyEvent = _event(state, raw, texts)
        except MisfitError as error:
            if happenings:  # what came before the misfit is good and is kept
                break
            raise Refusal("misfit", f"An edit does not fit the recorded text; reload the page. {error}") from None
        except BatchError as error:
            event = Refused(what=str(raw.get("kind"))[:32], why=str(error)[:300])
        happenings.append(Happening(event, "candidate", at, number))
        expected += 1
    return happenings


def _event(state: SessionState, raw: dict[str, Any], texts: dict[tuple[str, str], str]) -> AnyEvent:
    if raw.get("kind") not in FROM_BROWSER:
        raise BatchError("the browser may not send this kind of event")
    try:
        event = EVENT.validate_python(well_formed({k: v for k, v in raw.items() if k not in ("n", "at")}))
    except ValidationError as error:
        if raw.get("kind") == "edit":
            raise MisfitError("It cannot be read.") from None
        raise BatchError(f"it cannot be read: {error.errors()[0]['msg']}") from None
    match event:
        case Edit():
            _check_edit(state, event, texts)
        case Exposure(segment=segment) | Disposition(segment=segment):
            _check_said(state, [segment])
        case AcceptedRest(segments=segments):
            _check_said(state, segments)
        case Challenge(segment=segment) if segment is not None:
            _check_said(state, [segment])
        case LedgerClosed(task=task):
            if state.task is None or state.task.name != task:
                raise BatchError("this task is not open")
    if isinstance(event, Disposition):
        if event.reason is not None and event.reason not in FAMILIES:
            raise BatchError("the reason is not one of the list")
        if len(event.fix) > LONGEST_TEXT:
            raise BatchError(f"the text is longer than {LONGEST_TEXT} characters")
    if isinstance(event, Challenge) and len(event.text) + len(event.quote) > 2 * LONGEST_TEXT:
        raise BatchError(f"the text is longer than {LONGEST_TEXT} characters")
    return event


def _check_said(state: SessionState, segments: Sequence[str]) -> None:
    said = set(state.task.said) if state.task else set()
    if not set(segments) <= said:
        raise BatchError("the assistant has not said this in the open task")


def _check_edit(state: SessionState, edit: Edit, texts: dict[tuple[str, str], str]) -> None:
    key = (edit.task, edit.file)
    document = state.replay.documents.get(key)
    task = state.task
    if document is None or task is None or task.name != edit.task:
        raise BatchError("this file is not open for writing")
    if any(f.path == edit.file and f.readonly for f in task.drawn.task.file.files):
        raise BatchError("this file is read-only")
    text = texts.get(key, document.units)
    for transaction in edit.transactions:
        text = apply(text, transaction.changes)
        if len(text) > LARGEST_FILE:
            raise MisfitError(f"A file may hold {LARGEST_FILE} characters.")
    texts[key] = text
