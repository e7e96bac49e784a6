"""The browser lost or found its way to the server."""

from __future__ import annotations

from typing import Literal

from logs.events.base import Event


class Network(Event):
    """The browser lost or found its way to the server."""

    kind: Literal["network"] = "network"
    state: Literal["offline", "online"]
