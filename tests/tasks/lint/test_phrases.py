"""Turns of phrase that one kind of claim has more often than chance allows are named, and no others."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import yaml
from small_task import Folder

from tasks.draw import draw
from tasks.lint import lint_library
from tasks.lint.phrases import PHRASES, phrases
from tasks.lint.tells import decoys_from_twins, tell
from tasks.loader import LIBRARY, load_task
from tasks.schema import Item, Task


@pytest.fixture(scope="module")
def shipped() -> list[Task]:
    return [draw(load_task(path.parent), 0).task for path in sorted(LIBRARY.glob("*/task.yaml"))]


def changed(tasks: Sequence[Task], change: Callable[[Item], Item]) -> list[Task]:
    """The tasks with every claim of an item changed."""
    return [
        task.model_copy(update={"items": tuple(change(i) if i.form == "claim" else i for i in task.items)})
        for task in tasks
    ]


def lopsided(tasks: Sequence[Task]) -> dict[str, tuple[str, ...]]:
    return {phrase.name: phrase.lopsided for phrase in phrases(tasks) if phrase.lopsided}


def test_the_shipped_library_is_even(shipped: list[Task]) -> None:
    counted = phrases(shipped)
    assert {phrase.name for phrase in counted} == set(PHRASES)
    assert sum(len(phrase.p) for phrase in counted) == 16
    assert lopsided(shipped) == {}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("not needed", "No further test of it is needed."),
        ("not needed", "It needs no contract."),
        ("as it is", "The rest goes on as today."),
        ("as it is", "Hand it over as it is."),
    ],
)
def test_a_phrase_of_flawed_twins_alone_is_named(shipped: list[Task], name: str, said: str) -> None:
    def change(item: Item) -> Item:
        marked = item.kind == "twin" and item.topic < "m"  # about half of them
        return item.model_copy(update={"flawed": f"{item.flawed} {said}"}) if marked else item

    assert "flawed and clean twins" in lopsided(changed(shipped, change))[name]


def test_a_phrase_of_both_twins_tells_no_twin(shipped: list[Task]) -> None:
    def change(item: Item) -> Item:
        more = {"clean": f"{item.clean} No test is needed."}
        return item.model_copy(
            update=more | ({"flawed": f"{item.flawed} No test is needed."} if item.flawed else {})
        )

    named = lopsided(changed(shipped, change))
    assert named == {"not needed": ("items and fillers",)}


def test_decoys_that_announce_themselves_are_named(shipped: list[Task]) -> None:
    def change(item: Item) -> Item:
        if item.kind == "twin":
            return item
        return item.model_copy(update={"clean": f"Do not be surprised, that is no bug. {item.clean}"})

    announced = changed(shipped, change)
    assert lopsided(announced)["suspicion met"] == (
        "decoys and clean twins",
        "decoys and flawed twins",
        "items and fillers",
    )
    found = tell(decoys_from_twins(announced))
    assert found.low > 0.5


def test_twins_without_a_decoys_first_person_are_named(shipped: list[Task]) -> None:
    """What nobody would count by hand: a kind that lacks what the others have."""

    def change(item: Item) -> Item:
        if item.kind == "decoy":
            bare = item.clean.replace("our ", "the ").replace("We ", "They ").replace(" us ", " ")
            return item.model_copy(update={"clean": bare})
        return item.model_copy(update={"flawed": f"{item.flawed} We do so.", "clean": f"{item.clean} We do so."})

    assert "decoys and clean twins" in lopsided(changed(shipped, change))["first person"]


def test_a_lopsided_library_fails_lint(tmp_path: Path) -> None:
    folders = []
    for number in range(10):
        folder = shutil.copytree(Folder(tmp_path / f"averages-{number}").root, tmp_path / f"copy-{number}")
        for path in (folder / "items").glob("*.yaml"):
            item = yaml.safe_load(path.read_text("utf-8"))
            if item["form"] == "claim" and "flawed" in item:
                item["flawed"] += " No test is needed."
                path.write_text(yaml.safe_dump(item, allow_unicode=True), "utf-8")
        folders.append(folder)
    report = lint_library(1, folders, workers=1)
    assert not report.passed
    assert any(
        failure.startswith("library: 'not needed' is lopsided between flawed and clean twins (flawed 10 of 10")
        for failure in report.failures
    ), report.failures
    assert "'not needed': flawed 10 of 10, clean 0 of 10" in report.to_text()
