"""Scored sessions as an Inspect log, written by Inspect's own writer, for `inspect view`.

A session is a sample: its conversation the messages, each turn a model event, and each outcome a score of its own
(`task/item`), with what the statement said, what was right and what the candidate decided. Inspect is an optional
extra, loaded only here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from evaluators.context import SessionContext
from evaluators.outcomes.outcome import Outcome, Worked, work
from evaluators.reports.transcript import Turn, transcript
from evaluators.scoring.score import NOTICE, Score, score

SCORER = "harness"
WORDS = {
    "hit": "The planted error was challenged.",
    "miss": "The planted error was not challenged.",
    "false_alarm": "A right statement was challenged.",
    "correct_rejection": "A right statement was left standing.",
    "not_exposed": "The statement was never in view.",
    None: "The last look was never opened: missing data.",
}
STOPS = {"complete": "stop", "stopped": "stop", "failed": "unknown"}


class InspectError(Exception):
    """The Inspect log cannot be written; the message says what to do."""


@dataclass(frozen=True)
class Inspect:
    """The modules of Inspect that are used."""

    log: ModuleType
    model: ModuleType
    scorer: ModuleType
    event: ModuleType


def write_inspect(path: Path, contexts: Sequence[SessionContext]) -> Path:
    """Writes sessions of one assessment to `path` (`.eval` or `.json`) and returns it.

    Raises InspectError when the extra is missing, the ending is another one, or assessments are mixed.
    """
    if path.suffix not in (".eval", ".json"):
        raise InspectError(f"{path}: an Inspect log ends in .eval or .json.")
    if not contexts or len({c.created.assessment for c in contexts}) > 1:
        raise InspectError("An Inspect log holds sessions of one assessment; name such sessions.")
    inspect = load()
    path.parent.mkdir(parents=True, exist_ok=True)
    inspect.log.write_eval_log(_log(inspect, contexts), str(path.resolve()))
    return path


def load() -> Inspect:
    """Inspect's modules. Raises InspectError in one sentence when the extra is not installed."""
    try:
        names = ("log", "model", "scorer", "event")
        return Inspect(*(import_module(f"inspect_ai.{name}") for name in names))
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "inspect_ai":
            raise
        raise InspectError(
            "The Inspect export needs the extra `inspect`: pip install 'harness[inspect]', or inspect-ai>=0.3.285."
        ) from None


def _log(inspect: Inspect, contexts: Sequence[SessionContext]) -> Any:
    created = contexts[0].created
    worked = [work(context) for context in contexts]
    scores = [score(context, one) for context, one in zip(contexts, worked, strict=True)]
    samples = [_sample(inspect, *each) for each in zip(contexts, worked, scores, strict=True)]
    simulated = sum(context.created.simulated for context in contexts)
    began = min(context.records[0].server_time for context in contexts)
    ended = max(context.records[-1].server_time for context in contexts)
    log = inspect.log
    metadata = {
        "notice": NOTICE,
        "simulated": simulated == len(contexts),
        "simulated_sessions": simulated,
        "sessions": len(contexts),
        "versions": scores[0].versions,
    }
    return log.EvalLog(
        status="success",
        eval=log.EvalSpec(
            created=_iso(began),
            task=created.assessment + ("-simulated" if simulated else ""),
            task_id=created.assessment,
            task_version=created.version,
            run_id=contexts[0].session_id,
            eval_id=contexts[0].session_id,
            dataset=log.EvalDataset(
                name=created.assessment, samples=len(samples), sample_ids=[c.session_id for c in contexts]
            ),
            model=created.model,
            config=log.EvalConfig(),
            tags=(["simulated"] if simulated else []) + [SCORER],
            metadata=metadata,
            scorers=None,
        ),
        plan=log.EvalPlan(name=SCORER, steps=[log.EvalPlanStep(solver="candidate")]),
        results=_results(inspect, scores),
        stats=log.EvalStats(started_at=_iso(began), completed_at=_iso(ended)),
        samples=samples,
    )


def _results(inspect: Inspect, scores: Sequence[Score]) -> Any:
    """One score an item, with how often each outcome came; the figures of the whole as a score of their own."""
    log = inspect.log
    found: dict[str, list[Outcome]] = {}
    for one in scores:
        for outcome in one.outcomes:
            found.setdefault(_name(outcome), []).append(outcome)
    rows = []
    whole = [o for group in found.values() for o in group]
    for name, group in [("all items", whole), *found.items()]:
        counts = Counter(o.outcome or "missing" for o in group)
        metrics = {key: log.EvalMetric(name=key, value=value) for key, value in sorted(counts.items())}
        missing = counts.get("missing", 0)
        rows.append(
            log.EvalScore(
                name=name,
                scorer=SCORER,
                metrics=metrics,
                scored_samples=len(group) - missing if name != "all items" else len(scores),
                unscored_samples=missing if name != "all items" else 0,
            )
        )
    return log.EvalResults(total_samples=len(scores), completed_samples=len(scores), scores=rows)


