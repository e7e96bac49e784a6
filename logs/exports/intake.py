"""Takes sessions of a file into the log: whole ones, once, and nothing that was erased here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from logs.copies import Copy, copied, note
from logs.erasure import tombstone
from logs.exports.lines import SessionFile
from logs.exports.proof import proved
from logs.keys import Ring
from logs.record import Chain, Record, is_canonical
from logs.store import ConflictError, Log
from logs.verdict import Expected, Verdict

MOST = 5
"""Lines that cannot be read of which a refusal tells."""


@dataclass(frozen=True)
class Taken:
    """What became of one session of a file. `refused` says why nothing of it was taken in."""

    session: str
    events: int
    added: int
    said: Verdict | None
    refused: str | None


def take_in(log: Log, found: SessionFile, ring: Ring, expected: Expected = ()) -> Taken:
    """Verifies one session and stores what the log does not have of it; a second time that is nothing.

    Nothing is ever added to a session that was made here, and to a copy only what is signed by a key of `ring`.
    """
    records, review = found.records, found.review
    events = len(records) + len(review)
    if found.faults:
        return Taken(found.session, events, 0, None, _unreadable(found))
    said = proved(found, ring, expected)
    if said.faults:
        return Taken(found.session, events, 0, said, said.words)
    stored = (log.read(found.session), log.read(found.session, "review"))
    chains: tuple[tuple[Chain, Sequence[Record], Sequence[Record]], ...] = (
        ("session", stored[0], records),
        ("review", stored[1], review),
    )
    new: list[Record] = []
    refused = _misshapen(records) or _misshapen(review) or (_erased(stored[1], review) if stored[0] else None)
    for chain, ours, theirs in chains:
        refused = refused or _apart(chain, ours, theirs)
        new += theirs[len(ours) :]
    if refused is None and new and any(stored):
        if copied(log.engine, found.session) is None:
            refused = "it was made here, and nothing is added to it from a file"
        else:
            refused = next((why for chain in chains if (why := _unsigned(*chain, said, ring))), None)
    if refused is None and new:
        copy = Copy(found.session, len(records), len(review), said.marks)
        try:
            log.insert(new, also=partial(note, copy=copy))
        except ConflictError:
            refused = "it is being written to here; try again"
    if refused:
        return Taken(found.session, events, 0, said, refused)
    return Taken(found.session, events, len(new), said, None)


def _unreadable(found: SessionFile) -> str:
    """The first lines that cannot be read, and how many more there are."""
    told = found.faults[: MOST if found.header else 1]
    more = len(found.faults) - len(told)
    return " ".join(fault.words for fault in told) + (f" And {more} more." if more else "")


def _unsigned(
    chain: Chain, ours: Sequence[Record], theirs: Sequence[Record], said: Verdict, ring: Ring
) -> str | None:
    """Why what a file adds to a copy is not taken in; None if a key known here has signed it."""
    known = {key.key for key in ring}
    sealed = chain == "session" and said.seal is not None and said.seal.key in known
    marked = any(m.chain == chain and m.seq == len(theirs) and m.key.hex() in known for m in said.marks)
    if len(theirs) <= len(ours) or sealed or marked:
        return None
    return f"what it adds to the {chain} chain of the copy here is not signed by a key known here"


def _misshapen(records: Sequence[Record]) -> str | None:
    """Why a chain is not taken in that no harness has written, whatever its hashes say."""
    for record in records:
        if record.payload is not None and not is_canonical(record.payload):
            return f"event {record.seq} of the {record.chain} chain is not in the canonical form"
    return None


def _erased(ours: Sequence[Record], theirs: Sequence[Record]) -> str | None:
    """Why nothing is taken in when one of two copies of a session was erased."""
    if tombstone(ours) and not tombstone(theirs):
        return "its content was erased here and is not taken in again"
    if tombstone(theirs) and not tombstone(ours):
        return "it says that the content was erased; erase it here with `harness retention erase`"
    return None


def _apart(chain: str, ours: Sequence[Record], theirs: Sequence[Record]) -> str | None:
    """Why two copies of a chain cannot be one; None if one begins the other."""
    for mine, other in zip(ours, theirs, strict=False):
        if mine.hash != other.hash:
            if mine.seq == 1:
                return f"event 1 of the {chain} chain is another one here: two sessions have the same id"
            since = mine.seq - 1
            added = f"{len(ours) - since} events were added here and {len(theirs) - since} others in the file"
            return f"since event {since} of the {chain} chain, {added}: neither can take in the other"
    return None
