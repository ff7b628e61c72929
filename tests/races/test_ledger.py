"""Postings at the same time: no deadlock, no lost sum, no floor broken."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from partners import accounts, ledger
from partners.ledger import Draft, Leg
from partners.models import Account, Entry, Transfer
from tests.factories.partners import ProgrammeFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PROVIDER, SALES, FEES = accounts.provider("usd"), accounts.sales("usd"), accounts.fees("usd")
PAYABLE, COST = accounts.maker_payable("usd", "loom"), accounts.artisan_cost("usd")
FUND = accounts.fund("usd", "loom", "education")


def together(work: Callable[[int], object], count: int, threads: int = 8) -> list[object]:
    """Run `work(0)` … `work(count - 1)` on `threads` connections; return results or errors."""
    start = Barrier(threads)

    def lane(first: int) -> list[object]:
        results: list[object] = []
        try:
            start.wait(30)
            for number in range(first, count, threads):
                try:
                    results.append(work(number))
                except (IntegrityError, OperationalError) as error:
                    results.append(error)
        finally:
            connections.close_all()
        return results

    with ThreadPoolExecutor(threads) as pool:
        return [result for lane_ in pool.map(lane, range(threads)) for result in lane_]


def test_forty_postings_on_the_same_accounts_neither_block_nor_lose_a_cent():
    ProgrammeFactory(code="loom")

    def work(number: int) -> object:
        # Half of them name the accounts in the other order.
        legs = [Leg(PROVIDER, SALES, 700), Leg(COST, PAYABLE, 200), Leg(COST, FUND, 100)]
        return ledger.post([Draft("sale", f"s/{number}", NOW, legs[:: (-1) ** number])])

    results = together(work, 40)
    assert not [result for result in results if isinstance(result, Exception)]
    assert [ledger.balance(ref) for ref in (SALES, PAYABLE, FUND)] == [28_000, 8_000, 4_000]
    assert Transfer.objects.count() == 120


def test_a_payment_and_its_fee_in_one_transaction_do_not_deadlock_with_other_fees():
    ledger.post([Draft("fee", "first", NOW, [Leg(FEES, PROVIDER, 1)])])

    def work(number: int) -> object:
        fee = Draft("fee", f"f/{number}", NOW, [Leg(FEES, PROVIDER, 3)])
        with transaction.atomic():
            if number % 2:
                ledger.post([Draft("sale", f"s/{number}", NOW, [Leg(PROVIDER, SALES, 100)])])
            return ledger.post([fee])

    results = together(work, 80)
    assert not [result for result in results if isinstance(result, Exception)]
    assert ledger.balance(FEES) == 241


def test_the_same_key_posted_by_all_is_posted_once():
    def work(number: int) -> object:
        return ledger.post([Draft("sale", "s", NOW, [Leg(PROVIDER, SALES, 100)])])

    results = together(work, 16)
    assert not [result for result in results if isinstance(result, Exception)]
    assert len([result for result in results if result]) == 1
    assert ledger.balance(SALES) == 100


def test_of_forty_payouts_of_one_payable_one_succeeds():
    ProgrammeFactory(code="loom")
    ledger.post([Draft("sale", "s", NOW, [Leg(COST, PAYABLE, 2_700)])])
    transit = accounts.payout_transit("usd", "loom")

    def work(number: int) -> object:
        return ledger.post(
            [Draft("correction", f"p/{number}", NOW, [Leg(PAYABLE, transit, 2_700)])]
        )

    results = together(work, 40)
    refused = [result for result in results if isinstance(result, IntegrityError)]
    assert len(refused) == 39
    assert all("account_floor" in str(error) for error in refused)
    assert ledger.balance(PAYABLE) == 0
    assert ledger.balance(transit) == 2_700
    assert Entry.objects.count() == 2


def test_control_accounts_locked_out_of_order_deadlock():
    """Shows the race that the order of ids prevents: the same locks, taken crosswise."""
    ledger.post([Draft("sale", "s", NOW, [Leg(PROVIDER, SALES, 1)])])
    first, second = Account.objects.order_by("pk").values_list("pk", flat=True)
    meet = Barrier(2)

    def work(number: int) -> object:
        with transaction.atomic(), connection.cursor() as cursor:
            for pk in (first, second) if number else (second, first):
                cursor.execute(
                    "SELECT id FROM partners_account WHERE id = %s FOR NO KEY UPDATE", [pk]
                )
                if not meet.broken and pk == (first if number else second):
                    meet.wait(30)
        return None

    results = together(work, 2, threads=2)
    assert [result for result in results if isinstance(result, OperationalError)]
