"""`harness doctor`."""

from __future__ import annotations

import shutil
import sys

import typer

from harness.sandbox import diagnose
from tasks import usable
from ui.commands import models
from ui.commands.output import JsonFlag, home, print_json, say


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("doctor")(doctor)


def doctor(json: JsonFlag = False) -> None:
    """Says what this machine has, and what to do about what is missing."""
    at = home()
    findings = [{"name": f.name, "ok": f.good, "says": f.message, "remedy": f.remedy} for f in diagnose()]
    findings += models.findings(at.settings)
    findings.append(
        {"name": "database", "ok": True, "says": f"{at.engine.dialect.name}, {at.engine.url!r}", "remedy": None}
    )
    tasks, broken = usable()
    findings.append({"name": "tasks", "ok": True, "says": f"{len(tasks)} can be used", "remedy": None})
    findings += [
        {"name": "task", "ok": False, "says": reason, "remedy": "mend it, then run `harness tasks lint`"}
        for reason in broken
    ]
    chromium = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
    findings.append(
        {
            "name": "Chromium (tests only)",
            "ok": chromium is not None,
            "says": chromium or "not found",
            "remedy": None if chromium else "run `make setup-system` (Debian), or `playwright install chromium`",
        }
    )
    findings.append(
        {"name": "Python", "ok": sys.version_info >= (3, 11), "says": sys.version.split()[0], "remedy": None}
    )
    if json:
        print_json({"findings": findings})
        return
    for finding in findings:
        fault = "broken " if str(finding["name"]).startswith(("task", "assistant", "model")) else "missing"
        say(f"{'ok     ' if finding['ok'] else fault}  {finding['name']}: {finding['says']}")
        if finding["remedy"]:
            say(f"         {finding['remedy']}")
