"""Each claim about offline gifts is broken on purpose and seen."""

import pytest
from django.utils.timezone import localdate

from donations import offline_gifts, offline_invariants
from donations.models import Gift, OfflineBatch, OfflineGift
from tests.factories.donations import FundFactory
from tests.factories.partners import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(now):
    made = OfflineBatch.objects.create(
        note="Cheques", control_amount=5000, currency="usd", created_by=StaffFactory()
    )
    OfflineGift.objects.create(
        batch=made, way="cheque", amount=5000, reference="77", fund=FundFactory(),
        received_on=localdate(now), email="ana@example.org",
    )  # fmt: skip
    return made


def test_a_booked_batch_that_is_not_whole_is_seen(batch, now):
    assert not list(offline_invariants.check_booked_batches_are_whole())
    OfflineBatch.objects.update(booked_at=now, booked_by=StaffFactory(), control_amount=4000)
    (sentence,) = offline_invariants.check_booked_batches_are_whole()
    assert "of 4000 has gifts of 5000, 1 of them not booked" in sentence


def test_a_gift_that_is_not_what_was_written_is_seen(batch, now):
    offline_gifts.book(batch_id=batch.pk, actor=StaffFactory(), now=now)
    assert not list(offline_invariants.check_offline_gifts_are_as_written())
    Gift.objects.update(way="cash")
    (sentence,) = offline_invariants.check_offline_gifts_are_as_written()
    assert "is not what gift" in sentence
