"""`harness sessions`: list, show, verify; export and import are in `exchange`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.access.looks import look
from harness.clock import wall_clock
from harness.home import Home
from harness.retention import sentence
from harness.settings import Settings
from harness.state import SessionState
from harness.versions import kept_in
from logs import Log, Record
from logs.changes import MisfitError
from logs.copies import copied, copies
from logs.erasure import tombstone
from logs.examination import examine, examined
from logs.exports.lines import SessionFile, read_sessions
from logs.exports.proof import proved
from logs.keys import Ring, fingerprint, ring
from logs.verdict import STANDINGS, Expected, Seal, Verdict
from tasks import Kept, TaskError
from ui.commands.output import JsonFlag, Problem, account, home, print_json, say, settings, table

KeyOption = Annotated[
    list[str] | None,
    typer.Option(
        help="The public key (hex) or fingerprint that must have signed them; again for one that had several."
    ),
]
app = typer.Typer(no_args_is_help=True, help="The log: list, show, verify, export, import.")


def plain(words: str) -> str:
    """Words of a candidate or a file for a terminal: what could steer it is taken out."""
    return "".join(c if c.isprintable() else "\ufffd" for c in words)


def summary(session_id: str, records: list[Record], review: list[Record], kept: Kept) -> dict[str, Any]:
    """One line of the list. A session that was erased, imported or cannot be read says so in `state`.

    `kept` finds the versions of tasks that were kept.
    """
    found: dict[str, Any] = {
        "id": session_id,
        "state": "unreadable",
        "policy": None,
        "simulated": False,
        "practice": False,
        "tasks": [],
        "candidate": "",
        "assessment": "",
        "events": len(records),
    }
    try:
        state = SessionState(kept)
        state.feed_all(records)
    except (TaskError, MisfitError, ValueError, KeyError) as error:
        return {**found, "why": str(error)}
    found |= {"state": state.phase, "tasks": [t.name for t in state.tasks]}
    about = state.created or tombstone(review)
    if about is not None:
        found |= {"assessment": about.assessment, "simulated": about.simulated, "practice": about.practice}
    if state.created is not None:
        found |= {"policy": state.created.policy, "candidate": state.created.candidate}
    if state.erased and (erased := tombstone(review)):
        found["why"] = sentence(erased)
    return found


@app.command("list")
def list_sessions(json: JsonFlag = False) -> None:
    """All sessions, oldest first."""
    log = home().log
    known = copies(log.engine)
    found = [
        {**summary(s, log.read(s), log.read(s, "review"), kept_in(log.engine)), "copy": s in known}
        for s in log.sessions()
    ]
    if json:
        print_json({"sessions": found})
    elif found:
        rows: list[tuple[str, ...]] = [
            (
                s["id"],
                s["state"],
                " ".join(word for word in ("simulated", "copy") if s[word]),
                plain(s["candidate"]),
                " ".join(s["tasks"]),
            )
            for s in found
        ]
        table(rows, ("Session", "State", "", "Candidate", "Tasks"))
    else:
        say("There are no sessions yet. `harness demo` makes some.")


@app.command()
def show(session: str, json: JsonFlag = False) -> None:
    """One session: its state and what kinds of events it holds. The look is logged."""
    at = home()
    log = at.log
    records, review = records_of(log, session), log.read(session, "review")
    look(at, session, account(), "command line: show", wall_clock())
    kinds = Counter(r.kind for r in records + review)
    found = {
        **summary(session, records, review, kept_in(log.engine)),
        "copy": session in copies(log.engine),
        "kinds": dict(sorted(kinds.items())),
    }
    if json:
        print_json(found)
    else:
        for name, value in found.items():
            say(f"{name}: {plain(str(value))}")


@app.command("verify")
def verify_sessions(
    session: Annotated[str | None, typer.Argument(help="A session, or an exported JSON Lines file.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Verify every session.")] = False,
    key: KeyOption = None,
    json: JsonFlag = False,
) -> None:
    """Checks hash chains, seals and tombstones, and names the first bad event and the key that signed."""
    if session is None and not every:
        raise Problem("Name a session or an exported file, or say --all.")
    expected = expected_keys(key)
    broken: list[dict[str, Any]] = []
    if session is not None and (Path(session).is_file() or Path(session).suffix == ".jsonl"):
        verdicts = _file_verdicts(Path(session), expected, broken)
    else:
        at = home()
        if not every and session is not None and not at.marks.of(session):
            records_of(at.log, session)
        names = examined(at.log, at.marks) if every else [session or ""]
        known = ring(at.key_file)
        verdicts = [examine(at.log, at.marks, known, name, expected) for name in names]
    for each in verdicts:
        broken += [{"session": each.session, "chain": f.chain, "seq": f.seq, "what": f.what} for f in each.faults]
    whole = [v for v in verdicts if v.session not in {b["session"] for b in broken}]
    if json:
        found: dict[str, Any] = {"verified": len(whole), "broken": broken}
        if erased := [v.session for v in whole if v.erased]:
            found["erased"] = erased
        if not every:
            found["sessions"] = [_about(v) for v in verdicts]
        print_json(found)
    else:
        for fault in broken:
            say(plain(f"{fault['session']}, {fault['chain']} chain: {fault['what']}."))
        for each in whole if not every else [v for v in whole if v.erased]:
            say(plain(each.words))
            if each.erased:
                say(f"  {plain(sentence(each.erased))}")
        if every:
            for seal, count in _signers(whole):
                say(f"{count} sealed by {seal.words}.")
            if unsealed := sum(v.seal is None for v in whole):
                say(f"{unsealed} not sealed.")
        say(
            f"{len(whole)} of {len({*(v.session for v in verdicts), *(b['session'] for b in broken)})}"
            " sessions verified."
        )
    if broken:
        raise typer.Exit(1)


def _signers(verdicts: Iterable[Verdict]) -> list[tuple[Seal, int]]:
    """Each key that sealed sessions, with its first seal and how many there are."""
    found: dict[str, list[Seal]] = {}
    for seal in (v.seal for v in verdicts if v.seal):
        found.setdefault(seal.key, []).append(seal)
    return [(seals[0], len(seals)) for seals in found.values()]


def expected_keys(said: list[str] | None) -> Expected:
    """The keys that `--key` names: whole, or by the fingerprint that is printed of them. Raises Problem."""
    found = []
    for key in said or ():
        digits = "".join(key.lower().split())
        if len(digits) not in (64, 16) or set(digits) - set("0123456789abcdef"):
            raise Problem(
                f"{plain(key)!r} is no public key: give its 64 hex digits, or the 16 of its fingerprint, "
                "as `harness keys show` and `harness sessions verify` print them."
            )
        found.append(digits)
    return tuple(found)


def records_of(log: Log, session: str) -> list[Record]:
    """The session chain. Raises Problem if there is no such session."""
    records = log.read(session)
    if not records:
        raise Problem(f"There is no session {plain(session)!r}; `harness sessions list` shows them.")
    return records


def sat_here(at: Home, session: str) -> None:
    """Raises Problem if there is no such session, or only the copy of one."""
    records_of(at.log, session)
    if copied(at.engine, session):
        raise Problem(f"Session {session!r} is a copy of one sat elsewhere: nobody can go on with it here.")


def read_file(path: Path) -> list[SessionFile]:
    """The sessions of an exported file. Raises Problem if it cannot be opened or holds none."""
    try:
        with path.open("rb") as file:
            found = read_sessions(file)
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}.") from None
    if not found:
        raise Problem(f"{path} holds no session.")
    return found


def local_ring(at: Settings) -> Ring:
    """The keys known on this machine; no data folder is made for it."""
    return ring(at.home / "keys" / "sealing.pem")


def _file_verdicts(path: Path, expected: Expected, broken: list[dict[str, Any]]) -> list[Verdict]:
    """The verdicts on an exported file; lines that cannot be read are added to `broken`."""
    known, verdicts = local_ring(settings()), []
    for found in read_file(path):
        name = found.session or f"line {found.line}"
        for fault in found.faults:
            broken.append(
                {"session": name, "chain": "file", "seq": None, "line": fault.line, "what": fault.words[:-1]}
            )
        if not found.faults:
            verdicts.append(proved(found, known, expected))
    return verdicts


def _key(seal: Seal) -> dict[str, Any]:
    return {
        "key": seal.key,
        "fingerprint": fingerprint(seal.key),
        "standing": seal.standing,
        "says": STANDINGS[seal.standing],
    }


def _about(found: Verdict) -> dict[str, Any]:
    seal = found.seal
    return {
        "session": found.session,
        "whole": not found.faults,
        "doubt": found.doubt,
        "sealed_by": None if seal is None else {**_key(seal), "at": seal.at},
        "signed_by": None if found.signed is None else _key(found.signed),
        "erased": None
        if found.erased is None
        else found.erased.model_dump(include={"at", "by", "cause", "reason", "what"}),
    }


def faults_of(found: Iterable[SessionFile]) -> list[dict[str, Any]]:
    """Every line that could not be read."""
    return [{"line": f.line, "why": f.why} for session in found for f in session.faults]
