"""A paid payout that the bank sent back is owed again, and everybody can see it."""

from datetime import timedelta

import pytest

from partners import (
    accounts,
    available,
    ledger,
    payout_invariants,
    payout_returns,
    payouts,
    whereabouts,
)
from partners.models import Entry, Payout, PayoutItem, Statement
from tests.factories.partners import (
    ProgrammeFactory,
    StaffFactory,
    bank_details,
    paid_payout,
    piece,
    sell,
    sent_back,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAYABLE = accounts.maker_payable("usd", "loom")
TRANSIT = accounts.payout_transit("usd", "loom")


@pytest.fixture
def paid(now):
    loom = ProgrammeFactory(code="loom")
    bank_details(loom, at=now)
    sell(piece(1), piece(2), at=now - 9 * DAY, matures=now - DAY)
    return paid_payout(loom, at=now, paid_at=now + DAY, fee=125)


def returned(payout, now, **changes) -> Payout:
    known = {
        "reference": " BACK-1 ",
        "fee": 40,
        "returned_on": (now + 3 * DAY).date(),
        "reason": "Account closed",
        "actor": StaffFactory(),
        "now": now + 3 * DAY,
    }
    return payout_returns.mark_returned(payout=payout, **{**known, **changes})


def test_it_is_reversed_and_owed_again(paid, now):
    row = returned(paid, now)
    assert (row.state, row.return_reference, row.return_fee) == ("returned", "BACK-1", 40)
    assert (ledger.balance(PAYABLE), ledger.balance(TRANSIT)) == (1_800, 0)
    # What our bank took for sending, and for the return, is operations' and stays.
    assert ledger.balance(accounts.bank("usd")) == -165
    assert ledger.balance(accounts.fees("usd")) == 165
    owed = Entry.objects.get(source_key="payout/2026-11-loom-usd/owed")
    assert owed.reverses.source_key == "payout/2026-11-loom-usd/approved"
    assert not PayoutItem.objects.filter(is_live=True).exists()
    assert sum(claim.amount for claim in available.claims(cut_off=now + 4 * DAY)) == 2_600


def test_it_comes_back_once(paid, now):
    returned(paid, now)
    with pytest.raises(payouts.NotPossible):
        returned(paid, now)
    assert Entry.objects.filter(kind="payout_returned").count() == 2


@pytest.mark.parametrize(
    "change",
    [{"reference": " "}, {"reason": ""}, {"fee": -1}, {"returned_on": 0}, {"returned_on": 4}],
)
def test_the_bank_names_it_on_a_day_that_can_be(paid, now, change):
    if "returned_on" in change:
        change = {"returned_on": (now + change["returned_on"] * DAY).date()}
    with pytest.raises(payouts.NotPossible):
        returned(paid, now, **change)
    assert Payout.objects.get().state == "paid"


def test_only_what_was_paid_comes_back(now):
    loom = ProgrammeFactory(code="loom")
    sell(piece(1), at=now - 9 * DAY, matures=now - DAY)
    drafted = payouts.propose(programme=loom, currency="usd", cut_off=now, actor=None, now=now)
    with pytest.raises(payouts.NotPossible):
        returned(drafted, now)


def test_it_is_paid_anew_with_a_statement_that_tells_all(paid, now):
    returned(paid, now)
    again = paid_payout(paid.programme, at=now + 4 * DAY, paid_at=now + 5 * DAY)
    assert (again.number, again.amount) == ("2026-11-loom-usd-2", 2_600)
    first, second = Statement.objects.order_by("pk")
    assert first.payout == paid
    told = [(row["kind"], row["reference"]) for row in second.contents["movements"]]
    assert ("payout_returned", "payout 2026-11-loom-usd") in told
    assert {row["closing"] for row in second.contents["accounts"]} == {0}
    assert {check.__name__: list(check()) for check in payout_invariants.CHECKS} == {
        check.__name__: [] for check in payout_invariants.CHECKS
    }


def test_what_came_back_is_followed_until_it_is_paid_again(paid, now):
    key = "unit/1/split"
    sent_back(paid, at=now + 3 * DAY)
    found = whereabouts.of_entries([key])[key]
    assert {(each.standing, each.day) for each in found} == {("sent_back", (now + 3 * DAY).date())}
    assert whereabouts.paid(found) == []
    (row,) = whereabouts.paid(found, standing="sent_back")
    assert row.money.amount == 1_300
    again = paid_payout(paid.programme, at=now + 4 * DAY, paid_at=now + 5 * DAY)
    found = whereabouts.of_entries([key])[key]
    assert {(each.standing, each.payout_id) for each in found} == {("paid", again.pk)}
