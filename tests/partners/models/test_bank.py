"""Bank details: two persons, seven days, never edited."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from partners.models import BankDetails
from tests.factories.partners import ProgrammeFactory, bank_details

pytestmark = pytest.mark.django_db


@pytest.fixture
def details(now):
    return bank_details(ProgrammeFactory(code="loom"), at=now)


@pytest.mark.parametrize(
    "change",
    [
        {"sealed": "x"},
        {"masked": "x"},
        {"in_force_at": None, "approved_at": None, "approved_by": None},
        {"is_single_handed": True},
    ],
)
def test_approved_details_are_not_changed(details, change):
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        BankDetails.objects.filter(pk=details.pk).update(**change)


def test_details_are_not_deleted(details):
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        BankDetails.objects.filter(pk=details.pk)._raw_delete("default")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"days": 6}, "seven_days"),
        ({"same": True}, "second_person"),
    ],
)
def test_the_database_demands_two_persons_and_seven_days(details, now, change, why):
    approver = details.proposed_by if change.get("same") else details.approved_by
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        BankDetails.objects.create(
            programme=details.programme,
            sealed="x",
            masked="x",
            reason="x",
            proposed_by=details.proposed_by,
            proposed_at=now,
            approved_by=approver,
            approved_at=now,
            in_force_at=now + timedelta(days=change.get("days", 7)),
        )
