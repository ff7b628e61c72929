"""A count or a slip without its money, and money without either, are told."""

import pytest
from django.db import connection

from partners import accounts, cash_invariants, ledger
from partners.ledger import Draft, Leg
from partners.models import CashCount, CashTransfer
from tests.factories.cash import counted, put_in
from tests.factories.partners import StaffFactory

pytestmark = pytest.mark.django_db


def unguarded(act):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        act()
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_count_without_its_money_is_told(now):
    put_in(9_000, at=now)
    row = counted(1_000, now=now)
    approved = {"approved_by": StaffFactory(), "approved_at": now}
    unguarded(lambda: CashCount.objects.filter(pk=row.pk).update(**approved))
    (said,) = cash_invariants.check_cash_counts()
    assert said == f"Count {row.pk} of the cash box differs by -8000 and posted 0."


def test_a_slip_without_its_money_is_told(now):
    row = CashTransfer.objects.create(
        amount=5, moved_on=now.date(), slip="A", recorded_by=StaffFactory(), recorded_at=now
    )
    (said,) = cash_invariants.check_cash_transfers()
    assert said == f"Slip {row.pk} of the bank moves 5 and posted 0."


def test_money_without_a_count_or_a_slip_is_told(now):
    put_in(9_000, at=now)
    box, bank = accounts.cash_box("usd"), accounts.bank("usd")
    ledger.post(
        [
            Draft("cash_moved", "x", now, [Leg(bank, box, 5)]),
            Draft("cash_counted", "y", now, [Leg(accounts.cash_difference("usd"), box, 5)]),
        ]
    )
    assert list(cash_invariants.check_cash_counts()) == [
        "Entry y has no approved count of the cash box."
    ]
    assert list(cash_invariants.check_cash_transfers()) == ["Entry x has no slip of the bank."]
