"""Partners climb and leave the ladder by steps with a reason; checks come before work."""

import pytest

from partners import ladder
from partners.models import DueDiligence, Partner, StatusChange
from tests.factories.partners import PartnerFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate(now):
    partner = PartnerFactory(status=Partner.Status.CANDIDATE)
    for point in DueDiligence.Point:
        DueDiligence.objects.create(
            partner=partner, point=point, outcome="passed", checked_on=now.date()
        )
    return partner


def move(partner, to, now, reason="Agreed"):
    return ladder.move(partner_id=partner.pk, to=to, reason=reason, actor=StaffFactory(), now=now)


def test_each_step_is_kept_with_who_when_and_why(candidate, now):
    for to in ("vetted", "active", "paused", "active", "closed", "candidate"):
        move(candidate, to, now, reason=f"To {to}")
    candidate.refresh_from_db()
    assert candidate.status == "candidate"
    kept = StatusChange.objects.order_by("pk").values_list("before", "after", "reason")
    assert list(kept)[:2] == [
        ("candidate", "vetted", "To vetted"),
        ("vetted", "active", "To active"),
    ]
    assert len(kept) == 6


@pytest.mark.parametrize("to", ["active", "paused", "candidate"])
def test_no_step_is_skipped(candidate, now, to):
    with pytest.raises(ladder.NotPossible):
        move(candidate, to, now)
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"outcome": "open"}, {"outcome": "failed"}, {"expires_on": "2020-01-01"}],
)
def test_nobody_is_vetted_while_a_point_is_not_passed(candidate, now, change):
    DueDiligence.objects.filter(partner=candidate, point="visit").update(**change)
    with pytest.raises(ladder.NotVetted):
        move(candidate, "vetted", now)


def test_a_missing_point_is_not_a_passed_one(candidate, now):
    DueDiligence.objects.filter(point="visit").delete()
    with pytest.raises(ladder.NotVetted):
        move(candidate, "vetted", now)


def test_a_paused_partner_comes_back_only_while_its_checks_count(candidate, now):
    for to in ("vetted", "active", "paused"):
        move(candidate, to, now)
    DueDiligence.objects.filter(point="fair_pay").update(outcome="failed")
    with pytest.raises(ladder.NotVetted):
        move(candidate, "active", now)
    move(candidate, "closed", now)
