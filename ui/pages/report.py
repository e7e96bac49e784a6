"""The report of a session: a page that needs nothing else (no script, styles inlined), and JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup

from evaluators import SessionContext, score_bytes
from evaluators.figures.detection import Figures, Interval, Rate
from evaluators.outcomes.outcome import Worked
from evaluators.reports.differences import Line
from evaluators.reports.proposals import every
from evaluators.reports.report import Report, report
from evaluators.reports.timeline import StatementRow
from evaluators.rules import WORDS
from ui.pages.frame import UI, render

router = APIRouter()
"""Empty: the staff's interface serves the reports, since it knows who may read them."""

OUTCOMES = {"hit": "caught", "miss": "missed", "false_alarm": "false alarm", "correct_rejection": "right"}
DECISIONS = {"accept": "Accepted", "edit": "Edited", "reject": "Rejected", "unsure": "Unsure", None: "Undecided"}
SURE = {1: "not sure", 2: "fairly sure", 3: "sure"}
GRADES = {0: "no fix", 1: "flagged, no fix", 2: "the fix fails its check", 3: "the fix holds"}
SHORT = 96
"""Characters of a statement in the table."""
ORIGINS = {
    "starter": "starter",
    "typed": "typed",
    "assistant": "assistant",
    "pasted": "pasted from outside",
    "own": "moved",
}


def report_html(
    context: SessionContext,
    verified: bool | None = None,
    base: str = "",
    proposals: frozenset[str] | None = None,
    worked: Worked | None = None,
) -> str:
    """The report as a self-contained page for screen and paper.

    `verified`: whether the log's chains hold. `base` is the server's address, to which moments lead; empty for
    none. `proposals` are the dimensions of which proposed levels may be shown; None is all. `worked` saves working
    it out.
    """
    found = _reported(context, verified, proposals, worked)
    figures = found.score.figures
    return render(
        "report.html",
        report=found,
        styles=_styles(),
        day=day(found.header.started),
        candidate=_capital(found.header.candidate),
        verdict=_verdict(found),
        figures=_cards(figures) if figures else (),
        more=figures,
        flow=found.score.in_flow,
        statements=[_row(found, row) for row in found.statements if row.item],
        fillers=sum(row.truth == "filler" for row in found.statements),
        free=sum(row.truth is None for row in found.statements),
        titles={task.name: task.title for task in found.tasks},
        changed=[d for d in found.differences if d.state == "changed" and d.kind in ("function", "section")],
        profile=_profile(found),
        shares=_shares(found),
        states=_states(found),
        integrity=_integrity(found),
        failed=[each for each in found.evaluations if each.failure],
        findings=[(e, f) for e in found.evaluations for f in e.findings if f.level is None],
        clock=clock,
        link=lambda ms: f"{base}/review/#/session/{found.score.session}/at/{ms}" if base else None,
        pieces=pieces,
        words=WORDS,
        decisions=DECISIONS,
    )


def report_json(
    context: SessionContext,
    verified: bool | None = None,
    proposals: frozenset[str] | None = None,
    worked: Worked | None = None,
) -> str:
    """The report as JSON by `report_schema`; the same log and versions give the same text."""
    return score_bytes(_reported(context, verified, proposals, worked)).decode()


def _reported(
    context: SessionContext, verified: bool | None, proposals: frozenset[str] | None, worked: Worked | None
) -> Report:
    found = report(context, verified, every(), worked)
    if proposals is None:
        return found
    shown = tuple(
        each.model_copy(
            update={"findings": tuple(f for f in each.findings if f.dimension is None or f.dimension in proposals)}
        )
        for each in found.evaluations
    )
    return found.model_copy(update={"evaluations": shown})


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
    few = "one confidence given, too few" if figures.brier_decisions else "no confidence given"
    return [
        _rate("Planted errors caught", figures.hit_rate),
        _rate("False alarms", figures.false_alarm_rate),
        _estimate("Sensitivity d′", figures.d_prime, (-1.0, 4.0), 0.0, "chance 0", "nothing to count"),
        _rate("Critical errors put right", figures.criticals_corrected),
        _rate("Accepted though flawed", figures.over_reliance),
        _rate("Rejected though right", figures.under_reliance),
        _rate("Right reason named", figures.diagnosed, figures.diagnosis_open),
        _estimate("Confidence, Brier", figures.brier, (0.0, 0.5), 0.25, "coin 0.25", few),
    ]


