"""Lists catch up with the time, and with what was locked."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from marketplace import listing, tasks
from marketplace.models import Listing, Relisting, SalePrice
from tests.factories.marketplace import VariantFactory

pytestmark = pytest.mark.django_db


def test_a_sale_that_began_or_ended_is_listed():
    now = timezone.now()
    variant = VariantFactory(price_amount=2500)
    sale = SalePrice.objects.create(
        variant=variant,
        price_amount=1500,
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
    )
    # As if a day had passed: the trigger that would notice is passed over.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        SalePrice.objects.filter(pk=sale.pk).update(starts_at=now - timedelta(minutes=1))
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert Listing.objects.get().price_amount == 2500
    assert listing.catch_up(now=now) == 1
    assert Listing.objects.get().price_amount == 1500
    assert listing.catch_up(now=now + timedelta(days=9)) == 0


def test_what_was_locked_is_looked_at_again():
    product = VariantFactory().product
    Relisting.objects.create(product=product)
    Listing.objects.update(is_in_stock=True)
    assert tasks.list_again() == 1
    assert not Listing.objects.get().is_in_stock
    assert not Relisting.objects.exists()
