"""A cloth's stripes and shares are its money, no more and no less."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from partners.cloth import ORDER, Part, weave
from weintl.money import CurrencyMismatch, Money


def usd(amount: int) -> Money:
    return Money(amount, "usd")


SCARF = [
    Part("operations", usd(1020)),
    Part("artisan_pay", usd(3060)),
    Part("long_term_care", usd(1020)),
    Part("education", usd(680)),
    Part("medical_psychological", usd(680)),
    Part("legal_aid", usd(340)),
]


def test_stripes_come_in_their_order_and_dye():
    stripes = weave(SCARF, total=usd(6800))
    assert [stripe.css for stripe in stripes] == ["s1", "s2", "s3", "s4", "s5", "s6"]
    assert [stripe.x for stripe in stripes] == [
        "0.00%", "45.00%", "60.00%", "70.00%", "80.00%", "85.00%",
    ]  # fmt: skip
    assert stripes[-1].width == "15.00%"


def test_parts_of_one_use_are_one_stripe_and_nothing_is_none():
    parts = [Part("education", usd(1)), Part("education", usd(2)), Part("legal_aid", usd(0))]
    (stripe,) = weave(parts, total=usd(3))
    assert stripe.money == usd(3)
    assert stripe.share == "100\u00a0%"


def test_a_top_up_has_a_row_and_no_stripe():
    stripes = weave([Part("artisan_pay", usd(900)), Part("operations", usd(-200))], total=usd(700))
    assert [(stripe.width, stripe.money.amount) for stripe in stripes] == [
        ("100.00%", 900),
        ("", -200),
    ]
    assert stripes[1].share.startswith("-28.6")


def test_words_may_be_replaced():
    (stripe,) = weave([Part("fund", usd(5), label="River school")], total=usd(5))
    assert stripe.label == "River school"


def test_parts_that_are_not_the_total_are_refused():
    with pytest.raises(ValueError, match="sum"):
        weave(SCARF, total=usd(6801))
    with pytest.raises(CurrencyMismatch):
        weave([Part("education", Money(5, "eur"))], total=usd(5))
    with pytest.raises(ValueError):
        weave([Part("yacht", usd(5))], total=usd(5))


def test_nothing_is_an_empty_cloth():
    assert weave([], total=usd(0)) == []


@given(amounts=st.lists(st.integers(0, 1_000_000), min_size=1, max_size=9).filter(any))
def test_widths_fill_the_cloth_and_shares_are_true(amounts):
    parts = [Part(use, usd(amount)) for use, amount in zip(ORDER, amounts, strict=False)]
    with override("en"):
        stripes = weave(parts, total=usd(sum(amounts)))
    widths = sum(int(stripe.width[:-1].replace(".", "")) for stripe in stripes if stripe.width)
    assert widths == 10_000
    for stripe in stripes:
        exact = 100 * stripe.money.amount / sum(amounts)
        assert abs(float(stripe.share[:-2]) - exact) <= 0.05 + 1e-9


def test_equal_amounts_have_equal_shares():
    parts = [Part("education", usd(1)), Part("legal_aid", usd(1)), Part("operations", usd(1))]
    assert len({stripe.share for stripe in weave(parts, total=usd(3))}) == 1
