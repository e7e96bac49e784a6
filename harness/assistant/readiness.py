"""Whether the configured models can be asked: is each key where the file says, does anybody know the provider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.assistant.models import Deployment, Model, Models, ModelsError

Known = Callable[[Deployment], bool]
"""Whether a provider is known for a deployment."""


@dataclass(frozen=True)
class Place:
    """One deployment: how its key stands, or why it cannot be asked."""

    model: str
    key: str
    fault: str | None


@dataclass(frozen=True)
class Readiness:
    """One model under the name that candidates read."""

    name: str
    places: tuple[Place, ...]

    @property
    def usable(self) -> bool:
        """Whether some deployment can be asked."""
        return any(place.fault is None for place in self.places)

    @property
    def says(self) -> str:
        """How each deployment stands, in a line; never a key."""
        return "; ".join(f"{p.model}, {p.key if p.fault is None else f'unusable: {p.fault}'}" for p in self.places)

    @property
    def why(self) -> str:
        """Why it cannot be asked, in sentences."""
        return " ".join(place.fault for place in self.places if place.fault is not None)


def readiness(models: Models, known: Known | None = None) -> tuple[Readiness, ...]:
    """How each model stands. Reads the keys and keeps none; without `known`, providers are not looked at."""
    return tuple(Readiness(m.name, tuple(_place(d, known) for d in m.deployments)) for m in models.models)


def usable(model: Model, known: Known | None = None) -> Model | None:
    """The model with those deployments that can be asked; None if there are none."""
    left = tuple(d for d in model.deployments if _place(d, known).fault is None)
    return model.model_copy(update={"deployments": left}) if left else None


def known_to_litellm(deployment: Deployment) -> bool:
    """Whether LiteLLM names a provider and a model for it; loads LiteLLM."""
    from harness.assistant.guards import load_litellm

    try:
        named, *_ = load_litellm().get_llm_provider(deployment.model, api_base=deployment.api_base)
    except Exception:  # it raises the errors of its own providers
        return False
    return bool(named)


def _place(deployment: Deployment, known: Known | None) -> Place:
    key = deployment.key or (
        "no key is sent" if deployment.keyless else "the provider's own key of the environment"
    )
    try:
        deployment.secret()
    except ModelsError as error:
        return Place(deployment.model, key, str(error))
    if known is not None and not known(deployment):
        fault = f"LiteLLM knows no provider for {deployment.model}; name it as provider/model."
        return Place(deployment.model, key, fault)
    return Place(deployment.model, key, None)
