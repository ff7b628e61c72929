"""Donors merged by many hands at once: no circle, and no gift is left behind."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from donations import merging
from donations.models import Donor, DonorMerge, Gift
from tests.factories.donations import DonorFactory, FundFactory, GiftFactory
from tests.plugins.processes import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works):
    """Run each on a connection of its own at once; return results or errors."""
    start = Barrier(len(works))

    def lane(work):
        try:
            start.wait(PATIENCE)
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(lane, works))


def test_two_merged_into_each_other_at_once_end_as_one():
    one, other = DonorFactory(), DonorFactory()

    def merge(survivor, gone):
        return lambda: merging.merge(
            survivor_id=survivor.pk, other_id=gone.pk, actor=None, now=timezone.now()
        )

    found = together(merge(one, other), merge(other, one))
    assert sorted(type(each) for each in found if isinstance(each, Exception)) == [
        merging.NotPossible
    ]
    assert DonorMerge.objects.count() == 1
    assert Donor.objects.live().count() == 1


def test_a_gift_that_is_being_written_follows_the_merge():
    one, other = DonorFactory(), DonorFactory()
    fund = FundFactory()

    def slowly():
        with transaction.atomic():
            gift = GiftFactory(donor=other, fund=fund)
            time.sleep(0.3)
            return gift

    def merge():
        time.sleep(0.1)
        return merging.merge(survivor_id=one.pk, other_id=other.pk, actor=None, now=timezone.now())

    def late():
        # Its donor was read before the merge, and it is written while that is not over yet.
        time.sleep(0.15)
        return GiftFactory(donor=other, fund=fund)

    found = together(slowly, merge, late)
    assert [each for each in found if isinstance(each, Exception)] == []
    assert Gift.objects.filter(donor=one).count() == 2
