"""Disputed keys, and their correction: for the hiring team and administrators."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from evaluators.figures.detection import Figures
from evaluators.reports.timeline import key_of
from evaluators.rules import WORDS, Rekeying
from evaluators.scoring.rekeying import (
    Affected,
    RekeyingError,
    affected,
    drawn_in,
    proposed,
    rekey,
    rekeyings,
)
from harness.access.staff import Staff
from harness.live import Refusal
from harness.versions import kept_in
from logs import Record
from logs.events import Adjudicated, Created, Disputed
from logs.store import PLACED, TABLE
from tasks import Task, TaskError, task_named, version_of
from ui.pages.staff_access import At, allowed
from ui.pages.staff_desk import Desk, code

Json = dict[str, Any]
NOTICE = "practice tasks, not for decisions"
MOST = 100
"""Sessions whose figures are worked out before a correction; of more, the first that many."""
Keeper = Annotated[Staff, Depends(allowed("hiring", "administrator"))]
router = APIRouter(prefix="/api/staff/keys")


class CorrectionBody(BaseModel):
    """A correction of a key. `digest` is of the task's version that was looked at."""

    model_config = ConfigDict(extra="ignore")
    digest: str = Field(max_length=64)
    decision: str = Field(max_length=16)
    reason: str = Field(default="", max_length=2_000)


@router.get("")
def keys(staff: Keeper, desk: At) -> JSONResponse:
    """Keys that candidates dispute, those that people find wrong first; and every correction so far."""
    disputes = _disputes(desk, staff)
    corrections = rekeyings(desk.home)
    places = {*disputes, *((r.task, r.item, r.digest) for r in corrections)}
    rows = [_row(*place, disputes.get(place, []), corrections) for place in sorted(places)]
    rows.sort(key=lambda r: (not r["open"], -r["wrong"], r["task"], r["item"]))
    me = {"name": staff.name, "role": staff.role}
    return JSONResponse({"me": me, "notice": NOTICE, "keys": rows})


@router.get("/{task}/{item}")
def one(task: str, item: str, staff: Keeper, desk: At, version: str | None = None) -> JSONResponse:
    """One key: both twins, the right answer and its source, who disputes it, its corrections, its sessions.

    `version` is the digest of an earlier version of the task; the present one without.
    """
    found = _task(desk, task, version)
    about = next((i for i in found.items if i.id == item), None)
    if about is None:
        raise Refusal("unknown", "The task has no such item.", 404)
    corrections = rekeyings(desk.home)
    disputes = _disputes(desk, staff).get((task, item, found.digest), [])
    answer = _row(task, item, found.digest, disputes, corrections) | {
        "me": {"name": staff.name, "role": staff.role},
        "notice": NOTICE,
        "title": found.file.title,
        "form": about.form,
        "decoy": about.kind == "decoy",
        "flawed": about.flawed,
        "clean": about.clean,
        "key": json.loads(key_of(about, "flawed").model_dump_json()),
        "corrections": [
            _correction(r)
            for r in reversed(corrections)
            if (r.task, r.item, r.digest) == (task, item, found.digest)
        ],
        "sessions": len(drawn_in(desk.home, task, item).get(found.digest, [])),
    }
    return JSONResponse(answer)


@router.post("/{task}/{item}/preview")
def preview(task: str, item: str, body: CorrectionBody, staff: Keeper, desk: At) -> JSONResponse:
    """Every session that a correction would change, with its figures before and after; changes nothing."""
    correction = _proposed(desk, staff, task, item, body)
    found = affected(desk.home, correction, MOST)
    return JSONResponse({"sessions": [_affected(each) for each in found]})


@router.post("/{task}/{item}")
def correct(task: str, item: str, body: CorrectionBody, staff: Keeper, desk: At) -> JSONResponse:
    """Records a correction; every session that drew this version of the task is scored again by itself."""
    correction = _proposed(desk, staff, task, item, body)
    rekey(desk.home, correction)
    sessions = drawn_in(desk.home, task, item).get(correction.digest, [])
    desk.want(*sessions)
    return JSONResponse({"sessions": [{"session": name, "code": code(name)} for name in sessions]})


