"""A reverse proxy that keeps every byte a browser is sent."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "accept-encoding"}


@dataclass
class Exchange:
    """A request and what came back."""

    method: str
    path: str
    asked: bytes
    status: int
    headers: list[tuple[str, str]]
    body: bytearray = field(default_factory=bytearray)

    @property
    def kind(self) -> str:
        """Content type without its parameters."""
        return next((v for k, v in self.headers if k.lower() == "content-type"), "").partition(";")[0]

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


@dataclass
class Recording:
    """Where the proxy listens, and what passed it."""

    base: str
    exchanges: list[Exchange] = field(default_factory=list)

    def of(self, start: str) -> list[Exchange]:
        """Exchanges whose path starts like this."""
        return [e for e in self.exchanges if e.path.startswith(start)]


@contextmanager
def recorded(port: int) -> Iterator[Recording]:
    """Records what the server on `port` of the loopback device sends, as it streams."""
    recording = Recording("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (ConnectionError, TimeoutError):
                self.close_connection = True

        def _pass(self) -> None:
            asked = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
            upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            try:
                # No encoding is accepted, so that what is kept is what is read.
                upstream.request(self.command, self.path, asked or None, {**headers, "Connection": "close"})
                answer = upstream.getresponse()
                sent = answer.getheaders()
                kept = Exchange(self.command, self.path, asked, answer.status, sent)
                recording.exchanges.append(kept)
                bare = self.command == "HEAD" or answer.status in (204, 304)
                self.send_response_only(answer.status)
                for name, value in sent:
                    if name.lower() not in HOP:
                        self.send_header(name, value)
                if not bare:
                    self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                while chunk := answer.read1(65536):
                    kept.body += chunk
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                    self.wfile.flush()
                if not bare:
                    self.wfile.write(b"0\r\n\r\n")
            except (OSError, http.client.HTTPException):
                self.close_connection = True
            finally:
                upstream.close()

        do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = do_OPTIONS = _pass

        def log_message(self, *_: object) -> None:
            pass

    class Proxy(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            pass

    with Proxy(("127.0.0.1", 0), Handler) as proxy:
        recording.base = f"http://127.0.0.1:{proxy.server_port}"
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield recording
        finally:
            proxy.shutdown()
            thread.join(5)
