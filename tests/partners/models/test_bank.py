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
        ({"before": 9}, "proposed_first"),
    ],
)
def test_the_database_demands_two_persons_and_seven_days(details, now, change, why):
    approver = details.proposed_by if change.get("same") else details.approved_by
    at = now - timedelta(days=change.get("before", 0))
    drafted = proposed(details, now)
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        BankDetails.objects.filter(pk=drafted.pk).update(
            approved_by=approver,
            approved_at=at,
            in_force_at=at + timedelta(days=change.get("days", 7)),
        )


def proposed(details, now, **fields) -> BankDetails:
    return BankDetails.objects.create(
        programme=details.programme,
        sealed="x",
        masked="x",
        reason="x",
        proposed_by=details.proposed_by,
        proposed_at=now,
        **fields,
    )


def test_details_are_not_approved_from_the_first(details, now):
    approval = {"approved_by": details.approved_by, "approved_at": now}
    with pytest.raises(IntegrityError, match="proposed first"), transaction.atomic():
        proposed(details, now, **approval, in_force_at=now + timedelta(days=7))
