"""The cash box: counted beside the ledger, differences posted once, paid in with a slip."""

from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, transaction

from partners import accounts, cash, cash_invariants, ledger
from partners.models import CashCount, CashTransfer, Entry
from tests.factories.cash import counted, put_in
from tests.factories.partners import StaffFactory
from weintl.money import Money

pytestmark = pytest.mark.django_db
BOX, BANK = accounts.cash_box("usd"), accounts.bank("usd")
BEARS = accounts.cash_difference("usd")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def box(now):
    put_in(10_000, at=now - 3 * DAY)
    put_in(5_000, at=now - DAY)


def held():
    return [*cash_invariants.check_cash_counts(), *cash_invariants.check_cash_transfers()]


def move(amount, *, now, slip="A-1", direction="to_bank", day=None):
    return cash.move(
        direction=direction,
        amount=Money(amount, "usd"),
        day=day or now.date(),
        slip=slip,
        actor=StaffFactory(),
        now=now,
    )


def test_what_is_right_posts_nothing(now):
    row = counted(15_000, now=now, reason="")
    assert (row.expected, row.difference) == (15_000, 0)
    assert row.approved_at == now
    assert not Entry.objects.filter(kind="cash_counted").exists()
    assert not held()


@pytest.mark.parametrize("found", [14_000, 16_000])
def test_a_small_difference_is_posted_once_to_operations(now, found):
    actor = StaffFactory()
    said = {"counted": Money(found, "usd"), "day": now.date(), "reason": "x", "key": "0" * 32}
    rows = [cash.count(**said, actor=actor, now=now) for _ in range(2)]
    assert rows[0] == rows[1]
    assert ledger.balance(BOX) == found
    assert ledger.balance(BEARS) == 15_000 - found
    assert Entry.objects.get(kind="cash_counted").source_key == rows[0].source_key
    assert not held()


def test_a_difference_needs_a_reason_and_is_named(now):
    with pytest.raises(cash.ReasonNeeded) as told:
        counted(14_900, now=now, reason="")
    assert told.value.message == "$1.00 is missing. Count again, then say why."
    assert not CashCount.objects.exists()


def test_a_large_difference_waits_for_another_person(now):
    row = counted(5_000, now=now)
    assert row.approved_at is None
    assert ledger.balance(BOX) == 15_000
    with pytest.raises(cash.OneWaits):
        counted(5_000, now=now)
    with pytest.raises(cash.SecondPersonNeeded):
        cash.approve(count_id=row.pk, actor=row.counted_by, now=now, four_eyes=True)
    other = StaffFactory()
    assert cash.approve(count_id=row.pk, actor=other, now=now, four_eyes=True)
    assert not cash.approve(count_id=row.pk, actor=other, now=now, four_eyes=True)
    assert (ledger.balance(BOX), ledger.balance(BEARS)) == (5_000, 10_000)
    assert not held()


def test_one_person_alone_is_marked_for_ever(now):
    row = counted(5_000, now=now)
    cash.approve(count_id=row.pk, actor=row.counted_by, now=now, four_eyes=False)
    row.refresh_from_db()
    assert row.is_single_handed


def test_a_count_of_a_former_day_is_beside_what_was_there_then(now):
    row = cash.count(
        counted=Money(10_000, "usd"),
        day=(now - 2 * DAY).date(),
        reason="",
        key="0" * 32,
        actor=StaffFactory(),
        now=now,
    )
    assert row.expected == 10_000
    with pytest.raises(cash.NotThatDay):
        counted(1, now=now - 3 * DAY)
    with pytest.raises(cash.NotThatDay):
        cash.count(
            counted=Money(1, "usd"),
            day=(now + 2 * DAY).date(),
            reason="x",
            key="1" * 32,
            actor=StaffFactory(),
            now=now,
        )


def test_a_waiting_difference_never_takes_more_than_is_there(now):
    row = counted(0, now=now)
    move(15_000, now=now)
    with pytest.raises(cash.NotEnough):
        cash.approve(count_id=row.pk, actor=StaffFactory(), now=now, four_eyes=True)
    row.refresh_from_db()
    assert row.approved_at is None


def test_a_slip_moves_cash_to_the_bank_once(now):
    rows = [move(9_000, now=now) for _ in range(2)]
    assert rows[0] == rows[1]
    assert (ledger.balance(BOX), ledger.balance(BANK)) == (6_000, 9_000)
    with pytest.raises(cash.SlipKnown):
        move(8_000, now=now)
    with pytest.raises(cash.NotEnough):
        move(6_001, now=now, slip="A-2")
    with pytest.raises(cash.NotThatDay):
        move(1, now=now, slip="A-3", day=(now + 2 * DAY).date())
    move(500, now=now, direction="from_bank")
    assert (ledger.balance(BOX), ledger.balance(BANK)) == (6_500, 8_500)
    assert CashTransfer.objects.count() == 2
    assert not held()


@pytest.mark.parametrize("year", [1, 26, 1026, 2006])
def test_a_year_typed_wrong_writes_nothing(now, year):
    day = now.date().replace(year=year)
    with pytest.raises(cash.NotThatDay):
        move(1, now=now, day=day)
    with pytest.raises(cash.NotThatDay):
        cash.count(
            counted=Money(5, "usd"),
            day=day,
            reason="x",
            key="0" * 32,
            actor=StaffFactory(),
            now=now,
        )
    assert not CashCount.objects.exists()
    assert not CashTransfer.objects.exists()


def test_movements_run_back_from_what_is_there(now):
    move(9_000, now=now)
    lines = cash.movements(cash.boxes()[0], most=2)
    assert [line.amount.amount for line in lines] == [-9_000, 5_000]
    assert [line.balance.amount for line in lines] == [6_000, 15_000]


def test_what_was_written_stays(now):
    small, slip = counted(14_999, now=now), move(1, now=now)
    large = counted(1, now=now)
    for change in (
        lambda: CashCount.objects.filter(pk=small.pk).update(reason="y"),
        lambda: CashCount.objects.filter(pk=small.pk).delete(),
        lambda: CashCount.objects.filter(pk=large.pk).update(counted=2),
        lambda: CashTransfer.objects.filter(pk=slip.pk).update(slip="y"),
        lambda: CashTransfer.objects.filter(pk=slip.pk).delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()
    assert CashCount.objects.filter(pk=large.pk).delete()[0] == 1


@pytest.mark.parametrize(
    "fields",
    [{"counted": -1}, {"reason": ""}, {"approved": True}, {"at": True}, {"waits": True}],
    ids=["below zero", "no reason", "same person", "nobody approved", "two wait"],
)
def test_the_database_refuses_what_is_no_count(now, fields):
    person = StaffFactory()
    row = {"counted": 1, "expected": 9_000, "limit": 2_000, "counted_at": now, "reason": "x"}
    row |= {"counted_by": person, "entered_at": now, "request_key": "k"}
    if fields.pop("approved", False):
        row |= {"approved_by": person, "approved_at": now}
    if fields.pop("at", False):
        row |= {"approved_at": now}
    if fields.pop("waits", False):
        CashCount.objects.create(**row | {"request_key": "other"})
    with pytest.raises(IntegrityError):
        CashCount.objects.create(**row | fields)