def _rate(title: str, rate: Rate, unknown: int = 0) -> dict[str, Any]:
    """`unknown`: how many more there are of which nobody can tell (yet)."""
    words = "nothing to count"
    if rate.share:
        words = f"{100 * rate.share.low:.0f} to {100 * rate.share.high:.0f} %"
    if unknown:
        words = f"{words if rate.share else 'nothing known'}, {unknown} open"
    return {
        "title": title,
        "value": str(rate.count) if rate.of else "–",
        "of": f"of {rate.of}" if rate.of else "",
        "bar": _bar(rate.share, (0.0, 1.0), None),
        "words": words,
    }


def _estimate(
    title: str, interval: Interval | None, axis: tuple[float, float], mark: float, note: str, none: str
) -> dict[str, Any]:
    words = f"{_number(interval.low)} to {_number(interval.high)}, {note}" if interval else none
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


def _verdict(found: Report) -> list[str]:
    """The session in two or three sentences, figures first."""
    figures = found.score.figures
    if figures is None:
        return []
    told = []
    if d := figures.d_prime:
        words = (
            "better than chance"
            if d.low > 0
            else "worse than chance"
            if d.high < 0
            else "chance cannot be ruled out"
        )
        told.append(f"d′ {_number(d.estimate)}, 95 % interval {_number(d.low)} to {_number(d.high)}: {words}.")
    if missed := found.profile.critical_misses:
        told.append(f"{_counted(missed, 'critical error')} missed.")
    if waiting := len(found.score.awaiting):
        told.append(f"{_counted(waiting, 'question')} still {'waits' if waiting == 1 else 'wait'} for people.")
    return told


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _row(found: Report, row: StatementRow) -> dict[str, Any]:
    decision = DECISIONS[row.decision]
    if row.confidence:
        decision += f", {SURE[row.confidence]}"
    what = OUTCOMES.get(row.outcome or "", "never shown" if row.outcome == "not_exposed" else "no last look")
    if row.outcome == "miss" and row.adopted:
        what += ", adopted"
    if row.left:
        what = "taken back by the assistant"
    elif any(t.settled == "yes" for t in row.taken_back):
        what += ", later taken back"
    elif any(t.settled is None for t in row.taken_back):
        what += ", perhaps taken back"
    if row.rekeyed == "void":
        what = "void"
    outcome = next((o for o in found.score.outcomes if (o.task, o.item) == (row.task, row.item)), None)
    named = {True: "named", False: "not named", None: ""}[outcome.diagnosed] if outcome else ""
    return {
        "row": row,
        "short": row.symbol if row.form == "hunk" else _short(row.text),
        "decision": decision,
        "what": what,
        "named": named,
        "grade": row.grade_note or "" if row.grade is None else GRADES[row.grade],
        "fix": row.decisions[-1].fix if row.decisions else "",
        "corrected": WORDS[row.rekeyed] if row.rekeyed else "",
    }


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1].rsplit(" ", 1)[0] + " …"


def _profile(found: Report) -> list[dict[str, Any]]:
    """Each dimension with what every rater chose, what was settled, what is proposed; those alone if unrated."""
    proposed = {
        f.dimension: (f.level, f.reason) for e in found.evaluations for f in e.findings if f.dimension and f.level
    }
    return [
        {
            "title": row.title,
            "settled": row.settled,
            "levels": row.levels,
            "proposed": proposed.get(row.dimension),
            "given": [r for r in found.ratings if r.dimension == row.dimension],
        }
        for row in found.profile.rows
        if found.ratings or row.dimension in proposed
    ]


def _shares(found: Report) -> list[dict[str, Any]]:
    """Each task with the origins of what was delivered, as parts of a bar."""
    rows = []
    for task in found.tasks:
        own = {s.origin: s.share for s in found.provenance if s.task == task.name and s.file is None}
        parts = [
            (origin, words, round(100 * own[origin], 1)) for origin, words in ORIGINS.items() if origin in own
        ]
        rows.append({"title": task.title, "parts": parts})
    return rows


def _states(found: Report) -> list[tuple[str, float, float]]:
    """Each state with its minutes and its share of them in per cent."""
    whole = sum(each.minutes for each in found.process.minutes) or 1.0
    return [(m.state, m.minutes, round(100 * m.minutes / whole, 1)) for m in found.process.minutes]


def _integrity(found: Report) -> list[tuple[str, str]]:
    """Recorded facts at their time; pauses among them."""
    facts = [(s.ms, s.text) for s in found.signals]
    facts += [(b.ms, f"Pause of {clock(b.length_ms)}: {b.reason}") for b in found.pauses]
    return [(clock(ms), text) for ms, text in sorted(facts)]


def pieces(line: Line) -> list[tuple[str, bool]]:
    """A line of a difference in pieces, each with whether it changed."""
    found, place = [], 0
    for start, end in line.changed:
        found += [(line.text[place:start], False), (line.text[start:end], True)]
        place = end
    return [piece for piece in (*found, (line.text[place:], False)) if piece[0]]
