from __future__ import annotations

import pytest

from evaluators.prose.numbers import number_verdict, readings
from tasks import NumberCheck

CORES = NumberCheck(low="255.0", high="600.0", unit=r"(?:busy |CPU )*(?:cores?|v?CPUs?)\b")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("268 busy cores", "pass"),
        ("about 268.4 cores, so 270 with a spare", "pass"),
        ("we need ~300 vCPUs", "pass"),
        ("300-core machines", "pass"),
        ("0.3k cores", "pass"),
        ("268", None),
        ("268 pods of 4 cores", "fail"),
        ("2 cores", "fail"),
        ("1268 cores", "fail"),
        ("x268 cores", None),
        ("no number", None),
        ("", None),
        ("300 coresident", None),
    ],
)
def test_a_number_before_its_unit(text: str, verdict: str | None) -> None:
    assert number_verdict(CORES, text) == verdict


CLEAN = "The ranking keeps 268 cores busy: at half load 134 pods of 4 cores carry it."
FLAWED = "The ranking keeps 2.7 cores busy: at half load 2 pods of 4 cores carry it."


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (CLEAN, "pass"),
        (FLAWED, "fail"),
        ("At half load 134 pods of 4 cores carry it.", None),  # the brief's number alone
        ("268 cores, with 20 cores kept free.", "pass"),
        ("268 cores instead of 2.7 cores", "pass"),
        ("Is it 268 cores or 2.7 cores?", "unclear"),
        ("2.7 cores busy. In fact 268 cores.", "unclear"),
        ("1 core, 2 cores, 5 cores, 20 cores, 90 cores, 268 cores, 900 cores", "unclear"),
        ("2.68×10^2 cores", "unclear"),
        ("2 × 134 cores", "unclear"),
        ("536/2 cores", "unclear"),
        ("two hundred and seventy cores", "unclear"),
        ("between 2 and 268 cores", "pass"),
        ("40 cores", "fail"),
        ("the cores of a pod", None),
    ],
)
def test_numbers_beside_those_of_the_twins(text: str, verdict: str | None) -> None:
    assert number_verdict(CORES, text, CLEAN, FLAWED) == verdict


@pytest.mark.parametrize(
    "text", ["94,240 alerts", "94.240 alerts", "94 240 alerts", "94'240 alerts", "94240 alerts"]
)
def test_every_way_of_writing_thousands(text: str) -> None:
    check = NumberCheck(low="94000.0", high="94500.0", unit="alerts")
    assert number_verdict(check, text) == "pass"


@pytest.mark.parametrize(
    ("digits", "values"),
    [
        ("12", (12.0,)),
        ("1.5", (1.5,)),
        ("1,5", (1.5,)),
        ("1.200", (1.2, 1200.0)),
        ("1,234.5", (1234.5,)),
        ("1.234,5", (1234.5,)),
        ("1,234,567", (1234567.0,)),
        ("4 268", (268.0, 4268.0)),
    ],
)
def test_readings(digits: str, values: tuple[float, ...]) -> None:
    assert readings(digits) == values
