"""`harness sessions export` and `import`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.access.looks import look
from harness.clock import wall_clock
from harness.home import Home
from logs import ErasedError, Record
from logs.changes import MisfitError
from logs.copies import copied, signatures
from logs.erasure import tombstone
from logs.examination import examine
from logs.exports.intake import Taken, take_in
from logs.exports.lines import SessionFile, write_session
from logs.exports.mapping import PROGSNAP2, Mapping, MappingError, read_mapping
from logs.exports.progsnap2 import DatasetError, Source, write_progsnap2
from logs.keys import KnownKey, fingerprint, ring, trust
from ui.commands.output import JsonFlag, Problem, account, home, print_json, say, writing
from ui.commands.sessions import KeyOption, expected_keys, faults_of, plain, read_file, records_of


class Format(StrEnum):
    """How sessions are written."""

    JSONL = "jsonl"
    PROGSNAP2 = "progsnap2"
    INSPECT = "inspect"


class States(StrEnum):
    """When ProgSnap2 records a code state."""

    EDIT = "edit"
    BATCH = "batch"
    RUN = "run"


class From(StrEnum):
    """What a file to be imported is."""

    JSONL = "jsonl"
    PROGSNAP2 = "progsnap2"
    CSV = "csv"
    CHAT = "chat"


def register(app: typer.Typer) -> None:
    """Adds the verbs to `harness sessions`."""
    app.command("export")(export_sessions)
    app.command("import")(import_sessions)


def export_sessions(
    sessions: Annotated[list[str] | None, typer.Argument(help="Sessions; or say --all.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every session.")] = False,
    form: Annotated[Format, typer.Option("--format", help="How they are written.")] = Format.JSONL,
    to: Annotated[
        Path | None,
        typer.Option(
            help="A file, or for progsnap2 a new folder. Without: standard output, or a name that tells."
        ),
    ] = None,
    states: Annotated[States, typer.Option(help="progsnap2: code states per edit, batch or run.")] = States.BATCH,
) -> None:
    """Writes sessions as JSON Lines (complete, verifiable), ProgSnap2, or an Inspect log (scored).

    It is logged as a look at each of them.
    """
    at = home()
    if bool(sessions) == every:
        raise Problem("Name sessions to export, or say --all.")
    names = list(dict.fromkeys(sessions or [])) or at.log.sessions()
    for name in names:
        records_of(at.log, name)
    if form is Format.JSONL:
        _write_lines(at, names, to)
    elif form is Format.PROGSNAP2:
        _write_progsnap2(at, _scorable(at, names, every), to, states)
    else:
        _write_inspect(at, _scorable(at, names, every), to)


def _looked(at: Home, name: str, form: Format) -> None:
    look(at, name, account(), f"command line: export {form.value}", wall_clock())


def import_sessions(
    path: Annotated[Path, typer.Argument(help="An export, or a foreign log.")],
    form: Annotated[
        From | None,
        typer.Option("--format", help="jsonl: our export; progsnap2, csv: keystrokes; chat: JSON Lines."),
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="YAML: their field names to ours.")] = None,
    key: KeyOption = None,
    json: JsonFlag = False,
) -> None:
    """Reads an export back, or a foreign log as sessions for reading; a second import changes nothing."""
    kind = form or _guess(path, mapping)
    if kind is From.JSONL:
        _take_lines(path, key, json)
    else:
        _take_foreign(path, kind, mapping, json)


def _simulated(records: list[Record], review: list[Record]) -> bool:
    created = records[0].event if records[0].payload is not None else tombstone(review)
    return bool(getattr(created, "simulated", False))


def _lines(at: Home, names: list[str]) -> Iterator[str]:
    """The lines of the sessions; each look is logged before the first of them is handed out."""
    keys = ring(at.key_file)
    for name in names:
        records, review = at.log.read(name), at.log.read(name, "review")
        said = examine(at.log, at.marks, keys, name)
        _looked(at, name, Format.JSONL)
        if said.faults:
            typer.echo(plain(f"Not signed, as it is not whole: {said.words}"), err=True)
        marks = () if said.faults else signatures(at.marks, copied(at.engine, name), name, records, review)
        yield from write_session(records, review, keys, _simulated(records, review), marks)


def _write_lines(at: Home, names: list[str], to: Path | None) -> None:
    if to is None:
        for line in _lines(at, names):
            say(line)
        return
    if to.is_dir():
        for name in names:
            mark = "-simulated" if _simulated(at.log.read(name), at.log.read(name, "review")) else ""
            _put(to / f"session-{name}{mark}.jsonl", _lines(at, [name]))
    else:
        _put(to, _lines(at, names))


def _put(path: Path, lines: Iterator[str]) -> None:
    with writing(path), path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
    say(f"Written: {path}")


def _scorable(at: Home, names: list[str], every: bool) -> list[Any]:
    """The contexts of the sessions; with --all, those that cannot be evaluated are named and left out."""
    from evaluators import ContextError, load_context

    found = []
    for name in names:
        try:
            found.append(load_context(at.log, name))
        except ContextError as error:
            if not every:
                raise Problem(str(error)) from None
            typer.echo(f"Left out: {error}", err=True)
    if not found:
        raise Problem("There is no session that can be exported in this format.")
    return found


def _mark(contexts: list[Any]) -> str:
    return "-simulated" if any(c.created.simulated for c in contexts) else ""


def _label(contexts: list[Any]) -> str:
    return contexts[0].session_id if len(contexts) == 1 else f"{len(contexts)}-sessions"


def _write_progsnap2(at: Home, contexts: list[Any], to: Path | None, states: States) -> None:
    folder = to or Path(f"progsnap2-{_label(contexts)}{_mark(contexts)}")
    for context in contexts:
        _looked(at, context.session_id, Format.PROGSNAP2)
    sources = (Source(c.session_id, c.created, c.records, c.starter) for c in contexts)
    try:
        with writing(folder):
            done = write_progsnap2(folder, sources, states.value)
    except (DatasetError, ErasedError, MisfitError) as error:
        raise Problem(str(error)) from None
    say(f"Written: {done.folder}, {done.rows} rows, {done.states} code states of {done.sessions} sessions.")


def _write_inspect(at: Home, contexts: list[Any], to: Path | None) -> None:
    from evaluators.exports import InspectError, write_inspect
    from evaluators.exports.inspect import load
    from evaluators.scoring.session import checked_context
    from harness.sandbox import find_sandbox

    path = to or Path(f"inspect-{_label(contexts)}{_mark(contexts)}.eval")
    try:
        load()
        sandbox = find_sandbox()
        contexts = [checked_context(at, c.session_id, sandbox, wall_clock) for c in contexts]
        for context in contexts:
            _looked(at, context.session_id, Format.INSPECT)
        with writing(path):
            written = write_inspect(path, contexts)
    except InspectError as error:
        raise Problem(str(error)) from None
    say(f"Written: {written}")


def _guess(path: Path, mapping: Path | None) -> From:
    if path.is_dir() or path.name == "MainTable.csv":
        return From.PROGSNAP2
    if path.suffix == ".csv":
        return From.CSV
    return From.JSONL if mapping is None else From.CHAT


def _take_lines(path: Path, key: list[str] | None, json: bool) -> None:
    expected = expected_keys(key)
    found = read_file(path)
    at = home()
    known = ring(at.key_file)
    taken = [take_in(at.log, session, known, expected) for session in found]
    trusted = trust(at.key_file, _strangers(taken, found, wall_clock()))
    events, added = sum(t.events for t in taken), sum(t.added for t in taken)
    refused = [t for t in taken if t.refused]
    if json:
        print_json(
            {
                "events": events,
                "added": added,
                "sessions": [_taken(t) for t in taken],
                "unreadable": faults_of(found),
                "keys": [k.key for k in trusted],
            }
        )
    else:
        say(f"{added} of {events} events were new.")
        for new in trusted:
            say(f"Signed by a key that was not known here: {fingerprint(new.key)} … Compare it with the sender's.")
        for one in taken:
            if one.said and one.said.doubt and not one.refused:
                say(plain(f"{one.session} is whole, but {one.said.doubt}."))
    if refused:
        text = " ".join(f"{t.session or 'a session without a header'}: {t.refused}" for t in refused)
        hint = "" if any(s.header for s in found) else " A foreign log needs --mapping FILE.yaml."
        raise Problem(plain(f"{path}: nothing of this was imported: {text}{hint}"))


def _strangers(taken: list[Taken], found: list[SessionFile], now: int) -> list[KnownKey]:
    """The keys that signed what was taken in, with the dates of their headers."""
    strangers = []
    for one, session in zip(taken, found, strict=True):
        if one.said is None or one.refused is not None or session.header is None:
            continue
        dated = {key.key: key for key in session.header.keys}
        strangers += [dated.get(key, KnownKey(key=key, made=now)) for key in sorted(one.said.signers)]
    return strangers


def _taken(taken: Taken) -> dict[str, Any]:
    return {
        "session": taken.session,
        "events": taken.events,
        "added": taken.added,
        "refused": taken.refused,
        "doubt": taken.said.doubt if taken.said else None,
    }


def _take_foreign(path: Path, kind: From, mapping: Path | None, json: bool) -> None:
    from harness.imports import store
    from logs.exports.foreign import read_csv, read_json_lines

    table = path / "MainTable.csv" if path.is_dir() else path
    try:
        how = read_mapping(mapping) if mapping else _own_mapping(kind, table)
        raw = table.read_bytes()
    except MappingError as error:
        raise Problem(str(error)) from None
    except OSError as error:
        raise Problem(f"{table} cannot be read: {error.strerror}.") from None
    foreign = read_json_lines(raw, how) if kind is From.CHAT else read_csv(raw, how)
    at = home()
    stored = store(at, foreign, how, raw, wall_clock())
    faults = [{"line": f.line, "why": f.why} for f in foreign.faults]
    if json:
        rows = [{"session": s.session, "subject": s.subject, "events": s.events, "added": s.added} for s in stored]
        print_json(
            {
                "records": foreign.seen,
                "events": sum(s.events for s in stored),
                "added": sum(s.added for s in stored),
                "sessions": rows,
                "unreadable": faults,
            }
        )
    else:
        for one in stored:
            new = f"{one.added} events" if one.added else "was there already"
            say(plain(f"{one.session}  {one.subject}: {new}"))
        for fault in foreign.faults:
            say(plain(fault.words))
        say(f"{sum(s.events for s in stored)} of {foreign.seen} records were read; {len(faults)} could not be.")
    if not stored:
        raise typer.Exit(1)


def _own_mapping(kind: From, table: Path) -> Mapping:
    if kind is From.CHAT:
        raise Problem("A chat log needs --mapping FILE.yaml: their field names to ours.")
    metadata = table.with_name("DatasetMetadata.csv")
    simulated = metadata.is_file() and "X-Simulated,true" in metadata.read_text(encoding="utf-8", errors="replace")
    return PROGSNAP2.model_copy(update={"simulated": simulated})
