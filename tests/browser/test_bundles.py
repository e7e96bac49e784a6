"""The committed scripts and styles are what their sources and lock files build, byte for byte."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[2] / "ui"
BUNDLES = {"workspace": ("workspace.js", "workspace.css"), "review": ("review.js", "review.css")}
NODE = (
    "Node is missing; only those who change ui/workspace or ui/review need it (node and npm, version 18 or later)."
)
OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH", "network request")


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_is_built_from_its_sources(name: str, tmp_path: Path) -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip(NODE)
    for shared in ("parts", "styles"):
        shutil.copytree(UI / shared, tmp_path / shared)
    folder = tmp_path / name
    shutil.copytree(UI / name, folder, ignore=shutil.ignore_patterns("node_modules", "built"))
    installed = _npm(folder, "ci", "--no-audit", "--no-fund")
    if installed.returncode and any(word in installed.stderr for word in OFFLINE):
        pytest.skip("The package registry cannot be reached, so the bundles cannot be rebuilt here.")
    assert installed.returncode == 0, installed.stderr
    built = _npm(folder, "run", "build")
    assert built.returncode == 0, built.stderr
    for file in BUNDLES[name]:
        assert (folder / "built" / file).read_bytes() == (UI / name / "built" / file).read_bytes(), (
            f"ui/{name}/built/{file} is not what its sources give: run `npm ci && npm run build` in ui/{name}"
        )


@pytest.mark.parametrize("name", BUNDLES)
def test_a_lock_file_names_no_registry(name: str) -> None:
    assert '"resolved"' not in (UI / name / "package-lock.json").read_text()


def _npm(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    npm = shutil.which("npm")
    assert npm is not None
    return subprocess.run([npm, *words], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
