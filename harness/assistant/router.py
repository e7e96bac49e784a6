"""The router over the configured models: deployments, retries, cooldowns and fallbacks are LiteLLM's."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass, field
from typing import Any

from harness.assistant.meter import Price
from harness.assistant.models import Deployment, Model, Models, ModelsError
from harness.assistant.readiness import known_to_litellm, readiness, usable
from harness.assistant.road import Patience

LOG = logging.getLogger("harness")
NO_KEY = "none"


@dataclass
class Road:
    """Chat models by name over one router. The first call imports LiteLLM and reads the keys.

    A deployment that cannot be used is named in the log and left out; the others answer without it.
    """

    models: Models
    _router: Any = None
    _built: bool = False
    _usable: dict[str, Model] = field(default_factory=dict)
    _chats: dict[str, Any] = field(default_factory=dict)
    _building: threading.Lock = field(default_factory=threading.Lock)

    def parameters(self, name: str) -> dict[str, float]:
        """What the model of that name is asked with."""
        model = self._model(name)
        found: dict[str, float] = {"max_tokens": model.max_tokens}
        return found if model.temperature is None else {**found, "temperature": model.temperature}

    def patience(self, name: str) -> Patience:
        """How long the model of that name is waited for, whichever model the router goes to first."""
        limits, model = self.models.limits, self._model(name)
        tries = (1 + limits.retries) * (1 + len(model.fallbacks))
        first = min(limits.total, limits.first * tries + (1.0 if tries > 1 else 0.0))
        return Patience(first, limits.first, limits.total)

    def price(self, name: str) -> Price:
        """What the model of that name costs by the local price list, as far as it is known."""

        def price(tokens_in: int, tokens_out: int) -> float:
            if name not in self._usable:
                return 0.0
            from harness.assistant.guards import load_litellm

            model = self._usable[name].deployments[0].model
            try:
                asked = load_litellm().cost_per_token(model, prompt_tokens=tokens_in, completion_tokens=tokens_out)
            except Exception:  # the list does not know it
                return 0.0
            return float(sum(asked))

        return price

    def prepare(self) -> None:
        """Builds the router, unless it was built: what cannot be used is in the log from then on."""
        with self._building:
            if self._built:
                return
            for found in readiness(self.models, known_to_litellm):
                for place in found.places:
                    if place.fault is not None:
                        LOG.warning("The model %s is asked without one deployment: %s", found.name, place.fault)
                if not found.usable:
                    LOG.warning("The model %s cannot be used.", found.name)
            left = [usable(model, known_to_litellm) for model in self.models.models]
            self._usable = {model.name: model for model in left if model is not None}
            if self._usable:
                self._router = _router(self.models, self._usable)
            self._built = True

    def chat(self, name: str) -> Any:
        """The LangChain chat model of that name, or of its first fallback that can be used.

        Raises ModelsError if there is none, with what is to be done for each deployment.
        """
        self.prepare()
        asked = next((m for m in (name, *self._model(name).fallbacks) if m in self._usable), None)
        if asked is None:
            (found,) = (r for r in readiness(self.models, known_to_litellm) if r.name == name)
            raise ModelsError(f"The model {name} cannot be used. {found.why}".rstrip())
        with self._building:
            if asked not in self._chats:
                from langchain_litellm import ChatLiteLLMRouter

                self._chats[asked] = ChatLiteLLMRouter(
                    router=self._router,
                    model=asked,
                    streaming=True,
                    # The router retries; a second loop around it would multiply the waiting.
                    max_retries=0,
                    request_timeout=self.models.limits.total,
                    **self.parameters(asked),
                )
            return self._chats[asked]

    def _model(self, name: str) -> Model:
        return next(m for m in self.models.models if m.name == name)


def _router(models: Models, usable: dict[str, Model]) -> Any:
    from harness.assistant.guards import load_litellm

    litellm = load_litellm()
    entries = [
        {
            "model_name": model.name,
            "litellm_params": _parameters(deployment),
            "model_info": {"id": f"{model.name}#{number}"},
        }
        for model in usable.values()
        for number, deployment in enumerate(model.deployments, start=1)
    ]
    others = {m.name: [other for other in m.fallbacks if other in usable] for m in usable.values()}
    return litellm.Router(
        model_list=entries,
        fallbacks=[{name: found} for name, found in others.items() if found],
        context_window_fallbacks=[{m.name: [m.longer]} for m in usable.values() if m.longer in usable],
        num_retries=models.limits.retries,
        retry_after=0,
        timeout=models.limits.total,
        stream_timeout=models.limits.first,
        allowed_fails=models.limits.failures,
        cooldown_time=models.limits.cooldown,
        # Where nobody stands in for a deployment, resting it would only turn a doubt into a failure.
        disable_cooldowns=all(len(m.deployments) == 1 and not others[m.name] for m in usable.values()),
        set_verbose=False,
    )


def _parameters(deployment: Deployment) -> dict[str, Any]:
    found: dict[str, Any] = {"model": deployment.model}
    if deployment.api_base:
        found["api_base"] = deployment.api_base
    key = deployment.secret()
    if key is None and (deployment.keyless or _own(deployment)):
        # The client library wants one to send, and would look for another in the environment.
        key = NO_KEY
    if key is not None:
        found["api_key"] = key
    return found


def _own(deployment: Deployment) -> bool:
    """Whether it is a server of one's own, for which the environment has no key."""
    local = deployment.api_base is not None and deployment.model.startswith(("openai/", "hosted_vllm/"))
    return local and not os.environ.get("OPENAI_API_KEY")
