"""The skew of a browser's clock is noted once a change, and silence with what it was."""

from __future__ import annotations

from harness.hearing import Hearing, notice
from logs.events import AnyEvent, Silence, Skew

NOW = 1_790_000_000_000


def noticed(
    batches: list[tuple[int, int, int | None]], recorded: int | None = None
) -> tuple[list[AnyEvent], Hearing]:
    """What is noted of batches given as (server time, browser's date, browser's steady clock) after NOW."""
    hearing, found = Hearing(), []
    for now, sent, steady in batches:
        events, hearing = notice(hearing, recorded, NOW + now, NOW + sent, steady)
        recorded = next((e.milliseconds for e in events if isinstance(e, Skew)), recorded)
        found += events
    return found, hearing


def test_the_skew_is_noted_at_first_and_then_only_when_it_changes() -> None:
    found, _ = noticed([(0, 90_000, 10), (1_000, 90_950, 1_010), (2_000, 92_200, 2_010)])
    assert found == [Skew(milliseconds=90_000)]


def test_a_clock_put_forward_is_noted_at_once() -> None:
    found, _ = noticed([(0, 0, 10), (1_000, 3_601_000, 1_010)])
    assert found == [Skew(milliseconds=0), Skew(milliseconds=3_600_000, jump=3_600_000)]


def test_a_late_delivery_is_no_jump_but_a_clock_put_back_is() -> None:
    late, _ = noticed([(0, 0, None), (9_000, 1_000, None), (9_100, 9_100, None)])
    assert late == [Skew(milliseconds=0)]
    back, _ = noticed([(0, 0, None), (1_000, -59_000, None), (2_000, -58_000, None)])
    assert back == [Skew(milliseconds=0), Skew(milliseconds=-60_000, jump=-60_000)]


def test_a_restarted_server_does_not_note_the_same_skew_again() -> None:
    assert noticed([(0, 500, 10)], recorded=400)[0] == []


def test_a_suspended_computer_is_silence_in_which_its_steady_clock_stood_still() -> None:
    found, _ = noticed([(0, 0, 1_000), (600_000, 600_000, 6_000)])
    assert found[1:] == [Silence(start=NOW, end=NOW + 600_000, stood_still=595_000)]


def test_a_lost_network_is_silence_in_which_the_steady_clock_went_on() -> None:
    found, _ = noticed([(0, 0, 1_000), (60_000, 60_000, 61_000)])
    assert found[1:] == [Silence(start=NOW, end=NOW + 60_000, stood_still=0)]
    untold, _ = noticed([(0, 0, None), (60_000, 60_000, None)])
    assert untold[1:] == [Silence(start=NOW, end=NOW + 60_000, stood_still=None)]


def test_a_reloaded_page_has_a_new_steady_clock_and_that_is_nothing() -> None:
    found, hearing = noticed([(0, 0, 900_000), (3_000, 3_000, 500)])
    assert found[1:] == []
    assert hearing.steady == 500
