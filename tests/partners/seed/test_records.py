"""The demonstration's partners have a whole record and climbed to where they are."""

import pytest

from partners import ladder
from partners.models import StatusChange
from partners.seed import records
from tests.factories.partners import PartnerFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_a_partner_climbs_from_candidate_to_active_with_its_records(now):
    partner = PartnerFactory(status="candidate")
    records.load(partner=partner, now=now, author=StaffFactory(), approver=StaffFactory())
    partner.refresh_from_db()
    assert partner.status == "active"
    assert StatusChange.objects.count() == 2
    assert ladder.is_vetted(partner, now=now)
    assert partner.documents.get().file.read().startswith(b"A made-up agreement")
