"""Builds the environment: `python -m harness.sandbox.environment`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from harness.sandbox.environment import build


def main(arguments: list[str] | None = None) -> int:
    """Build the environment; exit code 2 and one line on standard error when it cannot be built."""
    parser = argparse.ArgumentParser(prog="python -m harness.sandbox.environment", description=__doc__)
    parser.add_argument("--folder", type=Path, default=None, help="where (default: <sys.prefix>/candidate)")
    chosen = parser.parse_args(arguments)
    try:
        build(chosen.folder, lambda line: print(line, flush=True))
    except (OSError, RuntimeError) as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 2
    return 0


sys.exit(main())
