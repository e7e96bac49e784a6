"""The parent's end of the call protocol."""

from __future__ import annotations

import builtins
import contextlib
import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from harness.sandbox.box import Box
from harness.sandbox.inside.encoding import decode, encode
from harness.sandbox.inside.reading import Malformed, Unencodable, exact, keys
from harness.sandbox.interface import CandidateError, CandidateGone, Handle
from harness.sandbox.line import Line, LineBroken, LineClosed

MOST_CALLBACKS = 100_000  # in one call
MOST_AT_ONCE = 32

_REASONS = {
    "timeout": "it ran longer than allowed",
    "startup": "it did not start in time",
    "memory": "it used more memory than allowed",
    "output": "it printed more than allowed",
}


class ChildCandidate:
    """Candidate code in a box. One call at a time; every answer is checked before it becomes data."""

    def __init__(self, box: Box, line: Line, wall: float) -> None:
        self._box = box
        self._line = line
        self._wall = wall
        self._calling = threading.Lock()
        self._callables: list[Callable[..., Any]] = []
        self._failed: list[AssertionError] = []
        self._free = threading.Semaphore(MOST_AT_ONCE)
        self._threads: ThreadPoolExecutor | None = None

    def call(self, function: str, *args: Any, **kwargs: Any) -> Any:
        """See Candidate."""
        return self._ask({"k": "call", "name": function, **self._arguments(args, kwargs)})

    def new(self, cls: str, *args: Any, **kwargs: Any) -> Handle:
        """See Candidate."""
        found = self._ask({"k": "new", "name": cls, **self._arguments(args, kwargs)})
        if not isinstance(found, Handle):
            raise self._broken()
        return found

    def method(self, handle: Handle, name: str, *args: Any, **kwargs: Any) -> Any:
        """See Candidate."""
        return self._ask({"k": "method", "handle": handle.number, "name": name, **self._arguments(args, kwargs)})

    def attribute(self, handle: Handle, name: str) -> Any:
        """See Candidate."""
        return self._ask({"k": "attribute", "handle": handle.number, "name": name, "args": [], "kwargs": {}})

    def methods_in_threads(
        self, handle: Handle, name: str, argument_lists: Sequence[Sequence[Any]], threads: int
    ) -> list[Any]:
        """See Candidate."""
        lists = [self._encode(list(each)) for each in argument_lists]
        question = {"k": "threads", "handle": handle.number, "name": name, "lists": lists, "threads": threads}
        found = self._ask(question)
        if not isinstance(found, list) or len(found) != len(lists):
            raise self._broken()
        return found

    def import_module(self) -> None:
        """Wait for the module's import, which is the child's first answer."""
        if self._ask({"k": "import"}) is not None:
            raise self._broken()

    def close(self) -> None:
        """Let go of the threads that serve callbacks."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, question: dict[str, Any]) -> Any:
        with self._calling:
            nonce = secrets.token_hex(8)
            self._failed.clear()
            try:
                self._box.allow(self._wall)
                self._line.send({**question, "n": nonce})
                reply = self._reply(nonce)
            except (LineBroken, Malformed) as failure:
                gone: Exception = self._broken(isinstance(failure, LineClosed))
                raise (self._failed[0] if self._failed else gone) from None
            finally:
                self._box.allow(None)
            if self._failed:
                raise self._failed[0]
            if isinstance(reply, CandidateError):
                raise reply
            return reply

    def _reply(self, nonce: str) -> Any:
        for _ in range(MOST_CALLBACKS):
            message = self._line.receive()
            if message["k"] == "callback":
                self._serve(message)
                continue
            if message["k"] != "reply" or message.get("n") != nonce:
                raise Malformed("not the reply to this call")
            if "error" in message:
                _exactly(message, "k", "n", "error")
                return CandidateError(_exception(message["error"]))
            _exactly(message, "k", "n", "v")
            return decode(message["v"], _resolve)
        raise Malformed("too many callbacks")

    def _serve(self, message: dict[str, Any]) -> None:
        _exactly(message, "k", "id", "callable", "args", "kwargs")
        number, identity = exact(message["callable"], int), exact(message["id"], int)
        if not 0 <= number < len(self._callables):
            raise Malformed("no such callable")
        args = [decode(each, _resolve) for each in exact(message["args"], list)]
        kwargs = {key: decode(each, _resolve) for key, each in exact(message["kwargs"], dict).items()}
        if self._threads is None:
            self._threads = ThreadPoolExecutor(MOST_AT_ONCE, "candidate callback")
        if not self._free.acquire(timeout=self._wall):
            raise Malformed("too many callbacks at once")
        self._threads.submit(self._call_back, identity, self._callables[number], args, kwargs)

    def _call_back(
        self, identity: int, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        answer: dict[str, Any] = {"k": "answer", "id": identity}
        try:
            answer["v"] = self._encode(function(*args, **kwargs))
        except Exception as failure:
            if isinstance(failure, AssertionError):
                self._failed.append(failure)
            answer["error"] = next(
                kind.__name__ for kind in type(failure).__mro__ if kind.__module__ == "builtins"
            )
            try:
                answer["args"] = [self._encode(each) for each in failure.args]
            except Unencodable:
                answer["args"] = []
        finally:
            self._free.release()
        with contextlib.suppress(LineBroken):  # the call that waits for this hears of it by itself
            self._line.send(answer)

    def _arguments(self, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        return {
            "args": [self._encode(each) for each in args],
            "kwargs": {key: self._encode(each) for key, each in kwargs.items()},
        }

    def _encode(self, value: Any) -> Any:
        return encode(value, self._refer)

    def _refer(self, value: Any) -> dict[str, Any] | None:
        if isinstance(value, Handle):
            return {"$": "handle", "n": value.number}
        if callable(value):
            self._callables.append(value)
            return {"$": "callable", "n": len(self._callables) - 1}
        return None

    def _broken(self, ended: bool = False) -> CandidateGone:
        """End the child and say why it is gone."""
        verdict = self._box.verdict
        self._box.close()
        return CandidateGone(
            _REASONS[verdict]
            if verdict
            else "it ended by itself"
            if ended
            else "its answer was not in the protocol"
        )


def _exactly(message: dict[str, Any], *names: str) -> None:
    if set(message) != set(names):
        raise Malformed("a key too many or too few")


def _resolve(tag: str, data: dict[str, Any]) -> Any:
    if tag != "handle":
        raise Malformed("an unknown tag")
    keys(data, "n", "type")
    name = exact(data["type"], str)
    return Handle(exact(data["n"], int), name[:100])


def _exception(name: Any) -> str:
    kind = getattr(builtins, exact(name, str), None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return kind.__name__
    return "Unencodable" if name == "Unencodable" else "Exception"
