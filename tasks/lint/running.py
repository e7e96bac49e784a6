"""Points 1, 2, 3 and 9: every combination of twins is put together and run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tasks.form import Form, draw_form
from tasks.lint.loading import references
from tasks.lint.places import Places
from tasks.lint.trial import Trials, Verdict
from tasks.program import Files, definition, solution, with_twins
from tasks.schema import Item, Task
from tasks.syntax import parse

FORMS = 20
"""Random forms, in complementary pairs."""
SECONDS = 5.0
"""The most that all checks of one session may take."""


def hunks(task: Task) -> tuple[Item, ...]:
    """The twins that are code."""
    return tuple(i for i in task.twins if i.form == "hunk")


def program_texts(task: Task) -> tuple[str, ...]:
    """Everything of a drawn task that is run; draws that leave it unchanged need no second run."""
    statements = [text for i in task.items if i.form == "hunk" for text in (i.flawed or "", i.clean)]
    statements += [f.text for f in task.fillers if f.form == "hunk"]
    folders = [task.starter, task.visible, task.checks, *task.reference.values()]
    return (*statements, *(part for folder in folders for pair in folder.items() for part in pair))


def malformed(task: Task, places: Places) -> Iterator[str]:
    """Hunks that are not the one definition that they say; nothing can be run before these are mended."""
    texts = [
        (f"items/{i.id}.yaml", (twin,), i.file, i.symbol, text)
        for i in task.items
        if i.form == "hunk"
        for twin, text in (("flawed", i.flawed), ("clean", i.clean))
        if text is not None
    ]
    wanted: list[tuple[str, tuple[str | int, ...], str | None, str | None, str]] = [*texts]
    wanted += [
        ("fillers.yaml", (n, "text"), f.file, f.symbol, f.text)
        for n, f in enumerate(task.fillers)
        if f.form == "hunk"
    ]
    for path, keys, file, symbol, text in wanted:
        where = places.at(path, *keys)
        try:
            body = parse(text).body
        except SyntaxError as error:
            yield f"{where}: the hunk is not Python ({error.msg}, its line {error.lineno}); mend it."
            continue
        if len(body) != 1 or definition(text, symbol or "") is None:
            yield f"{where}: the hunk must be the one definition of {symbol}; move anything else elsewhere."
        elif file not in task.starter or definition(task.starter[file], symbol or "") is None:
            yield f"{where}: starter/{file} does not define {symbol}; add its stub or correct the name."


def forms(task: Task) -> Iterator[tuple[str, Form]]:
    """Every form that is run: all clean, each flaw alone, all flaws together, and random ones."""
    clean: Form = {i.id: "clean" for i in task.twins}
    yield "with every twin clean", clean
    for item in hunks(task):
        yield f"with {item.id} alone flawed", clean | {item.id: "flawed"}
    yield "with every twin flawed", {i.id: "flawed" for i in task.twins}
    for index in range(FORMS):
        yield f"on random form {index + 1}", draw_form(task, 0, index)


def run_forms(task: Task, places: Places, trials: Trials) -> Iterator[str]:
    """Failures of visible tests and checks over all forms; every check is held against every form.

    On random forms only those tests and checks are run that reach a combination which is new.
    """
    base = solution(task)
    every = [(label, form, with_twins(task, base, form)) for label, form in forms(task)]
    named = len(every) - FORMS
    for labelled, whole in ((every[:named], trials.whole), (every[named:], False)):
        trials.whole = whole
        verdicts = trials.visible(task.visible, [(label, files) for label, _, files in labelled])
        for (label, form, files), seen in zip(labelled, verdicts, strict=True):
            yield from _on_form(task, label, form, files, seen, places, trials)


def _on_form(
    task: Task, label: str, form: Form, files: Files, seen: Verdict, places: Places, trials: Trials
) -> Iterator[str]:
    if not seen.passed:
        flawed = [i for i in hunks(task) if form[i.id] == "flawed"]
        path = f"items/{flawed[0].id}.yaml" if len(flawed) == 1 else f"visible/{task.file.tests[0]}"
        yield (
            f"{places.at(path, 'flawed')}: {label}, a visible test fails ({seen.message}); "
            "visible tests must not tell, so change the twin or the test."
        )
    for item in hunks(task):
        flawed_here = form[item.id] == "flawed"
        verdict = trials.check(item.id, task.checks[item.id], files, item.file or "", label)
        where = f"{places.name}/checks/{item.id}.py"
        if flawed_here and verdict.passed:
            yield f"{where}: {label}, the flawed twin passes; the check has to find the flaw."
        elif not flawed_here and not verdict.passed:
            yield (
                f"{where}: {label}, the clean twin fails ({verdict.message}); "
                "a check fails for its own flaw and for no other, so narrow it or correct the twin."
            )


def run_references(task: Task, places: Places, trials: Trials) -> Iterator[str]:
    """Failures of the reference solution, of other right ways and of near misses."""
    if "solution" not in task.reference:
        yield f"{places.name}/reference: there is no folder solution; add one with the complete right files."
        return
    base: Files = task.starter | task.reference["solution"]
    right = {
        _with(name): base | changed
        for name, changed in references(task)
        if name == "solution" or name.startswith("right-")
    }
    trials.visible(task.visible, list(right.items()))  # together, which costs less than one after the other
    for name, changed in references(task):
        files = base | changed
        where = f"{places.name}/reference/{name}"
        if name == "solution" or name.startswith("right-"):
            (seen,) = trials.visible(task.visible, [(_with(name), files)])
            if not seen.passed:
                yield f"{where}: a visible test fails ({seen.message}); correct this solution or the test."
            for item in hunks(task):
                verdict = trials.check(item.id, task.checks[item.id], files, item.file or "", _with(name))
                if not verdict.passed:
                    yield (
                        f"{where}: checks/{item.id}.py refuses it ({verdict.message}); "
                        "correct the solution, or let the check accept every right way."
                    )
        elif name.startswith("wrong-"):
            yield from _near_miss(task, name, files, where, trials)
        else:
            yield f"{where}: a reference is named solution, right-NAME or wrong-ITEM-NAME; rename it."
    yield from _unproved(task, places)


def _with(name: str) -> str:
    return f"with reference/{name}"


def _near_miss(task: Task, name: str, files: Files, where: str, trials: Trials) -> Iterator[str]:
    meant = max(
        (i for i in hunks(task) if name.startswith(f"wrong-{i.id}-")), key=lambda i: len(i.id), default=None
    )
    if meant is None:
        yield f"{where}: it names no item; call it wrong-ITEM-NAME with the id of a code item."
        return
    for item in hunks(task):
        verdict = trials.check(item.id, task.checks[item.id], files, item.file or "", _with(name))
        if item is meant and verdict.passed:
            yield f"{where}: checks/{item.id}.py accepts this near miss; strengthen the check."
        elif item is not meant and not verdict.passed:
            yield (
                f"{where}: checks/{item.id}.py fails too ({verdict.message}); "
                f"a near miss of {meant.id} leaves everything else right."
            )


def _unproved(task: Task, places: Places) -> Iterator[str]:
    """Code items without a near miss or without another right way for their symbol."""
    first = task.starter | task.reference["solution"]
    for item in hunks(task):
        if not any(name.startswith(f"wrong-{item.id}-") for name in task.reference):
            yield f"{places.name}/reference: add a near miss wrong-{item.id}-NAME that its check refuses."
        other = [
            name
            for name, changed in task.reference.items()
            if name.startswith("right-")
            and item.file in changed
            and _source(changed[item.file], item.symbol) != _source(first[item.file], item.symbol)
        ]
        if not other:
            yield f"{places.name}/reference: add a right-NAME with another right way to write {item.symbol}."


def _source(text: str, symbol: str | None) -> str:
    node = definition(text, symbol or "")
    return ast.dump(node) if node else ""


def check_seconds(task: Task, trials: Trials) -> float:
    """Seconds for all checks of one session, in the slower of the two extremes."""
    base = solution(task)
    totals = []
    for twin in ("clean", "flawed"):
        form: Form = {i.id: "flawed" if twin == "flawed" else "clean" for i in task.twins}
        files = with_twins(task, base, form)
        label = f"with every twin {twin}"
        verdicts = [trials.check(i.id, task.checks[i.id], files, i.file or "", label) for i in hunks(task)]
        totals.append(sum(verdict.seconds for verdict in verdicts))
    return max(totals)


def unsteady_checks(places: Places, trials: Trials) -> Iterator[str]:
    """Checks that passed once and failed once on the same code."""
    for name in sorted(trials.unsteady):
        yield (
            f"{places.name}/checks/{name}.py: it passed once and failed once on the same code; "
            "take chance and time out of it, or make it name every function that it depends on."
        )
