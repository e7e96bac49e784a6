"""A conversation with the authored assistant, turn after turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from conftest import plan_for

from harness.assistant import Quote, Turn
from harness.assistant.authored import plan
from harness.assistant.composer import Script
from tasks import draw, library


class Talk:
    """One candidate at one task; `ask` gives the reply's script and remembers it as a session does."""

    def __init__(self, name: str, index: int = 0) -> None:
        drawn = draw(library()[name], 1)
        self.turn = Turn(task=drawn, plan=plan_for(drawn, index), prompt="", files=dict(drawn.task.starter))

    def ask(self, words: str, quote: Quote | None = None, files: Mapping[str, str] | None = None) -> Script:
        asked = replace(self.turn, prompt=words, quote=quote, files=dict(files or self.turn.files))
        script = plan(asked)
        said = "\n\n".join(line.text for line in script.lines)
        self.turn = replace(
            asked,
            history=(*asked.history, ("user", words), ("assistant", said)),
            topics=(*asked.topics, *script.topics),
            said=asked.said | {x.head.segment for x in script.lines if x.head.segment},
            reacted=(*asked.reacted, *([script.reaction.segment] if script.reaction else [])),
        )
        return script

    def ask_all(self, words: Iterable[str]) -> list[Script]:
        return [self.ask(each) for each in words]


def prose(script: Script) -> str:
    return " ".join(line.text for line in script.lines if line.head.form == "prose")


def statements(script: Script) -> list[str]:
    return [line.head.segment for line in script.lines if line.head.segment is not None]
