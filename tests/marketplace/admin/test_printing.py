"""Slips are printed from both lists, an order's page and a parcel's."""

import pytest
from django.urls import reverse

from marketplace import orders, slips
from tests.factories.marketplace import AT, on_shelf, order_of, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return pay(order_of({on_shelf(consigned=2): 2}))


@pytest.mark.parametrize("name", ["waitingorder", "order"])
def test_chosen_orders_are_printed_at_once(staff, order, name):
    other = pay(order_of({on_shelf(consigned=1): 1}))
    path = reverse(f"admin:marketplace_{name}_changelist")
    chosen = {"action": "print_slips", "_selected_action": [order.pk, other.pk]}
    answer = staff.post(path, chosen)
    assert answer["Content-Type"] == "application/pdf"
    assert b"/Type/Pages/Count 2" in answer.content


def test_too_many_are_refused(staff, order, monkeypatch):
    monkeypatch.setattr(slips, "MOST", 0)
    path = reverse("admin:marketplace_order_changelist")
    chosen = {"action": "print_slips", "_selected_action": [order.pk]}
    assert "at most 0 orders" in staff.post(path, chosen, follow=True).content.decode()


def test_an_order_and_a_parcel_have_theirs(staff, order):
    page = reverse("admin:marketplace_order_change", args=[order.pk])
    path = reverse("admin:marketplace_order_slip", args=[order.pk])
    assert path in staff.get(page).content.decode()
    assert staff.get(path).content.startswith(b"%PDF-")
    shipment = orders.mark_sent(order_id=order.pk, actor=None, now=AT)
    page = reverse("admin:marketplace_shipment_change", args=[shipment.pk])
    path = reverse("admin:marketplace_shipment_slip", args=[shipment.pk])
    assert path in staff.get(page).content.decode()
    assert staff.get(path).content.startswith(b"%PDF-")


def test_an_unpaid_order_has_nothing_to_pack(staff):
    order = order_of({on_shelf(consigned=2): 2})
    answer = staff.get(reverse("admin:marketplace_order_slip", args=[order.pk]), follow=True)
    assert "nothing to pack" in answer.content.decode()
