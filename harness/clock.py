"""Time and randomness, passed in everywhere so that tests and replays decide them."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Milliseconds since 1970 (UTC)."""

Entropy = Callable[[int], bytes]
"""That many unpredictable bytes."""


def wall_clock() -> int:
    """The machine's time in milliseconds since 1970 (UTC)."""
    return time.time_ns() // 1_000_000


system_entropy: Entropy = secrets.token_bytes


def opaque(entropy: Entropy, length: int = 12) -> str:
    """An identifier of `length` letters and digits (base32, lower case) that tells nothing."""
    return base64.b32encode(entropy((length * 5 + 7) // 8)).decode().lower()[:length]
