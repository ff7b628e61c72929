"""A craft that is bought is no gift; what is given with it has its own receipt."""

import pytest

from donations.models import Receipt
from marketplace.offers import Extras
from tests.factories.donations import FundFactory
from tests.factories.marketplace import on_shelf, order_of, pay
from weintl.money.formatting import format_money

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("price", "given"), [(4000, 6000), (12_345, 1), (1, 99_999)])
def test_only_what_was_given_above_the_craft_counts(price, given):
    variant = on_shelf(price_amount=price, consigned=3)
    fund = FundFactory()
    order = pay(order_of({variant: 1}, extras=Extras(gift=given, gift_fund=fund.key)))
    receipt = Receipt.objects.get()
    assert (receipt.total_amount, receipt.eligible_amount) == (given, given)
    english = " ".join(receipt.contents["words"]["en"])
    spanish = " ".join(receipt.contents["words"]["es"])
    assert f"your payment of {format_money(order.total)}" in english
    assert f"over that value: {format_money(order.gift.money)}" in english
    assert order.number in english and order.number in spanish
    assert spanish != english


@pytest.mark.parametrize("price", [3000, 7499])
def test_a_craft_at_its_fair_value_brings_no_receipt_for_a_gift(price):
    order = pay(order_of({on_shelf(price_amount=price, consigned=3): 1}))
    assert order.gift is None
    assert not Receipt.objects.exists()
