"""What the card fee of a gift is likely to be, so that a donor may cover it.

An estimate: the real fee depends on the card and is known after the payment. What was
covered beyond it goes to operations, what was missing operations bears (docs/money.md).
"""

from dataclasses import dataclass

from django.conf import settings

from weintl.money import Money
from weintl.payments import sessions

# Assumed: 2.9 % and 30 cents, the standard price for cards of the same country, and 1 % more
# where the provider must change the money to ours. Source: stripe.com/pricing, United States.
RATE_PPM = 29_000
CHANGING_PPM = 10_000
FIXED_AMOUNT = 30
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Terms:
    """A price of the provider: millionths of the total, and minor units for each payment."""

    rate_ppm: int
    fixed_amount: int


def terms(currency: str) -> Terms:
    """Return what is assumed of payments in `currency`.

    The fixed part is to the currency's least charge what 30 cents are to 50.
    """
    least = sessions.least_charge(currency).amount
    return Terms(
        rate_ppm=RATE_PPM + (CHANGING_PPM if currency != settings.BASE_CURRENCY else 0),
        fixed_amount=-(-FIXED_AMOUNT * least // sessions.USUAL_LEAST_CHARGE),
    )


def cover(gift: Money) -> Money:
    """Return what to add to `gift` so that after the assumed fee the whole gift arrives.

    The total is ceil((gift + fixed) / (1 − rate)), in whole minor units.
    """
    price = terms(gift.currency)
    numerator = (gift.amount + price.fixed_amount) * MILLION
    total = -(-numerator // (MILLION - price.rate_ppm))
    return Money(total - gift.amount, gift.currency)
