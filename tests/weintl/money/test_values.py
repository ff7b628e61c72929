"""Money adds up, splits without losing a cent, and never mixes currencies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weintl.money import CurrencyMismatch, Money, allocate, exponent, share

AMOUNTS = st.integers(min_value=-(10**12), max_value=10**12)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=12).filter(sum)


@given(total=AMOUNTS, weights=WEIGHTS)
def test_parts_sum_to_the_total(total, weights):
    assert sum(allocate(total, weights)) == total


@given(total=AMOUNTS, weights=WEIGHTS)
def test_each_part_is_within_one_unit_of_its_exact_share(total, weights):
    for part, weight in zip(allocate(total, weights), weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(total=AMOUNTS, weights=WEIGHTS)
def test_a_weight_of_zero_gets_nothing(total, weights):
    parts = allocate(total, weights)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


def test_ties_go_to_the_earlier_part():
    assert allocate(5, [1, 1, 1, 1]) == [2, 1, 1, 1]
    assert allocate(-5, [1, 1, 1, 1]) == [-2, -1, -1, -1]


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2]])
def test_weights_that_cannot_share_are_refused(weights):
    with pytest.raises(ValueError, match="Weights"):
        allocate(10, weights)


@pytest.mark.parametrize(
    ("total", "ppm", "expected"),
    [(6736, 250_000, 1684), (5220, 250_000, 1305), (1, 500_000, 1), (-1, 500_000, -1), (3, 1, 0)],
)
def test_a_share_is_rounded_half_up(total, ppm, expected):
    assert share(total, ppm) == expected


def test_two_currencies_do_not_add_up():
    with pytest.raises(CurrencyMismatch):
        Money(1, "usd") + Money(1, "eur")
    with pytest.raises(CurrencyMismatch):
        Money(1, "usd") < Money(1, "eur")  # noqa: B015


@pytest.mark.parametrize("amount", [1.0, "1", True])
def test_only_whole_minor_units_are_money(amount):
    with pytest.raises(TypeError):
        Money(amount, "usd")


@pytest.mark.parametrize("currency", ["USD", "us", "", "u$d1"])
def test_a_currency_is_three_lower_case_letters(currency):
    with pytest.raises(ValueError, match="currency"):
        Money(1, currency)


def test_arithmetic():
    assert Money(1999, "usd") - Money(999, "usd") == Money(1000, "usd")
    assert Money(250, "usd") * 3 == Money(750, "usd")
    assert -Money(5, "usd") == Money(-5, "usd")
    assert not Money.zero("usd")
    assert Money.sum([Money(1, "usd"), Money(2, "usd")], currency="usd") == Money(3, "usd")
    first, second = Money(1999, "usd").allocate(70, 30)
    assert (first.amount, second.amount) == (1399, 600)


@pytest.mark.parametrize(("currency", "places"), [("usd", 2), ("jpy", 0), ("kwd", 3)])
def test_minor_units_follow_the_currency(currency, places):
    assert exponent(currency) == places
