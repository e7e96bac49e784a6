"""Makes the assistant that the settings ask for."""

from __future__ import annotations

import asyncio
import secrets
from base64 import b32encode
from collections.abc import Callable

from harness.assistant.turn import Assistant


def make_assistant(
    model: str | None, api_base: str | None, pace: float, identifiers: Callable[[], str] | None = None
) -> Assistant:
    """The authored source when `model` is None or "authored", else that LiteLLM model, live.

    `pace` is seconds between chunks of the authored source. `identifiers` gives the opaque ids of live
    statements (12 characters of base32); by default the system's generator.
    """
    if model is None or model == "authored":
        from harness.assistant.authored import AuthoredAssistant

        return AuthoredAssistant(pace)
    from harness.assistant.live import LiveAssistant

    return LiveAssistant(model, api_base, identifiers or opaque_id)


async def warm(assistant: Assistant) -> None:
    """Imports and loads, in a thread, everything that a first reply would otherwise wait for."""
    await asyncio.to_thread(_warm, assistant.source == "authored")


def opaque_id() -> str:
    """12 characters of lower-case base32 that say nothing."""
    return b32encode(secrets.token_bytes(8)).decode().lower()[:12]


def _warm(authored: bool) -> None:
    from harness.assistant.guards import load_chat_model

    load_chat_model()
    if authored:
        from harness.assistant import intents
        from harness.assistant.embedding import encoder
        from harness.assistant.matcher import wordings
        from harness.assistant.provider import register
        from tasks import library

        register()
        for task in library().values():
            for topic in task.replies.topics:
                encoder().encode_kept(wordings(topic))
        for examples in intents.wordings().examples.values():
            encoder().encode_kept(examples)
