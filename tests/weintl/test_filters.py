"""Filters of long lists keep what they say, and read no row to offer it."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.models import Order
from tests.factories.marketplace import on_shelf, order_of

pytestmark = pytest.mark.django_db
LIST = "/admin/marketplace/order/"


def shown(client, query):
    return client.get(f"{LIST}?{query}").context["cl"].result_count


def test_orders_are_kept_by_month_and_language_without_looking_through_all(admin_client):
    first, second = order_of({on_shelf(consigned=1): 1}), order_of({on_shelf(consigned=1): 1})
    # In UTC: the display zone of tests is behind it, so this is still October there.
    Order.objects.filter(pk=first.pk).update(placed_at=datetime(2026, 10, 31, 23, tzinfo=UTC))
    Order.objects.filter(pk=second.pk).update(language="es")
    months = [shown(admin_client, f"month={month}") for month in ("2026-10", "2026-12", "x")]
    assert months == [1, 0, 2]
    assert [shown(admin_client, f"language={code}") for code in ("en", "es")] == [1, 1]
    with CaptureQueriesContext(connection) as asked:
        admin_client.get(LIST)
    texts = [row["sql"] for row in asked.captured_queries]
    assert [text for text in texts if "DISTINCT" in text or "date_trunc" in text.lower()] == []
