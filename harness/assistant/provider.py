"""The authored source as a LiteLLM custom provider: offline, deterministic, at a constant pace."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from harness.assistant.guards import load_litellm

NAME = "authored"
litellm: Any = load_litellm()


@dataclass(frozen=True)
class Speech:
    """What is to be said: `characters` at a time, with `pace` seconds after each, whatever the text."""

    script: str
    pace: float
    characters: int

    def chunks(self) -> Iterator[str]:
        """The script in equal portions."""
        for start in range(0, len(self.script), self.characters):
            yield self.script[start : start + self.characters]


class AuthoredModel(litellm.CustomLLM):  # type: ignore[misc]  # LiteLLM is not typed for us
    """Speaks the script that stands in the system message (see `system_message`)."""

    def completion(self, messages: Sequence[dict[str, Any]], model_response: Any, **_: Any) -> Any:
        """The whole script at once, for callers that do not stream."""
        model_response.choices[0].message.content = _speech(messages).script
        model_response.choices[0].finish_reason = "stop"
        model_response.usage = litellm.Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0)
        return model_response

    async def acompletion(self, messages: Sequence[dict[str, Any]], model_response: Any, **_: Any) -> Any:
        """As `completion`."""
        return self.completion(messages, model_response)

    def streaming(self, messages: Sequence[dict[str, Any]], **_: Any) -> Iterator[dict[str, Any]]:
        """The script in equal portions."""
        speech = _speech(messages)
        for text in speech.chunks():
            yield _chunk(text)
            if speech.pace:
                time.sleep(speech.pace)
        yield _chunk("", finished=True)

    async def astreaming(self, messages: Sequence[dict[str, Any]], **_: Any) -> AsyncIterator[dict[str, Any]]:
        """The script in equal portions."""
        speech = _speech(messages)
        for text in speech.chunks():
            yield _chunk(text)
            if speech.pace:
                await asyncio.sleep(speech.pace)
        yield _chunk("", finished=True)


def system_message(script: str, pace: float, characters: int) -> str:
    """What the provider expects as the system message."""
    return json.dumps({"characters": characters, "pace": pace, "script": script})


@cache
def register() -> None:
    """Makes `authored/…` a model that LiteLLM knows, at no cost. Calling it again changes nothing."""
    litellm.custom_provider_map = [
        *(entry for entry in litellm.custom_provider_map if entry["provider"] != NAME),
        {"provider": NAME, "custom_handler": AuthoredModel()},
    ]
    litellm.utils.custom_llm_setup()
    litellm.register_model(
        {
            f"{NAME}/script": {
                "litellm_provider": NAME,
                "mode": "chat",
                "input_cost_per_token": 0.0,
                "output_cost_per_token": 0.0,
                "cache_creation_input_token_cost": 0.0,
                "cache_read_input_token_cost": 0.0,
                "max_tokens": 1_000_000,
            }
        }
    )


def _speech(messages: Sequence[dict[str, Any]]) -> Speech:
    return Speech(**json.loads(messages[0]["content"]))


def _chunk(text: str, *, finished: bool = False) -> dict[str, Any]:
    return {
        "text": text,
        "is_finished": finished,
        "finish_reason": "stop" if finished else "",
        "index": 0,
        "tool_use": None,
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0} if finished else None,
    }
