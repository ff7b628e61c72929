"""Colours keep WCAG's contrast in light and in dark, read from tokens.css itself."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "static/css/tokens.css").read_text()
DECLARED = re.compile(r"--([\w-]+):\s*([^;]+);")
TEXT, PART = 4.5, 3.0
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "linen", TEXT),
    ("ink", "note-tint", TEXT),
    ("ink", "care-tint", TEXT),
    ("ink-2", "paper", TEXT),
    ("ink-2", "linen", TEXT),
    ("link", "paper", TEXT),
    ("link", "linen", TEXT),
    ("link", "note-tint", TEXT),
    ("link", "care-tint", TEXT),
    ("on-act", "act", TEXT),
    ("on-give", "give", TEXT),
    ("on-exit", "exit", TEXT),
    ("on-deep", "deep", TEXT),
    ("on-deep-2", "deep", TEXT),
    ("bad", "paper", TEXT),
    ("bad", "bad-tint", TEXT),
    ("good", "paper", TEXT),
    ("good", "good-tint", TEXT),
    ("edge", "paper", PART),
    ("focus", "paper", PART),
    ("focus", "linen", PART),
]


def _rules(css: str, *, begins: str) -> dict[str, str]:
    return dict(DECLARED.findall(css[css.index(begins) :].partition("}")[0]))


def palette(scheme: str) -> dict[str, str]:
    """Return each role's colour as #rrggbb in "light" or "dark"."""
    found = _rules(TOKENS, begins=":root {")
    if scheme == "dark":
        found |= _rules(TOKENS, begins="@media (prefers-color-scheme: dark)")
    colours = {}
    for name, value in found.items():
        dye = value
        while named := re.fullmatch(r"var\(--([\w-]+)\)", dye):
            dye = found[named[1]]
        if dye.startswith("#"):
            colours[name] = dye
    return colours


def luminance(colour: str) -> float:
    """Return WCAG 2's relative luminance of #rgb or #rrggbb."""
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Return WCAG 2's contrast ratio of two colours."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_knows_black_on_white():
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_a_pair_can_be_told_apart(scheme, front, ground, least):
    colours = palette(scheme)
    assert contrast(colours[front], colours[ground]) >= least


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_stripes_are_outlined_in_ink_that_shows(scheme):
    colours = palette(scheme)
    assert contrast(colours["ink"], colours["paper"]) >= PART
