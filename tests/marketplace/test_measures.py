"""Measures are written in centimetres and inches, weights in grams and ounces."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from marketplace import measures
from marketplace.measures import Fact


def piece(width=None, length=None, depth=None, across=None):
    return SimpleNamespace(width_mm=width, length_mm=length, depth_mm=depth, diameter_mm=across)


@pytest.mark.parametrize(
    ("sides", "words"),
    [
        (piece(620, 1900), "62 × 190 cm (24.4 × 74.8 in)"),
        (piece(400, 360, 125), "40 × 36 × 12.5 cm (15.7 × 14.2 × 4.9 in)"),
        (piece(across=240, length=90), "24 cm across, 9 cm high (9.4 × 3.5 in)"),
        (piece(across=254), "25.4 cm across (10 in)"),
        (piece(), ""),
    ],
)
def test_sizes(sides, words):
    assert measures.size(sides) == words


def test_spanish_writes_a_comma():
    with override("es"):
        assert "24,4" in measures.size(piece(620, 1900))


@pytest.mark.parametrize(
    ("grams", "words"),
    [(85, "85 g (3 oz)"), (980, "980 g (2.2 lb)"), (1350, "1.4 kg (3 lb)"), (None, "")],
)
def test_weights(grams, words):
    assert measures.weight(grams) == words


def test_what_is_alike_is_said_once():
    assert measures.told([("Blue", "62 cm"), ("Red", "62 cm")]) == [Fact("", "62 cm")]
    both = measures.told([("Small", "45 cm"), ("Large", "60 cm")])
    assert both == [Fact("Small", "45 cm"), Fact("Large", "60 cm")]
    assert measures.told([("Small", "45 cm"), ("Large", "")]) == [Fact("Small", "45 cm")]
    assert measures.told([("", "")]) == []
