"""The models that an administrator configured: names, deployments, fallbacks, budget. Never a key itself."""

from __future__ import annotations

import os
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator, model_validator

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/:@+=~-]*$", max_length=256)]
"""Every name by which LiteLLM knows a model is one, also where it holds a version or an ARN."""


class ModelsError(Exception):
    """The models cannot be used; the message is one sentence that names the file, the entry and the remedy."""


class Section(BaseModel):
    """Base of the file's tables: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Deployment(Section):
    """One place that serves a model. `key` is `env:NAME` or `file:PATH`, read when the model is asked first.

    Without a key, the provider's library looks for one in the environment, but never for a server that is named
    here: what belongs to the provider is not sent to somebody else.
    """

    model: str = Field(min_length=1)
    api_base: str | None = None
    key: str | None = None
    _looked_for: bool = PrivateAttr(default=False)

    @classmethod
    def of_environment(cls, model: str, api_base: str | None) -> Deployment:
        """One whose key the provider's library looks for in the environment, whatever server is named."""
        made = cls(model=model, api_base=api_base)
        made._looked_for = True
        return made

    @property
    def keyless(self) -> bool:
        """Whether no key may be sent."""
        return self.key is None and self.api_base is not None and not self._looked_for

    @field_validator("key")
    @classmethod
    def _named(cls, key: str | None) -> str | None:
        kind, _, where = (key or "").partition(":")
        if key is not None and (kind not in ("env", "file") or not where):
            raise ValueError(
                "a key never stands in the file: name where it is, env:NAME or file:PATH"  # and never repeat it
            )
        return key

    def secret(self) -> str | None:
        """The key. Raises ModelsError if it is not where the file says."""
        if self.key is None:
            return None
        kind, _, where = self.key.partition(":")
        if kind == "env":
            found, place = os.environ.get(where, ""), f"The environment variable {where}"
            if not found:
                raise ModelsError(f"The environment has no {where}, which should hold a model's key; set it.")
        else:
            place = f"The key file {where}"
            try:
                found = Path(where).read_text(encoding="utf-8")
            except OSError as error:
                raise ModelsError(f"{place} cannot be read ({error.strerror}); put the key there.") from None
            except ValueError:
                raise ModelsError(f"{place} holds no key but something else; put the key there.") from None
        if not (found := found.strip()):
            raise ModelsError(f"{place} is empty; put the key there.")
        if not all("!" <= letter <= "~" for letter in found):
            raise ModelsError(f"{place} holds more than a key; put the key alone there.")
        return found


class Model(Section):
    """A model under the name that candidates read. Several deployments share its load and stand in for another."""

    name: Name
    deployments: tuple[Deployment, ...] = Field(min_length=1)
    fallbacks: tuple[Name, ...] = ()
    """Models that are asked, in this order, when every deployment fails before the first word."""
    longer: Name | None = None
    """The model that is asked when a conversation is too long for this one."""
    max_tokens: int = Field(default=1500, ge=16, le=32_000)
    temperature: float | None = Field(default=None, ge=0, le=2)


class Budget(Section):
    """What the assistant may use in one session, over all its models; None is no bound."""

    tokens: int | None = Field(default=None, ge=1)
    dollars: float | None = Field(default=None, gt=0)


class Limits(Section):
    """Deadlines in seconds, and how failing deployments are treated."""

    first: float = Field(default=30.0, gt=0)
    """Until the first word, and between later ones."""
    total: float = Field(default=120.0, gt=0)
    retries: int = Field(default=1, ge=0, le=5)
    failures: int = Field(default=2, ge=1)
    """Failures in a minute after which a deployment is left alone."""
    cooldown: float = Field(default=30.0, ge=0)


class Models(Section):
    """The whole file. The first model answers where nothing else is said."""

    models: tuple[Model, ...] = Field(min_length=1)
    planting: Name | None = None
    """The model that rewrites single passages; the first one if not said."""
    judge: Name | None = None
    """The model that answers the judge's questions; none is asked if not said."""
    budget: Budget = Budget()
    limits: Limits = Limits()
    everywhere: bool = False
    """Answers in every assessment that does not say who does, for practice."""

    @model_validator(mode="after")
    def _whole(self) -> Models:
        names = [m.name for m in self.models]
        if len(set(names)) != len(names):
            raise ValueError("two models have the same name")
        for model in self.models:
            for other in (*model.fallbacks, *([model.longer] if model.longer else [])):
                if other not in names:
                    raise ValueError(f"{model.name} falls back on {other}, which is no model of this file")
        for role in (self.planting, self.judge):
            if role is not None and role not in names:
                raise ValueError(f"{role} is no model of this file")
        return self

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all models, in order."""
        return tuple(m.name for m in self.models)

    @property
    def first(self) -> str:
        """The name of the model that answers where nothing else is said."""
        return self.names[0]


def read_models(path: Path) -> Models:
    """The models of a TOML file. Raises ModelsError."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelsError(f"{path}: it cannot be read ({error.strerror}); correct HARNESS_MODELS_FILE.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelsError(f"{path}: it is no valid TOML ({error}); correct it there.") from None
    try:
        return Models.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "top level"
        raise ModelsError(f"{path}: {where}: {first['msg'].removeprefix('Value error, ')}; correct it.") from None


def configured(file: Path | None, model: str, api_base: str) -> Models | None:
    """What an installation's settings name; None when only the authored assistant answers. Raises ModelsError."""
    if file is not None:
        return read_models(file)
    return one_model(model, api_base or None) if model and model != "authored" else None


def one_model(model: str, api_base: str | None) -> Models:
    """A single model by its LiteLLM name; its key is where the provider's library looks. Raises ModelsError."""
    name = model.strip()
    try:
        deployment = Deployment.of_environment(name, api_base)
        return Models(models=(Model(name=name, deployments=(deployment,)),), everywhere=True)
    except ValidationError:
        sentence = f"HARNESS_MODEL is no name of a model ({model[:80]!r}); give it as LiteLLM does, provider/name."
        raise ModelsError(sentence) from None
