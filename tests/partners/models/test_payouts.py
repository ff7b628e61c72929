"""What the database refuses of payouts, whoever writes: states, items, sums, persons."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import Error, IntegrityError, connection, transaction

from partners import exports, payouts
from partners.models import Payout, PayoutItem, Transfer
from tests.factories.partners import (
    ProgrammeFactory,
    StaffFactory,
    approved_payout,
    bank_details,
    paid_payout,
    piece,
    sell,
    sent_back,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def payout(now):
    loom = ProgrammeFactory(code="loom")
    bank_details(loom, at=now)
    sell(piece(1), piece(2), at=now - 9 * DAY, matures=now - DAY)
    return payouts.propose(programme=loom, currency="usd", cut_off=now, actor=None, now=now)


def refused(match: str):
    return pytest.raises(IntegrityError, match=match)


def by_hand(payout, state: str) -> None:
    """Put a payout into a state past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE partners_payout SET state = %s WHERE id = %s", [state, payout.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_the_database_holds_the_same_moves_as_the_code(payout, now):
    details = payout.programme.bank_details.get()
    filled = {
        "submitted_by": StaffFactory(),
        "submitted_at": now,
        "approved_by": StaffFactory(),
        "approved_at": now,
        "bank_details": details,
        "paid_on": now.date(),
        "closed_at": now,
        "bank_reference": "B",
        "returned_on": now.date(),
        "returned_at": now,
        "returned_by": StaffFactory(),
        "return_reference": "R",
        "reason": "Closed",
    }
    Payout.objects.filter(pk=payout.pk).update(**filled)
    allowed = set()
    for old, new in product(Payout.State.values, repeat=2):
        by_hand(payout, old)
        with transaction.atomic():
            try:
                Payout.objects.filter(pk=payout.pk).update(state=new)
            except Error:
                moved = False
            else:
                moved = old != new
            transaction.set_rollback(True)
        if moved:
            allowed.add((old, new))
    wanted = {(old, new) for old, moves in payouts.MOVES.items() for new in moves}
    assert allowed == {(str(old), str(new)) for old, new in wanted}


def test_a_transfer_is_in_one_live_payout(payout, now):
    item = payout.items.first()
    other = ProgrammeFactory(code="kiln")
    with refused("payout_item_once"), transaction.atomic():
        PayoutItem.objects.create(
            payout=payout, transfer=item.transfer, account=item.account, amount=item.amount
        )
    sell(piece(7, programme="kiln"), at=now - 9 * DAY, matures=now - DAY)
    kiln = payouts.propose(programme=other, currency="usd", cut_off=now, actor=None, now=now)
    with refused("no part of that payout"), transaction.atomic():
        PayoutItem.objects.create(
            payout=kiln, transfer=item.transfer, account=item.account, amount=item.amount
        )


