"""The gifts of a donor's page, with their trail."""

from datetime import timedelta

import pytest

from donations import overview, standing
from donations.models import Donor
from tests.factories.donations import DonorFactory, GiftFactory

pytestmark = pytest.mark.django_db


def test_each_gift_stands_where_its_own_page_says(paid, settle, refund, now):
    ana = DonorFactory()
    gifts = [paid(donor=ana), paid(donor=ana, fee_cover_amount=150), paid(donor=ana)]
    settle(gifts[1], fee=146)
    refund(gifts[2], 1500)
    paid()
    page = overview.page_of(ana)
    assert {card.gift for card in page.cards} == set(gifts)
    for card in page.cards:
        assert card.standing == standing.of(card.gift)
    assert [receipt.is_void for card in page.cards for receipt in card.receipts].count(True) == 1
    (total,) = overview.totals_of(ana)
    assert (total.money.amount, total.count) == (3 * 4000 + 150 - 1500, 3)
    assert overview.since(ana) == now.year


def test_what_was_never_paid_is_left_out_and_what_is_on_its_way_is_there(now):
    ana = DonorFactory()
    for state in ("expired", "failed", "awaiting_payment"):
        GiftFactory(donor=ana, state=state)
    (card,) = overview.page_of(ana).cards
    assert card.gift.state == "awaiting_payment"
    assert overview.totals_of(ana) == []
    assert overview.since(ana) is None


def test_gifts_are_paged_newest_first_and_never_lost_or_doubled(now):
    ana = DonorFactory()
    made = [GiftFactory(donor=ana, created_at=now - timedelta(days=day % 3)) for day in range(23)]
    pages = [overview.page_of(ana, number=number) for number in (1, 2, 3)]
    seen = [card.gift for page in pages for card in page.cards]
    assert seen == sorted(made, key=lambda gift: (gift.created_at, gift.pk), reverse=True)
    assert [page.has_next for page in pages] == [True, True, False]
    assert [page.previous for page in pages] == [0, 1, 2]
    assert overview.page_of(ana, number=9).cards == []


def test_a_page_takes_six_statements_for_many_gifts(paid, django_assert_num_queries, now):
    ana = DonorFactory()
    for _ in range(4):
        paid(donor=ana)
    donor = Donor.objects.get(pk=ana.pk)
    with django_assert_num_queries(6):
        overview.page_of(donor)
