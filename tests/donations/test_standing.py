"""Where a gift stands, from the ledger alone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from donations import standing
from donations.models import Fund
from partners.cloth import weave
from tests.factories.donations import FundFactory, GiftFactory
from tests.factories.partners import ProgrammeFactory, bank_details, paid_payout, sent_back
from weintl.money import Money

pytestmark = pytest.mark.django_db


def usd(cents: int) -> Money:
    return Money(cents, "usd")


def drawn(found) -> int:
    fund = Fund(use="education", name_en="Schools")
    return len(weave(found.parts(fund), total=found.kept))


def test_an_unpaid_gift_stands_nowhere():
    found = standing.of(GiftFactory())
    assert (found.paid, found.in_fund, found.fee, found.movements) == (usd(0), usd(0), None, [])


def test_before_the_fee_is_known_all_is_in_the_fund(paid):
    found = standing.of(paid())
    assert (found.paid, found.in_fund, found.fee) == (usd(4000), usd(4000), None)
    assert drawn(found) == 1


def test_an_uncovered_fee_is_taken_from_the_fund(paid, settle):
    gift = paid()
    settle(gift, fee=146)
    found = standing.of(gift)
    assert (found.in_fund, found.fee, found.fee_in_fund) == (usd(3854), usd(146), usd(146))
    assert [movement.money for movement in found.movements] == [usd(4000), usd(-146)]
    assert drawn(found) == 2


@pytest.mark.parametrize(("fee", "beyond", "rows"), [(140, 11, 3), (151, 0, 2), (160, -9, 3)])
def test_a_covered_fee_leaves_the_fund_whole(paid, settle, fee, beyond, rows):
    gift = paid(fee_cover_amount=151)
    settle(gift, fee=fee)
    found = standing.of(gift)
    assert (found.paid, found.in_fund, found.fee_in_fund) == (usd(4151), usd(4000), usd(0))
    assert found.beyond_fee == usd(beyond)
    assert drawn(found) == rows


def test_refunds_and_their_return_show(paid, settle, refund, fail_refund):
    gift = paid(fee_cover_amount=151)
    settle(gift, fee=150)
    row = refund(gift, 1000)
    found = standing.of(gift)
    assert (found.refunded, found.kept) == (usd(1000), usd(3151))
    drawn(found)
    fail_refund(gift, row)
    found = standing.of(gift)
    assert (found.refunded, found.in_fund) == (usd(0), usd(4000))
    assert len(found.movements) == 3


def test_reading_it_takes_three_queries(paid, settle, django_assert_num_queries):
    gift = paid()
    settle(gift, fee=146)
    gift = type(gift).objects.for_page().get(pk=gift.pk)
    with django_assert_num_queries(3):
        standing.of(gift)


def test_a_gift_that_was_paid_out_names_its_statement(paid, now):
    programme = ProgrammeFactory(code="loom", name_en="Looms")
    gift = paid(fund=FundFactory(programme=programme, use="education"))
    assert standing.of(gift).where is None
    later = now + timedelta(days=1)
    bank_details(programme, at=later)
    payout = paid_payout(programme, at=later, paid_at=later + timedelta(days=1))
    where = standing.of(gift).where
    assert (where.standing, where.statement) == ("paid", payout.statement.number)
    page = Client().get(reverse("donations:gift", args=[gift.token])).content.decode()
    assert f"paid to Looms on {date_format(payout.paid_on, 'DATE_FORMAT')}" in page
    assert payout.statement.number in page
    sent_back(payout, at=later + timedelta(days=2))
    assert standing.of(gift).where.standing == "sent_back"
    page = Client().get(reverse("donations:gift", args=[gift.token])).content.decode()
    assert "sent back by the bank of Looms on" in page
