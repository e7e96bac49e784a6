"""`harness assessments`: what candidates get in one sitting."""

from __future__ import annotations

import secrets
from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from harness import assessment
from harness.assessment import Assessment
from tasks import task_named
from ui.commands import models
from ui.commands.output import JsonFlag, Problem, home, print_json, say, settings, table

app = typer.Typer(no_args_is_help=True, help="Assessments: tasks, time and assistant of one sitting.")


@app.command("list")
def every(json: JsonFlag = False) -> None:
    """All assessments."""
    found = assessment.every(home())
    if json:
        print_json({"assessments": [a.model_dump(mode="json") for a in found]})
        return
    table(
        [(a.name, a.title, ", ".join(a.tasks), a.assistant or "as installed", ", ".join(a.models)) for a in found],
        ("Name", "Title", "Tasks", "Assistant", "Models"),
    )


@app.command("save")
def save(
    name: str,
    title: Annotated[str, typer.Option(help="What candidates read.")],
    task: Annotated[list[str], typer.Option(help="A task; give it one to three times.")],
    assistant: Annotated[
        Literal["authored", "planted", "practice"],
        typer.Option(help="planted: a configured model, measured; practice: a model, nothing planted or scored."),
    ] = "authored",
    model: Annotated[
        list[str] | None, typer.Option(help="A model to choose from; the first answers if none is chosen.")
    ] = None,
    fallback: Annotated[
        bool, typer.Option(help="Whether the authored assistant answers when no model does.")
    ] = True,
    adjudicators: Annotated[
        int,
        typer.Option(min=1, max=2, help="People who settle what no rule can; with 2, a third where they differ."),
    ] = 2,
    notice: Annotated[str, typer.Option(help="Shown on every page.")] = "practice tasks, not for decisions",
    json: JsonFlag = False,
) -> None:
    """Creates an assessment, or replaces its settings; sessions that began keep theirs."""
    for named in task:
        task_named(named)
    if assistant != "authored":
        installed = models.installed(settings())
        known = installed.names if installed else ()
        wanted = tuple(model or known[:1])
        if missing := [m for m in wanted or ("models",) if m not in known]:
            raise Problem(
                f"This installation has no {', '.join(missing)}; name it in the file of HARNESS_MODELS_FILE first."
            )
        assert installed is not None
        models.require(installed, wanted)
    at_home = home()
    known_before = {a.name: a for a in assessment.every(at_home)}
    seed = known_before[name].seed if name in known_before else secrets.randbelow(1 << 48)
    try:
        made = Assessment(
            name=name,
            title=title,
            tasks=tuple(task),
            seed=seed,
            assistant=assistant,
            models=tuple(model or ()),
            fallback=fallback,
            adjudicators=1 if adjudicators == 1 else 2,
            notice=notice,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise Problem(f"{'.'.join(str(p) for p in first['loc'])}: {first['msg']}.") from None
    assessment.save(at_home, made)
    if json:
        print_json(made.model_dump(mode="json"))
    else:
        say(f"Assessment {name} is saved. Invite candidates with `harness invite NAME --assessment {name}`.")
