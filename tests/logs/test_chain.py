"""Any event that is changed, removed, inserted or reordered is found and named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from harness.home import Home
from logs import Entry, Record, UnfitTextError, record, verify
from logs.events import Challenge, Focus, Sealed
from logs.keys import public_hex, sealed_bytes, sealing_key
from logs.record import GENESIS, canonical, link


def chain(length: int, session: str = "s1") -> list[Record]:
    records: list[Record] = []
    previous = GENESIS
    for seq in range(1, length + 1):
        event = Challenge(segment=None, quote="", text=f"remark {seq}") if seq % 2 else Focus(state="blurred")
        entry = Entry(event, "candidate", 1_000 * seq, seq, 999 * seq, seq)
        records.append(link(session, "session", seq, previous, entry, bytes([seq]) * 16))
        previous = records[-1].hash
    return records


def test_a_whole_chain_verifies() -> None:
    assert verify("s1", "session", chain(9)) is None


def changed_payload(records: list[Record], at: int) -> list[Record]:
    other = canonical(Challenge(segment=None, quote="", text="something else"))
    return [*records[:at], replace(records[at], payload=other), *records[at + 1 :]]


def changed_time(records: list[Record], at: int) -> list[Record]:
    return [*records[:at], replace(records[at], server_time=1), *records[at + 1 :]]


def changed_actor(records: list[Record], at: int) -> list[Record]:
    return [*records[:at], replace(records[at], actor="assistant"), *records[at + 1 :]]


def removed(records: list[Record], at: int) -> list[Record]:
    return records[:at] + records[at + 1 :]


def swapped(records: list[Record], at: int) -> list[Record]:
    first, second = records[at], records[at + 1]
    pair = [replace(second, seq=first.seq), replace(first, seq=second.seq)]
    return [*records[:at], *pair, *records[at + 2 :]]


def inserted(records: list[Record], at: int) -> list[Record]:
    twin = records[at]
    later = [replace(r, seq=r.seq + 1) for r in records[at:]]
    return [*records[:at], replace(twin), *later]


@pytest.mark.parametrize("tamper", [changed_payload, changed_time, changed_actor, removed, swapped, inserted])
@given(length=st.integers(3, 12), data=st.data())
def test_tampering_is_found_where_it_happened(
    tamper: Callable[[list[Record], int], list[Record]], length: int, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, length - 2))
    fault = verify("s1", "session", tamper(chain(length), at))
    assert fault is not None
    assert at + 1 <= fault.seq <= at + 2


def test_erased_content_does_not_break_the_chain() -> None:
    records = [replace(r, payload=None, salt=None) if r.seq == 3 else r for r in chain(5)]
    assert verify("s1", "session", records) is None


def test_the_seal_holds_for_its_own_chain_only(tmp_path: Path) -> None:
    key = sealing_key(tmp_path / "key.pem")

    def sealed(records: list[Record]) -> list[Record]:
        last = records[-1]
        signature = key.sign(sealed_bytes("s1", last.seq, last.hash.hex())).hex()
        seal = Sealed(events=last.seq, head=last.hash.hex(), key=public_hex(key), signature=signature)
        return [*records, link("s1", "session", last.seq + 1, last.hash, Entry(seal, "system", 1), b"x" * 16)]

    whole = sealed(chain(4))
    assert verify("s1", "session", whole) is None
    forged = Sealed.model_validate({**whole[-1].event.model_dump(), "signature": "00" * 64})
    entry = Entry(forged, "system", 1)
    fault = verify("s1", "session", [*whole[:-1], link("s1", "session", 5, whole[-2].hash, entry, b"x" * 16)])
    assert fault is not None
    assert "signature" in fault.what


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(UnfitTextError):
        canonical(Challenge(segment=None, quote="", text="\ud800"))


@pytest.mark.databases
def test_nul_survives_the_database(home: Home) -> None:
    home.log.append("s1", [Entry(Challenge(segment=None, quote="a\0b", text="\ufffd"), "candidate", 1)])
    event = home.log.read("s1")[0].event
    assert isinstance(event, Challenge)
    assert event.quote == "a\0b"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_the_short_way_to_the_canonical_form_gives_the_same_bytes(value: object) -> None:
    if record._plain(value):
        assert record._plain_bytes(value) == rfc8785.dumps(value)
