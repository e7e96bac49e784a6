"""How well candidate code is kept apart from the host."""

from enum import StrEnum


class Tier(StrEnum):
    """`strong` isolates; `reduced` leaves gaps; `none` is a plain process; `absent` runs nothing."""

    STRONG = "strong"
    REDUCED = "reduced"
    NONE = "none"
    ABSENT = "absent"
