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