def _proposed(desk: Desk, staff: Staff, task: str, item: str, body: CorrectionBody) -> Rekeying:
    try:
        _task(desk, task, body.digest)
    except Refusal:
        raise Refusal("version", "The task has changed since you looked at it; look again.") from None
    try:
        return proposed(desk.home, task, item, body.decision, staff.name, body.reason, desk.clock(), body.digest)
    except RekeyingError as error:
        raise Refusal("correction", str(error), 422) from None


def _disputes(desk: Desk, staff: Staff) -> dict[tuple[str, str, str], list[Json]]:
    """Every dispute by task, item and version, with what people decided on it so far.

    Administrators decide on disputes too: until they have, they see no decision of others.
    """
    kinds = ("disputed", "adjudicated")
    query = (
        select(TABLE)
        .where(TABLE.c.chain == "review", TABLE.c.kind.in_(kinds), TABLE.c.payload.is_not(None), PLACED)
        .order_by(TABLE.c.session_id, TABLE.c.seq)
    )
    found: dict[tuple[str, str, str], list[Json]] = {}
    rows: dict[tuple[str, str, str], Json] = {}
    with desk.home.engine.connect().execution_options(harness_read=True) as connection:
        records = [Record(**row._mapping) for row in connection.execute(query)]
    versions = {
        (first.session_id, plan.task): plan.digest
        for first in desk.home.log.firsts()
        if first.payload is not None and isinstance(created := first.event, Created)
        for plan in created.tasks
    }
    for record in records:
        event = record.event
        if isinstance(event, Disputed) and (record.session_id, event.task, event.item) not in rows:
            row: Json = {
                "session": record.session_id,
                "code": code(record.session_id),
                "at": record.server_time,
                "text": event.text,
                "decisions": [],
            }
            rows[record.session_id, event.task, event.item] = row
            digest = versions.get((record.session_id, event.task), "")
            found.setdefault((event.task, event.item, digest), []).append(row)
        elif isinstance(event, Adjudicated) and event.subject.startswith("dispute/"):
            _, task, item = event.subject.split("/", 2)
            if own := rows.get((record.session_id, task, item)):
                own["decisions"].append({"by": event.by, "decision": event.decision, "reason": event.reason})
    for each in rows.values():
        if staff.role == "administrator" and staff.name not in {d["by"] for d in each["decisions"]}:
            each["decisions"] = []
    return found


def _row(task: str, item: str, digest: str, disputes: list[Json], corrections: tuple[Rekeying, ...]) -> Json:
    own = [r for r in corrections if (r.task, r.item, r.digest) == (task, item, digest)]
    last = own[-1] if own else None
    wrong = sum(d["decision"] == "wrong" for each in disputes for d in each["decisions"])
    newest = max((each["at"] for each in disputes), default=0)
    return {
        "task": task,
        "title": _titled(task),
        "item": item,
        "digest": digest,
        "present": _present(task) == digest,
        "disputes": disputes,
        "wrong": wrong,
        "open": bool(disputes) and (last is None or last.at < newest),
        "standing": _correction(last) if last and last.decision != "as-written" else None,
    }


def _correction(r: Rekeying) -> Json:
    return {
        "decision": r.decision,
        "words": WORDS[r.decision],
        "author": r.author,
        "reason": r.reason,
        "at": r.at,
        "digest": r.digest,
    }


def _affected(each: Affected) -> Json:
    return {
        "session": each.session,
        "code": code(each.session),
        "simulated": each.simulated,
        "twin": each.twin,
        "before": _counts(each.before),
        "after": _counts(each.after),
        "why": each.why,
    }


def _counts(figures: Figures | None) -> Json | None:
    if figures is None:
        return None
    d = figures.d_prime
    return {
        "hits": figures.hits,
        "flawed": figures.flawed,
        "false_alarms": figures.false_alarms,
        "clean": figures.clean,
        "d_prime": d and {"estimate": d.estimate, "low": d.low, "high": d.high},
    }


def _task(desk: Desk, name: str, version: str | None) -> Task:
    try:
        return version_of(name, version, kept_in(desk.home.engine)) if version else task_named(name)
    except TaskError as error:
        raise Refusal("unknown", str(error), 404) from None


def _present(name: str) -> str | None:
    try:
        return task_named(name).digest
    except TaskError:
        return None


def _titled(name: str) -> str:
    try:
        return task_named(name).file.title
    except TaskError:
        return name
