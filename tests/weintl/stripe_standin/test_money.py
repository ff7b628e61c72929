from decimal import Decimal

import pytest

from weintl.stripe_standin import money
from weintl.stripe_standin.errors import ApiError


@pytest.mark.parametrize(
    ("amount", "fee"), [(2500, 103), (50, 31), (10_000, 320), (5000, 175), (1017, 59), (1, 30)]
)
def test_the_fee_is_2_9_per_cent_and_30_rounded_half_up(amount, fee):
    assert money.fee(amount) == fee


def test_an_exchange_rate_turns_minor_units_into_minor_units():
    assert money.rate("usd", into="usd") is None
    assert money.convert(1000, at=money.rate("eur", into="usd")) == 1080
    # A yen has no cents: 1000 yen are 6.60 dollars.
    assert money.convert(1000, at=money.rate("jpy", into="usd")) == 660


def test_half_a_cent_is_rounded_away_from_zero():
    assert money.convert(1, at=Decimal("0.5")) == 1
    assert money.convert(-1, at=Decimal("0.5")) == -1


def test_amounts_are_written_in_both_languages():
    assert money.written(123456, currency="usd") == "USD 1,234.56"
    assert money.written(123456, currency="usd", language="es") == "1.234,56 USD"
    assert money.written(1234, currency="jpy") == "JPY 1,234"


def test_an_unknown_currency_is_refused():
    with pytest.raises(ApiError) as caught:
        money.known_currency("xxx", param="currency")
    assert caught.value.fields["param"] == "currency"
