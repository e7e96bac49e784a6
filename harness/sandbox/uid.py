"""The user that sandboxes run as when the server runs as root."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping

FIRST, LAST = 60600, 61183  # a range that distributions and systemd leave unassigned
SETTING = "HARNESS_SANDBOX_UID"


class UidRefused(ValueError):
    """The configured uid cannot be used; the message is one sentence."""


def sandbox_uid(settings: Mapping[str, str] = os.environ, effective: int | None = None) -> int | None:
    """The uid (and gid) to change to before a sandbox starts; None when this process is not root.

    Raises UidRefused for a uid that is not a number or is 0.
    """
    if (os.geteuid() if effective is None else effective) != 0:
        return None
    chosen = settings.get(SETTING)
    if chosen is not None:
        if not chosen.isdecimal() or not 0 < int(chosen) < 2**32 - 1:
            raise UidRefused(f"{SETTING} must be the number of an unprivileged user, not {chosen!r}.")
        return int(chosen)
    for uid in range(FIRST, LAST + 1):
        try:
            pwd.getpwuid(uid)
        except KeyError:
            return uid
    raise UidRefused(f"Every uid from {FIRST} to {LAST} belongs to an account: set {SETTING} to a free one.")
