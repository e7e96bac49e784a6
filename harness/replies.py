"""The assistant at work: replies run apart from any request, each piece is in the log once delivered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from harness.answer import Answer, Running
from harness.assistant import Assistant, Assistants, Quote, Turn
from harness.assistant.recall import recalled
from harness.assistant.turn import Speaker
from harness.clock import opaque
from harness.live import Happening, LiveSession, Refusal
from harness.state import Reply, SessionState, TaskState
from harness.view import SPENT, segment_view
from logs.events import Prompt, ReplyEnded, ReplyStarted

Json = dict[str, Any]
LONGEST_PROMPT = 20_000
ELSEWHERE = 0.2
"""Seconds between two looks at a reply that another process gives."""
NOTING = 20.0
"""Seconds at most for which handing in waits for the checks of a live model's code."""
FILLER_SHARE = 3
"""The review brings up one unheard filler for so many unheard items, so that it does not single items out."""


class Replies:
    """Starts, streams and stops the replies of all sessions of this process."""

    def __init__(self, assistants: Assistants, server: int | None = None) -> None:
        self.assistants = assistants
        self._server = server
        self._running: dict[str, Running] = {}
        self._reviews: dict[str, asyncio.Task[None]] = {}
        self._noting: dict[str, set[asyncio.Task[None]]] = {}
        """By session: what is still being found out about code that was delivered."""

    async def ask(self, live: LiveSession, task: str, prompt: Prompt) -> str:
        """Logs the prompt and starts the reply; the same prompt sent twice gives the same reply.

        One that failed or was stopped is answered anew, in the words that are in the log and by the model of now.
        """
        reply = "r" + opaque(live.home.entropy)
        earlier: list[str] = []
        asked = prompt

        def decide(state: SessionState, _: int) -> list[Happening]:
            nonlocal asked
            earlier.clear()
            current = state.task
            if current is None or current.name != task:
                raise Refusal("closed", "This task is not open any more.")
            if not prompt.text.strip() or len(prompt.text) > LONGEST_PROMPT:
                raise Refusal("malformed", f"A message has between 1 and {LONGEST_PROMPT:,} characters.", 422)
            logged = current.prompts.get(prompt.prompt)
            if logged is not None and words_of(logged) != words_of(prompt):
                raise Refusal("malformed", "This message was sent in other words before; send a new one.", 422)
            asked = prompt if logged is None else logged.model_copy(update={"model": prompt.model})
            known = [r for r in current.replies.values() if r.prompt and r.prompt.prompt == prompt.prompt]
            if known and known[-1].status in ("streaming", "complete"):
                earlier.append(known[-1].id)
                return []
            if any(r.status == "streaming" for r in current.replies.values()):
                raise Refusal("busy", "The assistant is still answering; wait or stop it first.")
            said = [Happening(prompt)] if logged is None else []
            return [*said, Happening(self._start(state, task, reply, asked), "assistant")]

        await live.act(decide)
        if earlier:
            return earlier[0]
        self._launch(live, task, reply, asked)
        return reply

    async def review(self, live: LiveSession, task: str) -> None:
        """Brings up every item not met yet, in replies of at most four statements; once a task."""
        key = f"{live.id}/{task}"
        if key not in self._reviews or self._reviews[key].done():
            self._reviews[key] = asyncio.create_task(self._review(live, task))
            # Whoever opens the last look finds the review under way, never a moment before it.
            while not self._reviews[key].done() and not live.state.named(task).review_begun:
                await asyncio.sleep(0.005)

    def reviewing(self, live: LiveSession) -> bool:
        """Whether the assistant's review of the open task is under way."""
        task = live.state.task
        if task is None:
            return False
        running = self._reviews.get(f"{live.id}/{task.name}")
        if running is not None and not running.done():
            return True
        return any(r.origin == "review" and r.status == "streaming" for r in task.replies.values())

    async def follow(self, live: LiveSession, reply: str) -> AsyncIterator[Json]:
        """The stream of a reply of this session, running or over. Raises Refusal if there is none."""
        found = said(live, reply) or said(await live.load(), reply)
        if found is None:
            raise Refusal("unknown", "There is no such reply.", 404)
        if running := self._running.get(reply):
            async for event in running.follow():
                yield event
            return
        prompt = found.prompt.prompt if found.prompt else None
        yield {"t": "start", "prompt": prompt, "origin": found.origin, "at": found.at, "model": found.model}
        if found.moved:
            yield {"t": "failover", "why": found.moved, "model": found.model}
        sent = 0
        while True:
            over = found.status != "streaming"
            for segment in found.segments[sent:]:
                yield {"t": "segment", "i": segment.index, **segment_view(segment)}
            sent = len(found.segments)
            if over:
                break
            await asyncio.sleep(ELSEWHERE)  # another process answers; its pieces arrive by the log
            await live.load()
        spent = found.reason == SPENT
        yield {"t": "end", "status": found.status, "reason": found.reason, "spent": spent}

    async def stop(self, live: LiveSession, reply: str) -> None:
        """Ends a running reply; complete pieces stay. The review cannot be stopped."""
        found = said(live, reply)
        running = self._running.get(reply)
        if found and found.origin == "answer" and running and running.task:
            running.task.cancel()
            await asyncio.wait([running.task])

    async def abandon(self, live: LiveSession, others: frozenset[int] = frozenset()) -> None:
        """Ends replies that a dead server left behind; `others` are the other servers that run."""

        def decide(state: SessionState, _: int) -> list[Happening]:
            return [
                Happening(
                    ReplyEnded(
                        task=t.name,
                        reply=r.id,
                        status="failed",
                        reason="The server was restarted while the assistant was answering.",
                        milliseconds=0,
                    ),
                    "system",
                )
                for t in state.tasks
                for r in t.replies.values()
                if r.status == "streaming" and r.id not in self._running and r.server not in others
                if not state.sealed
            ]

        await live.act(decide)

    async def noted(self, live: LiveSession) -> None:
        """Waits, for a while, until all is noted about code that was delivered: nothing may follow a seal."""
        if noting := self._noting.get(live.id):
            await asyncio.wait(noting, timeout=NOTING)

    async def close(self) -> None:
        """Stops everything that runs; what is being found out about delivered code is noted first."""
        tasks = [r.task for r in self._running.values() if r.task] + list(self._reviews.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(n for noting in self._noting.values() for n in noting), return_exceptions=True)
        await asyncio.to_thread(self.assistants.close)

    def _start(self, state: SessionState, task: str, reply: str, prompt: Prompt | None) -> ReplyStarted:
        assistant = self.assistant(state, prompt)
        return ReplyStarted(
            task=task,
            reply=reply,
            prompt=prompt.prompt if prompt else None,
            origin="answer" if prompt else "review",
            source=assistant.source,
            model=assistant.model,
            parameters=dict(assistant.parameters),
            server=self._server,
        )

    def assistant(self, state: SessionState, prompt: Prompt | None) -> Assistant:
        """Who answers. Raises Refusal for a model that is not offered, or that is not there any more."""
        created = state.created
        assert created is not None
        chosen = prompt.model if prompt else None
        if chosen is not None and chosen not in created.offered:
            raise Refusal("model", "This model is not offered here; choose one of the list.", 422)
        try:
            return self.assistants.of(created.assistant, chosen or created.model)
        except KeyError as missing:
            if created.assistant == "planted" and created.fallback:
                return self.assistants.authored
            sentence = f"The model {missing} is not there any more; please tell the people who invited you."
            raise Refusal("model", sentence, 503) from None

    def _launch(self, live: LiveSession, task: str, reply: str, prompt: Prompt | None) -> asyncio.Task[None]:
        running = self._running[reply] = Running()
        running.task = asyncio.create_task(self._answer(live, task, reply, prompt, running))
        return running.task

    async def _review(self, live: LiveSession, task: str) -> None:
        while True:
            for current in [t for t in live.state.tasks if t.name == task]:
                for other in [r.id for r in current.replies.values() if r.status == "streaming"]:
                    if (running := self._running.get(other)) and running.task:
                        await asyncio.wait([running.task])
            reply = "r" + opaque(live.home.entropy)
            started = await live.act(partial(self._review_step, task, reply))
            if not started:
                return
            await self._launch(live, task, reply, None)
            if live.state.named(task).replies[reply].status != "complete":
                return

    def _review_step(self, task: str, reply: str, state: SessionState, _: int) -> list[Happening]:
        current = state.task
        if current is None or current.name != task or (state.created and state.created.practice):
            return []
        if any(r.status == "streaming" for r in current.replies.values()):
            return []
        if current.review_begun and not unheard_items(current):
            return []
        return [Happening(self._start(state, task, reply, None), "assistant")]

    async def _answer(
        self, live: LiveSession, task: str, reply: str, prompt: Prompt | None, running: Running
    ) -> None:
        created = live.state.created
        assistant = self.assistant(live.state, prompt)
        measured = assistant.source == "live" and created is not None and created.assistant == "planted"
        instead = self.assistants.authored if measured and created is not None and created.fallback else None
        spent = self._spent(live.state) if assistant.source == "live" else None
        noting = self._noting.setdefault(live.id, set())
        answer = Answer(live, task, reply, prompt, running, assistant, instead, spent, noting)
        try:
            await answer.run(turn_of(live.state, live.state.named(task), prompt))
        finally:
            self._running.pop(reply, None)

    def _spent(self, state: SessionState) -> str | None:
        """A sentence when the session has used up what its live models may use."""
        budget = self.assistants.budget
        replies = [r for t in state.tasks for r in t.replies.values()]
        tokens, dollars = sum(r.tokens for r in replies), sum(r.cost for r in replies)
        over = budget.tokens is not None and tokens >= budget.tokens
        if over or (budget.dollars is not None and dollars >= budget.dollars):
            return SPENT
        return None


