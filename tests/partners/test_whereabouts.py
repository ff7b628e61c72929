"""What approved payouts hold of an entry's credits, and since when."""

from datetime import timedelta

import pytest

from partners import exports, payouts, whereabouts
from tests.factories.partners import (
    ProgrammeFactory,
    StaffFactory,
    approved_payout,
    bank_details,
    piece,
    sell,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
KEY = "unit/1/split"


@pytest.fixture
def loom(now):
    programme = ProgrammeFactory(code="loom", name_en="Looms")
    bank_details(programme, at=now)
    sell(piece(1), piece(2), at=now - 9 * DAY, matures=now - DAY)
    return programme


def test_a_draft_says_nothing_and_an_approved_payout_since_when(loom, now):
    drafted = payouts.propose(programme=loom, currency="usd", cut_off=now, actor=None, now=now)
    assert whereabouts.of_entries([KEY]) == {}
    payouts.drop(payout=drafted, reason="x", actor=StaffFactory(), now=now)
    approved_payout(loom, at=now)
    found = whereabouts.of_entries([KEY, "unit/3/split"])
    assert list(found) == [KEY]
    assert [(each.use, each.money.amount, each.standing) for each in found[KEY]] == [
        ("education", 150, "approved"),
        ("long_term_care", 250, "approved"),
        ("artisan_pay", 900, "approved"),
    ]
    assert {each.day for each in found[KEY]} == {now.date()}
    assert whereabouts.paid(found[KEY]) == []


def test_a_paid_payout_is_named_with_day_sum_and_statement(loom, now):
    payout = approved_payout(loom, at=now)
    exports.export(payouts=[payout], actor=StaffFactory(), now=now)
    payouts.mark_paid(
        payout=payout,
        reference="B",
        fee=0,
        paid_on=now.date() + DAY,
        actor=StaffFactory(),
        now=now + 2 * DAY,
    )
    found = whereabouts.of_entries([KEY, "unit/2/split"])
    (row,) = whereabouts.paid(each for rows in found.values() for each in rows)
    assert (row.programme, row.money.amount, row.day) == ("Looms", 2_600, now.date() + DAY)
    assert row.statement == "ST-2026-000001"


def test_a_payout_that_failed_says_nothing(loom, now):
    payout = approved_payout(loom, at=now)
    payouts.mark_failed(payout=payout, reason="x", actor=StaffFactory(), now=now)
    assert whereabouts.of_entries([KEY]) == {}
