"""The colours of ui/styles/tokens.css: contrast of every pair in use, and distances under colour blindness."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "ui" / "styles" / "tokens.css").read_text(encoding="utf-8")
THEMES = {
    "light": r":root \{",
    "dark": r"\.dark, \[data-theme=\"dark\"\] \{",
    "contrast": r"\[data-theme=\"contrast\"\] \{",
}
Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
SIGHTS: dict[str, Matrix] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Linear RGB as people with each kind of sight see it, severity 1.0.

Source: Machado, Oliveira and Fernandes, A physiologically-based model for simulation of color vision deficiency,
IEEE Transactions on Visualization and Computer Graphics 15 (2009), 1291-1298.
"""
TEXT, MARK = 4.5, 3.0
"""Least contrast of text, and of marks and controls (WCAG 2.2, success criteria 1.4.3 and 1.4.11)."""
HIGH = 7.0
"""Least contrast of text in the high-contrast theme (WCAG 2.2, success criterion 1.4.6)."""
CODE = ("code-key", "code-str", "code-num", "code-com")
WORDS = ("ink", "ink-2", "ink-3", "accent", "good", "bad", "warn", "accept", "edit", "reject", "unsure", *CODE)
PAIRS = (
    [(word, ground, TEXT) for word in WORDS for ground in ("surface", "chrome", "sunken", "hover")]
    + [("on-accent", ground, TEXT) for ground in ("accent", "accent-hover")]
    + [(word, ground, TEXT) for word in ("ink", "ink-2") for ground in ("picked", "accent-soft")]
    + [("accent", "accent-soft", TEXT), ("warn", "warn-soft", TEXT), ("ink", "warn-soft", TEXT)]
    + [("ink", f"{truth}-soft", TEXT) for truth in ("flawed", "clean", "decoy")]
    + [(word, ground, TEXT) for word in ("ink", *CODE) for ground in ("prov-ai", "prov-paste", "code-line")]
    + [
        (mark, ground, MARK)
        for mark in ("control", "focus", "flawed", "clean", "decoy")
        for ground in ("surface", "chrome")
    ]
)
GROUPS = {"decisions": ("accept", "edit", "reject", "unsure"), "lanes": ("flawed", "clean", "decoy")}
FAR = {"light": 12.0, "dark": 12.0, "contrast": 8.0}
"""Least distance in OKLab, times 100, of two colours that mean different things."""


def linear(colour: str) -> tuple[float, float, float]:
    """Linear RGB, 0 to 1, of '#RRGGBB'. Source: IEC 61966-2-1 (sRGB), as WCAG 2.2 uses it."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return red, green, blue


def ratio(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21. Source: WCAG 2.2, definitions of contrast ratio and relative luminance."""
    low, high = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other)))
    return (high + 0.05) / (low + 0.05)


def oklab(colour: str, sight: str) -> tuple[float, float, float]:
    """OKLab of a colour as a person with this kind of sight sees it.

    Source: B. Ottosson, A perceptual color space for image processing (2020).
    """
    seen = linear(colour)
    r, g, b = (min(1.0, max(0.0, sum(m * x for m, x in zip(row, seen, strict=True)))) for row in SIGHTS[sight])
    long, middle, short = (
        x ** (1 / 3)
        for x in (
            0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
            0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
            0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
        )
    )
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def tokens(theme: str) -> dict[str, str]:
    """Name to '#RRGGBB' of a theme; what it does not set is as in the light one."""
    found: dict[str, str] = {}
    for start in dict.fromkeys((THEMES["light"], THEMES[theme])):
        block = re.search(start + r"(.*?)\n\}", CSS, re.S)
        assert block is not None, f"tokens.css has no block {start}"
        found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})\b", block[1]))
    return found


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("#000000", "#FFFFFF", 21.0), ("#777777", "#FFFFFF", 4.48)]
)
def test_the_contrast_formula_gives_known_ratios(one: str, other: str, expected: float) -> None:
    assert ratio(one, other) == pytest.approx(expected, abs=0.01)


def test_the_oklab_formula_gives_the_published_white() -> None:
    assert oklab("#FFFFFF", "normal") == pytest.approx((1.0, 0.0, 0.0), abs=1e-3)


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_in_use_has_enough_contrast(theme: str) -> None:
    colours = tokens(theme)
    low = []
    for ink, ground, least in PAIRS:
        needed = HIGH if theme == "contrast" and least == TEXT else least
        found = ratio(colours[ink], colours[ground])
        if found < needed:
            low.append(f"{ink} on {ground}: {found:.2f} < {needed}")
    assert low == []


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("theme", THEMES)
def test_colours_that_differ_in_meaning_differ_for_everybody(theme: str, group: str, sight: str) -> None:
    colours = tokens(theme)
    pairs = itertools.combinations(GROUPS[group], 2)
    nearest = min((100 * math.dist(oklab(colours[a], sight), oklab(colours[b], sight)), a, b) for a, b in pairs)
    assert nearest[0] >= FAR[theme], nearest
