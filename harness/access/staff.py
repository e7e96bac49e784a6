"""Staff accounts: a role each, passwords as argon2 hashes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, cast, get_args

from sqlmodel import Session, select

from harness.home import Home
from harness.tables import StaffRow

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Role = Literal["interviewer", "hiring", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)


class StaffError(Exception):
    """An account that cannot be made; the message says why."""


@dataclass(frozen=True)
class Staff:
    """A member of staff who has signed in."""

    name: str
    role: Role


def add(home: Home, name: str, role: str, password: str) -> Staff:
    """Makes an account or sets its role and password. Raises StaffError."""
    if role not in ROLES:
        raise StaffError(f"{role!r} is not a role; the roles are {', '.join(ROLES)}.")
    if not name.strip() or len(name) > 64 or len(password) < 10:
        raise StaffError("A name has 1 to 64 characters and a password at least 10.")
    with Session(home.engine) as db:
        db.merge(StaffRow(name=name, role=role, password=_hasher().hash(password)))
        db.commit()
    return Staff(name, role)


def sign_in(home: Home, name: str, password: str) -> Staff | None:
    """The account if name and password fit, else None."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with Session(home.engine) as db:
        row = db.get(StaffRow, name)
    try:
        # An unknown name is verified too, so that a guess takes as long either way.
        _hasher().verify(row.password if row else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return None
    return Staff(row.name, cast(Role, row.role)) if row else None


def find(home: Home, name: str) -> Staff | None:
    """The account of that name."""
    with Session(home.engine) as db:
        row = db.get(StaffRow, name)
    return Staff(row.name, cast(Role, row.role)) if row else None


def every(home: Home) -> list[Staff]:
    """All accounts by name."""
    with Session(home.engine) as db:
        return [Staff(r.name, cast(Role, r.role)) for r in db.exec(select(StaffRow).order_by(StaffRow.name))]


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash("nobody")
