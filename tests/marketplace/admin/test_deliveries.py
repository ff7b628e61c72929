"""Staff write deliveries down, receive and correct them, and take the list along."""

import pytest
from django.urls import reverse

from marketplace.models import Delivery, DeliveryLine, Stock
from tests.factories.marketplace import VariantFactory
from tests.factories.partners import StaffFactory
from tests.partners.admin.test_programmes import signed_in
from tests.partners.admin.test_records import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return signed_in(StaffFactory(is_superuser=True))


def lines(*rows):
    data = {"lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return data


def add(browser, variant):
    row = {"variant": variant.pk, "quantity": 2, "supply": "owned", "unit_cost_amount": "7.00"}
    programme = variant.product.programme
    return browser.post(
        reverse("admin:marketplace_delivery_add"),
        {"programme": programme.pk, "delivered_on": "2026-11-20", "reference": "=7", **lines(row)},
    )


def test_it_is_written_down_received_corrected_and_listed(browser):
    variant = VariantFactory()
    answer = add(browser, variant)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = Delivery.objects.get()
    assert not Stock.objects.filter(variant=variant, owned__gt=0).exists()
    receive = reverse("admin:marketplace_delivery_receive", args=[row.pk])
    assert b"$7.00" in browser.get(receive).content
    assert b"up to date" in browser.post(receive, follow=True).content
    assert Stock.objects.get(variant=variant).owned == 2

    change = reverse("admin:marketplace_delivery_change", args=[row.pk])
    assert browser.post(change, {}).status_code == 403
    correct = reverse("admin:marketplace_delivery_correct", args=[row.pk])
    assert browser.post(correct, {"reason": ""}).status_code == 200
    browser.post(correct, {"reason": "Counted wrong"})
    counter = Delivery.objects.get(corrects=row)
    DeliveryLine.objects.filter(delivery=counter).update(quantity=1)
    browser.post(reverse("admin:marketplace_delivery_receive", args=[counter.pk]))
    assert Stock.objects.get(variant=variant).owned == 1
    shown = browser.get(change).content
    assert b"Counted wrong" in shown
    assert b"$7.00" in shown


def test_the_list_is_a_table_without_formulas(browser):
    variant = VariantFactory(product__name_en="=1+1")
    add(browser, variant)
    answer = browser.get(
        reverse("admin:marketplace_delivery_csv", args=[Delivery.objects.get().pk])
    )
    text = answer.content.decode()
    assert text.startswith("delivery,programme,")
    assert "'=1+1,owned,2,7.00" in text
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(("group", "status"), [("shop", 200), ("fulfilment", 200), ("editor", 403)])
def test_only_who_works_with_the_shop_receives(browser, group, status):
    add(browser, VariantFactory())
    receive = reverse("admin:marketplace_delivery_receive", args=[Delivery.objects.get().pk])
    assert member(group).get(receive).status_code == status
