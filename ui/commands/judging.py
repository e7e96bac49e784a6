"""`harness judge`: how well a model answers the judge's questions, measured before anybody relies on it."""

from __future__ import annotations

import asyncio
import json as text_json
import secrets
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.clock import wall_clock
from harness.home import Home
from harness.sandbox import find_sandbox
from tasks import draw, library, task_named
from ui.commands.models import installed
from ui.commands.output import JsonFlag, Problem, home, print_json, say, settings, table, writing

if TYPE_CHECKING:
    from evaluators.judge import Judge

app = typer.Typer(no_args_is_help=True, help="The model judge: off until it was measured and passed.")
FILE = "judge.json"
DRAWN = 0
"""The draw of the parameters with which tasks are measured."""


@app.command("check")
def check(
    task: Annotated[list[str] | None, typer.Option(help="Only these tasks.")] = None,
    sensitivity: Annotated[float, typer.Option(min=0, max=1, help="The bar for every item.")] = 0.8,
    specificity: Annotated[float, typer.Option(min=0, max=1, help="The bar for every item.")] = 0.9,
    samples: Annotated[int, typer.Option(min=1, max=9, help="Answers to each question.")] = 3,
    json: JsonFlag = False,
) -> None:
    """Asks every labelled example, prints sensitivity and specificity per item, and turns the judge on or off."""
    from evaluators.judge import UnaskedError, measure, passes

    name, judge = _judge(samples)
    chosen = [task_named(t) for t in task] if task else list(library().values())
    rows: list[dict[str, Any]] = []
    every = []
    try:
        for found in chosen:
            measured = asyncio.run(measure(judge.ask, draw(found, DRAWN).task.twins))
            every += measured
            rows += [{"task": found.name, **vars(m)} for m in measured]
    except UnaskedError as error:
        kept = "what the last check found stands" if _kept(home()) else "the judge stays off"
        raise Problem(f"{name} could not be asked ({error}); {kept}.") from None
    passed = passes(every, sensitivity, specificity)
    result = {
        "model": name,
        "samples": samples,
        "bar": {"sensitivity": sensitivity, "specificity": specificity},
        "tasks": {t.name: t.digest for t in chosen},
        "items": rows,
        "on": passed,
    }
    _keep(home(), result)
    if json:
        print_json(result)
        return
    table(
        [(r["task"], r["item"], _share(r["sensitivity"]), _share(r["specificity"])) for r in rows],
        ("Task", "Item", "Sensitivity", "Specificity"),
    )
    say(
        f"{name} reaches the bar; the judge is on for these tasks."
        if passed
        else f"{name} stays below the bar ({sensitivity:.2f} and {specificity:.2f}); the judge is off."
    )


@app.command("session")
def session(session: str, json: JsonFlag = False) -> None:
    """Asks what people are still asked about a session, on the tasks that the judge was measured on and passed.

    The answers are kept beside people's decisions, are shown after them, and change no score.
    """
    from evaluators import ContextError
    from evaluators.adjudication.opinions import ask_open, passed_for
    from evaluators.judge import UnaskedError
    from evaluators.scoring.session import checked

    at = home()
    kept = _kept(at)
    name, judge = _judge(int(kept.get("samples", 3)))
    if not kept.get("on") or kept.get("model") != name:
        raise Problem(f"The judge is off for {name}; run `harness judge check` first, and see whether it passes.")
    try:
        context, worked = checked(at, session, find_sandbox(), wall_clock)
        found = ask_open(
            context, worked, judge.ask, name, lambda t: passed_for(kept, t, name), at.log, wall_clock()
        )
    except UnaskedError as error:
        raise Problem(f"{name} could not be asked ({error}); nothing was kept.") from None
    except ContextError as error:
        raise Problem(str(error)) from None
    if json:
        print_json([event.model_dump(mode="json") for event in found])
        return
    table([(e.subject, e.verdict or "undecided", e.quote) for e in found], ("Question", "Verdict", "Quote"))
    say(f"{name} was asked {len(found)} questions; people decide.")


def _judge(samples: int) -> tuple[str, Judge]:
    """The configured judge with its name. Raises Problem without one."""
    from evaluators.judge import Judge
    from harness.assistant.calling import caller
    from harness.assistant.router import Road

    at = settings()
    models = installed(at)
    name = models.judge or (models.first if models.everywhere else None) if models else None
    if models is None or name is None:
        raise Problem(
            'No model is set for the judge; name one as `judge = "…"` in the file of HARNESS_MODELS_FILE.'
        )
    return name, Judge(caller(Road(models), name), lambda: f"=== {secrets.token_hex(8)} ===", samples)


def _kept(at: Home) -> dict[str, Any]:
    """What the last check found; empty if there was none."""
    try:
        found = text_json.loads((at.folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _keep(at: Home, result: dict[str, Any]) -> None:
    path = at.folder / FILE
    with writing(path):
        path.write_text(text_json.dumps(result, indent=1, sort_keys=True), encoding="utf-8")


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
