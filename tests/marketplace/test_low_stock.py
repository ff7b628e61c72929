"""What runs out is listed with its pace, and told once a week while there is any."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils.translation import override

from marketplace import low_stock, tasks
from marketplace.models import LowVariant
from tests.factories.marketplace import AT, on_shelf, order_of, pay
from tests.factories.partners import StaffFactory
from weintl.mail.composing import compose
from weintl.mail.models import Mail
from weintl.organisation.models import Organisation

pytestmark = pytest.mark.django_db


def keeper():
    person = StaffFactory()
    person.groups.add(Group.objects.get_or_create(name="shop")[0])
    return person


def skus(rows):
    return [row.sku for row in rows]


def test_low_is_what_the_variant_or_the_organisation_says():
    on_shelf(consigned=3, sku="MANY")
    on_shelf(consigned=2, sku="FEW")
    on_shelf(consigned=9, sku="OWN", low_at=9)
    on_shelf(consigned=1, sku="ONE", product__is_one_of_a_kind=True)
    on_shelf(consigned=1, sku="HIDDEN", product__is_published=False)
    on_shelf(consigned=1, sku="NEVER", low_at=0)
    assert set(skus(LowVariant.objects.low())) == {"FEW", "OWN"}
    record = Organisation.unfilled()
    record.low_stock_at = 3
    record.save()
    assert set(skus(LowVariant.objects.low())) == {"FEW", "OWN", "MANY"}


def test_what_sells_out_soonest_stands_first():
    slow = on_shelf(consigned=2, sku="SLOW")
    fast = on_shelf(consigned=5, sku="FAST", low_at=5)
    old = on_shelf(consigned=2, sku="OLD", now=AT - timedelta(days=50))
    pay(order_of({old: 1}, now=AT - timedelta(days=40)), now=AT - timedelta(days=40))
    pay(order_of({fast: 3}), now=AT)
    pay(order_of({slow: 1}), now=AT)
    rows = list(low_stock.soonest(now=AT + timedelta(days=1)))
    assert [(row.sku, row.free, row.sold, row.days_left) for row in rows] == [
        ("FAST", 2, 3, 20),
        ("SLOW", 1, 1, 30),
        ("OLD", 1, 0, None),
    ]
    assert skus(low_stock.soonest(now=AT, programme=slow.product.programme.code)) == ["SLOW"]


def test_the_file_is_no_formula():
    on_shelf(consigned=1, sku="=1+1", place="Shelf, A")
    content = low_stock.as_csv(low_stock.soonest(now=AT)).decode()
    assert "'=1+1," in content
    assert '"Shelf, A",1,2,0,\r\n' in content


def test_one_mail_a_week_and_none_without_need():
    keeper()
    assert low_stock.remind(now=AT) == 0
    variant = on_shelf(consigned=1, product__name_en="Scarf")
    pay(order_of({variant: 1}), now=AT)
    assert low_stock.remind(now=AT) == 1
    assert low_stock.remind(now=AT + timedelta(days=1)) == 1
    mail = Mail.objects.get(template="marketplace/low_stock")
    message = compose(mail)
    for text in (message.body, str(message.alternatives[0][0])):
        assert "Scarf" in text
        assert "0 free, 1 sold in 30 days, enough for 0 days" in text
        assert "/admin/marketplace/lowvariant/" in text
    mail.language = "es"
    with override("es"):
        assert "bastan para 0 días" in compose(mail).body
    low_stock.remind(now=AT + timedelta(days=7))
    assert Mail.objects.filter(template="marketplace/low_stock").count() == 2


def test_the_task_is_one_call():
    assert tasks.remind_of_low_stock() == 0
