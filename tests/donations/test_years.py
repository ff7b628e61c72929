"""Yearly statements: each gift once, in its year, less what went back, and frozen."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from donations import years
from donations.models import YearLine, YearStatement
from tests.factories.donations import DonorFactory, gift_received, year_issued

pytestmark = pytest.mark.django_db
AFTER = datetime(2027, 1, 3, 12, tzinfo=UTC)


@pytest.fixture
def ana(db):
    return DonorFactory(email="ana@example.org", name="Ana Ruiz")


def rows(contents):
    return [(row["receipt"], row["kept"], row["advantage"], row["eligible"]) for row in contents]


def test_it_lists_what_counts_gift_by_gift(ana, paid):
    paid(donor=ana)
    paid(donor=ana, amount=10000, advantage_amount=3000, advantage_note="Dinner")
    paid(donor=ana, amount=5000, fee_cover_amount=200)
    paid()
    said = year_issued(ana, now=AFTER).contents
    assert rows(said["rows"]) == [
        ("RC-2026-000001", 4000, 0, 4000),
        ("RC-2026-000002", 10000, 3000, 7000),
        ("RC-2026-000003", 5200, 0, 5200),
    ]
    assert said["totals"] == [
        {"currency": "usd", "kept": 19200, "advantage": 3000, "eligible": 16200}
    ]
    assert (said["gone"], said["replaces"]) == ([], [])
    assert "fair market value" in " ".join(said["words"]["en"])
    assert "2026" in " ".join(said["words"]["es"])


def test_nothing_is_issued_before_the_year_is_over(ana, paid):
    paid(donor=ana)
    before = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    assert years.issue_due(ana, 2026, now=before) is None
    assert years.issue_due(ana, 2027, now=before) is None
    assert rows(years.so_far(ana, now=before)["rows"]) == [("RC-2026-000001", 4000, 0, 4000)]
    assert years.so_far(ana, now=AFTER) is None
    assert not YearStatement.objects.exists()


def test_the_year_is_that_of_the_display_time_zone(ana, settings):
    # 00:30 UTC on 1 January is still the old year in Chicago.
    with timezone.override(ZoneInfo("America/Chicago")):
        gift_received(donor=ana, now=datetime(2026, 1, 1, 0, 30, tzinfo=UTC))
        now = datetime(2026, 1, 1, 7, tzinfo=UTC)
        assert [(y.year, y.is_over) for y in years.years_of(ana, now=now)] == [(2025, True)]
        assert years.issue_due(ana, 2025, now=datetime(2026, 1, 1, 5, 59, tzinfo=UTC)) is None
        said = years.issue_due(ana, 2025, now=now).contents
        assert said["rows"][0]["received"] == "2025-12-31"


def test_a_refund_after_it_brings_another_which_says_what_it_replaces(ana, paid, refund):
    kept, partly, wholly = (paid(donor=ana) for _ in range(3))
    first = year_issued(ana, now=AFTER)
    assert year_issued(ana, now=AFTER + timedelta(days=9)) == first
    refund(partly, 1000)
    refund(wholly, 4000)
    second = year_issued(ana, now=AFTER)
    said = second.contents
    assert rows(said["rows"]) == [
        (kept.receipts.get().number, 4000, 0, 4000),
        (partly.receipts.order_by("pk").last().number, 3000, 0, 3000),
    ]
    assert said["rows"][1]["replaces"] == partly.receipts.order_by("pk").first().number
    assert [row["receipt"] for row in said["gone"]] == [wholly.receipts.get().number]
    assert said["replaces"] == [first.number]
    first.refresh_from_db()
    assert first.replaced_at == AFTER
    assert (first.number[-2:], second.number[-2:]) == ("-1", "-2")


def test_a_year_of_which_all_went_back_has_no_statement_that_holds(ana, paid, refund):
    gift = paid(donor=ana)
    first = year_issued(ana, now=AFTER)
    refund(gift, 4000)
    assert years.issue_due(ana, 2026, now=AFTER) is None
    first.refresh_from_db()
    assert first.replaced_at == AFTER
    assert years.years_of(ana, now=AFTER) == []


def test_currencies_have_totals_of_their_own(ana, paid):
    paid(donor=ana)
    paid(donor=ana, currency="eur", amount=700)
    said = years.contents_of(ana, 2026, years._live(ana, 2026), now=AFTER)
    assert [(t["currency"], t["eligible"]) for t in said["totals"]] == [("eur", 700), ("usd", 4000)]


def test_the_database_lets_no_gift_be_stated_twice_and_nothing_change(ana, paid, now):
    paid(donor=ana)
    first = year_issued(ana, now=AFTER)
    line = first.lines.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        other = YearStatement.objects.create(
            number="S-2026-X-1", donor=DonorFactory(), year=2026, issued_at=now, wording="w",
            contents={}, text="x", salt="x",
        )  # fmt: skip
        YearLine.objects.create(statement=other, receipt=line.receipt)
    for wrong in ({"year": 2025}, {"contents": {}}, {"number": "S-1"}, {"text": "Eva"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            YearStatement.objects.filter(pk=first.pk).update(**wrong)
    for row in (first, line):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")
    years.replace(first, now=AFTER)
    with pytest.raises(DatabaseError), transaction.atomic():
        YearStatement.objects.filter(pk=first.pk).update(replaced_at=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        YearLine.objects.filter(pk=line.pk).update(is_live=True)


def test_its_donor_is_erased_and_the_rest_stays(ana, paid):
    paid(donor=ana)
    statement = year_issued(ana, now=AFTER)
    statement.refresh_from_db()
    before = statement.sha256
    assert statement.text == "Ana Ruiz"
    assert "Ana" not in str(statement.contents)
    years.erase_donor(ana, now=AFTER)
    statement.refresh_from_db()
    assert (statement.text, statement.salt, statement.erased_at) == ("", "", AFTER)
    assert statement.sha256 == before
