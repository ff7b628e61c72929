"""Payouts at the same time: one draft, one approval, one entry, however many try."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connections

from partners import accounts, ledger, payouts
from partners.models import Entry, Payout, PayoutItem
from tests.factories.partners import ProgrammeFactory, StaffFactory, bank_details, piece, sell

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def together(work: Callable[[int], object], count: int = 40) -> list[object]:
    """Run `work(0)` … on `count` connections at once; return results or errors."""
    start = Barrier(count)

    def lane(number: int) -> object:
        try:
            start.wait(60)
            return work(number)
        except (payouts.NotPossible, IntegrityError) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lane, range(count)))


@pytest.fixture
def loom():
    programme = ProgrammeFactory(code="loom")
    bank_details(programme, at=NOW)
    sell(piece(1), piece(2), at=NOW - 9 * DAY, matures=NOW - DAY)
    return programme


def test_of_forty_proposals_one_becomes_the_draft(loom):
    results = together(
        lambda number: payouts.propose(
            programme=loom, currency="usd", cut_off=NOW, actor=None, now=NOW
        )
    )
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 39
    assert all(isinstance(result, payouts.AlreadyThere) for result in refused)
    assert PayoutItem.objects.count() == 6


def test_of_forty_approvals_one_posts(loom):
    payout = payouts.propose(programme=loom, currency="usd", cut_off=NOW, actor=None, now=NOW)
    payout = payouts.submit(payout=payout, actor=StaffFactory(), now=NOW)
    people = [StaffFactory() for _ in range(40)]
    seen = payouts.fingerprint(payout)
    results = together(
        lambda number: payouts.approve(
            payout=payout, seen=seen, actor=people[number], now=NOW, four_eyes=True
        )
    )
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 39
    assert all(isinstance(result, payouts.AlreadyApproved) for result in refused)
    assert Entry.objects.filter(kind="payout_approved").count() == 1
    assert ledger.balance(accounts.maker_payable("usd", "loom")) == 0
    assert ledger.balance(accounts.payout_transit("usd", "loom")) == 2_600


def test_forty_payouts_of_one_payable_that_claim_the_same_money_end_in_one(loom):
    """Each in a month of its own, so that only the items stand between them."""
    results = together(
        lambda number: payouts.propose(
            programme=loom,
            currency="usd",
            cut_off=NOW + (number + 1) * 31 * DAY,
            actor=None,
            now=NOW + (number + 1) * 31 * DAY,
        )
    )
    made = [result for result in results if isinstance(result, Payout)]
    assert len(made) == 1
    assert PayoutItem.objects.filter(is_live=True).count() == 6
