"""What a live model is told of what was said: never a statement's words, in neither twin.

It is asked within a conversation whose statements were planted. Their flawed words it must not get, or it would
put them right; their clean words it must not get either, or "repeat what you said" would give them away. So it
is told what each was about. That holds for decoys and fillers too: nothing tells one kind from another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from tasks import Task

SHARED = 6
"""So many words in a row of a statement of ours make a sentence one about that statement."""
ABOUT = "(My statement about {subject}.)"
LEFT_OUT = "(…)"
PART, WHOLE = 2, 4
"""Words of a line that are enough for it to be a part of a spoken one, and of a spoken one to stand within it."""
_REMARK = re.compile(r"(?<=\S)\s*#.*")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


def recalled(task: Task, segments: Mapping[str, str], segment: str | None, text: str) -> str:
    """A segment as a live model is told of it. `segments` is the plan's: statement to opaque id."""
    name = next((n for n, s in segments.items() if s == segment), None)
    return text if name is None else ABOUT.format(subject=subject(task, name))


def subject(task: Task, name: str) -> str:
    """What a statement is about, in words that are the same for both twins."""
    source = next((i for i in task.items if i.id == name), None) or task.filler(name)
    return source.subject or "that statement"


def repeats(text: str, spoken: Iterable[str]) -> bool:
    """Whether a text holds words of what was spoken: it is then about that."""
    known = {run for said in spoken for run in _runs(said)}
    return any(run in known for run in _runs(text))


def without_echo(text: str, spoken: Iterable[str]) -> str:
    """The text without sentences that hold words of what was spoken."""
    known = {run for said in spoken for run in _runs(said)}
    if not any(run in known for run in _runs(text)):
        return text
    parts = [LEFT_OUT if any(r in known for r in _runs(p)) else p for p in _SENTENCE.split(text)]
    kept = "\n".join(parts)
    # Words of ours may run over the end of a sentence; then nothing of it can be kept.
    return LEFT_OUT if any(run in known for run in _runs(kept)) else kept


def adopted(text: str, spoken: Iterable[str], starter: Iterable[str]) -> bool:
    """Whether lines of the candidate's files hold what was spoken, but for what stood there from the start.

    Code is taken over line by line, and one line is enough: a model that is asked freely what it does would say
    whether it is right. A line that anybody would have written alike counts as ours; nobody can tell.
    """
    said = list(spoken)
    ours, given = _lines(said), _lines(starter)
    own = [line for line in text.splitlines() if _squeezed(line) not in given]
    return any(_ours(line, ours, given) for line in own) or repeats("\n".join(own), said)


def holds(text: str, spoken: Iterable[str], starter: Iterable[str]) -> bool:
    """Whether a text quotes a spoken line whole, as short as a line of code may be."""
    words, given = re.sub(r"\s+", "", text).lower(), _lines(starter)
    return any(line in words for line, count in _lines(spoken).items() if count >= WHOLE and line not in given)


def without_adopted(text: str, spoken: Iterable[str], starter: Iterable[str]) -> str:
    """The text of a file without the lines that were spoken; each leaves a mark at its place."""
    ours, given = _lines(spoken), _lines(starter)
    return "".join(
        f"{line[: len(line) - len(line.lstrip())]}{LEFT_OUT}\n" if _ours(line, ours, given) else line
        for line in text.splitlines(keepends=True)
    )


def _ours(line: str, ours: Mapping[str, int], given: Mapping[str, int]) -> bool:
    """Whether it is a spoken line, a part of one or holds one whole; never what stood there from the start."""
    text, words = _squeezed(line), _words(line)
    if words < PART or any(text in known for known in given):
        return False
    return any(
        text in said or (count >= WHOLE and said in text) for said, count in ours.items() if said not in given
    )


def _lines(texts: Iterable[str]) -> dict[str, int]:
    """Each line, squeezed, with how many words it has."""
    return {_squeezed(line): _words(line) for text in texts for line in text.splitlines() if _words(line) >= PART}


def _words(line: str) -> int:
    return len(re.findall(r"\w+", _REMARK.sub("", line)))


def _squeezed(line: str) -> str:
    return re.sub(r"\s+", "", _REMARK.sub("", line)).lower()


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return (tuple(words[i : i + SHARED]) for i in range(len(words) - SHARED + 1))
