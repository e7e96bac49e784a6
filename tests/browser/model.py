"""A stub of a model's provider on the loopback device."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HANG = "hang on"
"""Words in a question that keep the answer away."""
ANSWER = "Hold out the last days. <img src=x onerror=\"window.attacked='yes'\"> ![seen](http://192.0.2.1/seen.png)"


class Model(ThreadingHTTPServer):
    """A model's interface on the loopback device: fails, hangs, or answers."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        self.fails = True
        self.released = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Broken connections are part of the test."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Model

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        if HANG in asked:
            self.server.released.wait(60)
            return
        if self.server.fails:
            self.send_response(500)
            self.end_headers()
            self.wfile.write(b'{"error": {"message": "secret words of the provider"}}')
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for text in (ANSWER, None):
            delta = {"role": "assistant", "content": text} if text else {}
            choice = {"index": 0, "delta": delta, "finish_reason": None if text else "stop"}
            chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def listening() -> Iterator[Model]:
    """The stub while it listens."""
    with Model() as found:
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            found.released.set()
            found.shutdown()
            thread.join(5)
