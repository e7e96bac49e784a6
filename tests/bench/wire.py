"""HTTP over one kept connection, with as little work as possible: the load must not be the bottleneck."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

Json = dict[str, Any]


class Gone(Exception):
    """The server went away before it had answered; whether it took the request is unknown."""


class Wire:
    """A connection to 127.0.0.1; it is opened again after the server went away."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
        """The status and the decoded answer. Raises Gone."""
        status, raw = await self.send(self.message(method, path, json.dumps(body or {}).encode()))
        return status, json.loads(raw) if raw[:1] == b"{" else {"text": raw.decode()}

    def message(self, method: str, path: str, body: bytes) -> bytes:
        """The bytes of a request."""
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{cookie}"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    async def send(self, message: bytes) -> tuple[int, bytes]:
        """Sends a request's bytes; the status and body of the answer. Raises Gone."""
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 24)
            reader, writer = self._streams
            writer.write(message)
            head = await reader.readuntil(b"\r\n\r\n")
            lower = head.lower()
            at = head.find(b"harness_session=")
            if at >= 0:
                self.cookie = head[at : head.index(b";", at)].decode()
            if b"transfer-encoding: chunked" in lower:
                return int(head[9:12]), await _chunks(reader)
            at = lower.index(b"content-length:") + 15
            return int(head[9:12]), await reader.readexactly(int(lower[at : lower.index(b"\r\n", at)]))
        except (OSError, asyncio.IncompleteReadError) as error:
            await self.close()
            raise Gone(str(error)) from None

    async def close(self) -> None:
        """Closes the connection."""
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        found += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return found
