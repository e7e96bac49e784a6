"""How far the evaluators agree with the labels, by class of outcome."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evaluators.adjudication.guesses import guesses as guessed
from evaluators.context import SessionContext
from evaluators.matching.diagnosis import in_view
from evaluators.matching.matcher import Matcher, Said, matcher
from evaluators.outcomes.outcome import Outcome, Worked, work
from evaluators.scoring.checks import run_checks
from logs import Log, open_engine
from logs.tables import EventRow
from tests.corpus.in_process import InProcess
from tests.corpus.passages import read
from tests.corpus.play import START, Played
from tests.corpus.script import NOTHING, Expected, Script, scripts


@dataclass(frozen=True)
class Sat:
    """One session, played, checked and worked out."""

    script: Script
    played: Played
    context: SessionContext
    worked: Worked

    def pairs(self) -> Iterator[tuple[Expected, Outcome]]:
        """What was expected and what was found, for every item of the session's tasks."""
        never = Expected("not_exposed", "not_exposed", False, None, False, False, None)
        for outcome in self.worked.outcomes:
            yield self.script.expected.get(outcome.item, never), outcome


@dataclass(frozen=True)
class Reading:
    """One labelled text and what the matcher says about it. `chat`: nothing bound it to a statement."""

    session: str
    text: str
    on: str | None
    means: str
    verdict: str
    guess: str | None
    score: float

    @property
    def chat(self) -> bool:
        """Whether it was said without pointing at a statement."""
        return self.on is None

    @property
    def named(self) -> bool:
        """Whether it names the mechanism of the statement it is about, or of any for the chat."""
        return self.means not in NOTHING if self.chat else self.means == self.on


@dataclass(frozen=True)
class Row:
    """One line of the table; `left` went to people."""

    name: str
    agreed: int
    of: int
    left: int = 0

    @property
    def share(self) -> float:
        """Share of agreement among what was decided."""
        decided = self.of - self.left
        return self.agreed / decided if decided else 1.0

    def __str__(self) -> str:
        left = f", {self.left} left to people" if self.left else ""
        return f"  {self.name:<34} {self.agreed:5d} of {self.of - self.left:<5d} {self.share:6.3f}{left}"


