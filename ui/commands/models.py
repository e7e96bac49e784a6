"""What the command line says of the configured models: can each be asked, and where is its key."""

from __future__ import annotations

from typing import Any

from harness.assistant import Models, ModelsError, configured
from harness.assistant.readiness import known_to_litellm, readiness
from harness.settings import Settings
from ui.commands.output import Problem, say


def installed(at: Settings) -> Models | None:
    """The models of the settings; None when only the authored assistant answers. Raises ModelsError."""
    return configured(at.models_file, at.model, at.api_base)


def list_models(models: Models | None) -> None:
    """Prints a line a model. Providers are not looked at: that would load LiteLLM before anybody is served."""
    for found in readiness(models) if models else ():
        say(f"  Model       {found.name}: {found.says}")


def findings(at: Settings) -> list[dict[str, Any]]:
    """What `harness doctor` finds of the assistant: a line, and one for each model."""
    try:
        models = installed(at)
    except ModelsError as error:
        remedy = "until then only the authored assistant could answer, and the server does not start"
        return [{"name": "assistant", "ok": False, "says": str(error), "remedy": remedy}]
    if models is None:
        return [{"name": "assistant", "ok": True, "says": "authored, offline", "remedy": None}]
    says = (
        f"live model {models.first}: sessions are practice"
        if models.everywhere
        else f"authored, or a live model of {at.models_file} where an assessment names one"
    )
    return [
        {"name": "assistant", "ok": True, "says": says, "remedy": None},
        *(
            {
                "name": f"model {found.name}",
                "ok": not found.why,
                "says": found.says,
                "remedy": None if not found.why else _remedy(found.usable),
            }
            for found in readiness(models, known_to_litellm)
        ),
    ]


def require(models: Models, names: tuple[str, ...]) -> None:
    """Raises Problem for a model that could not be asked, with the reason. Loads LiteLLM."""
    for found in readiness(models, known_to_litellm):
        if found.name in names and not found.usable:
            raise Problem(f"The model {found.name} cannot be used. {found.why}")


def _remedy(usable: bool) -> str:
    return "it is asked without what is unusable" if usable else "until then nothing is asked of this model"
