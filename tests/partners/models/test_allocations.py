"""What the database itself refuses of allocations, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from partners import allocations
from partners.models import Allocation
from tests.factories.allocations import AllocationFactory, fill_pool
from tests.factories.partners import ProgrammeFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(now):
    fill_pool(5_000, at=now)
    row = AllocationFactory(programme=ProgrammeFactory(code="loom"))
    allocations.approve(allocation_id=row.pk, actor=StaffFactory(), now=now, four_eyes=True)
    return row


@pytest.mark.parametrize("change", [{"amount": 1}, {"reason": "Other"}, {"approved_at": None}])
def test_an_approved_one_never_changes(approved, change):
    with pytest.raises(IntegrityError):
        Allocation.objects.update(**change)


def test_an_approved_one_is_never_deleted(approved):
    with pytest.raises(IntegrityError):
        Allocation.objects.all()._raw_delete("default")


def test_nobody_approves_by_sql_what_the_pool_does_not_hold(now):
    row = AllocationFactory(programme=ProgrammeFactory(code="loom"))
    with pytest.raises(IntegrityError, match="more than its pool holds"):
        Allocation.objects.filter(pk=row.pk).update(approved_by=StaffFactory(), approved_at=now)


def test_nobody_approves_by_sql_what_they_proposed(now):
    fill_pool(5_000, at=now)
    row = AllocationFactory(programme=ProgrammeFactory(code="loom"))
    with pytest.raises(IntegrityError, match="second_person"):
        Allocation.objects.filter(pk=row.pk).update(approved_by=row.proposed_by, approved_at=now)


@pytest.mark.parametrize("change", [{"amount": 1}, {"use": "legal_aid"}, {"reason": "Other"}])
def test_a_proposal_is_not_changed(change):
    row = AllocationFactory(programme=ProgrammeFactory(code="loom"))
    with pytest.raises(IntegrityError, match="as it was proposed"):
        Allocation.objects.filter(pk=row.pk).update(**change)


def test_none_is_approved_from_the_first(now):
    fill_pool(5_000, at=now)
    with pytest.raises(IntegrityError, match="proposed first"):
        AllocationFactory(approved_by=StaffFactory(), approved_at=now)


def test_none_is_approved_without_its_money(now):
    fill_pool(5_000, at=now)
    row = AllocationFactory(programme=ProgrammeFactory(code="loom"))
    with pytest.raises(IntegrityError, match="has not moved"), transaction.atomic():
        Allocation.objects.filter(pk=row.pk).update(approved_by=StaffFactory(), approved_at=now)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
