"""The invariant of merged donors, broken."""

import pytest
from django.db import connection

from donations import merging, merging_invariants
from tests.factories.donations import DonorFactory, GiftFactory

pytestmark = pytest.mark.django_db


def breaches():
    return [breach for check in merging_invariants.CHECKS for breach in check()]


def forced(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = origin")


def test_what_has_not_followed_and_what_is_not_told_is_told(now):
    ana, twin = DonorFactory(), DonorFactory()
    gift = GiftFactory(donor=twin)
    merging.merge(survivor_id=ana.pk, other_id=twin.pk, actor=None, now=now)
    assert breaches() == []
    forced("UPDATE donations_gift SET donor_id = %s WHERE id = %s", twin.pk, gift.pk)
    assert breaches() == [f"Donor {twin.pk} is merged, and not all has followed."]
    forced("DELETE FROM donations_donormerge")
    assert f"Donor {twin.pk}: being merged and the record of it disagree." in breaches()
