"""Messages to and from the inside of a sandbox, as length-prefixed JSON over two pipes."""

from __future__ import annotations

import os
import struct
import threading
from typing import Any

from harness.sandbox.inside.encoding import dumps, loads
from harness.sandbox.inside.reading import Malformed

LARGEST_MESSAGE = 16 << 20  # bytes that the child may send at once


class LineBroken(Exception):
    """What came is no message."""


class LineClosed(LineBroken):
    """The other end is gone."""


class Line:
    """The parent's ends; sending is safe from any thread. Whoever waits here needs a deadline set on the box."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._sending = threading.Lock()

    def close(self) -> None:
        """Close both ends."""
        os.close(self._incoming)
        os.close(self._outgoing)

    def send(self, message: dict[str, Any]) -> None:
        """Send one message. Raises LineBroken."""
        text = dumps(message)
        data = memoryview(struct.pack(">I", len(text)) + text)
        with self._sending:
            try:
                while data:
                    data = data[os.write(self._outgoing, data) :]
            except OSError:
                raise LineClosed from None

    def receive(self) -> dict[str, Any]:
        """The next message. Raises LineBroken."""
        (size,) = struct.unpack(">I", self._exactly(4))
        if size > LARGEST_MESSAGE:
            raise LineBroken
        try:
            found = loads(self._exactly(size))
        except Malformed:
            raise LineBroken from None
        if not isinstance(found, dict) or not isinstance(found.get("k"), str):
            raise LineBroken
        return found

    def _exactly(self, size: int) -> bytes:
        pieces = []
        while size:
            try:
                piece = os.read(self._incoming, min(size, 1 << 20))
            except OSError:
                raise LineClosed from None
            if not piece:
                raise LineClosed
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)
