"""What may be paid out: matured credits, less what refunds took; the rest is held or waits."""

from datetime import timedelta

import pytest

from partners import accounts, available, postings
from tests.factories.partners import ProgrammeFactory, piece, sell, take_back

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def loom():
    return ProgrammeFactory(code="loom")


def due(at) -> list[int]:
    """Return what is due on each account that does not wait."""
    found = available.standings(available.claims(cut_off=at), cut_off=at)
    return [standing.total for standing in found if not standing.is_waiting]


def test_a_credit_counts_from_its_maturity_on(now):
    sell(piece(1), at=now, matures=now + DAY)
    assert due(now + DAY) == []
    assert due(now + DAY + timedelta(microseconds=1)) == [150, 250, 900]


def test_what_nobody_dated_is_held(now):
    sell(piece(1), at=now)
    later = now + 99 * DAY
    (*_rest, last) = available.standings(available.claims(cut_off=later), cut_off=later)
    assert (last.total, last.is_waiting, [c.amount for c in last.held]) == (0, True, [900])


def test_a_refund_counts_at_once_and_is_made_good_by_what_comes_next(now):
    sell(piece(1), at=now, matures=now)
    take_back(piece(1), at=now + DAY, key="r", is_dispatched=True)
    assert due(now + 2 * DAY) == [900]
    sell(piece(2, uses={"long_term_care": 300}), at=now + 2 * DAY, matures=now + 2 * DAY)
    assert due(now + 3 * DAY) == [300, 1_800]


@pytest.mark.parametrize("is_dispatched", [False, True])
def test_a_piece_refunded_before_it_could_mature_nets_to_nothing(now, is_dispatched):
    sell(piece(1), piece(2), at=now)
    take_back(piece(1), at=now + DAY, key="r", is_dispatched=is_dispatched)
    found = available.standings(available.claims(cut_off=now + 2 * DAY), cut_off=now + 2 * DAY)
    funds = found if not is_dispatched else found[:2]
    assert {standing.total for standing in funds} == {0}
    assert [[claim.amount for claim in row.held] for row in funds][:2] == [[150], [250]]


def test_a_maturity_that_was_set_stays_when_the_piece_comes_back(now):
    sell(piece(1), at=now, matures=now + 9 * DAY)
    take_back(piece(1), at=now + DAY, key="r", is_dispatched=True)
    assert due(now + 10 * DAY) == [900]


def test_a_gift_counts_at_once_less_its_fee_and_again_when_its_refund_came_back(now):
    fund = accounts.fund("usd", "loom", "education")
    postings.post_gift(
        payment_key="g", currency="usd", amount=5_000, fee_cover=0, fund=fund, occurred_at=now
    )
    postings.post_fee(payment_key="g", currency="usd", fee=175, occurred_at=now, fund=fund)
    assert due(now + DAY) == [4_825]
    postings.post_gift_refund(
        refund_key="r", currency="usd", amount=5_000, fee_cover=0, fund=fund, occurred_at=now
    )
    assert due(now + DAY) == []
    postings.post_refund_failed(refund_key="r", occurred_at=now)
    assert due(now + DAY) == [4_825]


def test_the_share_of_pieces_whose_refund_came_back_waits_for_another_try(now):
    sell(piece(1), at=now)
    take_back(piece(1), at=now, key="r", is_dispatched=False)
    postings.post_refund_failed(refund_key="r", occurred_at=now)
    assert due(now + 29 * DAY) == []
    assert due(now + 31 * DAY) == [150, 250, 900]


def test_a_gift_to_no_programme_is_nobodys_claim(now):
    for fund in (accounts.fund("usd"), accounts.fund("usd", "", "education")):
        postings.post_gift(
            payment_key=fund.code,
            currency="usd",
            amount=500,
            fee_cover=0,
            fund=fund,
            occurred_at=now,
        )
    assert available.claims(cut_off=now + DAY) == []


def test_a_gift_paid_with_an_order_counts_at_once(now):
    gift = postings.GiftPart(700, 0, accounts.fund("usd", "loom"))
    postings.post_sale(
        payment_key="o", currency="usd", shipping=0, units=[], occurred_at=now, gift=gift
    )
    assert due(now + DAY) == [700]


def test_sums_by_day_are_the_claims(now):
    sell(piece(1), at=now, matures=now + DAY)
    sell(piece(2), at=now)
    take_back(piece(1), at=now, key="r", is_dispatched=True)
    loom = available.claims(cut_off=now + DAY)[0].programme_id
    found = available.sums(cut_off=now + DAY, programme_id=loom)
    assert sum(row.amount for row in found) == sum(
        claim.amount for claim in available.claims(cut_off=now + DAY)
    )
    assert {(row.state, row.day) for row in found} == {
        ("due", (now + DAY).date().isoformat()),
        ("undated", ""),
        ("taken", ""),
    }
