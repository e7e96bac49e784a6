"""A base interpreter that candidate code may see: the distribution's own, or a lean copy of any other."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
from pathlib import Path

# Parts of the standard library that candidate code has no use for: they would triple the size of a copy.
LEFT_OUT = (
    "site-packages",
    "dist-packages",
    "test",
    "tests",
    "idlelib",
    "turtledemo",
    "ensurepip",
    "lib2to3",
    "__pycache__",
)
SYSTEM_FOLDERS = ("/usr/lib", "/usr/lib64", "/lib", "/lib64")


def version() -> str:
    """The minor version, such as `3.11`, that the candidate environment shares with this interpreter."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def is_the_distribution_s() -> bool:
    """Whether the base interpreter lies in `/usr` itself, which every sandbox sees anyway."""
    return Path(sys.base_prefix).resolve() == Path("/usr") and Path(_base_executable()).resolve().parent == Path(
        "/usr/bin"
    )


def reachable(path: Path) -> bool:
    """Whether any user may read `path`: itself readable, and every folder above it open to all.

    A sandbox started by root runs as a uid of its own, which a home folder of mode 0700 keeps out.
    """
    for folder in (path, *path.resolve().parents):
        mode = folder.stat().st_mode
        wanted = stat.S_IXOTH if folder != path else stat.S_IROTH
        if not mode & wanted:
            return False
    return True


def place(folder: Path) -> None:
    """Put `bin/python` (and, unless it is the distribution's, everything it needs) into `folder`.

    Raises OSError when a file cannot be copied.
    """
    (folder / "bin").mkdir(parents=True)
    site = folder / "lib" / f"python{version()}" / "site-packages"
    if is_the_distribution_s():
        site.mkdir(parents=True)
        python = Path(_base_executable()).resolve()
        (folder / "bin" / "python").symlink_to(python)
        (folder / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    else:
        _copy(folder)
        site.mkdir(parents=True)
    for name in ("python3", f"python{version()}"):
        (folder / "bin" / name).symlink_to("python")


def _copy(folder: Path) -> None:
    executable = Path(_base_executable()).resolve()
    library = Path(sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix}))
    target = folder / "lib" / f"python{version()}"

    def left_out(_: str, names: list[str]) -> set[str]:
        return {name for name in names if name in LEFT_OUT or name.startswith("config-")}

    shutil.copytree(library, target, ignore=left_out, symlinks=False)
    shutil.copy2(executable, folder / "bin" / "python")
    dynamic = sorted((target / "lib-dynload").glob("*.so"))
    for needed in _needed_libraries([executable, *dynamic]):
        shutil.copy2(needed, folder / "lib" / needed.name)


def _needed_libraries(binaries: list[Path]) -> list[Path]:
    """Shared libraries outside the system's folders, under the names by which the binaries ask for them."""
    ldd = shutil.which("ldd")
    if ldd is None:
        return []
    # Where the loader looked for this interpreter, it looks for its copy's libraries too.
    inherited = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    out = subprocess.run(  # noqa: S603
        [ldd, *map(str, binaries)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath, **inherited},
    ).stdout
    found = {Path(match) for match in re.findall(r"=> (/\S+)", out)}
    return sorted(path for path in found if not path.as_posix().startswith(tuple(f"{f}/" for f in SYSTEM_FOLDERS)))


def _base_executable() -> str:
    # The attribute is private by name, yet it is how `venv` itself finds the interpreter behind a venv.
    return str(getattr(sys, "_base_executable", sys.executable))
