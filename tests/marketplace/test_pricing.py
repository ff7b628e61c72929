"""The worked example to the cent, and sums that hold for any cart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.pricing import Ask, Discount, Tax, quote

EXAMPLE = [Ask(1, 2495, 3), Ask(2, 5800, 1)]


def test_the_worked_example_holds_to_the_cent():
    found = quote(
        EXAMPLE,
        currency="usd",
        delivery=795,
        discount=Discount(ppm=100_000),
        goods_tax=Tax(1, 72_500),
    )
    assert [(line.discount, line.net, line.tax) for line in found.lines] == [
        (749, 6736, 488),
        (580, 5220, 379),
    ]
    assert (found.goods, found.discount, found.shipping, found.tax) == (13285, 1329, 795, 867)
    assert found.total == 13618


def test_without_discount_and_tax_the_total_is_pieces_and_delivery():
    found = quote(EXAMPLE, currency="usd", delivery=800)
    assert (found.goods, found.shipping, found.total) == (13285, 800, 14085)


def test_an_empty_cart_costs_nothing_and_ships_nothing():
    found = quote([], currency="usd", delivery=800)
    assert found.total == 0


@pytest.mark.parametrize(("price", "quantity"), [(0, 1), (100, 0), (-5, 1)])
def test_a_line_without_price_or_piece_is_refused(price, quantity):
    with pytest.raises(ValueError, match="one piece or more"):
        Ask(1, price, quantity)


def test_a_voucher_never_takes_off_more_than_the_pieces_cost():
    found = quote(EXAMPLE, currency="usd", delivery=800, discount=Discount(amount=99_999))
    assert (found.discount, found.total) == (13285, 800)
    assert [line.net for line in found.lines] == [0, 0]


def test_free_delivery_bears_no_tax_and_leaves_the_pieces_alone():
    found = quote(
        EXAMPLE,
        currency="usd",
        delivery=800,
        discount=Discount(is_delivery_free=True),
        shipping_tax=Tax(1, 200_000),
    )
    assert (found.discount, found.shipping, found.tax, found.total) == (0, 0, 0, 13285)


def test_an_inclusive_tax_changes_no_price():
    vat = Tax(1, 210_000, is_inclusive=True)
    found = quote(
        [Ask(1, 12100, 1)], currency="usd", delivery=1210, goods_tax=vat, shipping_tax=vat
    )
    assert (found.lines[0].net, found.lines[0].tax) == (10000, 2100)
    assert (found.tax, found.included_tax, found.shipping_tax) == (2310, 2310, 210)
    assert found.total == 13310


def test_one_rule_on_pieces_and_delivery_is_rounded_once():
    # Each by itself would be 0.5 cent, rounded up twice.
    tax = Tax(1, 5_000)
    found = quote([Ask(1, 100, 1)], currency="usd", delivery=100, goods_tax=tax, shipping_tax=tax)
    assert found.tax == 1
    assert (found.lines[0].tax, found.shipping_tax) == (1, 0)
    assert [(total.base, total.amount) for total in found.taxes] == [(200, 1)]


def test_a_gift_bears_neither_discount_nor_tax():
    found = quote(
        [Ask(1, 1000, 1)],
        currency="usd",
        delivery=0,
        discount=Discount(ppm=500_000),
        goods_tax=Tax(1, 100_000),
        gift=2500,
    )
    assert (found.discount, found.tax, found.gift, found.total) == (500, 50, 2500, 3050)


TAXES = st.none() | st.builds(
    Tax, st.integers(1, 2), st.integers(0, 300_000), is_inclusive=st.booleans()
)


@given(
    asks=st.lists(
        st.builds(
            Ask,
            st.integers(1, 9),
            st.integers(1, 10**6),
            st.integers(1, 99),
        ),
        min_size=1,
        max_size=12,
    ),
    discount=st.builds(Discount, st.integers(0, 1_000_000), st.integers(0, 9_999), st.booleans()),
    on_goods=TAXES,
    on_shipping=TAXES,
    rate=st.integers(0, 5000),
)
def test_components_of_the_lines_sum_to_those_of_the_whole(
    asks, discount, on_goods, on_shipping, rate
):
    found = quote(
        asks,
        currency="usd",
        delivery=rate,
        discount=discount,
        goods_tax=on_goods,
        shipping_tax=on_shipping,
        gift=500,
    )
    assert sum(line.discount for line in found.lines) == found.discount
    assert sum(line.tax for line in found.lines) + found.shipping_tax == found.tax
    assert sum(total.amount for total in found.taxes) == found.tax
    is_included = bool(on_goods and on_goods.is_inclusive)
    on_pieces = sum(line.tax for line in found.lines)
    net = found.goods - found.discount - (on_pieces if is_included else 0)
    assert sum(line.net for line in found.lines) == net
    delivery = found.shipping + (0 if found.is_shipping_tax_included else found.shipping_tax)
    charged = sum(line.net + line.tax for line in found.lines)
    assert found.total == charged + delivery + found.gift
    assert all(line.net >= 0 and line.tax >= 0 and line.discount >= 0 for line in found.lines)