def _sample(inspect: Inspect, context: SessionContext, worked: Worked, scored: Score) -> Any:
    model, created = inspect.model, context.created
    numbers = {(s.task, s.segment): s.number for s in worked.said}
    messages: list[Any] = []
    events: list[Any] = []
    starts = {h.record.working_ms: h.record.server_time for h in context.events}
    began, ended = context.records[0].server_time, context.records[-1].server_time
    output = model.ModelOutput(model=created.model)
    for turn in transcript(context, numbers):
        before = list(messages)
        if turn.prompt is not None:
            messages.append(_asked(model, turn))
            before = list(messages)
        if turn.reply is None:
            continue
        reply = model.ChatMessageAssistant(
            id=turn.reply, content=_said(turn), model=created.model, metadata={"task": turn.task}
        )
        messages.append(reply)
        choice = model.ChatCompletionChoice(message=reply, stop_reason=_stop(turn))
        output = model.ModelOutput(model=created.model, choices=[choice])
        events.append(
            inspect.event.ModelEvent(
                model=created.model,
                input=before,
                tools=[],
                tool_choice="none",
                config=model.GenerateConfig(),
                output=output,
                error=turn.reason if turn.status == "failed" else None,
                timestamp=_at(starts.get(turn.ms, began + turn.ms)),
                working_start=turn.ms / 1000,
            )
        )
    scores = {_name(o): _score(inspect, worked, o, context) for o in worked.outcomes}
    working = max(record.working_ms for record in context.records) / 1000
    for found in scores.values():
        events.append(
            inspect.event.ScoreEvent(score=found, scorer=SCORER, timestamp=_at(ended), working_start=working)
        )
    return inspect.log.EvalSample(
        id=context.session_id,
        epoch=1,
        input="\n\n".join(f"# {d.task.file.title}\n\n{d.task.brief}" for d in context.tasks.values()),
        target="challenge what is wrong, keep what is right, and put the wrong right",
        messages=messages,
        output=output,
        scores=scores or None,
        metadata={
            "candidate": f"simulated {created.policy}" if created.simulated else context.session_id,
            "simulated": created.simulated,
            "practice": created.practice,
            "state": scored.state,
            "why": scored.why,
            "figures": None if scored.figures is None else scored.figures.model_dump(mode="json"),
        },
        events=events,
        started_at=_iso(began),
        completed_at=_iso(ended),
        total_time=(ended - began) / 1000,
        working_time=working,
        uuid=context.session_id,
    )


def _asked(model: ModuleType, turn: Turn) -> Any:
    about = {"task": turn.task, "about": turn.about, "quote": turn.quote}
    return model.ChatMessageUser(content=turn.prompt, metadata={k: v for k, v in about.items() if v is not None})


def _stop(turn: Turn) -> str:
    """Inspect's word for how the reply ended."""
    return "max_tokens" if turn.status == "complete" and turn.reason else STOPS[turn.status]


def _said(turn: Turn) -> str:
    """The reply as one text; statements are numbered as in the report, hunks fenced."""
    pieces = []
    for piece in turn.pieces:
        text = f"```python\n{piece.text}\n```" if piece.form == "hunk" else piece.text
        pieces.append(f"[{piece.number}] {text}" if piece.number is not None else text)
    return "\n\n".join(pieces)


def _name(outcome: Outcome) -> str:
    return f"{outcome.task}/{outcome.item}"


def _score(inspect: Inspect, worked: Worked, outcome: Outcome, context: SessionContext) -> Any:
    item = context.tasks[outcome.task].task.item(outcome.item)
    said = worked.statement(outcome.task, outcome.item)
    words = [WORDS[outcome.outcome], f"Right is: {item.right}"]
    if outcome.grade is not None or outcome.grade_note:
        words.append(f"Correction: {'open' if outcome.grade is None else outcome.grade}.")
    about = outcome.model_dump(mode="json", exclude={"task", "item", "outcome", "segment"})
    about |= {"statement": said.text if said else None, "number": said.number if said else None, "why": item.why}
    if outcome.outcome is None:
        return inspect.scorer.Score.unscored(
            reason="missing", answer=outcome.decision, explanation="\n\n".join(words), metadata=about
        )
    return inspect.scorer.Score(
        value=outcome.outcome, answer=outcome.decision, explanation="\n\n".join(words), metadata=about
    )


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _iso(milliseconds: int) -> str:
    return _at(milliseconds).isoformat()
