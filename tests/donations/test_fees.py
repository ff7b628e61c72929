"""The estimate of the card fee."""

from hypothesis import given
from hypothesis import strategies as st

from donations import fees
from weintl.money import Money


def test_forty_dollars_need_one_dollar_fifty_one():
    assert fees.cover(Money(4000, "usd")) == Money(151, "usd")


@given(st.integers(200, 5_000_000))
def test_the_whole_gift_arrives_and_not_a_cent_more_is_asked(amount):
    cover = fees.cover(Money(amount, "usd")).amount
    total = amount + cover

    def arrives(paid: int) -> int:
        return (paid * (fees.MILLION - fees.RATE_PPM)) - fees.FIXED_AMOUNT * fees.MILLION

    assert arrives(total) >= amount * fees.MILLION
    assert arrives(total - 1) < amount * fees.MILLION
