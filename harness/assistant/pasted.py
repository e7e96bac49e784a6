"""Code in a prompt: which words are the candidate's own, and which definitions the code holds."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 40_000
"""Characters of a prompt in which code is looked for."""
_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_UNFENCED = re.compile(
    r"^(?:(?:async )?def \w+\(|class \w+[(:]|@\w).*(?:\n(?:[ \t)\]}].*|(?=\n|\Z)))*",
    re.MULTILINE,
)
_IMPORTS = re.compile(r"^(?:import|from) \w.*$", re.MULTILINE)
_NAMED = re.compile(r"^(?:async def|def|class)[ \t]+(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Pasted:
    """A prompt taken apart: `words` without its code, and the names of the definitions at the left edge of it."""

    words: str
    code: bool
    names: tuple[str, ...]


def taken_apart(prompt: str) -> Pasted:
    """The prompt taken apart. Code stands between fences, or begins a line as a definition does."""
    prompt = prompt[:MOST].replace("\r\n", "\n")
    code: list[str] = []

    def keep(found: re.Match[str]) -> str:
        code.append(found.group())
        return "\n"

    words = _UNFENCED.sub(keep, _FENCED.sub(keep, prompt))
    if code:
        words = _IMPORTS.sub("", words)
    names = [name for part in code for name in _NAMED.findall(part)]
    return Pasted(words, bool(code), tuple(dict.fromkeys(names)))
