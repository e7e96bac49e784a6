"""One clear sentence for whatever goes wrong between us and a model. Never the error's own words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.assistant.models import ModelsError
from harness.assistant.segmenter import CutError, EmptyError, RefusedError

AGAIN = "Please ask again in a moment."
SENTENCES = {
    400: "The model refused the request as it was put; please ask in other words.",
    401: "The model's provider does not accept this installation's key; please tell the people who invited you.",
    404: "The model that this installation names does not exist; please tell the people who invited you.",
    408: f"The model took too long to answer. {AGAIN}",
    413: "The conversation has grown too long for the model; please ask in fewer words.",
    429: f"The model is busy with too many requests. {AGAIN}",
    500: f"The model's provider has a fault. {AGAIN}",
}
EMPTY = f"The model gave no answer. {AGAIN}"
REFUSED = "The model declined to answer this; please ask in other words."
CUT = "The answer would have been longer than is allowed; please ask for a part of it, in other words."
UNUSABLE = "This model cannot be used in this installation; please tell the people who invited you."
TIMEOUT = SENTENCES[408]
BREAKS = {"APIConnectionError", "ConnectError", "RemoteProtocolError", "ReadError", "JSONDecodeError"}
"""Class names in an error's chain that mean a broken or garbled connection."""
BROKEN = f"The connection to the model broke off. {AGAIN}"


@dataclass(frozen=True)
class Fault:
    """What went wrong: a sentence for the candidate, and a few words for the administrator."""

    sentence: str
    cause: str
    """Our own words where we have them, else the error's class and status code."""


def fault_of(error: BaseException) -> Fault:
    """What an error between us and a model means."""
    chain = list(_chain(error))
    ours = next((e for e in chain if isinstance(e, ModelsError)), None)
    if ours is not None:
        return Fault(UNUSABLE, str(ours).rstrip("."))
    told = next((e for e in reversed(chain) if _code(e)), error)
    return Fault(_sentence(chain), f"{type(told).__name__}{f', status {_code(told)}' if _code(told) else ''}")


def _sentence(chain: list[BaseException]) -> str:
    """By class where it is certain, else by status code: classes differ between LiteLLM versions."""
    names = {type(e).__name__ for e in chain}
    for kind, sentence in ((EmptyError, EMPTY), (CutError, CUT), (RefusedError, REFUSED)):
        if any(isinstance(e, kind) for e in chain):
            return sentence
    if "ContentPolicyViolationError" in names:
        return REFUSED
    if "ContextWindowExceededError" in names:
        return SENTENCES[413]
    if "Timeout" in names or any(isinstance(e, TimeoutError) for e in chain):
        return TIMEOUT
    codes = [c for e in chain if (c := _code(e))]
    # The innermost code is the provider's own; LiteLLM wraps what it cannot name as 500.
    code = next((c for c in reversed(codes) if c != 500), 500 if codes else 0)
    if code in (401, 403):
        return SENTENCES[401]
    # An unreachable server arrives as an InternalServerError that says "Connection error.".
    unreachable = any("connection error" in str(e).lower() for e in chain)
    if (names & BREAKS or unreachable) and code >= 500:
        return BROKEN
    return SENTENCES.get(code) or (SENTENCES[500] if code >= 500 else SENTENCES[400] if code >= 400 else BROKEN)


def _code(error: BaseException) -> int | None:
    code = getattr(error, "status_code", None)
    return code if isinstance(code, int) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        current = todo.pop(0)
        if current is not None and id(current) not in seen:
            seen.add(id(current))
            yield current
            original = getattr(current, "original_exception", None)
            todo += [original if isinstance(original, BaseException) else None, current.__cause__]
