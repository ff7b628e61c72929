"""The counters are moved once under a key, and never below what is promised."""

import pytest
from django.db import transaction

from marketplace import counters
from marketplace.models import StockMove
from tests.factories.marketplace import AT, on_shelf

pytestmark = pytest.mark.django_db


def test_one_key_moves_once_and_the_guard_refuses_more_than_is_free():
    variant = on_shelf(consigned=2)
    with transaction.atomic():
        row = counters.lock([variant.pk])[variant.pk]
        taken = {"source_key": "test/1", "reason": "held", "now": AT, "held": 2}
        assert counters.move(row, **taken)
        assert not counters.move(row, **taken)
        with pytest.raises(counters.SoldOut) as told:
            counters.move(row, source_key="test/2", reason="held", now=AT, held=1)
        assert told.value.variant_ids == [variant.pk]
    row.refresh_from_db()
    assert (row.held, StockMove.objects.filter(reason="held").count()) == (2, 1)
