"""Load sources, figures, sentences of the founding text, helplines and places from JSON.

Rows are known by their keys; a row that is there already is never touched, and one that
staff have deleted does not come back: its history says that it was here.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from awareness.models import Citation, Country, Helpline, Region, SeedClaim, Source, Statistic
from awareness.models.facts import Verdict

FOLDER = Path(__file__).parent / "content"
Row = dict[str, Any]
SHARED_BY_PARTS = (
    *("unit", "topic", "method_family", "data_year_en", "data_year_es", "published_on"),
    *("checked_on", "review_due"),
)


def load() -> None:
    """Add the rows that are missing."""
    _sources(_rows("sources"))
    new = _statistics(_rows("statistics"))
    _parts(_rows("parts"), new=new)
    _claims(_rows("seed_claims"))
    _helplines(_rows("helplines"))
    places = json.loads((FOLDER / "places.json").read_text(encoding="utf-8"))
    _regions(places["regions"])
    _countries(places["countries"])


def _rows(name: str) -> list[Row]:
    # Decimal, not float: a value is shown as it was published.
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    rows: list[Row] = json.loads(text, parse_float=Decimal)
    return rows


def _missing(
    model: Any, rows: list[Row], *, key: str = "key", column: str = "key"
) -> list[tuple[int, Row]]:
    have = set(model.objects.values_list(column, flat=True))
    if hasattr(model, "history"):
        have |= set(model.history.values_list(column, flat=True))
    return [(place, row) for place, row in enumerate(rows) if row[key] not in have]


def _same(row: Row, *names: str) -> Row:
    """Return the named fields; what the data leave open is an empty text."""
    return {name: "" if row[name] is None else row[name] for name in names}


def _sources(rows: list[Row]) -> None:
    for _, row in _missing(Source, rows):
        Source.objects.create(
            **_same(row, "key", "publisher", "title", "year", "published_on", "url"),
            **_same(row, "kind", "language", "note"),
            is_url_seen=row["url_seen"],
            accessed_on=date.fromisoformat(row["accessed_on"]),
        )


def _statistics(rows: list[Row]) -> set[str]:
    missing = _missing(Statistic, rows)
    for place, row in missing:
        statistic = Statistic.objects.create(
            position=place,
            is_public=row["show_by_default"],
            value_low=row["value_low"],
            value_high=row["value_high"],
            checked_on=date.fromisoformat(row["checked_on"]),
            review_due=date.fromisoformat(row["review_due"]),
            **_same(row, "key", "unit", "geography", "published_on", "method_family", "topic"),
            **_same(row, "seed_paragraphs", "seed_wording", "verdict", "confidence"),
            **_same(row, "confidence_where"),
            **_same(row, "value_text_en", "value_text_es", "data_year_en", "data_year_es"),
            **_same(row, "counts_what_en", "counts_what_es", "statement_en", "statement_es"),
            **_same(row, "caveat_en", "caveat_es"),
        )
        _cite(statistic, row["sources"])
    return {row["key"] for _, row in missing}


def _cite(statistic: Statistic, rows: list[Row]) -> None:
    for position, cited in enumerate(rows):
        Citation.objects.create(
            statistic=statistic,
            source=Source.objects.get(key=cited["source_key"]),
            locator=cited["locator"],
            position=position,
        )


def _parts(rows: list[Row], *, new: set[str]) -> None:
    """Add what charts are drawn from; a part that is a figure already gets its place only."""
    wholes = {whole.key: whole for whole in Statistic.objects.all()}
    for place, row in _missing(Statistic, rows):
        whole = wholes.get(row["part_of"])
        if whole is None:
            continue
        part = Statistic.objects.create(
            part_of=whole,
            position=place,
            is_public=whole.is_public,
            is_listed=False,
            value_low=row["value"],
            value_high=row["value"],
            verdict=Verdict.KEPT,
            **{name: getattr(whole, name) for name in SHARED_BY_PARTS},
            **_same(row, "key", "geography", "confidence", "confidence_where"),
            **_same(row, "label_en", "label_es", "value_text_en", "value_text_es"),
            **_same(row, "counts_what_en", "counts_what_es", "statement_en", "statement_es"),
            **_same(row, "caveat_en", "caveat_es"),
        )
        _cite(part, row["sources"])
    for row in rows:
        if row["key"] in new and row["part_of"] in wholes:
            Statistic.objects.filter(key=row["key"]).update(
                part_of=wholes[row["part_of"]], **_same(row, "label_en", "label_es")
            )


def _claims(rows: list[Row]) -> None:
    for _, row in _missing(SeedClaim, rows, key="id"):
        claim = SeedClaim.objects.create(
            key=row["id"],
            **_same(
                row,
                "paragraph",
                "seed_wording",
                "wording_in_spanish",
                "verdict",
                "why_en",
                "why_es",
            ),
        )
        claim.replaced_by.set(Statistic.objects.filter(key__in=row["replaced_by"]))


def _helplines(rows: list[Row]) -> None:
    for place, row in _missing(Helpline, rows):
        Helpline.objects.create(
            position=place,
            is_public=row["publish_default"],
            is_emergency_only=row["emergency_only"],
            evidence=row["confidence_class"],
            checked_on=date.fromisoformat(row["checked_on"]),
            review_due=date.fromisoformat(row["review_due"]),
            **_same(row, "key", "country", "country_name_en", "country_name_es", "name"),
            **_same(row, "operator_en", "operator_es", "operator_kind", "phones", "text"),
            **_same(row, "whatsapp", "chat_url", "tty", "languages", "hours_en", "hours_es"),
            **_same(row, "cost_en", "cost_es", "for_whom_en", "for_whom_es"),
            **_same(row, "may_share_with_police_en", "may_share_with_police_es"),
            **_same(row, "emergency_numbers", "emergency_confidence", "source_url"),
            **_same(row, "source_publisher", "source_date", "confidence", "notes"),
        )


def _regions(rows: list[Row]) -> None:
    for place, row in _missing(Region, rows):
        Region.objects.create(position=place, **row)


def _countries(rows: list[Row]) -> None:
    regions = {region.key: region for region in Region.objects.all()}
    for place, row in _missing(Country, rows, key="code", column="code"):
        if row["region"] in regions:
            Country.objects.create(position=place, **{**row, "region": regions[row["region"]]})
