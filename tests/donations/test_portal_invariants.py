"""Each invariant of donors' pages, broken."""

import pytest

from donations import portal_invariants
from donations.models import DonorLink, DonorVisit
from tests.factories.donations import DonorFactory, link_for
from tests.factories.mail import MailFactory

pytestmark = pytest.mark.django_db


def breaches():
    return [breach for check in portal_invariants.CHECKS for breach in check()]


def test_a_visit_by_another_s_or_an_unused_link_is_told(now):
    donor = DonorFactory()
    link_for(donor, now=now)
    link = DonorLink.objects.get()
    visit = DonorVisit.objects.create(
        donor=donor, link=link, digest="x", started_at=now, expires_at=link.expires_at
    )
    words = f"Visit {visit.pk} of a donor's page was opened by a link that is not its own."
    assert breaches() == [words]
    DonorLink.objects.update(used_at=now)
    assert breaches() == []
    DonorVisit.objects.update(donor=DonorFactory())
    assert breaches() == [words]


def test_a_mail_without_its_donor_is_told():
    mail = MailFactory(cause="donor:0")
    assert breaches() == [f"Mail {mail.pk} says that donor:0 caused it, which does not exist."]
