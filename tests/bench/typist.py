"""A candidate who types whatever happens to the server, keeps what is not acknowledged, and sends it again."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from logs.changes import apply, text, units
from tests.bench.wire import Gone, Wire

Json = dict[str, Any]
WORDS = ("def ", "score", " = ", "\n", "0.5", "é", "😀", "\t", "return ", "a\nb", "\0", "ﷺ", "x" * 40)
PATIENCE = 30.0
"""Seconds in which a server that went away must be back."""


class Unexpected(Exception):
    """An answer that a correct server does not give."""


@dataclass
class Typist:
    """One browser window. `wires` are the servers it may talk to; each request picks one at random."""

    wires: list[Wire]
    chance: random.Random
    writer: str = "typist"
    file: str = ""
    task: str = ""
    document: str = ""
    """The text of the file in UTF-16 units, as the editor has it."""
    acknowledged: int = 0
    sent: int = 0
    """Highest number that was sent at least once."""
    events: list[Json] = field(default_factory=list)
    """Every event ever made; number n is at n - 1."""

    @property
    def text(self) -> str:
        """The text of the file."""
        return text(self.document)

    async def enter(self, token: str) -> None:
        """Opens the invitation, takes the lease, starts the first task."""
        first = self.wires[0]
        await self.ask("GET", "/ready")  # a server that was just started is not listening yet
        await first.request("POST", "/api/consent", {"token": token})
        for wire in self.wires:
            wire.cookie = first.cookie
        await self.ask("POST", "/api/lease", {"writer": self.writer, "take": True})
        view = await self.ask("POST", "/api/open", {})
        self.task = view["task"]["name"]
        self.file = view["task"]["files"][0]["path"]
        self.document = units(view["task"]["files"][0]["text"])

    async def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """An answer of any server, asked again until one is there. Raises Unexpected for a refusal."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                status, answer = await self.chance.choice(self.wires).request(method, path, body)
            except Gone:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.01)
                continue
            if status == 503:  # it is starting
                await asyncio.sleep(0.01)
                continue
            if status != 200:
                raise Unexpected(f"{method} {path}: {status} {answer}")
            return answer

    def type(self) -> None:
        """Makes one edit: mostly a word put in, sometimes something taken away."""
        now = time.time_ns() // 1_000_000
        at = self.chance.randint(0, len(self.document))
        word = self.chance.choice(WORDS)
        taken = min(len(self.document) - at, self.chance.choice((0, 0, 0, 1, 3)))
        if _cuts_a_pair(self.document, at, at + taken):
            at, taken = len(self.document), 0
        changes: list[Any] = [at] if at else []
        changes.append([taken, *word.split("\n")])
        if rest := len(self.document) - at - taken:
            changes.append(rest)
        self.document = apply(self.document, changes)
        transaction = {"at": now, "changes": changes, "selection": [at, at], "cause": "input.type"}
        number = len(self.events) + 1
        self.events.append(
            {
                "n": number,
                "at": now,
                "kind": "edit",
                "task": self.task,
                "file": self.file,
                "transactions": [transaction],
            }
        )

    async def flush(self) -> None:
        """Sends what is not acknowledged, now and then together with what is; notes the answer."""
        start = max(0, self.acknowledged - self.chance.choice((0, 0, 0, 2)))
        body = {"writer": self.writer, "sent": time.time_ns() // 1_000_000, "events": self.events[start:]}
        self.sent = len(self.events)
        try:
            answer = await self.ask("POST", "/api/events", body)
        except Unexpected as error:
            raise Unexpected(f"{error} (acknowledged {self.acknowledged}, sent from {start + 1})") from None
        if not self.acknowledged <= answer["acknowledged"] <= len(self.events):
            raise Unexpected(f"{answer['acknowledged']} acknowledged after {self.acknowledged}")
        self.acknowledged = answer["acknowledged"]


def _cuts_a_pair(document: str, *places: int) -> bool:
    return any(0 < p < len(document) and "\udc00" <= document[p] <= "\udfff" for p in places)
