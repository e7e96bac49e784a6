"""A network card for simulated candidates: everything that a browser receives, with when and in which pieces."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.types import ASGIApp

Json = dict[str, Any]


@dataclass
class Exchange:
    """A request and all that came back; seconds are counted from the request."""

    method: str
    path: str
    sent: bytes
    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    pieces: list[tuple[float, bytes]] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The body in one."""
        return b"".join(piece for _, piece in self.pieces)

    @property
    def seconds(self) -> float:
        """Until the last byte."""
        return self.pieces[-1][0]

    @property
    def document(self) -> Json:
        """The body of an answer that is one JSON object."""
        found: Json = json.loads(self.body)
        return found

    def events(self) -> Iterator[tuple[float, int, Json]]:
        """Of a stream: second, bytes and content of each event."""
        for second, piece in self.pieces:
            for line in piece.decode().splitlines():
                if line.startswith("data: "):
                    yield second, len(line), json.loads(line[6:])


class Watching(httpx.AsyncBaseTransport):
    """Hands requests to the application itself, and keeps every exchange."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.seen: list[Exchange] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        found = Exchange(request.method, request.url.path, await request.aread())
        self.seen.append(found)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "scheme": "http",
            "path": request.url.path,
            "raw_path": request.url.raw_path,
            "query_string": request.url.query,
            "server": (request.url.host, 80),
            "client": ("127.0.0.1", 1),
            "root_path": "",
        }
        coming = [{"type": "http.request", "body": found.sent, "more_body": False}]
        start = time.perf_counter()

        async def receive() -> Json:
            if coming:
                return coming.pop()
            await asyncio.Event().wait()  # the browser stays
            raise AssertionError

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                found.status, found.headers = message["status"], list(message["headers"])
            else:
                found.pieces.append((time.perf_counter() - start, message.get("body", b"")))

        await self.app(scope, receive, send)
        return httpx.Response(found.status, headers=found.headers, content=found.body, request=request)