def add_item(payout, transfer: Transfer) -> None:
    """Add a credit to a draft, with its amount, in one statement."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "WITH more AS (UPDATE partners_payout SET amount = amount + %(amount)s"
            " WHERE id = %(payout)s) INSERT INTO partners_payoutitem (payout_id, transfer_id,"
            " account_id, amount, is_live, reason)"
            " VALUES (%(payout)s, %(transfer)s, %(account)s, %(amount)s, true, '')",
            {
                "payout": payout.pk,
                "transfer": transfer.pk,
                "account": transfer.credit_id,
                "amount": transfer.amount,
            },
        )


def test_a_payout_takes_nothing_that_has_not_matured_by_its_cut_off(payout, now):
    sell(piece(3), at=now - DAY)
    sell(piece(4), at=now - DAY, matures=now)
    for number in (3, 4):
        credits_ = Transfer.objects.filter(entry__source_key=f"unit/{number}/split")
        with refused("has matured"):
            add_item(payout, credits_.filter(credit__kind="maker_payable").get())


def test_a_payout_takes_nothing_that_a_payout_wrote(now):
    loom = ProgrammeFactory(code="loom")
    bank_details(loom, at=now)
    sell(piece(1), at=now - 9 * DAY, matures=now - DAY)
    failed = approved_payout(loom, at=now)
    payouts.mark_failed(payout=failed, reason="Closed", actor=StaffFactory(), now=now)
    later = now + DAY
    again = payouts.propose(programme=loom, currency="usd", cut_off=later, actor=None, now=later)
    back = Transfer.objects.filter(entry__kind="payout_failed", credit__kind="maker_payable")
    with refused("has matured"):
        add_item(again, back.get())


def test_a_cut_off_is_never_ahead_of_the_proposal(payout):
    with refused("cut_off_is_past"), transaction.atomic():
        Payout.objects.create(
            number="x",
            programme=payout.programme,
            currency="usd",
            period=payout.period - 40 * DAY,
            cut_off=payout.proposed_at + DAY,
            amount=5,
            proposed_at=payout.proposed_at,
        )


def checked_at_once(rows, **changes) -> None:
    with transaction.atomic():
        rows.update(**changes)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_no_state_is_reached_without_what_belongs_to_it(payout, now):
    rows = Payout.objects.filter(pk=payout.pk)
    handed = payouts.submit(payout=payout, actor=StaffFactory(), now=now)
    second, details = StaffFactory(), payout.programme.bank_details.get()
    with refused("approved without what belongs"):
        checked_at_once(
            rows, state="approved", approved_by=second, approved_at=now, bank_details=details
        )
    seen = payouts.fingerprint(handed)
    payouts.approve(payout=handed, seen=seen, actor=second, now=now, four_eyes=True)
    with refused("exported without"):
        checked_at_once(rows, state="exported")
    with refused("failed without"):
        checked_at_once(rows, state="failed")
    exports.export(payouts=[payout], actor=second, now=now)
    with refused("paid without"):
        checked_at_once(rows, state="paid", paid_on=now, closed_at=now, bank_reference="B")


def test_a_paid_payout_only_comes_back_whole_and_once(now):
    loom = ProgrammeFactory(code="loom")
    bank_details(loom, at=now)
    sell(piece(1), at=now - 9 * DAY, matures=now - DAY)
    paid = paid_payout(loom, at=now, paid_at=now)
    rows = Payout.objects.filter(pk=paid.pk)
    back = {
        "state": "returned",
        "returned_on": now,
        "returned_at": now,
        "returned_by": StaffFactory(),
        "return_reference": "R",
        "reason": "Closed",
    }
    for change in ({"amount": 1}, {"paid_on": now - DAY}, {"bank_reference": "C"}):
        with refused("closed and stays"), transaction.atomic():
            rows.update(**back, **change)
    for change in ({"return_reference": ""}, {"reason": ""}, {"returned_on": now - DAY}):
        with refused("returned_has_reference"), transaction.atomic():
            rows.update(**{**back, **change})
    with refused("returned without what belongs"):
        checked_at_once(rows, **back)
    sent_back(paid, at=now)
    with refused("closed and stays"), transaction.atomic():
        rows.update(return_reference="S")


def test_who_submitted_stays(payout, now):
    payouts.submit(payout=payout, actor=StaffFactory(), now=now)
    with refused("Who submitted"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(submitted_by=StaffFactory())


def test_the_amount_is_the_sum_of_the_items(payout):
    with refused("not the sum"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(amount=1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with refused("not the sum"), transaction.atomic():
        payout.items.filter(amount=250).update(
            is_live=False, taken_out_by=StaffFactory(), taken_out_at=payout.cut_off, reason="x"
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "change", [{"amount": 1}, {"is_live": False}, {"reason": "x"}, {"account_id": 1}]
)
def test_an_item_is_not_changed(payout, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutItem.objects.filter(pk=payout.items.first().pk).update(**change)


def test_items_stay_as_they_are_once_submitted(payout, now):
    payouts.submit(payout=payout, actor=StaffFactory(), now=now)
    with refused("taken out of a draft"), transaction.atomic():
        payout.items.filter(amount=250).update(
            is_live=False, taken_out_by=StaffFactory(), taken_out_at=now, reason="x"
        )
    with refused("does not change"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(amount=5)


def test_nothing_is_deleted(payout):
    with refused("stays"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk)._raw_delete("default")
    with refused("stays"), transaction.atomic():
        PayoutItem.objects.filter(payout=payout)._raw_delete("default")


def test_a_payout_begins_as_a_draft(payout, now):
    with refused("begin as a draft"), transaction.atomic():
        Payout.objects.create(
            number="x",
            programme=payout.programme,
            currency="usd",
            period=payout.period - 40 * DAY,
            cut_off=now,
            amount=5,
            state="submitted",
            proposed_at=now,
            submitted_by=StaffFactory(),
            submitted_at=now,
        )


def test_approval_needs_bank_details_of_that_programme_in_force(payout, now):
    payouts.submit(payout=payout, actor=StaffFactory(), now=now)
    strange = bank_details(ProgrammeFactory(code="kiln"), at=now)
    with refused("not in force"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(
            state="approved",
            approved_by=StaffFactory(),
            approved_at=now,
            bank_details=strange,
        )


def test_who_took_out_an_item_does_not_approve_in_sql_either(payout, now):
    adjuster = StaffFactory()
    item = payout.items.filter(amount=250).first()
    payouts.take_out(payout=payout, item_ids=[item.pk], reason="x", actor=adjuster, now=now)
    payouts.submit(payout=payout, actor=StaffFactory(), now=now)
    with refused("who adjusted it"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(
            state="approved",
            approved_by=adjuster,
            approved_at=now,
            bank_details=payout.programme.bank_details.get(),
        )


@pytest.mark.parametrize("table", ["payout", "payoutitem", "bankdetails"])
def test_no_table_is_emptied(payout, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
            cursor.execute(f"TRUNCATE partners_{table} CASCADE")