def turn_of(state: SessionState, task: TaskState, prompt: Prompt | None) -> Turn:
    """Everything that the reply to a prompt, or the next reply of the review, may depend on."""
    history: list[tuple[Speaker, str]] = []
    told: list[tuple[Speaker, str]] = []
    for reply in task.replies.values():
        if reply.prompt and reply.status != "streaming":
            history.append(("user", reply.prompt.text))
            told.append(("user", reply.prompt.text))
        if reply.segments:
            history.append(("assistant", "\n\n".join(s.text for s in reply.segments)))
            texts = (recalled(task.drawn.task, task.plan.segments, s.segment, s.text) for s in reply.segments)
            told.append(("assistant", "\n\n".join(texts)))
    said = set(task.said) if prompt else set(task.plan.segments.values()) - pending(task)
    return Turn(
        task=task.drawn,
        plan=task.plan,
        prompt=prompt.text if prompt else "",
        quote=Quote(prompt.segment, prompt.quote) if prompt and prompt.quote else None,
        files=state.files(task.name),
        open_file=prompt.file if prompt else None,
        said=frozenset(said),
        topics=tuple(topic for r in task.replies.values() for topic in r.topics),
        history=tuple(history),
        told=tuple(told),
        last_run=last_run(task),
        run_failed=bool(task.results) and list(task.results.values())[-1].status != "passed",
        reacted=tuple(task.reacted),
        review=prompt is None,
    )


