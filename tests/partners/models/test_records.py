"""What the database itself holds of partners' records, whoever asks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from partners.models import Agreement, DueDiligence, Partner, StatusChange
from tests.factories.partners import LONG_AGO, PartnerFactory, StaffFactory, take_step

pytestmark = pytest.mark.django_db


def test_a_status_never_changes_without_a_step():
    partner = PartnerFactory()
    with pytest.raises(IntegrityError, match="by a step with a reason only"):
        Partner.objects.filter(pk=partner.pk).update(status="paused")


@pytest.mark.parametrize("status", ["vetted", "active", "paused", "closed"])
def test_a_partner_begins_as_a_candidate(status):
    with pytest.raises(IntegrityError, match="begin as a candidate"):
        Partner.objects.create(name="Quay", slug="quay", country="NP", status=status)


@pytest.mark.parametrize("change", [{"outcome": "open"}, {"expires_on": "2020-01-01"}])
def test_nobody_is_vetted_or_active_in_sql_either_while_a_point_is_not_passed(change):
    partner, paused = PartnerFactory(status="vetted"), PartnerFactory(status="paused")
    DueDiligence.objects.filter(point="visit").update(**change)
    for each in (partner, paused):
        with pytest.raises(IntegrityError, match="due diligence"), transaction.atomic():
            take_step(each, "active")
    DueDiligence.objects.filter(partner=partner).delete()
    with pytest.raises(IntegrityError, match="due diligence"), transaction.atomic():
        take_step(partner, "active")
    take_step(paused, "closed")


@pytest.mark.parametrize(
    ("before", "after"), [("active", "vetted"), ("active", "candidate"), ("paused", "closed")]
)
def test_a_step_that_is_none_is_refused(before, after):
    partner = PartnerFactory()
    with pytest.raises(IntegrityError, match="does not go"):
        StatusChange.objects.create(
            partner=partner,
            before=before,
            after=after,
            reason="Because",
            actor=StaffFactory(),
            changed_at=LONG_AGO,
        )


def test_a_step_needs_a_reason():
    with pytest.raises(IntegrityError, match="has_reason"):
        take_step(PartnerFactory(), "paused", reason="")


@pytest.mark.parametrize("act", ["update", "delete"])
def test_steps_are_kept_as_they_were(act):
    take_step(PartnerFactory(), "paused")
    rows = StatusChange.objects.all()
    with pytest.raises(IntegrityError, match="append-only"):
        rows.update(reason="Other") if act == "update" else rows._raw_delete("default")


def test_what_ends_within_two_months_is_told_but_not_of_closed_partners():
    today = localdate()
    partner, closed = PartnerFactory(), take_step(PartnerFactory(), "closed")
    for owner in (partner, closed):
        for days in (-1, 60, 61):
            Agreement.objects.create(
                partner=owner,
                title=f"{days}",
                starts_on=today - timedelta(days=90),
                expires_on=today + timedelta(days=days),
            )
    Agreement.objects.create(partner=partner, title="open", starts_on=today)
    assert set(Agreement.objects.expiring().values_list("title", "partner")) == {
        ("-1", partner.pk),
        ("60", partner.pk),
    }


def test_a_passed_point_has_a_day_and_stands_once():
    partner = PartnerFactory(status="candidate")
    with pytest.raises(IntegrityError, match="has_day"), transaction.atomic():
        DueDiligence.objects.create(partner=partner, point="visit", outcome="passed")
    DueDiligence.objects.create(partner=partner, point="visit")
    with pytest.raises(IntegrityError, match="due_diligence_once"):
        DueDiligence.objects.create(partner=partner, point="visit")
