"""A browser without a screen: it speaks the candidate's HTTP interface and keeps what it is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from logs.changes import replacement

Json = dict[str, Any]


class BrowserError(Exception):
    """The server refused something that a candidate's browser may do."""


class SimulatedClock:
    """Time of a simulated session: it moves only when the candidate takes time. Milliseconds since 1970."""

    def __init__(self, start: int) -> None:
        self.now = start

    def __call__(self) -> int:
        """The time now."""
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        """Lets time go by."""
        self.now += int(seconds * 1000)


@dataclass(frozen=True)
class Statement:
    """A claim or hunk as the browser got it."""

    id: str
    form: str
    text: str
    file: str | None
    symbol: str | None


@dataclass
class Browser:
    """One candidate's window. `client` is an HTTP client over the application, with a cookie jar of its own."""

    client: httpx.AsyncClient
    clock: SimulatedClock
    on_bytes: Callable[[str, bytes], None] | None = None
    view: Json = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    _number: int = 0
    _prompts: int = 0
    _read: set[str] = field(default_factory=set)
    _pending: list[Json] = field(default_factory=list)

    async def enter(self, token: str) -> None:
        """Opens the invitation, agrees to the disclosure and takes the lease."""
        await self._request("GET", f"/c/{token}")
        self.clock.pass_seconds(40)
        await self._request("POST", "/api/consent", {"token": token})
        await self._request("POST", "/api/lease", {"writer": "simulated", "take": False})
        await self.refresh()

    async def refresh(self) -> Json:
        """Reads the view, and every statement in it that is new."""
        self.view = await self._request("GET", "/api/session")
        for turn in self.view["conversation"]:
            for segment in turn["segments"]:
                self._hear(segment)
        return self.view

    async def open(self) -> Json:
        """Starts the next task."""
        self.statements.clear()
        self.view = await self._request("POST", "/api/open", {})
        self.texts = {f["path"]: f["text"] for f in self.view["task"]["files"]}
        return self.view

    @property
    def task(self) -> str:
        """Name of the open task."""
        return str(self.view["task"]["name"])

    async def ask(self, text: str, file: str | None = None, about: Statement | None = None) -> list[Statement]:
        """Asks the assistant, reads the reply, and returns what is in it. `about` is what the question quotes."""
        await self.flush()
        self._prompts += 1
        body: Json = {"task": self.task, "prompt": f"p{self._prompts}", "text": text, "file": file}
        if about is not None:
            body["quote"] = {"segment": about.id, "text": about.text}
        asked = await self._request("POST", "/api/prompt", body)
        return await self._listen(asked["reply"])

    async def insert(self, statement: Statement) -> None:
        """Puts a hunk into its file in place of the definition of its symbol."""
        assert statement.file is not None
        assert statement.symbol is not None
        before = self.texts[statement.file]
        self._change(statement.file, replaced(before, statement.symbol, statement.text), "insert", statement.id)
        self.clock.pass_seconds(4)
        await self.flush()

    async def write(self, file: str, text: str, seconds: float = 20.0) -> None:
        """Types until the file holds `text`."""
        self._change(file, text, "input.type", None)
        self.clock.pass_seconds(seconds)
        await self.flush()

    async def paste(self, file: str, text: str, statement: Statement) -> None:
        """Appends words of the assistant by copy and paste."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        clip = {"kind": "clipboard", "task": self.task, "file": file, "length": len(text), "digest": digest}
        self._event({**clip, "action": "copy", "origin": "assistant", "segment": statement.id})
        self._event({**clip, "action": "paste", "origin": "assistant", "segment": statement.id})
        self._change(file, self.texts[file] + text, "input.paste", None)
        self.clock.pass_seconds(6)
        await self.flush()

    def decide(
        self,
        statement: Statement,
        decision: str,
        confidence: int | None = None,
        reason: str | None = None,
        fix: str = "",
        where: str = "conversation",
    ) -> None:
        """Decides on a statement; sent with the next flush."""
        self._event(
            {
                "kind": "disposition",
                "segment": statement.id,
                "decision": decision,
                "confidence": confidence,
                "reason": reason,
                "fix": fix,
                "where": where,
            }
        )
        self.clock.pass_seconds(2)

    async def run(self) -> Json:
        """Runs the visible tests and waits for the result."""
        await self.flush()
        run = await self._request("POST", "/api/run", {"task": self.task, "what": "tests"})
        result: Json = await self._request("GET", f"/api/runs/{run['run']}")
        self.clock.pass_seconds(8)
        return result

    async def look_back(self) -> list[Statement]:
        """Opens the last look, reads what the assistant brings up, and returns all statements of the task."""
        await self.flush()
        self.view = await self._request("POST", "/api/ledger", {"task": self.task})
        while True:
            await self.refresh()
            open_replies = [t["reply"] for t in self.view["conversation"] if t["status"] == "streaming"]
            if not open_replies and not self.view["reviewing"]:
                break
            for reply in open_replies:
                await self._listen(reply)
        for statement in self.statements.values():
            self._expose(statement, "ledger")
        await self.flush()
        return list(self.statements.values())

    async def submit(self) -> Json:
        """Hands the task in."""
        await self.flush()
        self.view = await self._request("POST", "/api/submit", {"task": self.task})
        return self.view

    async def flush(self) -> None:
        """Sends what is waiting and checks that all of it was acknowledged."""
        events, self._pending = self._pending, []
        answer = await self._request(
            "POST", "/api/events", {"writer": "simulated", "sent": self.clock.now, "events": events}
        )
        if answer["acknowledged"] != self._number:
            raise BrowserError(f"{answer['acknowledged']} of {self._number} events were acknowledged.")

    async def _listen(self, reply: str) -> list[Statement]:
        heard: list[Statement] = []
        body = await self._bytes("GET", f"/api/replies/{reply}", None)
        for line in body.decode().splitlines():
            if not line.startswith("data: "):
                continue
            event = json.loads(line[6:])
            if event["t"] == "segment" and (statement := self._hear(event)):
                heard.append(statement)
        for statement in heard:
            # Reading speed of about 220 words a minute.
            self.clock.pass_seconds(1 + len(statement.text.split()) / 3.7)
            self._expose(statement, "conversation")
        await self.flush()
        return heard

    def _hear(self, segment: Json) -> Statement | None:
        """The statement, if it is one and was not heard before."""
        if segment["id"] is None:
            return None
        statement = Statement(segment["id"], segment["form"], segment["text"], segment["file"], segment["symbol"])
        return None if statement.id in self.statements else self.statements.setdefault(statement.id, statement)

    def _expose(self, statement: Statement, where: str) -> None:
        if statement.id not in self._read:
            self._read.add(statement.id)
            self._event({"kind": "exposure", "segment": statement.id, "where": where})

    def _change(self, file: str, text: str, cause: str, source: str | None) -> None:
        before, self.texts[file] = self.texts[file], text
        if before == text:
            return
        transaction = {
            "at": self.clock.now,
            "changes": replacement(before, text),
            "selection": [0, 0],
            "cause": cause,
            "source": source,
        }
        self._event({"kind": "edit", "task": self.task, "file": file, "transactions": [transaction]})

    def _event(self, event: Json) -> None:
        self._number += 1
        self._pending.append({"n": self._number, "at": self.clock.now, **event})

    async def _request(self, method: str, path: str, body: Json | None = None) -> Any:
        raw = await self._bytes(method, path, body)
        return json.loads(raw) if raw[:1] in (b"{", b"[") else {}

    async def _bytes(self, method: str, path: str, body: Json | None) -> bytes:
        response = await self.client.request(method, path, json=body)
        if self.on_bytes:
            self.on_bytes(path, repr(response.headers).encode() + response.content)
        if response.status_code >= 400:
            raise BrowserError(f"{method} {path}: {response.status_code} {response.text[:300]}")
        return response.content


def replaced(source: str, symbol: str, definition: str) -> str:
    """The source with the top-level definition of `symbol` replaced (added at the end if there is none)."""
    lines = source.splitlines(keepends=True)
    start = next(
        (
            i
            for i, line in enumerate(lines)
            if line.startswith((f"def {symbol}(", f"class {symbol}:", f"class {symbol}("))
        ),
        None,
    )
    if start is None:
        return source.rstrip("\n") + "\n\n\n" + definition.rstrip("\n") + "\n"
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t)"):
        end += 1
    while lines[end - 1].strip() == "":
        end -= 1
    return "".join(lines[:start]) + definition.rstrip("\n") + "\n" + "".join(lines[end:])
