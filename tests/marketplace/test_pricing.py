"""The worked example to the cent, and sums that hold for any cart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.pricing import Ask, quote

EXAMPLE = [Ask(1, 2495, 3), Ask(2, 5800, 1)]


def test_the_worked_example_holds_to_the_cent():
    found = quote(EXAMPLE, currency="usd", shipping_rate=795, discount_ppm=100_000, tax_ppm=72_500)
    assert [(line.discount, line.net, line.tax) for line in found.lines] == [
        (749, 6736, 488),
        (580, 5220, 379),
    ]
    assert (found.goods, found.discount, found.shipping, found.tax) == (13285, 1329, 795, 867)
    assert found.total == 13618


def test_without_discount_and_tax_the_total_is_pieces_and_delivery():
    found = quote(EXAMPLE, currency="usd", shipping_rate=800)
    assert (found.goods, found.shipping, found.total) == (13285, 800, 14085)


def test_an_empty_cart_costs_nothing_and_ships_nothing():
    found = quote([], currency="usd", shipping_rate=800)
    assert found.total == 0


@pytest.mark.parametrize(("price", "quantity"), [(0, 1), (100, 0), (-5, 1)])
def test_a_line_without_price_or_piece_is_refused(price, quantity):
    with pytest.raises(ValueError, match="one piece or more"):
        Ask(1, price, quantity)


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
    discount=st.integers(0, 1_000_000),
    tax=st.integers(0, 300_000),
    rate=st.integers(0, 5000),
)
def test_components_of_the_lines_sum_to_those_of_the_whole(asks, discount, tax, rate):
    found = quote(asks, currency="usd", shipping_rate=rate, discount_ppm=discount, tax_ppm=tax)
    assert sum(line.discount for line in found.lines) == found.discount
    assert sum(line.tax for line in found.lines) == found.tax
    assert sum(line.net for line in found.lines) == found.goods - found.discount
    assert found.total == found.goods - found.discount + found.shipping + found.tax
    assert all(line.net >= 0 and line.tax >= 0 and line.discount >= 0 for line in found.lines)
