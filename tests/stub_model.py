"""An OpenAI-compatible server on the loopback that answers well, or fails in every way that servers do."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any

from harness.assistant.planting.prompting import REWRITING

KEY = "sk-a-very-secret-key-1234567890"
ANSWER = (
    "Two things matter here:\n\n- The smaller of value and top is what the dial can show.\n"
    "- An empty list of readings has no mean, so raise an error.\n\n"
    "```python\ndef clamp_value(value, top):\n    return min(value, top)\n```\n"
)


class Stub(BaseHTTPRequestHandler):
    """Behaves as the name of the model in the request says."""

    asked: list[dict[str, Any]] = []  # noqa: RUF012 - the test's own window
    free = "Gladly."
    """What `writer` answers where it was given no points to make."""

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        others = {name: value for name, value in self.headers.items() if name.lower() != "authorization"}
        key = self.headers.get("Authorization", "")
        Stub.asked.append({**body, "key": key, "path": self.path, "headers": others})
        behaviour = body.get("model")
        if behaviour in ("401", "404", "429", "500", "503"):
            error = {"error": {"message": f"no, {KEY}", "type": "x", "code": behaviour}}
            return self._json(int(behaviour), error, {"Retry-After": "1"} if behaviour == "429" else {})
        if behaviour == "writer":
            return self._whole(written(body["messages"]), bool(body.get("stream")))
        if behaviour == "cut":
            return self._stream([self._chunk(Stub.free), self._chunk("And")], cut=True)
        if behaviour == "dawdling":
            return self._stream([self._chunk(Stub.free), *[self._chunk("And so on. ")] * 2000], pause=0.02)
        if behaviour == "overflow":
            message = (
                "This model's maximum context length is 4096 tokens. Please reduce the length of the messages."
            )
            return self._json(400, {"error": {"message": message, "code": "context_length_exceeded"}})
        if behaviour == "bad-json":
            return self._stream(['{"choices": [{"delta": {"content": "Hel', "not json at all"])
        if behaviour == "html":
            return self._raw(200, b"<html>proxy says hello</html>", "text/html")
        if behaviour == "hang":
            time.sleep(3)
            return None
        if behaviour == "empty":
            return self._stream([self._chunk("", "stop"), "[DONE]"])
        if behaviour == "filtered":
            return self._stream([self._chunk("", "content_filter"), "[DONE]"])
        texts = [ANSWER[i : i + 9] for i in range(0, len(ANSWER), 9)]
        if behaviour == "cutoff":
            half = f"{ANSWER}```python\ndef half(value):\n    return val"
            return self._stream([self._chunk(half), self._chunk("", "length"), "[DONE]"])
        if behaviour == "never-whole":
            return self._stream([self._chunk("```python\ndef half("), self._chunk("", "length"), "[DONE]"])
        if behaviour == "endless":
            return self._stream([self._chunk(f"{number} " + "word " * 400 + "\n\n") for number in range(2000)])
        if behaviour == "steady":
            words = [self._chunk(f"word{number} ") for number in range(30)]
            return self._stream([*words, self._chunk("", "stop"), "[DONE]"], pause=0.1)
        if behaviour == "half":
            return self._stream([self._chunk(t) for t in texts[:15]], cut=True)
        if behaviour == "stall":
            self._stream([self._chunk(t) for t in texts[:15]], pause=0.0, cut=True, wait=3)
            return None
        usage = {"prompt_tokens": 120, "completion_tokens": 40, "total_tokens": 160}
        last = json.dumps(
            {
                "id": "1",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": "m",
                "choices": [],
                "usage": usage,
            }
        )
        return self._stream(
            [*(self._chunk(t) for t in texts), self._chunk("", "stop"), last, "[DONE]"],
            pause=0.02 if behaviour == "slow" else 0.0,
        )

    @staticmethod
    def _chunk(text: str, finish: str | None = None) -> str:
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        return json.dumps(
            {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        )

    def _whole(self, text: str, streaming: bool) -> None:
        usage = {"prompt_tokens": 400, "completion_tokens": 90, "total_tokens": 490}
        if streaming:
            last = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}
            parts = [self._chunk(text[i : i + 40]) for i in range(0, len(text), 40)]
            return self._stream([*parts, self._chunk("", "stop"), json.dumps({**last, "usage": usage}), "[DONE]"])
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return self._json(
            200,
            {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [choice],
                "usage": usage,
            },
        )

    def _stream(self, events: list[str], pause: float = 0.0, cut: bool = False, wait: float = 0.0) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for event in events:
                data = f"data: {event}\n\n".encode()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
                self.wfile.flush()
                time.sleep(pause)
            time.sleep(wait)
            if not cut:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            pass
        self.close_connection = True

    def _json(self, status: int, body: dict[str, Any], more: Mapping[str, str] = MappingProxyType({})) -> None:
        self._raw(status, json.dumps(body).encode(), "application/json", more)

    def _raw(self, status: int, data: bytes, kind: str, more: Mapping[str, str] = MappingProxyType({})) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def written(messages: list[dict[str, Any]]) -> str:
    """What a good writer makes of the material: the points in slightly other words, code with other comments."""
    system = messages[0]["content"]
    if system.startswith(REWRITING[:40]):
        return "In short: " + messages[-1]["content"].split("What it has to say:\n\n")[1]
    _, asked, material = system.partition("# The points of your next answer")
    if not asked:
        return Stub.free
    pieces = re.split(r"^\[\[(\d+)\]\]$", material, flags=re.MULTILINE)
    points = zip(pieces[1::2], pieces[2::2], strict=True)
    return "Gladly, this is how I would go about it.\n\n" + "\n\n".join(
        f"[[{number}]]\n{_reworded(text.strip())}" for number, text in points
    )


def _reworded(text: str) -> str:
    if not text.startswith("```"):
        return f"I would put it like this: {text}"
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(("def ", "class ")))
    return "\n".join([*lines[:at], "# As agreed in the docstring.", *lines[at:]])


@contextmanager
def served() -> Iterator[str]:
    """The address of a running stub."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
