"""The report of a session: a page that needs nothing else (no script, styles inlined), and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup

from evaluators import SessionContext, score_bytes
from evaluators.figures import Figures, Interval, Rate
from evaluators.report import RatingRow, Report, report
from evaluators.timeline import StatementRow
from tasks.rubrics import RUBRICS
from ui.pages.frame import UI, render

router = APIRouter()
"""Empty: the staff's interface serves the reports, since it knows who may read them."""

OUTCOMES = {"hit": "caught", "miss": "missed", "false_alarm": "false alarm", "correct_rejection": "right"}
DECISIONS = {"accept": "Accepted", "edit": "Edited", "reject": "Rejected", "unsure": "Unsure", None: "Undecided"}
SURE = {1: "not sure", 2: "fairly sure", 3: "sure"}
GRADES = {0: "no fix", 1: "flagged, no fix", 2: "the fix fails its check", 3: "the fix holds"}
ORIGINS = {
    "starter": "starter",
    "typed": "typed",
    "assistant": "assistant",
    "pasted": "pasted from outside",
    "own": "moved",
}


def report_html(context: SessionContext, verified: bool | None = None) -> str:
    """The report as a self-contained page for screen and paper. `verified`: whether the log's chains hold."""
    found = report(context, verified)
    figures = found.score.figures
    return render(
        "report.html",
        report=found,
        styles=_styles(),
        day=day(found.header.started),
        candidate=_capital(found.header.candidate),
        figures=_cards(figures) if figures else (),
        more=figures,
        flow=found.score.in_flow,
        statements=[_row(row) for row in found.statements if row.item],
        fillers=sum(row.item is None for row in found.statements),
        titles={task.name: task.title for task in found.tasks},
        changed=[d for d in found.differences if d.state == "changed" and d.kind == "hunk"],
        ratings=_ratings(found),
        shares=_shares(found),
        clock=clock,
    )


def report_json(context: SessionContext, verified: bool | None = None) -> str:
    """The report as JSON by `evaluators.report.report_schema`; the same log and versions give the same text."""
    return score_bytes(report(context, verified)).decode()


def clock(ms: int | None) -> str:
    """Minutes and seconds of working time, "52:58"."""
    return "–" if ms is None else f"{ms // 60_000}:{ms // 1000 % 60:02d}"


def day(ms: int) -> str:
    """A day in words, "12 March 2026" (UTC)."""
    at = datetime.fromtimestamp(ms / 1000, UTC)
    return f"{at.day} {at:%B %Y}"


@cache
def _styles() -> Markup:
    """Our own style sheets in one; nothing that comes from data."""
    files = [UI / "styles" / name for name in ("tokens.css", "report.css")]
    return Markup("\n".join(file.read_text(encoding="utf-8") for file in files))  # noqa: S704 - our own files


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cards(figures: Figures) -> list[dict[str, Any]]:
    """Title, value, bar (left and width in per cent of its axis) and words of each figure."""
    return [
        _rate("Planted errors caught", figures.hit_rate),
        _rate("False alarms", figures.false_alarm_rate),
        _estimate("Sensitivity d′", figures.d_prime, (-1.0, 4.0), 0.0, "chance 0"),
        _rate("Critical errors put right", figures.criticals_corrected),
        _rate("Accepted though flawed", figures.over_reliance),
        _rate("Rejected though right", figures.under_reliance),
        _rate("Right reason named", figures.diagnosed),
        _estimate("Confidence, Brier", figures.brier, (0.0, 0.5), 0.25, "coin 0.25"),
    ]


def _rate(title: str, rate: Rate) -> dict[str, Any]:
    words = "nothing to count"
    if rate.share:
        words = f"{100 * rate.share.low:.0f} to {100 * rate.share.high:.0f} %"
    return {
        "title": title,
        "value": str(rate.count) if rate.of else "–",
        "of": f"of {rate.of}" if rate.of else "",
        "bar": _bar(rate.share, (0.0, 1.0), None),
        "words": words,
    }


def _estimate(
    title: str, interval: Interval | None, axis: tuple[float, float], mark: float, note: str
) -> dict[str, Any]:
    words = f"{_number(interval.low)} to {_number(interval.high)}, {note}" if interval else "nothing to count"
    return {
        "title": title,
        "value": _number(interval.estimate) if interval else "–",
        "of": "",
        "bar": _bar(interval, axis, mark),
        "words": words,
    }


def _bar(interval: Interval | None, axis: tuple[float, float], mark: float | None) -> dict[str, float | None]:
    def place(value: float) -> float:
        return round(min(100.0, max(0.0, 100 * (value - axis[0]) / (axis[1] - axis[0]))), 1)

    if interval is None:
        return {"low": None, "width": None, "at": None, "mark": None if mark is None else place(mark)}
    low, high = place(interval.low), place(interval.high)
    return {
        "low": low,
        "width": round(high - low, 1),
        "at": place(interval.estimate),
        "mark": None if mark is None else place(mark),
    }


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _row(row: StatementRow) -> dict[str, Any]:
    decision = DECISIONS[row.decision]
    if row.confidence:
        decision += f", {SURE[row.confidence]}"
    what = OUTCOMES.get(row.outcome or "", "never shown" if row.outcome == "not_exposed" else "no last look")
    if row.outcome == "miss" and row.adopted:
        what += ", adopted"
    return {
        "row": row,
        "decision": decision,
        "what": what,
        "grade": row.grade_note or "" if row.grade is None else GRADES[row.grade],
        "fix": row.decisions[-1].fix if row.decisions else "",
    }


def _ratings(found: Report) -> list[dict[str, Any]]:
    """Each dimension of the rubrics that were used, with what every rater chose and quoted."""
    used = {(row.rubric, row.version) for row in found.ratings}
    rows: list[dict[str, Any]] = []
    for name, version in sorted(used):
        about = RUBRICS.get(name)
        for dimension in about.dimensions if about else ():
            given = [
                r for r in found.ratings if (r.rubric, r.version, r.dimension) == (name, version, dimension.id)
            ]
            rows.append({"title": dimension.title, "given": _given(given, dimension.levels)})
    return rows


def _given(rows: Sequence[RatingRow], levels: Sequence[str]) -> list[dict[str, Any]]:
    return [{"rater": r.rater, "level": r.level, "anchor": levels[r.level - 1], "quote": r.quote} for r in rows]


def _shares(found: Report) -> list[tuple[str, str]]:
    """Each task with the origins of what was delivered."""
    rows = []
    for task in found.tasks:
        own = [s for s in found.provenance if s.task == task.name and s.file is None]
        words = ", ".join(f"{ORIGINS.get(s.origin, s.origin)} {100 * s.share:.0f} %" for s in own)
        rows.append((task.title, words or "nothing was delivered"))
    return rows
