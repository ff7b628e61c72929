"""An allocation without its money, and money without its allocation, are told."""

import pytest
from django.db import connection

from partners import accounts, allocation_invariants, allocations, ledger
from partners.ledger import Draft, Leg
from partners.models import Allocation
from tests.factories.allocations import AllocationFactory, fill_pool
from tests.factories.partners import ProgrammeFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_whole_books_break_nothing(now):
    fill_pool(5_000, at=now)
    row = AllocationFactory(programme=ProgrammeFactory(code="loom"))
    AllocationFactory(programme=row.programme)
    allocations.approve(allocation_id=row.pk, actor=StaffFactory(), now=now, four_eyes=True)
    assert list(allocation_invariants.check_allocations()) == []


def test_an_allocation_without_its_money_is_told(now):
    fill_pool(5_000, at=now)
    row = AllocationFactory(programme=ProgrammeFactory(code="loom"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        Allocation.objects.filter(pk=row.pk).update(approved_by=StaffFactory(), approved_at=now)
        cursor.execute("SET LOCAL session_replication_role = origin")
    (said,) = allocation_invariants.check_allocations()
    assert said == f"Allocation {row.pk} of 2000 moved 0 in the ledger."


def test_money_that_left_a_pool_without_two_persons_is_told(now):
    fill_pool(5_000, at=now)
    row = AllocationFactory(programme=ProgrammeFactory(code="loom"))
    leg = Leg(accounts.fund("usd", use="education"), accounts.fund("usd", "loom", "education"), 5)
    ledger.post([Draft("allocation", row.source_key, now, [leg])])
    assert len(list(allocation_invariants.check_allocations())) == 2
