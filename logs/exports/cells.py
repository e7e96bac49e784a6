"""Cells of CSV files that a spreadsheet must not take for formulas, and back.

A cell that begins with `=`, `+`, `-`, `@`, tab or carriage return gets an apostrophe in front; so does one that
begins with an apostrophe, which makes the rule reversible: on reading, one apostrophe before any of these goes.
"""

from __future__ import annotations

DANGEROUS = frozenset("=+-@\t\r'")


def guarded(cell: str) -> str:
    """The cell as it is written."""
    return "'" + cell if cell[:1] in DANGEROUS else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in DANGEROUS else cell
