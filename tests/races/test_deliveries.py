"""A line that is written while its delivery is received comes too late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connections, transaction

from marketplace.models import Delivery, DeliveryLine
from tests.factories.marketplace import VariantFactory
from tests.factories.partners import StaffFactory
from tests.plugins.processes import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_no_line_slips_into_a_delivery_that_is_being_received():
    with transaction.atomic():
        variant = VariantFactory()
    row = Delivery.objects.create(programme=variant.product.programme, delivered_on=NOW.date())

    def write() -> object:
        try:
            return DeliveryLine.objects.create(delivery=row, variant=variant, quantity=1)
        except IntegrityError as error:
            return error
        finally:
            connections.close_all()

    def is_waiting() -> bool:
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0])

    # The transaction ends first, then the other lane is waited for.
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=row.pk)
        written = pool.submit(write)
        wait_for(is_waiting, seconds=30)
        locked.received_by, locked.received_at = StaffFactory(), NOW
        locked.save(update_fields=["received_by", "received_at"])
    assert "stays as it is" in str(written.result())
    assert not DeliveryLine.objects.exists()
