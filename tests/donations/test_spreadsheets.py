"""The sheets of gifts, donors and receipts: exact, and without what they should not tell."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from donations import consents, merging
from donations.models import Donor, Gift
from donations.spreadsheets import DonorSheet, GiftSheet, donor_number
from tests.factories.donations import DonorFactory, GiftFactory, gift_received

pytestmark = pytest.mark.django_db


def rows(sheet, queryset):
    return [dict(zip(sheet.head(), cells, strict=True)) for cells in sheet.cells(queryset)]


def test_gifts_are_exact_and_name_no_donor(paid, refund):
    ana = DonorFactory(email="ana@example.org", name="Ana")
    gift = paid(donor=ana, donor_name="Ana", amount=4005, fee_cover_amount=150)
    refund(gift, 1000)
    GiftFactory(currency="jpy", amount=500)
    first, second = rows(GiftSheet(), Gift.objects.order_by("pk"))
    assert first["number"] == gift.number
    assert first["donor"] == donor_number(ana)
    assert (first["gift"], first["fee_covered"], first["refunded"]) == (
        Decimal("40.05"),
        Decimal("1.50"),
        Decimal("10.00"),
    )
    assert (second["gift"], second["currency"], second["received"]) == (Decimal(500), "JPY", "")
    assert "Ana" not in str(first)
    assert "ana@" not in str(first)


def test_days_are_the_organisation_s():
    gift = gift_received(now=datetime(2026, 1, 1, 0, 30, tzinfo=UTC))
    with timezone.override(ZoneInfo("America/Chicago")):
        (row,) = rows(GiftSheet(), Gift.objects.filter(pk=gift.pk))
    assert row["received"] == "2025-12-31"


def test_donors_with_gifts_and_what_they_may_be_sent(paid, now):
    ana = DonorFactory(name="Ana", address="1 Road\nMadison")
    paid(donor=ana)
    paid(donor=ana)
    consents.choose(donor=ana, topics=["news"], language="en", now=now)
    twin = DonorFactory()
    merging.merge(survivor_id=ana.pk, other_id=twin.pk, actor=None, now=now)
    DonorFactory(name="", email="x@erased.invalid", erase_asked_at=now, erased_at=now)
    (row,) = rows(DonorSheet(), Donor.objects.order_by("pk"))
    assert (row["email"], row["address"]) == (ana.email, "1 Road\nMadison")
    assert (row["gifts"], row["first_gift"]) == (2, "2026-11-24")
    assert (row["news_since"], row["campaigns_since"]) == ("2026-11-24", "")


def test_many_rows_take_one_query(paid, django_assert_num_queries):
    for _ in range(4):
        paid()
    for sheet, model in ((GiftSheet(), Gift), (DonorSheet(), Donor)):
        with django_assert_num_queries(1):
            assert len(list(sheet.cells(model.objects.order_by("pk")))) == 4
