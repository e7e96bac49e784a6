"""`harness tasks mutate`: proposes flawed twins of the functions in a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.commands.output import JsonFlag, Problem, print_json, say, settings

if TYPE_CHECKING:
    from harness.authoring.mutants import Tried
    from harness.sandbox import Sandbox
    from tasks.mutation import Mutant


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("mutate")(mutate)


def mutate(
    file: Annotated[Path, typer.Argument(help="A Python file that is right.", dir_okay=False)],
    tests: Annotated[
        list[Path] | None, typer.Option(help="Visible tests, which must miss a mutant. May be given again.")
    ] = None,
    check: Annotated[Path | None, typer.Option(help="A hidden check, which must find it.")] = None,
    beside: Annotated[
        list[Path] | None, typer.Option(help="A file that the code or the tests need. May be given again.")
    ] = None,
    operator: Annotated[list[str] | None, typer.Option(help="Only this operator. May be given again.")] = None,
    most: Annotated[int, typer.Option(help="The most mutants that are run.", min=1)] = 200,
    seconds: Annotated[float, typer.Option(help="How long the check may take.", min=0.1, max=600)] = 20.0,
    json: JsonFlag = False,
) -> None:
    """Proposes small changes that make the file wrong, each as a diff.

    With tests, only what they miss is kept; with a check, only what it finds. Both run the code in the sandbox.
    """
    from harness.authoring.mutants import Trial, TrialError, Tried
    from tasks.mutation import MutationError, mutants

    source = read_text(file)
    if "{{" in source and (tests or check is not None):
        raise Problem(f"{file} holds {{{{ }}}}, so it cannot run; give a copy with numbers in their place.")
    chosen = _operators(operator or [])
    try:
        found = list(mutants(source, chosen))
    except MutationError as error:
        raise Problem(f"{file}: {error}") from None
    if not tests and check is None:
        tried = [Tried(mutant, None, None) for mutant in found]
        _report(file, source, tried, 0, json)
        return
    files = {file.name: source} | {path.name: read_text(path) for path in beside or []}
    visible = {path.name: read_text(path) for path in tests or []}
    hidden = read_text(check) if check is not None else None
    try:
        trial = Trial(sandbox(), file.name, files, visible, hidden, seconds=seconds)
        tried = list(_counted(trial.run(found[:most]), len(found[:most]), json))
    except TrialError as error:
        raise Problem(str(error)) from None
    _report(file, source, tried, len(found) - len(tried), json)


def _counted(tried: Iterator[Tried], total: int, json: bool) -> Iterator[Tried]:
    shown = sys.stderr.isatty() and not json
    for number, each in enumerate(tried, start=1):
        if shown:
            typer.echo(f"\r\033[KTried {number} of {total}", err=True, nl=False)
        yield each
    if shown:
        typer.echo("\r\033[K", err=True, nl=False)


def _report(file: Path, source: str, tried: Sequence[Tried], left: int, json: bool) -> None:
    useful = [each for each in tried if each.useful]
    if json:
        print_json(
            {
                "file": str(file),
                "tried": len(tried),
                "left_out": left,
                "mutants": [_as_json(each, each.mutant, source, file.name) for each in tried],
            }
        )
        return
    for number, each in enumerate(useful, start=1):
        mutant = each.mutant
        found = f"; the check {each.detail}" if each.check == "killed" else ""
        say(f"{number}. {file}:{mutant.line} {mutant.operator}: {mutant.said}{found}")
        say(mutant.diff(source, file.name))
    caught = sum(each.visible == "caught" for each in tried)
    missed = sum(each.check == "missed" for each in tried)
    parts = [f"{len(useful)} of {len(tried)} mutants are proposed"]
    parts += [f"{caught} are caught by the visible tests"] if caught else []
    parts += [f"{missed} are missed by the check"] if missed else []
    parts += [f"{left} more were not tried (--most)"] if left else []
    say("; ".join(parts) + ".")


def _as_json(tried: Tried, mutant: Mutant, source: str, name: str) -> dict[str, Any]:
    return {
        "operator": mutant.operator,
        "line": mutant.line,
        "said": mutant.said,
        "diff": mutant.diff(source, name),
        "visible": tried.visible,
        "check": tried.check,
        "detail": tried.detail,
        "useful": tried.useful,
    }


def _operators(names: Sequence[str]) -> Any:
    from tasks.mutation import OPERATORS

    known = {operator.name: operator for operator in OPERATORS}
    if unknown := [name for name in names if name not in known]:
        raise Problem(f"There is no operator {unknown[0]!r}; the operators are {', '.join(known)}.")
    return [known[name] for name in names] or OPERATORS


def sandbox() -> Sandbox:
    """The sandbox of the settings. Raises Problem with what to do where there is none."""
    from harness.sandbox import AbsentSandbox, find_sandbox

    given = settings()
    found = find_sandbox(allow_reduced=given.allow_reduced_isolation, allow_none=given.unsafe_local_exec)
    if isinstance(found, AbsentSandbox):
        raise Problem(found.message)
    return found


def read_text(path: Path) -> str:
    """The text of a file. Raises Problem if it cannot be read."""
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(f"{path} cannot be read (it is not UTF-8).") from None


def read_bytes(path: Path) -> bytes:
    """What a file holds. Raises Problem if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem(f"{path} cannot be read ({error.strerror}).") from None
