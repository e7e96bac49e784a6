"""A small coding task and a small design task, made by hand, for hand-made sessions."""

from __future__ import annotations

from tasks import Task

STUB = '''import math


def total(rows):
    """The sum of the amounts."""
    raise NotImplementedError


def mean(rows):
    """The mean amount, 0 without rows."""
    raise NotImplementedError


def clip(x):
    """Between 0 and 1."""
    raise NotImplementedError
'''
SOLUTION = '''import math


def total(rows):
    """The sum of the amounts."""
    return math.fsum(rows)


def mean(rows):
    """The mean amount, 0 without rows."""
    return total(rows) / len(rows) if rows else 0.0


def clip(x):
    """Between 0 and 1."""
    return max(0.0, min(1.0, x))
'''
TOTAL_CLEAN = 'def total(rows):\n    """The sum of the amounts."""\n    return math.fsum(rows)\n'
TOTAL_FLAWED = 'def total(rows):\n    """The sum of the amounts."""\n    return math.fsum(rows[1:])\n'
MEAN_CLEAN = (
    "def mean(rows):\n"
    '    """The mean amount, 0 without rows."""\n'
    "    return total(rows) / len(rows) if rows else 0.0\n"
)
MEAN_FLAWED = 'def mean(rows):\n    """The mean amount, 0 without rows."""\n    return total(rows) / len(rows)\n'
CLIP = 'def clip(x):\n    """Between 0 and 1."""\n    return max(0.0, min(1.0, x))\n'
CHECKS = {
    "total": "def check(candidate):\n    assert candidate.call('total', [1.0, 2.0]) == 3.0, 'one row is lost'\n",
    "mean": "def check(candidate):\n    assert candidate.call('mean', []) == 0.0, 'no rows'\n",
    "clip": "def check(candidate):\n    assert candidate.call('clip', 2.0) == 1.0, 'above 1'\n",
}
SOURCES = [{"title": "Arithmetic"}]
TWIN = {
    "kind": "twin",
    "flaw": "error",
    "category": "toy",
    "mechanism": "It is wrong.",
    "right": "The right answer.",
    "why": "Because.",
    "sources": SOURCES,
}


def _topics(*names: str) -> list[dict[str, object]]:
    return [
        {
            "id": "all",
            "offer": "everything",
            "asks": [f"ask {n}" for n in range(6)],
            "steps": [{"item": name} for name in names],
            "again": "Again.",
        }
    ]


def _task(name: str, kind: str, files: list[str], **more: object) -> Task:
    raw: dict[str, object] = {
        "name": name,
        "digest": "0" * 64,
        "file": {
            "title": name.capitalize(),
            "kind": kind,
            "version": "1",
            "level": "any",
            "minutes": 30,
            "files": [{"path": f, "title": f} for f in files],
        },
        "brief": "Do it.",
        "visible": {},
        "checks": {},
        "reference": {},
        "fillers": [],
        **more,
    }
    return Task.model_validate(raw)


CODE = _task(
    "code",
    "coding",
    ["app.py"],
    starter={"app.py": STUB},
    checks=CHECKS,
    reference={"solution": {"app.py": SOLUTION}},
    items=[
        {"id": "total", "form": "hunk", "topic": "all", "flawed": TOTAL_FLAWED, "clean": TOTAL_CLEAN}
        | {"file": "app.py", "symbol": "total", "family": "code-behaviour", "severity": "critical"}
        | TWIN,
        {"id": "mean", "form": "hunk", "topic": "all", "flawed": MEAN_FLAWED, "clean": MEAN_CLEAN}
        | {"file": "app.py", "symbol": "mean", "family": "number-or-calculation", "severity": "major"}
        | TWIN,
        {"id": "clip", "form": "hunk", "topic": "all", "clean": CLIP, "proof": "By construction."}
        | {"file": "app.py", "symbol": "clip", "family": "code-behaviour"}
        | {k: v for k, v in TWIN.items() if k != "flaw"}
        | {"kind": "decoy"},
    ],
    fillers=[{"id": "note", "form": "claim", "text": "Amounts are whole cents.", "proof": "By the brief."}],
    replies={"topics": _topics("total", "mean", "clip"), "review_opening": "", "challenged": "", "unknown": ""}
    | {"greeting": ""},
)

CORES_FLAWED = "At peak the ranking keeps 0.7 cores busy, so one pod is enough."
CORES_CLEAN = "At peak the ranking keeps 268 cores busy, so many pods are needed."
BIAS_FLAWED = "Guess the gender from the first name and start there."
BIAS_CLEAN = "Start with what is read most in the region at that hour."
DESIGN = _task(
    "design",
    "design",
    ["serving.md", "risks.md"],
    starter={"serving.md": "", "risks.md": ""},
    items=[
        {"id": "cores", "form": "claim", "topic": "all", "flawed": CORES_FLAWED, "clean": CORES_CLEAN}
        | {"section": "serving.md", "family": "cost-or-capacity", "severity": "major"}
        | {
            "number": {
                "low": "255",
                "high": "600",
                "unit": r"(?:busy )?(?:cores?|CPUs?)\b",
                "section": "serving.md",
            }
        }
        | TWIN,
        {"id": "bias", "form": "claim", "topic": "all", "flawed": BIAS_FLAWED, "clean": BIAS_CLEAN}
        | {"section": "risks.md", "family": "fairness-or-privacy", "severity": "critical"}
        | TWIN
        | {"flaw": "bias"},
    ],
    replies={"topics": _topics("cores", "bias"), "review_opening": "", "challenged": "", "unknown": ""}
    | {"greeting": ""},
)
TASKS = {"code": CODE, "design": DESIGN}
SEGMENTS = {name: f"seg{name}".ljust(12, "0") for name in ("total", "mean", "clip", "note", "cores", "bias")}
