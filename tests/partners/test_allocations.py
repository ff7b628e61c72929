"""What was given without a programme goes to one: by two persons, once, no more than is there."""

import pytest
from django.db import IntegrityError

from partners import accounts, allocations, ledger
from partners.models import Allocation, Entry, Maturity
from tests.factories.allocations import AllocationFactory, fill_pool
from tests.factories.partners import ProgrammeFactory, StaffFactory
from weintl.money import Money

pytestmark = pytest.mark.django_db
POOL = accounts.fund("usd", use="education")
FUND = accounts.fund("usd", "loom", "education")


@pytest.fixture
def proposal(now):
    fill_pool(5_000, at=now)
    return AllocationFactory(programme=ProgrammeFactory(code="loom"))


def approve(row, *, actor, now, four_eyes=True):
    return allocations.approve(allocation_id=row.pk, actor=actor, now=now, four_eyes=four_eyes)


def test_another_person_moves_the_money_which_matures_at_once(proposal, now):
    assert approve(proposal, actor=StaffFactory(), now=now)
    assert (ledger.balance(POOL), ledger.balance(FUND)) == (3_000, 2_000)
    entry = Entry.objects.get(source_key=f"allocation/{proposal.pk}/approved")
    assert entry.kind == "allocation"
    assert Maturity.objects.get(entry=entry).matures_at == now


def test_approving_twice_moves_it_once(proposal, now):
    approver = StaffFactory()
    assert approve(proposal, actor=approver, now=now)
    assert not approve(proposal, actor=approver, now=now)
    assert ledger.balance(FUND) == 2_000


def test_who_proposed_it_may_not_approve_it(proposal, now):
    with pytest.raises(allocations.SecondPersonNeeded):
        approve(proposal, actor=proposal.proposed_by, now=now)
    assert ledger.balance(FUND) == 0


def test_one_person_alone_is_marked_for_ever(proposal, now):
    approve(proposal, actor=proposal.proposed_by, now=now, four_eyes=False)
    assert Allocation.objects.get().is_single_handed


def test_a_pool_never_goes_below_zero(proposal, now):
    approver = StaffFactory()
    others = [AllocationFactory(programme=proposal.programme) for _ in range(2)]
    approve(proposal, actor=approver, now=now)
    approve(others[0], actor=approver, now=now)
    with pytest.raises(allocations.NotEnough):
        approve(others[1], actor=approver, now=now)
    assert ledger.balance(POOL) == 1_000


def test_where_most_needed_may_go_to_any_use(now):
    fill_pool(5_000, at=now, use="")
    row = AllocationFactory(pool="", use="legal_aid", programme=ProgrammeFactory(code="loom"))
    approve(row, actor=StaffFactory(), now=now)
    assert ledger.balance(accounts.fund("usd", "loom", "legal_aid")) == 2_000


def test_pools_say_what_is_unspent_and_proposed(proposal):
    (pool,) = allocations.pools()
    assert (pool.use, pool.balance, pool.proposed) == (
        "education",
        Money(5_000, "usd"),
        Money(2_000, "usd"),
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"pool": "education", "use": "legal_aid"},
        {"amount": 0},
        {"reason": ""},
        {"pool": "", "use": ""},
    ],
)
def test_the_database_refuses_what_breaks_a_rule(proposal, fields):
    with pytest.raises(IntegrityError):
        AllocationFactory(programme=proposal.programme, **fields)
