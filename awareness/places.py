"""Regions and countries, as their page shows them."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import get_language

from .models import Country, Region

Row = dict[str, Any]


@dataclass(frozen=True)
class Land:
    """A country: what the founding text called it, and what readers may follow from here."""

    anchor: str
    name: str
    role: str
    note: str
    figures: list[Row]
    lines: list[str]
    programmes: list[Row]


@dataclass(frozen=True)
class Area:
    """A region with its figures and its countries."""

    key: str
    name: str
    note: str
    figures: list[Row]
    countries: list[Land]


def regions() -> list[Area]:
    """Return all regions in order, with their countries; one query."""
    return [
        _area(key, list(rows))
        for key, rows in groupby(Region.objects.with_countries(), key=lambda row: row["key"])
    ]


def _words(row: Row, column: str) -> str:
    """Return `column` in the active language, else in English."""
    return row.get(f"{column}_{get_language()}") or row[f"{column}_en"] or ""


def _area(key: str, rows: list[Row]) -> Area:
    return Area(
        key=key,
        name=_words(rows[0], "name"),
        note=_words(rows[0], "note"),
        figures=rows[0]["figures"],
        countries=[_land(row) for row in rows if row["countries__code"]],
    )


def _land(row: Row) -> Land:
    return Land(
        anchor=row["countries__code"].lower(),
        name=_words(row, "countries__name"),
        role=str(Country.Role(row["countries__role"]).label),
        note=_words(row, "countries__note"),
        figures=row["country_figures"],
        lines=row["lines"],
        programmes=row["programmes"],
    )
