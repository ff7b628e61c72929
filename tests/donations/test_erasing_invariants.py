"""The invariant of erased donors, broken in each place."""

import pytest

from donations import erasing_invariants
from donations.models import Donor, Gift, MailConsent
from tests.factories.donations import DonorFactory
from tests.factories.mail import MailFactory
from weintl.payments.models import Payment

pytestmark = pytest.mark.django_db


def breaches():
    return [breach for check in erasing_invariants.CHECKS for breach in check()]


def test_whatever_is_left_is_told(paid, now):
    gift = paid(donor=DonorFactory(name=""))
    Payment.objects.update(email="")
    Gift.objects.update(donor_name="")
    pk = gift.donor_id
    Donor.objects.filter(pk=pk).update(email="x@erased.invalid", erase_asked_at=now, erased_at=now)
    left = "Donor {} is erased, but something is left in: {}.".format
    assert breaches() == [left(pk, "mails")]
    type(MailFactory()).objects.all().delete()
    assert breaches() == []
    MailFactory(cause=f"donor:{pk}")
    Donor.objects.filter(pk=pk).update(email="ana@example.org")
    Gift.objects.update(donor_name="Ana")
    Payment.objects.update(email="ana@example.org")
    MailConsent.objects.create(donor_id=pk, topic="news", words="w", language="en", given_at=now)
    assert breaches() == [left(pk, "address, gifts, payments, mails, links")]