def words_of(prompt: Prompt) -> tuple[str, str | None, str | None]:
    """What was asked: the text, and what it points at."""
    return (prompt.text, prompt.segment, prompt.quote) if prompt.quote else (prompt.text, None, None)


def said(live: LiveSession, reply: str) -> Reply | None:
    """The reply of that id as recorded."""
    return next((t.replies[reply] for t in live.state.tasks if reply in t.replies), None)


def unheard_items(task: TaskState) -> list[str]:
    """Opaque ids of the items (twins and decoys) that the assistant has not said yet."""
    said = set(task.said)
    return [task.plan.segments[i.id] for i in task.drawn.task.items if task.plan.segments[i.id] not in said]


def pending(task: TaskState) -> set[str]:
    """Opaque ids of what the review brings up: every unheard item, and some unheard fillers among them."""
    items = unheard_items(task)
    said = set(task.said)
    fillers = [task.plan.segments[f.id] for f in task.drawn.task.fillers]
    unheard = [f for f in fillers if f not in said]
    return {*items, *unheard[: -(-len(items) // FILLER_SHARE)]}


def last_run(task: TaskState) -> str | None:
    """The newest run in one line, for the assistant."""
    if not task.results:
        return None
    result = list(task.results.values())[-1]
    passed = sum(t.outcome == "passed" for t in result.tests)
    return f"{passed} of {len(result.tests)} tests pass" if result.tests else f"the last run: {result.status}"
