"""The cash box at the same time: no difference is posted twice, no coin leaves twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import Error, connections
from django.utils import timezone

from partners import accounts, cash, cash_invariants, ledger
from partners.models import CashCount, CashTransfer, Entry
from tests.factories.cash import counted, put_in
from tests.factories.partners import StaffFactory
from tests.plugins.processes import PATIENCE
from weintl.money import Money

pytestmark = pytest.mark.django_db(transaction=True)
BOX = accounts.cash_box("usd")
BEARS = accounts.cash_difference("usd")


def together(work: Callable[[int], object], count: int = 20) -> list[object]:
    """Run `work(0)` … on `count` connections at once; return results or errors."""
    start = Barrier(count)

    def lane(number: int) -> object:
        try:
            start.wait(PATIENCE)
            return work(number)
        except (cash.NotPossible, Error) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lane, range(count)))


def parted(found: list[object]) -> tuple[list[CashCount], list[object]]:
    """Return the counts written down, and all else."""
    rows = [each for each in found if isinstance(each, CashCount)]
    return rows, [each for each in found if not isinstance(each, CashCount)]


def held() -> bool:
    return not [*cash_invariants.check_cash_counts(), *cash_invariants.check_cash_transfers()]


def count(amount, *, now, actor, key=None):
    return cash.count(
        counted=Money(amount, "usd"),
        day=timezone.localdate(now),
        reason="Found in the drawer",
        key=key or uuid4().hex,
        actor=actor,
        now=now,
    )


@pytest.mark.parametrize("before", [0, 10_000])
def test_twenty_people_who_count_the_same_box_post_its_difference_once(before):
    """Also the first count of all, of a box to which nothing was posted yet."""
    now, people = timezone.now(), [StaffFactory() for _ in range(20)]
    if before:
        put_in(before, at=now)
    rows, others = parted(
        together(lambda number: count(before + 1_500, now=now, actor=people[number]))
    )
    assert (len(rows), others) == (20, [])
    assert sorted(row.difference for row in rows) == [0] * 19 + [1_500]
    assert ledger.balance(BOX) == before + 1_500
    assert Entry.objects.filter(kind="cash_counted").count() == 1
    assert held()


def test_one_form_sent_twenty_times_at_once_is_one_count():
    now, actor, key = timezone.now(), StaffFactory(), uuid4().hex
    rows, others = parted(together(lambda _: count(900, now=now, actor=actor, key=key)))
    assert (len({row.pk for row in rows}), others) == (1, [])
    assert ledger.balance(BOX) == 900
    assert held()


def test_of_twenty_large_differences_one_waits():
    now, people = timezone.now(), [StaffFactory() for _ in range(20)]
    rows, others = parted(together(lambda number: count(90_000, now=now, actor=people[number])))
    assert len(rows) == 1
    assert all(isinstance(each, cash.OneWaits) for each in others)
    assert not Entry.objects.filter(kind="cash_counted").exists()
    assert held()


def test_of_twenty_approvals_one_posts_while_others_count():
    now, people = timezone.now(), [StaffFactory() for _ in range(20)]
    put_in(10_000, at=now)
    row = counted(60_000, now=now)

    def work(number):
        if number % 2:
            return count(60_000, now=timezone.now(), actor=people[number])
        return cash.approve(count_id=row.pk, actor=people[number], now=now, four_eyes=True)

    found = together(work)
    assert sum(each is True for each in found) == 1
    rows, others = parted(found)
    assert all(each.difference == 0 for each in rows)
    assert all(isinstance(each, bool | cash.OneWaits | cash.NotThatDay) for each in others)
    assert ledger.balance(BOX) == 60_000
    assert ledger.balance(BEARS) == -50_000
    assert held()


def test_out_of_the_box_no_more_goes_than_is_in_it_and_one_slip_counts_once():
    now, actor = timezone.now(), StaffFactory()
    put_in(10_000, at=now)

    def work(number):
        return cash.move(
            direction="to_bank",
            amount=Money(3_000, "usd"),
            day=timezone.localdate(now),
            slip=f"S-{number // 2}",
            actor=actor,
            now=now,
        )

    found = together(work)
    assert len({each.pk for each in found if isinstance(each, CashTransfer)}) == 3
    assert all(isinstance(each, CashTransfer | cash.NotEnough) for each in found)
    assert ledger.balance(BOX) == 1_000
    assert CashTransfer.objects.count() == 3
    assert held()
