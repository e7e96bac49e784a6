"""Length-prefixed JSON messages over two pipes."""

from __future__ import annotations

import os
import struct
import threading
from typing import Any

from .encoding import dumps, loads


class Closed(Exception):
    """The other end is gone."""


class Channel:
    """Both directions of the protocol as seen from inside the sandbox; sending is safe from any thread."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._lock = threading.Lock()
        for each in (incoming, outgoing):
            os.set_inheritable(each, False)

    def receive(self) -> dict[str, Any]:
        """The next message. Raises Closed."""
        (size,) = struct.unpack(">I", self._exactly(4))
        found = loads(self._exactly(size))
        if not isinstance(found, dict):
            raise Closed
        return found

    def send(self, message: dict[str, Any]) -> None:
        """Send one message. Raises Closed."""
        data = dumps(message)
        data = struct.pack(">I", len(data)) + data
        with self._lock:
            try:
                while data:
                    data = data[os.write(self._outgoing, data) :]
            except OSError:
                raise Closed from None

    @property
    def incoming(self) -> int:
        """The descriptor to poll for messages."""
        return self._incoming

    def close(self) -> None:
        """Close both ends here."""
        os.close(self._incoming)
        os.close(self._outgoing)

    def _exactly(self, size: int) -> bytes:
        pieces = []
        while size:
            piece = os.read(self._incoming, min(size, 1 << 20))
            if not piece:
                raise Closed
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)
