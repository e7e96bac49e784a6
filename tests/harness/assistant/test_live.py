"""The live source against an OpenAI-compatible server of our own on the loopback."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from reply_pieces import segments

from harness.assistant import AssistantError, Complete, Quote, Used
from harness.assistant.live import LiveAssistant

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
KEY = "sk-a-very-secret-key-1234567890"
ANSWER = (
    "Two things matter here:\n\n- The smaller of value and top is what the dial can show.\n"
    "- An empty list of readings has no mean, so raise an error.\n\n"
    "```python\ndef clamp_value(value, top):\n    return min(value, top)\n```\n"
)


class Stub(BaseHTTPRequestHandler):
    """Behaves as the name of the model in the request says."""

    asked: list[dict[str, Any]] = []  # noqa: RUF012 - the test's own window

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Stub.asked.append({**body, "key": self.headers.get("Authorization", "")})
        behaviour = body["model"]
        if behaviour in ("401", "404", "429", "500", "503"):
            return self._json(int(behaviour), {"error": {"message": f"no, {KEY}", "type": "x", "code": behaviour}})
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

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._raw(status, json.dumps(body).encode(), "application/json")

    def _raw(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    Stub.asked.clear()


def live(behaviour: str, base: str | None, first: float = 20.0, total: float = 30.0) -> LiveAssistant:
    numbers = iter(range(100))
    return LiveAssistant(f"openai/{behaviour}", base, lambda: f"live{next(numbers):08}", first, total)


@pytest.mark.parametrize("behaviour", ["ok", "slow"])
def test_a_reply_becomes_segments_with_ids_of_their_own(behaviour, base, turn, say):
    pieces = say(live(behaviour, base), turn("how do I clamp?"))
    said = [c.segment for c in segments(pieces)]
    assert [(s.head.form, s.role, s.item) for s in said] == [
        ("prose", "prose", None),
        ("claim", "filler", None),
        ("claim", "filler", None),
        ("hunk", "filler", None),
    ]
    assert [s.head.segment for s in said] == [None, "live00000000", "live00000001", "live00000002"]
    assert (said[3].head.file, said[3].head.symbol) == ("dial.py", "clamp_value")
    assert pieces[-1] == Used(120, 40, 0.0)


def test_the_candidates_words_are_user_messages_and_nothing_is_planted(base, turn, say):
    asked = turn(
        "and the mean?",
        quote=Quote("x", "some words"),
        history=(("user", "hello"), ("assistant", "Hi.")),
        open_file="dial.py",
        last_run="1 failed",
    )
    say(live("ok", base), asked)
    (body,) = Stub.asked
    assert [m["role"] for m in body["messages"]] == ["system", "user", "assistant", "user"]
    assert body["messages"][-1]["content"].endswith("> some words\n\nand the mean?")
    system = body["messages"][0]["content"]
    assert all(part in system for part in ("A dial goes from 0 to", "raise NotImplementedError", "(open)"))
    for item in asked.task.task.items:
        assert not any(text in system for text in (item.clean, item.flawed or item.clean))


def test_review_of_a_live_model_is_over_at_once(base, turn, say):
    pieces = say(live("ok", base), turn(review=True))
    assert [c.segment.role for c in segments(pieces)] == ["prose"]
    assert not Stub.asked


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("401", "key"),
        ("404", "does not exist"),
        ("429", "too many requests"),
        ("500", "fault"),
        ("503", "fault"),
        ("overflow", "too long"),
        ("empty", "no answer"),
        ("filtered", "declined"),
        ("hang", "too long to answer"),
        ("stall", "too long to answer"),
        ("half", "broke off"),
        ("bad-json", "model"),
        ("html", "model"),
    ],
)
def test_faults_become_one_sentence_without_the_key(behaviour, words, base, turn, say):
    start = time.perf_counter()
    with pytest.raises(AssistantError) as caught:
        say(live(behaviour, base, first=1.5 if behaviour in ("hang", "stall") else 20.0), turn("clamp?"))
    sentence = str(caught.value)
    print(behaviour, "->", sentence)
    assert words in sentence
    assert not any(secret in sentence for secret in (KEY, "sk-", "Traceback"))
    assert caught.value.__cause__ is None
    assert time.perf_counter() - start < 15


def test_a_total_deadline_holds_while_chunks_still_come(base, turn, say):
    with pytest.raises(AssistantError, match="too long"):
        say(live("slow", base, total=0.4), turn("clamp?"))


def test_what_was_whole_before_a_break_stays(base, turn):
    async def gather() -> list[Any]:
        seen = []
        with suppress(AssistantError):
            async for piece in live("half", base).reply(turn("clamp?")):
                seen.append(piece)
        return seen

    seen = asyncio.run(gather())
    assert [p.segment.text for p in seen if isinstance(p, Complete)] == [
        "Two things matter here:",
        "- The smaller of value and top is what the dial can show.",
    ]


def test_a_server_that_is_not_there(turn, say):
    with pytest.raises(AssistantError, match="broke off"):
        say(live("ok", "http://127.0.0.1:9/v1"), turn("clamp?"))


def test_a_server_of_ones_own_needs_no_key(base, turn, say, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    assert isinstance(say(live("ok", base), turn("clamp?"))[-1], Used)


def test_a_model_name_that_nobody_knows(turn, say):
    with pytest.raises(AssistantError):
        say(LiveAssistant("no-such-provider/x", None, lambda: "x"), turn("clamp?"))
