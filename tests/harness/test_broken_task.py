"""A task folder that cannot be read costs that task alone: it is named, and everything else works."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from sqlmodel import Session, select

from harness import assessment
from harness.access.invitations import DAY, Simulation, invite
from harness.assessment import Assessment
from harness.home import Home
from harness.simulation import Browser
from harness.tables import VersionRow
from tasks import load_task, task_named, usable
from tasks.loader import LIBRARY, TaskError
from tests.browser.served import HARNESS, Server
from tests.harness.conftest import NAME
from tests.ui.conftest import served

BROKEN = "A task of this assessment cannot be opened just now."


def spoil(folder: Path) -> Path:
    """Makes the task unreadable; the file that is wrong."""
    path = folder / "replies.yaml"
    path.write_text("topics: [\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    task_named.cache_clear()
    return path


def mend(folder: Path) -> None:
    shutil.copyfile(LIBRARY / "fraud-api" / "replies.yaml", folder / "replies.yaml")


def test_what_can_be_used_is_told_from_what_cannot(folder: Path) -> None:
    path = spoil(folder)
    found, (reason,) = usable()
    assert NAME not in found
    assert len(found) == len(list(LIBRARY.glob("*/task.yaml")))
    assert reason.startswith(f"{path}: line ")


@pytest.mark.parametrize("value", ["2024-13-45", "0b_", "[" * 200_000])
def test_yaml_that_means_nothing_is_a_sentence(value: str, folder: Path) -> None:
    path = folder / "task.yaml"
    path.write_text(f"title: {value}\n", encoding="utf-8")
    with pytest.raises(TaskError, match=str(path)):
        load_task(folder)


def test_a_folder_in_place_of_a_file_is_a_sentence(folder: Path) -> None:
    (folder / "brief.md").unlink()
    (folder / "brief.md").mkdir()
    with pytest.raises(TaskError, match=r"brief\.md: it cannot be read as a file: Is a directory"):
        load_task(folder)


def test_the_server_is_ready_and_all_else_works(folder: Path, tmp_path: Path) -> None:
    path = spoil(folder)
    environment = {"HARNESS_TASKS": str(folder.parent)}
    server = Server(tmp_path / "server", environment=environment)
    server.start()
    try:
        ours, others = server.invitation(tasks=(NAME,)), server.invitation()
        server.wait()
        assert f"{path}: line 2: " in server.output.read_text()
        refused = httpx.get(ours)
        assert refused.status_code == 503
        assert BROKEN in refused.text
        assert str(folder) not in refused.text
        answer = consent(server, ours)
        assert (answer.status_code, answer.json()["code"]) == (503, "task")
        assert httpx.get(others).status_code == 200
        assert consent(server, others).status_code == 200
        doctor = subprocess.run(
            [*HARNESS, "doctor"],
            env={**os.environ, "HARNESS_HOME": str(tmp_path / "doctor")},
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"broken   task: {path}: line 2: " in doctor.stdout
        mend(folder)
        assert httpx.get(ours).status_code == 200
        assert consent(server, ours).status_code == 200  # nothing used the link up
    finally:
        server.stop()


def consent(server: Server, link: str) -> httpx.Response:
    return httpx.post(f"{server.base}/api/consent", json={"token": link.rsplit("/", 1)[1]})


def test_a_session_whose_task_broke_goes_on_with_the_version_kept_and_without_one_says_so(
    home: Home, folder: Path
) -> None:
    assessment.save(home, Assessment(name=NAME, title="One task", tasks=(NAME,), seed=1))

    async def begun() -> httpx.Cookies:
        async with served(home) as app:
            browser = Browser(await app.client(), app.clock)
            await browser.enter(invite(home, NAME, "Ann Example", app.clock() + DAY, Simulation("test", 1, 0)))
            await browser.open()
            return browser.client.cookies

    async def asked(cookies: httpx.Cookies) -> httpx.Response:
        async with served(home) as app:
            client = await app.client()
            client.cookies = cookies
            return await client.get("/api/session")

    cookies = asyncio.run(begun())
    spoil(folder)
    assert asyncio.run(asked(cookies)).json()["phase"] == "work"
    with Session(home.engine) as db:
        db.delete(db.exec(select(VersionRow)).one())
        db.commit()
    refused = asyncio.run(asked(cookies))
    assert refused.status_code == 503
    assert refused.json()["error"].startswith(BROKEN)
    mend(folder)
    assert asyncio.run(asked(cookies)).json()["phase"] == "work"
