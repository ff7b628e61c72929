"""A payment link is mailed once, and only for what staff entered to be paid online."""

import pytest

from marketplace import links, orders
from tests.factories.entering import enter, sale_of
from tests.factories.marketplace import AT, DETAILS, on_shelf, order_of
from weintl.mail.models import Mail
from weintl.payments.models import Way

pytestmark = pytest.mark.django_db


@pytest.fixture
def scarf():
    return on_shelf(consigned=5)


def test_only_what_staff_entered_to_be_paid_online_has_one(scarf):
    for order in (enter(sale_of({scarf: 1})), order_of({scarf: 1})):
        with pytest.raises(orders.NotPossible):
            links.send(order=order, now=AT)
    assert not Mail.objects.exclude(template="marketplace/order_confirmation").exists()


def test_it_is_mailed_once_in_the_buyer_s_language(scarf):
    sale = sale_of(
        {scarf: 2}, way=Way.PROVIDER, details=DETAILS, is_handed_over=False, language="es"
    )
    order = enter(sale)
    # A page that is open already: its address is told again, and the provider asked nothing.
    order.payment.state = "open"
    order.payment.session_id = "cs_1"
    order.payment.session_url = "http://localhost/pay/cs_1"
    order.payment.save()
    for _turn in range(2):
        assert links.send(order=order, now=AT) == "http://localhost/pay/cs_1"
    mail = Mail.objects.get(template="marketplace/payment_link")
    assert (mail.recipient, mail.language) == (DETAILS.email, "es")
    assert mail.context["url"] == "http://localhost/pay/cs_1"
