"""`harness sessions`: list, show, verify, export, import."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.state import SessionState
from logs import Record, verify
from logs.store import ConflictError
from logs.transfer import export_lines, import_lines
from ui.commands.output import JsonFlag, Problem, home, print_json, say, table

app = typer.Typer(no_args_is_help=True, help="The log: list, show, verify, export, import.")


def folded(records: list[Record]) -> SessionState:
    """The state of a session."""
    state = SessionState()
    state.feed_all(records)
    return state


def summary(session_id: str, records: list[Record]) -> dict[str, Any]:
    """One line of the list."""
    state = folded(records)
    assert state.created is not None
    return {
        "id": session_id,
        "state": state.phase,
        "policy": state.created.policy,
        "simulated": state.created.simulated,
        "practice": state.created.practice,
        "tasks": [t.name for t in state.tasks],
        "candidate": state.created.candidate,
        "assessment": state.created.assessment,
        "events": len(records),
    }


@app.command("list")
def list_sessions(json: JsonFlag = False) -> None:
    """All sessions, oldest first."""
    log = home().log
    found = [summary(s, log.read(s)) for s in log.sessions()]
    if json:
        print_json({"sessions": found})
    elif found:
        table(
            [
                (s["id"], s["state"], "simulated" if s["simulated"] else "", s["candidate"], " ".join(s["tasks"]))
                for s in found
            ],
            ("Session", "State", "", "Candidate", "Tasks"),
        )
    else:
        say("There are no sessions yet. `harness demo` makes some.")


@app.command()
def show(session: str, json: JsonFlag = False) -> None:
    """One session: its state and what kinds of events it holds."""
    log = home().log
    records = _records(session)
    kinds = Counter(r.kind for r in records + log.read(session, "review"))
    found = {**summary(session, records), "kinds": dict(sorted(kinds.items()))}
    if json:
        print_json(found)
    else:
        for name, value in found.items():
            say(f"{name}: {value}")


@app.command("verify")
def verify_sessions(
    session: Annotated[str | None, typer.Argument()] = None,
    every: Annotated[bool, typer.Option("--all", help="Verify every session.")] = False,
    json: JsonFlag = False,
) -> None:
    """Checks the hash chains and seals, and names the first bad event."""
    log = home().log
    if session is None and not every:
        raise Problem("Name a session, or say --all.")
    names = log.sessions() if every else [session or ""]
    broken = []
    for name in names:
        if not every:
            _records(name)
        for chain in ("session", "review"):
            if fault := verify(name, chain, log.read(name, chain)):
                broken.append({"session": name, "chain": chain, "seq": fault.seq, "what": fault.what})
    if json:
        print_json({"verified": len(names) - len({b["session"] for b in broken}), "broken": broken})
    else:
        for fault_line in broken:
            say(f"{fault_line['session']}, {fault_line['chain']} chain: {fault_line['what']}.")
        say(f"{len(names) - len({b['session'] for b in broken})} of {len(names)} sessions verified.")
    if broken:
        raise typer.Exit(1)


@app.command("export")
def export_session(
    session: str, to: Annotated[Path | None, typer.Option(help="A file; standard output without.")] = None
) -> None:
    """Writes a session as JSON Lines, complete and verifiable."""
    log = home().log
    records = _records(session)
    state = folded(records)
    simulated = bool(state.created and state.created.simulated)
    lines = export_lines([*records, *log.read(session, "review")], simulated)
    if to is None:
        for line in lines:
            say(line)
    else:
        to.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@app.command("import")
def import_session(path: Path, json: JsonFlag = False) -> None:
    """Reads an export back; a second import changes nothing."""
    log = home().log
    try:
        records = list(import_lines(path.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path} cannot be read: {error}.") from None
    added = 0
    for key in dict.fromkeys((r.session_id, r.chain) for r in records):
        chain = [r for r in records if (r.session_id, r.chain) == key]
        if fault := verify(key[0], key[1], chain):
            raise Problem(f"{path}: {key[0]}, {key[1]} chain: {fault.what}; nothing of it was imported.")
        known = {r.seq for r in log.read(*key)}
        new = [r for r in chain if r.seq not in known]
        try:
            log.insert(new)
        except ConflictError as error:
            raise Problem(f"{path}: {error}") from None
        added += len(new)
    if json:
        print_json({"events": len(records), "added": added})
    else:
        say(f"{added} of {len(records)} events were new.")


def _records(session: str) -> list[Record]:
    records = home().log.read(session)
    if not records:
        raise Problem(f"There is no session {session!r}; `harness sessions list` shows them.")
    return records
