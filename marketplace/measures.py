"""How big and how heavy a piece is, as people read it: in centimetres and in inches. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from django.utils.formats import number_format
from django.utils.translation import gettext as _

MM_AN_INCH = Decimal("25.4")
GRAMS_AN_OUNCE = Decimal("28.349523125")
GRAMS_A_POUND = Decimal("453.59237")
TENTH = Decimal("0.1")


class Measured(Protocol):
    """Whatever has measures in millimetres, None for one that it lacks."""

    width_mm: int | None
    length_mm: int | None
    depth_mm: int | None
    diameter_mm: int | None


def size(piece: Measured) -> str:
    """Write the measures that there are, in centimetres and inches; nothing without any."""
    sides = [mm for mm in (piece.width_mm, piece.length_mm, piece.depth_mm) if mm]
    if piece.diameter_mm:
        return _round(piece.diameter_mm, piece.length_mm)
    if not sides:
        return ""
    return _("%(cm)s cm (%(inches)s in)") % {"cm": _sides(sides, 10), "inches": _sides(sides)}


def _round(across: int, high: int | None) -> str:
    if not high:
        return _("%(cm)s cm across (%(inches)s in)") % {
            "cm": _written(across, Decimal(10)),
            "inches": _written(across, MM_AN_INCH),
        }
    return _("%(cm)s cm across, %(cm_high)s cm high (%(inches)s × %(inches_high)s in)") % {
        "cm": _written(across, Decimal(10)),
        "cm_high": _written(high, Decimal(10)),
        "inches": _written(across, MM_AN_INCH),
        "inches_high": _written(high, MM_AN_INCH),
    }


def weight(grams: int | None) -> str:
    """Write a weight in grams or kilograms, and in ounces or pounds; nothing for none."""
    if not grams:
        return ""
    metric = f"{grams} g" if grams < 1000 else f"{_written(grams, Decimal(1000))} kg"
    if grams < GRAMS_A_POUND:
        return f"{metric} ({_written(grams, GRAMS_AN_OUNCE)} oz)"
    return f"{metric} ({_written(grams, GRAMS_A_POUND)} lb)"


def _sides(sides: Sequence[int], unit: int | None = None) -> str:
    part = Decimal(unit) if unit else MM_AN_INCH
    return " × ".join(_written(side, part) for side in sides)


def _written(amount: int, unit: Decimal) -> str:
    """Write a quotient with one decimal at most, as the language writes it."""
    value = (Decimal(amount) / unit).quantize(TENTH, ROUND_HALF_UP)
    places = 0 if value == value.to_integral_value() else 1
    return str(number_format(value, decimal_pos=places))


@dataclass(frozen=True, slots=True)
class Fact:
    """A measure as text; `name` of the variant that it is of, nothing where all are alike."""

    name: str
    text: str


def told(named: Sequence[tuple[str, str]]) -> list[Fact]:
    """Return (variant's name, text) pairs as few facts: one where all variants are alike."""
    known = [(name, text) for name, text in named if text]
    texts = {text for _name, text in known}
    if len(texts) == 1 and len(known) == len(named):
        return [Fact("", known[0][1])]
    return [Fact(name, text) for name, text in known]
