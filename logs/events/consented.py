"""The candidate agreed to the recording and the disclosure."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Consented(Event):
    """The candidate agreed to the recording and the disclosure."""

    kind: Literal["consented"] = "consented"
    disclosure: str
    """Version of the wording."""
    text_digest: str
