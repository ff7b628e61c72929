"""Yearly statements: what a donor gave in a year and what of it counts, gift by gift.

The year of a gift is that of the day it was received where the organisation is, as its receipt
says. A statement lists the receipts that hold; where one of them holds no more, or another has
come, the next one who asks gets a new statement, which says what it replaces. The present
year's is provisional, and kept nowhere.
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import ExtractYear
from django.utils.timezone import localdate

from weintl.money import Money
from weintl.organisation.models import Organisation
from weintl.papers import keeping

from . import donors, receipts, wordings
from .models import Donor, Receipt, ReceiptVoid, YearLine, YearStatement

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Year:
    """A year in which something counts: the totals by currency; `is_over` where it has ended."""

    year: int
    totals: Sequence[Money]
    is_over: bool


def years_of(donor: Donor, *, now: datetime) -> list[Year]:
    """Return the years of a donor's receipts that hold, the newest first; one query."""
    live = Receipt.objects.live().filter(gift__donor=donor)
    rows = live.annotate(of=ExtractYear("received_on")).values("of", "currency")
    sums: dict[int, list[Money]] = {}
    for row in rows.annotate(all=Sum("eligible_amount")).order_by("-of", "currency"):
        sums.setdefault(row["of"], []).append(Money(row["all"], row["currency"]))
    this = localdate(now).year
    return [Year(year, totals, year < this) for year, totals in sums.items()]


def _live(donor: Donor, year: int) -> list[Receipt]:
    found = Receipt.objects.live().filter(gift__donor=donor, received_on__year=year)
    return list(found.select_related("gift", "replaces").order_by("received_on", "pk"))


@transaction.atomic
def issue_due(donor: Donor, year: int, *, now: datetime) -> YearStatement | None:
    """Return the statement of a year that is over; a new one where the last holds no more.

    None where nothing counts for that year, it is not over, or the donor was erased.
    """
    if year >= localdate(now).year:
        return None
    # Two that ask at once get the same one.
    donor = Donor.objects.select_for_update(no_key=True).get(pk=donor.pk)
    if donor.erased_at is not None:
        return None
    rows = _live(donor, year)
    last = YearStatement.objects.live().filter(donor=donor, year=year).first()
    if last is not None:
        stated = set(last.lines.values_list("receipt", flat=True))
        if stated == {row.pk for row in rows}:
            return last
        replace(last, now=now)
    return _issue(donor, year, rows, now=now) if rows else None


def replace(statement: YearStatement, *, now: datetime) -> None:
    """Write down that a statement holds no more; its receipts may stand on another."""
    YearStatement.objects.filter(pk=statement.pk, replaced_at=None).update(replaced_at=now)
    YearLine.objects.filter(statement=statement, is_live=True).update(is_live=False)


def _issue(donor: Donor, year: int, rows: list[Receipt], *, now: datetime) -> YearStatement:
    former = YearStatement.objects.filter(donor=donor, year=year).order_by("pk")
    code = f"S-{year}-{donor.public_id.hex[:8].upper()}"
    count = YearStatement.objects.filter(number__startswith=f"{code}-").count()
    statement = YearStatement(
        number=f"{code}-{count + 1}",
        donor=donor,
        year=year,
        issued_at=now,
        text="\n".join(donors.lines_of(donor)),
        salt=secrets.token_hex(16),
    )
    contents = contents_of(donor, year, rows, now=now)
    statement.wording = contents["wording"]
    statement.contents = {
        **contents,
        "number": statement.number,
        "replaces": list(former.values_list("number", flat=True)),
        "donor_commitment": receipts.commitment(statement),
    }
    statement.save()
    YearLine.objects.bulk_create(YearLine(statement=statement, receipt=row) for row in rows)
    logger.info("year.issued", extra={"statement": statement.pk, "donor": donor.pk})
    return statement


def so_far(donor: Donor, *, now: datetime) -> dict[str, Any] | None:
    """Return the contents of the present year's provisional statement; None for nothing."""
    year = localdate(now).year
    rows = _live(donor, year) if donor.erased_at is None else []
    return contents_of(donor, year, rows, now=now) if rows else None


def contents_of(donor: Donor, year: int, rows: list[Receipt], *, now: datetime) -> dict[str, Any]:
    """Return what a statement says, as JSON's own types, in each language; no person's name."""
    ours = Organisation.current()
    wording = wordings.of_country(ours.country)
    facts = wordings.YearFacts(
        organisation=ours.legal_name,
        year=year,
        has_advantages=any(row.advantage_amount for row in rows),
        status=ours.tax_status,
    )
    return {
        "version": 1,
        "kind": "year",
        "year": year,
        "issued": localdate(now).isoformat(),
        "wording": wording.YEAR_VERSION,
        "issuer": receipts.issuer(ours),
        "rows": [_row(row) for row in rows],
        "gone": _gone(donor, year),
        "totals": _totals(rows),
        "words": receipts.in_each(lambda language: wording.year_paragraphs(facts)),
    }


def _row(receipt: Receipt) -> dict[str, Any]:
    return {
        "receipt": receipt.number,
        "received": receipt.received_on.isoformat(),
        "gift_number": receipt.contents["gift_number"],
        "fund": receipt.contents["fund"],
        "currency": receipt.currency,
        "kept": receipt.total_amount,
        "advantage": receipt.advantage_amount,
        "eligible": receipt.eligible_amount,
        "replaces": receipt.replaces.number if receipt.replaces else "",
    }


def _gone(donor: Donor, year: int) -> list[dict[str, Any]]:
    """Return the last receipts of gifts of which nothing counts any more."""
    found = ReceiptVoid.objects.filter(
        receipt__gift__donor=donor, receipt__received_on__year=year, receipt__replacement=None
    )
    return [
        {
            "receipt": row.receipt.number,
            "received": row.receipt.received_on.isoformat(),
            "reason": row.reason,
        }
        for row in found.select_related("receipt").order_by("receipt__received_on", "pk")
    ]


def _totals(rows: list[Receipt]) -> list[dict[str, Any]]:
    sums: dict[str, dict[str, Any]] = {}
    for row in rows:
        total = sums.setdefault(
            row.currency, {"currency": row.currency, "kept": 0, "advantage": 0, "eligible": 0}
        )
        total["kept"] += row.total_amount
        total["advantage"] += row.advantage_amount
        total["eligible"] += row.eligible_amount
    return [sums[currency] for currency in sorted(sums)]


@transaction.atomic
def erase_donor(donor: Donor, *, now: datetime) -> None:
    """Erase who stands on a donor's statements, and their papers; the hashed rest stays."""
    rows = YearStatement.objects.filter(donor=donor, erased_at=None)
    for number in list(rows.order_by("pk").values_list("number", flat=True)):
        keeping.erase(f"year/{number}/", now=now)
    rows.update(text="", salt="", erased_at=now)
