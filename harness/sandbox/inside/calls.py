"""The candidate's end of the call protocol."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import importlib
import inspect
import itertools
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any

from .channel import Channel, Closed
from .encoding import decode, encode
from .reading import Malformed, Unencodable


def serve(channel: Channel, module: str) -> int:
    """Import `module`, then answer calls until the parent goes away."""
    # Nobody reads what the code of a hidden run prints.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    channel.send({"k": "ready"})
    answers = Answers(channel)
    threading.Thread(target=answers.read, daemon=True).start()
    answers.serve(module)
    return 0


class _Waiting:
    def __init__(self) -> None:
        self.done = threading.Event()
        self.message: dict[str, Any] = {}


class ParentCallable:
    """A callable that lives in the parent; it may be called from any thread."""

    def __init__(self, answers: Answers, number: int) -> None:
        self._answers = answers
        self._number = number

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._answers.call_parent(self._number, args, kwargs)


class Answers:
    """Calls that come in, objects that stay here, and calls of the parent's callables that are under way."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._calls: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._objects: dict[int, Any] = {}
        self._numbers = itertools.count(1)
        self._waiting: dict[int, _Waiting] = {}
        self._module: Any = None

    def read(self) -> None:
        """Sort incoming messages; runs in a thread of its own for the life of the process."""
        while True:
            try:
                message = self._channel.receive()
            except (Closed, Malformed, OSError):
                os._exit(0)
            if message["k"] == "answer":
                waiting = self._waiting.pop(message["id"], None)
                if waiting is not None:
                    waiting.message = message
                    waiting.done.set()
            else:
                self._calls.put(message)

    def serve(self, module: str) -> None:
        """Answer calls; each gets exactly one reply that repeats its nonce."""
        message = self._calls.get()
        self._answer(message, lambda: self._import(module))
        while True:
            message = self._calls.get()
            self._answer(message, lambda: self._perform(message))  # noqa: B023

    def call_parent(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call back; raises the built-in exception that the parent's callable raised."""
        waiting = _Waiting()
        identity = next(self._numbers)
        arguments = [self._encode(each) for each in args]
        named = {key: self._encode(each) for key, each in kwargs.items()}
        self._waiting[identity] = waiting
        self._channel.send(
            {"k": "callback", "id": identity, "callable": number, "args": arguments, "kwargs": named}
        )
        waiting.done.wait()
        if "error" in waiting.message:
            raised = getattr(builtins, waiting.message["error"], RuntimeError)
            raise raised(*self._decode(waiting.message["args"]))
        return self._decode(waiting.message["v"])

    def _import(self, module: str) -> None:
        self._module = importlib.import_module(module)

    def _answer(self, message: dict[str, Any], perform: Callable[[], Any]) -> None:
        reply: dict[str, Any] = {"k": "reply", "n": message["n"]}
        try:
            reply["v"] = self._encode(perform())
        except Unencodable:
            reply["error"] = "Unencodable"
        except BaseException as failure:
            reply["error"] = _kind(failure)
        with contextlib.suppress(Closed):
            self._channel.send(reply)

    def _perform(self, message: dict[str, Any]) -> Any:
        what = message["k"]
        if what == "threads":
            return self._in_threads(message)
        args = [self._decode(each) for each in message["args"]]
        kwargs = {key: self._decode(each) for key, each in message["kwargs"].items()}
        if what == "attribute":
            return _plain(getattr(self._objects[message["handle"]], message["name"]))
        if what == "method":
            return _plain(_follow(self._objects[message["handle"]], message["name"])(*args, **kwargs))
        found = _follow(self._module, message["name"])(*args, **kwargs)
        return _Kept(found) if what == "new" else _plain(found)

    def _in_threads(self, message: dict[str, Any]) -> list[Any]:
        method = getattr(self._objects[message["handle"]], message["name"])
        lists = [self._decode(each) for each in message["lists"]]
        count = max(1, min(message["threads"], len(lists)))
        jobs: queue.SimpleQueue[int] = queue.SimpleQueue()
        for position in range(len(lists)):
            jobs.put(position)
        found: list[Any] = [None] * len(lists)
        failures: list[BaseException] = []
        together = threading.Barrier(count)

        def work() -> None:
            try:
                together.wait()
                while True:
                    try:
                        position = jobs.get_nowait()
                    except queue.Empty:
                        return
                    found[position] = _plain(method(*lists[position]))
            except BaseException as failure:
                failures.append(failure)

        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)  # switch often, so that a race shows
        try:
            threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
        finally:
            sys.setswitchinterval(interval)
        if failures:
            raise failures[0]
        return found

    def _encode(self, value: Any) -> Any:
        return self._keep(value.value) if type(value) is _Kept else encode(value, self._keep)

    def _keep(self, value: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._objects[number] = value
        return {"$": "handle", "n": number, "type": str(type(value).__name__)[:100]}

    def _decode(self, data: Any) -> Any:
        return decode(data, self._resolve)

    def _resolve(self, tag: str, data: dict[str, Any]) -> Any:
        if tag == "handle":
            return self._objects[data["n"]]
        if tag == "callable":
            return ParentCallable(self, data["n"])
        raise Malformed("an unknown tag")


class _Kept:
    """Marks a value that goes out as a handle whatever it is."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _follow(start: Any, name: str) -> Any:
    for part in name.split("."):
        start = getattr(start, part)
    return start


def _plain(value: Any) -> Any:
    return asyncio.run(value) if inspect.iscoroutine(value) else value


def _kind(failure: BaseException) -> str:
    for kind in type(failure).__mro__:
        if getattr(builtins, kind.__name__, None) is kind:
            return str(kind.__name__)
    return "Exception"
