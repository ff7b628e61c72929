"""What the card fee of a gift is likely to be, so that a donor may cover it. Pure.

An estimate: the real fee depends on the card and is known after the payment. What was
covered beyond it goes to operations, what was missing operations bears (docs/money.md).
"""

from weintl.money import Money

# Assumed: 2.9 % and 30 cents, the standard price for cards of the same country.
# Source: stripe.com/pricing, United States.
RATE_PPM = 29_000
FIXED_AMOUNT = 30
MILLION = 1_000_000


def cover(gift: Money) -> Money:
    """Return what to add to `gift` so that after the assumed fee the whole gift arrives.

    The total is ceil((gift + fixed) / (1 − rate)), in whole minor units.
    """
    numerator = (gift.amount + FIXED_AMOUNT) * MILLION
    total = -(-numerator // (MILLION - RATE_PPM))
    return Money(total - gift.amount, gift.currency)
