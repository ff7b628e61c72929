"""A name that is left beside an erased order is found."""

import pytest

from marketplace.erasing_invariants import check_erased_orders_name_nobody
from marketplace.models import Order
from tests.factories.marketplace import on_shelf, order_of, pay
from weintl.mail.models import Mail
from weintl.payments.models import Payment

pytestmark = pytest.mark.django_db
BLANK = dict.fromkeys(
    ("email", "name", "street", "street_extra", "city", "region", "postcode", "message"), ""
)


def test_an_address_at_the_payment_and_a_mail_are_named(now):
    order = pay(order_of({on_shelf(consigned=1): 1}, now=now), now=now)
    assert list(check_erased_orders_name_nobody()) == []
    Order.objects.filter(pk=order.pk).update(**BLANK, erased_at=now)
    assert list(check_erased_orders_name_nobody()) == [
        f"Order {order.number} is erased, but a name is left in: payment, 1 mails."
    ]
    Payment.objects.update(email="")
    Mail.objects.all().delete()
    assert list(check_erased_orders_name_nobody()) == []
