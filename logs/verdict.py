"""What there is to say of a whole session: both chains, who sealed it, and whether its content was erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from logs.erasure import KEPT, tombstone
from logs.events import Erased, Sealed
from logs.keys import Ring, fingerprint
from logs.marks import Mark, unmarked
from logs.record import Chain, Record
from logs.verify import Fault, verify

Standing = Literal["current", "retired", "imported", "unknown"]
Expected = tuple[str, ...]
"""Beginnings of public keys (lower-case hex) of which one must have signed; none if any may."""
GRACE = 60_000
"""Milliseconds after a rotation in which a seal by the old key was begun before it."""


@dataclass(frozen=True)
class Seal:
    """The key (raw, hex) that sealed a session or signed its tombstone, when (ms, UTC), and how it stands here."""

    key: str
    at: int
    standing: Standing

    @property
    def words(self) -> str:
        """The key and how it stands."""
        return f"key {fingerprint(self.key)} ({STANDINGS[self.standing]})"


@dataclass(frozen=True)
class Verdict:
    """What was found of one session; whole when there are no faults.

    `signed` is the key (hex) that signed an unsealed session of a file, `doubt` what the file cannot show, and
    `marks` are its marks that hold.
    """

    session: str
    faults: tuple[Fault, ...]
    seal: Seal | None = None
    erased: Erased | None = None
    signed: Seal | None = None
    doubt: str | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def signers(self) -> frozenset[str]:
        """The keys (hex) of its seal and of its marks that hold."""
        author = self.seal or self.signed
        return frozenset({mark.key.hex() for mark in self.marks} | ({author.key} if author else set()))

    @property
    def words(self) -> str:
        """One sentence."""
        if self.faults:
            first = self.faults[0]
            return f"{self.session}, {first.chain} chain: {first.what}."
        told = "whole, its content erased" if self.erased else "whole"
        if self.seal is not None:
            told += f", sealed by {self.seal.words}"
        else:
            told += f", not sealed, signed by {self.signed.words}" if self.signed else ", not sealed"
        return f"{self.session}: {told}{f', but {self.doubt}' if self.doubt else ''}."


STANDINGS: dict[Standing, str] = {
    "current": "the key of this installation",
    "retired": "a retired key of this installation",
    "imported": "known from an import",
    "unknown": "unknown here: compare it with what `harness keys show` prints where the session was made",
}


def verdict(
    session_id: str,
    records: Sequence[Record],
    review: Sequence[Record],
    ring: Ring,
    strangers: bool = False,
    expected: Expected = (),
    marks: Sequence[Mark] | None = None,
    copy: Sequence[Record] | None = None,
) -> Verdict:
    """Verifies the chains, the seal's key and the tombstone, and that nothing is missing of what was marked.

    A seal by a key that `ring` does not know is a fault unless `strangers` are allowed (a file from elsewhere), in
    which case the verdict says so. `marks` are those of this database, for a session that stands in one: each of
    its chains has one, and a session that is no copy is sealed by a key of this installation. `copy` is the chain
    of looks at a copy; None for a session made here.
    """
    chains: dict[Chain, Sequence[Record]] = {"session": records, "review": review, "copy": copy or ()}
    faults = [f for chain, found in chains.items() if (f := verify(session_id, chain, found))]
    faults += [
        Fault(session_id, "copy", r.seq, f"event {r.seq} is no look") for r in copy or () if r.kind != "looked"
    ]
    if marks is not None:
        own = {known.key for known in ring if known.origin == "own"}
        faults += [f for chain, found in chains.items() if (f := unmarked(session_id, chain, found, marks, own))]
    if faults:
        return Verdict(session_id, tuple(faults))
    erased, seal = tombstone(review), None
    faults += _content_gone(session_id, records, review, erased)
    for record in (r for r in (*records, *review) if r.kind in ("sealed", "erased") and r.payload is not None):
        event = record.event
        if not isinstance(event, Sealed | Erased):
            continue
        found = Seal(event.key, record.server_time, standing(event.key, ring))
        seal = seal or (found if isinstance(event, Sealed) else None)
        what = _wrong_key(found, ring, strangers, expected, made_here=marks is not None and copy is None)
        if what:
            faults.append(Fault(session_id, record.chain, record.seq, what))
    if expected and seal is None:
        what = "it is not sealed, and a seal by that key was expected"
        faults.append(Fault(session_id, "session", len(records), what))
    return Verdict(session_id, tuple(faults), seal, erased)


def standing(key: str, ring: Ring) -> Standing:
    """How a key stands in a ring."""
    known = next((k for k in ring if k.key == key), None)
    if known is None:
        return "unknown"
    if known.origin == "imported":
        return "imported"
    return "current" if known.retired is None else "retired"


def _wrong_key(seal: Seal, ring: Ring, strangers: bool, expected: Expected, made_here: bool) -> str | None:
    name = fingerprint(seal.key)
    if expected and not seal.key.startswith(expected):
        return f"it is signed by key {name} and not by the one expected"
    if seal.standing == "unknown" and not strangers:
        return f"it is signed by key {name}, which is not known here"
    if made_here and seal.standing == "imported":
        return f"it is signed by key {name}, which is known from an import, and the session was made here"
    retired = next((k.retired for k in ring if k.key == seal.key and k.origin == "own"), None)
    if retired is not None and seal.at > retired + GRACE:
        return f"it is signed by key {name} after that was retired"
    return None


def _content_gone(
    session_id: str, records: Sequence[Record], review: Sequence[Record], erased: Erased | None
) -> list[Fault]:
    """Content that is missing without a tombstone that covers it, or is there in spite of one."""
    chains: tuple[tuple[Chain, Sequence[Record], int, str], ...] = (
        ("session", records, erased.session_events if erased else 0, erased.session_head if erased else ""),
        ("review", review, erased.review_events if erased else 0, erased.review_head if erased else ""),
    )
    for chain, found, covered, head in chains:
        if covered and (len(found) < covered or found[covered - 1].hash.hex() != head):
            return [Fault(session_id, chain, min(covered, len(found)), "the tombstone is for another chain")]
        for record in found:
            gone = record.payload is None
            if gone and (record.seq > covered or record.kind in KEPT):
                what = f"the content of event {record.seq} ({record.kind}) is gone and no tombstone says why"
                return [Fault(session_id, chain, record.seq, what)]
            if not gone and record.seq <= covered and record.kind not in KEPT:
                what = f"event {record.seq} ({record.kind}) has content although it was erased"
                return [Fault(session_id, chain, record.seq, what)]
        if erased and chain == "session" and len(found) > covered:
            return [Fault(session_id, chain, covered + 1, f"event {covered + 1} follows the erasure")]
    return []
