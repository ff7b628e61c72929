"""What a cart costs where it is wanted, and what changed since it was shown."""

import pytest

from marketplace import cart as carts
from marketplace import offers
from marketplace.models import UnservedCountry, Variant
from marketplace.offers import Extras, Wanted
from tests.factories.donations import FundFactory
from tests.factories.marketplace import AT, on_shelf, send_everywhere, tax_of, voucher_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scarf():
    return on_shelf(consigned=9, product__name_en="Scarf")


@pytest.fixture
def cart(scarf):
    return carts.add_line(cart=None, sku=scarf.sku, quantity=2, now=AT)


def offered(cart, country="US", **extras):
    wanted = Wanted(country=country, region="WI", extras=Extras(**extras))
    return offers.offer(cart=cart, now=AT, wanted=wanted)


def test_it_names_why_nothing_is_sent_there(cart):
    UnservedCountry.objects.create(country="AQ")
    found = offered(cart, "AQ")
    assert found.quote is None
    assert "Antarctica" in found.problem


def test_a_voucher_that_does_not_apply_is_told_and_left_out(cart):
    found = offered(cart, voucher="NO")
    assert found.voucher_problem == "There is no voucher “NO”."
    assert found.quote.total == 5790


def test_a_gift_goes_to_a_fund_that_is_open(cart):
    fund = FundFactory(is_open=True)
    found = offered(cart, gift=1000, gift_fund=fund.key)
    assert (found.gift_fund, found.quote.gift, found.quote.total) == (fund, 1000, 6790)
    fund.is_open = False
    fund.save()
    assert offered(cart, gift=1000, gift_fund=fund.key).quote.total == 5790


def test_the_weight_of_a_cart_is_that_of_all_its_pieces(cart):
    rate = send_everywhere()
    rate.zone.rates.update(up_to_grams=500)
    Variant.objects.update(weight_grams=251)
    assert "too heavy" in offered(cart).problem
    Variant.objects.update(weight_grams=250)
    assert offered(cart).problem == ""


def test_every_difference_is_said(cart, scarf):
    voucher_of()
    shown = offers.read_shown(offers.write_shown(offered(cart, voucher="TEN").quote))
    assert offers.is_same(shown, offered(cart, voucher="TEN").quote)
    Variant.objects.update(price_amount=3000)
    send_everywhere().zone.rates.update(amount=900)
    tax_of("US", 100_000)
    other = on_shelf(consigned=1, price_amount=2500, product__name_en="Bowl")
    carts.add_line(cart=cart, sku=other.sku, quantity=1, now=AT)
    found = offered(cart, voucher="TEN")
    assert not offers.is_same(shown, found.quote)
    assert offers.differences(shown, found) == [
        "Scarf: $24.95 before, $30.00 now.",
        "Bowl: 1 now.",
        "Discount: $4.99 before, $8.50 now.",
        "Delivery: $8.00 before, $9.00 now.",
        "Tax: $0.00 before, $7.65 now.",
    ]
    carts.change(cart=cart, quantities={scarf.sku: 0}, now=AT)
    assert "Something was taken out of the cart." in offers.differences(shown, offered(cart))
