"""Which rate a parcel has, and what it costs."""

import pytest

from marketplace import shipping
from marketplace.shipping import Band

LIGHT, HEAVY, ANY = Band(1, 500, up_to_grams=500), Band(2, 900, up_to_grams=2000), Band(3, 2500)


@pytest.mark.parametrize(
    ("weight", "rate"), [(0, 1), (500, 1), (501, 2), (2000, 2), (2001, 3), (90_000, 3)]
)
def test_the_lightest_band_that_it_fits_counts(weight, rate):
    assert shipping.choose([ANY, HEAVY, LIGHT], weight=weight, goods=1).rate_id == rate


def test_a_parcel_that_fits_no_band_is_too_heavy():
    with pytest.raises(shipping.TooHeavy):
        shipping.choose([LIGHT], weight=501, goods=1)


@pytest.mark.parametrize(("goods", "rate"), [(0, 1), (4999, 1), (5000, 4), (9999, 4), (10000, 5)])
def test_of_one_weight_the_highest_value_counts(goods, rate):
    bands = [
        LIGHT,
        Band(5, 0, up_to_grams=500, from_amount=10_000),
        Band(4, 300, up_to_grams=500, from_amount=5_000),
    ]
    assert shipping.choose(bands, weight=100, goods=goods).rate_id == rate


@pytest.mark.parametrize(("goods", "price"), [(0, 800), (9999, 800), (10_000, 0), (10_001, 0)])
def test_from_its_threshold_on_it_is_free(goods, price):
    assert shipping.price(Band(1, 800, free_from=10_000), goods=goods) == price


def test_what_nobody_has_weighed_weighs_nothing():
    class Weighed:
        weight_grams = 120

    assert shipping.grams(object()) == 0
    assert shipping.grams(Weighed()) == 120
