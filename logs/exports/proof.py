"""What a file proves of the session in it: its chains, its seal, and the marks in its header."""

from __future__ import annotations

from collections.abc import Sequence

from logs.exports.lines import BEFORE, SessionFile
from logs.keys import Ring, fingerprint
from logs.marks import Mark, short
from logs.record import Record
from logs.verdict import Expected, Seal, Verdict, standing, verdict
from logs.verify import Fault


def proved(found: SessionFile, ring: Ring, expected: Expected = ()) -> Verdict:
    """The verdict on a session of a file without line faults.

    A mark holds if it is signed by the author's key (the one that sealed the session, or signed the whole of an
    unsealed one) or one of `ring`, or by one that was `expected`. What no mark covers is a doubt; where a key was
    expected it is a fault.
    """
    said = verdict(found.session, found.records, found.review, ring, strangers=True, expected=expected)
    marks = {mark.chain: mark for mark in found.marks}
    faults = list(said.faults)
    for mark in marks.values():
        if not mark.genuine:
            what = "the mark in the header is not signed by the key that it names: changed"
            faults.append(Fault(found.session, mark.chain, mark.seq, what))
        elif gap := _gap(found.records if mark.chain == "session" else found.review, mark):
            faults.append(gap)
    if faults:
        return Verdict(found.session, tuple(faults), said.seal, said.erased)
    signed, whole = None, marks.get("session")
    if said.seal is None and whole is not None:
        signed = Seal(whole.key.hex(), whole.at, standing(whole.key.hex(), ring))
    author = said.seal or signed
    known = {key.key for key in ring} | ({author.key} if author else set())
    held = {c: m for c, m in marks.items() if m.key.hex() in known or m.key.hex().startswith(expected)}
    if author is None:
        doubt: str | None = "no key signed it as it stands"
    else:
        doubt = _doubt(found, held.get("review"), marks.get("review"), expected)
    if expected and doubt:
        fault = Fault(found.session, "review", len(found.review), doubt)
        return Verdict(found.session, (fault,), said.seal, said.erased)
    return Verdict(found.session, (), said.seal, said.erased, signed, doubt, tuple(held.values()))


def _gap(records: Sequence[Record], mark: Mark) -> Fault | None:
    """What a chain lacks or has beyond its mark: a file is signed whole."""
    if len(records) > mark.seq:
        what = f"event {mark.seq + 1} was added after the file was signed"
        return Fault(mark.session_id, mark.chain, mark.seq + 1, what)
    return short(records, mark)


def _doubt(found: SessionFile, held: Mark | None, there: Mark | None, expected: Expected) -> str | None:
    """What of the review is not signed; None if it is."""
    count = len(found.review)
    if held is not None and (not expected or held.key.hex().startswith(expected)):
        return None
    review = f"its review ({count} events) is" if count else "that it has no review is"
    who = "the key expected" if expected else "the key that sealed it or another known here"
    if there is not None:
        return f"{review} signed by key {fingerprint(there.key.hex())}, and not by {who}"
    told = f"{review} not signed by {who}"
    if found.header and found.header.format == BEFORE:
        told += f", and its format, {BEFORE}, does not say how many events there were"
    return told
