"""The demonstration's allocations: one approved, one waiting, none beyond the pools."""

import pytest

from partners import accounts, ledger
from partners.models import Allocation
from partners.seed import allocations
from tests.factories.allocations import fill_pool
from tests.factories.partners import ProgrammeFactory, StaffFactory

pytestmark = pytest.mark.django_db


def load(now):
    allocations.load(now=now, author=StaffFactory(), approver=StaffFactory())


def test_what_the_pools_hold_is_allocated_once(now):
    ProgrammeFactory(code="riverbank")
    ProgrammeFactory(code="lakeshore")
    fill_pool(2_500, at=now)
    fill_pool(4_999, at=now, use="", key="too-little")
    load(now)
    load(now)
    assert Allocation.objects.get().approved_at == now
    assert ledger.balance(accounts.fund("usd", use="education")) == 500
