"""A payment link is mailed once, and only for what staff entered to be paid online."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace import checkout, holds, links, orders
from marketplace.models import Order, Stock, Variant
from tests.factories.entering import enter, sale_of
from tests.factories.marketplace import AT, DETAILS, on_shelf, order_of
from weintl.mail.models import Mail
from weintl.payments import syncing
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


@pytest.fixture
def lapsed(scarf, standin):
    """An order whose link was mailed, and whose page closed unpaid."""
    now = timezone.now()
    order = enter(
        sale_of({scarf: 2}, way=Way.PROVIDER, details=DETAILS, is_handed_over=False), now=now
    )
    links.send(order=order, now=now)
    assert holds.sweep(now=now + timedelta(days=2)) == 1
    order = Order.objects.select_related("payment").get(pk=order.pk)
    assert (order.state, order.payment.state) == ("expired", "expired")
    return order


def test_a_lapsed_link_is_renewed_once_and_the_old_page_cannot_be_paid(lapsed, scarf, standin):
    now = timezone.now()
    assert links.is_lapsed(lapsed)
    new, again = (links.renew(order=lapsed, actor=None, now=now) for _turn in range(2))
    assert new == again != lapsed
    assert (new.state, new.total_amount) == ("awaiting_payment", lapsed.total_amount)
    assert (new.name, new.street, new.channel) == (lapsed.name, lapsed.street, lapsed.channel)
    assert Stock.objects.get(variant=scarf).held == 2
    assert links.send(order=new, now=now) != lapsed.payment.session_url
    assert Mail.objects.filter(template="marketplace/payment_link").count() == 2
    new.payment.refresh_from_db()
    for order, state in ((lapsed, "expired"), (new, "paid")):
        standin.pay(order.payment.session_id)
        syncing.check(payment_id=order.payment_id, now=now)
        order.refresh_from_db()
        assert order.state == state
    assert Stock.objects.get(variant=scarf).allocated == 2


def test_it_is_renewed_only_at_the_same_total_and_while_pieces_are_free(lapsed, scarf):
    now = timezone.now()
    Variant.objects.filter(pk=scarf.pk).update(price_amount=scarf.price_amount + 1)
    with pytest.raises(checkout.Changed):
        links.renew(order=lapsed, actor=None, now=now)
    Variant.objects.filter(pk=scarf.pk).update(price_amount=scarf.price_amount)
    enter(sale_of({scarf: 4}), now=now)
    with pytest.raises(checkout.Unavailable):
        links.renew(order=lapsed, actor=None, now=now)
    assert Order.objects.count() == 2


def test_what_is_open_or_paid_otherwise_is_not_renewed(scarf):
    for order in (enter(sale_of({scarf: 1})), order_of({scarf: 1})):
        assert not links.is_lapsed(order)
        with pytest.raises(orders.NotPossible):
            links.renew(order=order, actor=None, now=AT)
