"""Counters, moves and holds are read, never typed."""

import pytest
from django.urls import reverse

from marketplace.models import Hold, Stock, StockMove
from tests.factories.marketplace import on_shelf, order_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Stock, StockMove, Hold])
def test_rows_can_be_found_and_not_changed(staff, model):
    order_of({on_shelf(consigned=2): 1})
    name = model._meta.model_name
    row = model.objects.first()
    assert staff.get(reverse(f"admin:marketplace_{name}_changelist") + "?q=SKU").status_code == 200
    page = reverse(f"admin:marketplace_{name}_change", args=[row.pk])
    assert staff.get(page).status_code == 200
    assert staff.post(page, {"quantity": 9}).status_code == 403
    assert staff.get(reverse(f"admin:marketplace_{name}_add")).status_code == 403
    delete = reverse(f"admin:marketplace_{name}_delete", args=[row.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403