@cache
def sittings() -> tuple[Sat, ...]:
    """Every session, in order."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'log.db'}")
        EventRow.metadata.create_all(engine, tables=[EventRow.__table__])  # type: ignore[attr-defined]
        salts = itertools.count()
        log = Log(engine, lambda: next(salts).to_bytes(16, "big"))
        try:
            return tuple(_sat(script, log) for script in scripts())
        finally:
            log.close()
            engine.dispose()


def _sat(script: Script, log: Log) -> Sat:
    played = Played(script)
    context = played.stored(log)
    checked = run_checks(context, InProcess(), log, START)  # type: ignore[arg-type]
    return Sat(script, played, checked, work(checked))


@cache
def readings(using: Matcher | None = None) -> tuple[Reading, ...]:
    """The labelled texts on statements that may be flawed, and those of the chat."""
    using = using or matcher()
    found: list[Reading] = []
    for sat in sittings():
        items = {i.id: i for drawn in sat.context.tasks.values() for i in drawn.task.items}
        every = [(items[s.item], s) for s in sat.worked.said if s.item is not None]
        offered = {g.seq: g for g in guessed(sat.context, sat.worked)}
        for seq, (on, text, means) in sat.played.texts.items():
            own = next(
                (s for i, s in every if i.id == on and i.kind == "twin" and s.exposed_seq is not None), None
            )
            bound = any(r.seq == seq for _, s in every for r in s.remarks)
            if on is None and not bound:
                guess = offered.get(seq)
                verdict, item = (guess.verdict, guess.item) if guess else ("no", None)
                score = guess.score if guess else 0.0
                found.append(Reading(sat.script.name, text, on, means, verdict, item, score))
            elif own is not None and own.item is not None:
                others = [
                    s for s in in_view([e for e in every if e[1].task == own.task], seq) if s.item.id != own.item
                ]
                match = using.judge(text, [Said(items[own.item], own.text), *others], 0)
                found.append(Reading(sat.script.name, text, on, means, match.verdict, on, match.score))
    return tuple(found)


def evidence() -> tuple[Row, ...]:
    """What the ledger and the artifact show: outcomes by class, and what stands beside them."""
    outcomes: Counter[tuple[str, bool]] = Counter()
    left: Counter[str] = Counter()
    beside: Counter[tuple[str, bool]] = Counter()
    for sat in sittings():
        for expected, outcome in sat.pairs():
            alike = (outcome.outcome, outcome.in_flow) == (expected.outcome, expected.in_flow)
            outcomes[expected.outcome or "missing", alike] += 1
            left[expected.outcome or "missing"] += not alike and outcome.change_open
            if expected.outcome != "not_exposed":
                beside["located", bool(outcome.located) == expected.located] += 1
                beside["adopted", bool(outcome.adopted) == expected.adopted] += 1
                beside["avoided", (outcome.avoided is True) == expected.avoided] += 1
    names = ("hit", "miss", "false_alarm", "correct_rejection", "not_exposed", "missing")
    return (
        *(Row(n, outcomes[n, True], outcomes[n, True] + outcomes[n, False], left[n]) for n in names),
        *(Row(n, beside[n, True], beside[n, True] + beside[n, False]) for n in ("located", "adopted", "avoided")),
    )


def grades() -> Row:
    """Correction grades of the hits: those that a machine gave, and those it left to people."""
    pairs = [(e, o) for sat in sittings() for e, o in sat.pairs() if e.outcome == o.outcome == "hit"]
    left = [(e, o) for e, o in pairs if o.grade is None]
    return Row("grade", sum(e.grade == o.grade for e, o in pairs if o.grade is not None), len(pairs), len(left))


def diagnosed() -> Row:
    """Hits whose mechanism was named, by family, number or words; credit or none."""
    pairs = [(e, o) for sat in sittings() for e, o in sat.pairs() if e.outcome == o.outcome == "hit"]
    return Row("diagnosed", sum((e.diagnosed == "yes") == (o.diagnosed is True) for e, o in pairs), len(pairs))


def free_text(using: Matcher | None = None) -> tuple[Row, Row, Row]:
    """Texts on a statement that name its mechanism, texts that name nothing, and both."""
    bound = [r for r in readings(using) if not r.chat]
    naming, empty = [r for r in bound if r.named], [r for r in bound if not r.named]

    def row(name: str, some: list[Reading]) -> Row:
        agreed = sum(r.verdict == ("yes" if r.named else "no") for r in some)
        return Row(name, agreed, len(some), sum(r.verdict == "unsure" for r in some))

    return row("names the mechanism", naming), row("names nothing or another", empty), row("free text", bound)


def false_matches(using: Matcher | None = None) -> tuple[int, int]:
    """Texts in which no flaw, or another one, is meant: how many found a match, and how many there are."""
    empty = [r for r in readings(using) if not r.named]
    return sum(r.verdict == "yes" for r in empty), len(empty)


def guesses() -> Row:
    """Challenges that fit no statement: the item that is proposed to people, or none."""
    chat = [r for r in readings() if r.chat]
    return Row(
        "item proposed for the chat", sum(r.guess == (r.means if r.named else None) for r in chat), len(chat)
    )


def passages() -> tuple[Row, int]:
    """Statements in prose: agreement among what is certain; and how many certain verdicts are wrong."""
    every = read()
    left = [r for r in every if r.verdict == "unclear"]
    decided = [r for r in every if r.verdict != "unclear"]
    wrong = sum(r.verdict in ("pass", "fail") and r.verdict != r.label for r in decided)
    return Row("passages of documents", sum(r.verdict == r.label for r in decided), len(every), len(left)), wrong


def table() -> str:
    """Everything as text."""
    plain = Matcher(False)
    lines = [f"{len(scripts())} sessions, {len(readings())} labelled texts", "Ledger and artifact"]
    lines += map(str, evidence())
    read_row, wrong = passages()
    lines += [
        "Corrections",
        str(grades()),
        str(read_row),
        f"  certain and wrong {wrong}",
        "Diagnosis",
        str(diagnosed()),
    ]
    for name, using in ((matcher().version, matcher()), (plain.version, plain)):
        found, of = false_matches(using)
        lines += [
            f"Free text ({name})",
            *map(str, free_text(using)),
            f"  false matches {found} of {of} ({found / of:.3f})",
        ]
    return "\n".join([*lines, "Chat", str(guesses())])
