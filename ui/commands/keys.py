"""`harness keys`: the keys that seal sessions."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from harness.clock import wall_clock
from logs.keys import KnownKey, public_hex, ring, rotate
from ui.commands.output import JsonFlag, home, print_json, say, table

app = typer.Typer(no_args_is_help=True, help="The keys that seal sessions: show, rotate.")


@app.command("show")
def show(json: JsonFlag = False) -> None:
    """Every public key that sealed sessions here, with its dates; compare them with those of a file's sender."""
    at = home()
    current = public_hex(at.key)
    keys = ring(at.key_file)
    if json:
        print_json({"current": current, "keys": [k.model_dump() for k in keys]})
        return
    table([(k.key, _day(k.made), _words(k)) for k in keys], ("Public key (Ed25519)", "Since", ""))


@app.command("rotate")
def rotate_key(json: JsonFlag = False) -> None:
    """Makes a new signing key; the old one is retired, and what it sealed stays valid."""
    at = home()
    made = rotate(at.key_file, wall_clock())
    if json:
        print_json({"current": made.key, "keys": [k.model_dump() for k in ring(at.key_file)]})
    else:
        say(f"Sessions are sealed by {made.key} from now on.")


def _words(key: KnownKey) -> str:
    if key.origin == "imported":
        return "seen in an import"
    return "signs" if key.retired is None else f"retired {_day(key.retired)}"


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M}"
