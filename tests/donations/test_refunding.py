"""Refunds divide in proportion and end exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donations.refunding import Parts, share


def test_a_gift_without_cover_gives_all_from_its_fund():
    parts = share(refund=1000, gift=4000, fee_cover=0, taken=Parts(0, 0))
    assert parts == Parts(1000, 0)


def test_a_full_refund_takes_both_parts_whole():
    assert share(refund=4151, gift=4000, fee_cover=151, taken=Parts(0, 0)) == Parts(4000, 151)


def test_half_a_refund_takes_half_of_each():
    assert share(refund=2000, gift=3900, fee_cover=100, taken=Parts(0, 0)) == Parts(1950, 50)


def test_more_than_is_left_is_refused():
    with pytest.raises(ValueError, match="More would go back"):
        share(refund=2, gift=4000, fee_cover=0, taken=Parts(3999, 0))
    with pytest.raises(ValueError, match="More would go back"):
        share(refund=0, gift=4000, fee_cover=0, taken=Parts(0, 0))


@given(st.integers(1, 500_000), st.integers(0, 20_000), st.data())
def test_any_series_with_refunds_that_come_back_ends_where_one_full_refund_ends(
    gift, fee_cover, data
):
    live: list[Parts] = []

    def taken() -> Parts:
        return Parts(sum(p.amount for p in live), sum(p.fee_cover for p in live))

    def refund(amount: int) -> None:
        parts = share(refund=amount, gift=gift, fee_cover=fee_cover, taken=taken())
        assert parts.amount >= 0
        assert parts.fee_cover >= 0
        assert parts.amount + parts.fee_cover == amount
        live.append(parts)
        assert taken().amount <= gift
        assert taken().fee_cover <= fee_cover

    for _ in range(data.draw(st.integers(0, 6))):
        left = gift + fee_cover - taken().amount - taken().fee_cover
        if left and data.draw(st.booleans()):
            refund(data.draw(st.integers(1, left)))
        elif live:
            live.pop(data.draw(st.integers(0, len(live) - 1)))
    left = gift + fee_cover - taken().amount - taken().fee_cover
    if left:
        refund(left)
    assert taken() == Parts(gift, fee_cover)


@given(st.integers(1, 500_000), st.integers(0, 20_000), st.data())
def test_without_returns_the_covered_fee_never_strays_from_its_proportion(gift, fee_cover, data):
    taken = Parts(0, 0)
    paid = gift + fee_cover
    while taken.amount + taken.fee_cover < paid:
        left = paid - taken.amount - taken.fee_cover
        parts = share(
            refund=data.draw(st.integers(max(1, left // 3), left)),
            gift=gift,
            fee_cover=fee_cover,
            taken=taken,
        )
        taken = Parts(taken.amount + parts.amount, taken.fee_cover + parts.fee_cover)
        exact = fee_cover * (taken.amount + taken.fee_cover)
        assert abs(taken.fee_cover * paid - exact) * 2 <= paid
