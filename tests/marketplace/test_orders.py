"""Sent, delivered, and when money may be paid out."""

from datetime import timedelta

import pytest

from marketplace import orders, returns, stock
from marketplace.models import Stock, Unit
from partners.models import Maturity
from tests.factories.marketplace import AT, on_shelf, order_of, pay
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=3)


@pytest.fixture
def scarf():
    return on_shelf(consigned=2, owned=1, unit_cost=800)


@pytest.fixture
def paid(scarf):
    return pay(order_of({scarf: 3}))


def ids(order):
    return [unit.pk for unit in Unit.objects.of(order)]


def maturities(kind):
    return list(Maturity.objects.filter(kind=kind).values_list("matures_at", flat=True))


def test_sending_takes_pieces_off_the_shelf_and_lets_maker_pay_mature(paid, scarf):
    orders.mark_sent(order_id=paid.pk, actor=None, now=LATER)
    paid.refresh_from_db()
    assert paid.state == "sent"
    row = Stock.objects.get(variant=scarf)
    assert (row.owned, row.consigned, row.allocated) == (0, 0, 0)
    assert maturities("maker_payable") == [LATER] * 3
    mail = Mail.objects.get(template="marketplace/order_sent")
    assert mail.context["pieces"] == [{"label": scarf.product.name_en, "quantity": 3}]


def test_part_of_an_order_can_be_sent_and_the_rest_later(paid):
    first, *rest = ids(paid)
    orders.mark_sent(order_id=paid.pk, unit_ids=[first], actor=None, now=LATER)
    paid.refresh_from_db()
    assert paid.state == "partly_sent"
    orders.mark_sent(order_id=paid.pk, unit_ids=rest, actor=None, now=LATER)
    paid.refresh_from_db()
    assert paid.state == "sent"
    assert Mail.objects.filter(template="marketplace/order_sent").count() == 2


def test_a_piece_is_sent_once(paid):
    orders.mark_sent(order_id=paid.pk, actor=None, now=LATER)
    with pytest.raises(orders.NotPossible):
        orders.mark_sent(order_id=paid.pk, unit_ids=ids(paid), actor=None, now=LATER)
    assert Mail.objects.filter(template="marketplace/order_sent").count() == 1


def test_shares_mature_thirty_days_after_delivery(paid):
    orders.mark_sent(order_id=paid.pk, actor=None, now=AT)
    orders.mark_delivered(order_id=paid.pk, now=LATER)
    paid.refresh_from_db()
    assert paid.state == "delivered"
    assert maturities("fund") == [LATER + timedelta(days=30)] * 3


def test_what_was_not_sent_cannot_arrive(paid):
    with pytest.raises(orders.NotPossible):
        orders.mark_delivered(order_id=paid.pk, now=LATER)


def test_a_piece_of_another_order_is_refused(paid):
    other = pay(order_of({on_shelf(consigned=1): 1}))
    with pytest.raises(orders.NotPossible):
        orders.mark_sent(order_id=paid.pk, unit_ids=ids(other), actor=None, now=LATER)


def test_an_empty_shelf_sends_nothing(paid, scarf):
    Stock.objects.filter(variant=scarf).update(backorder_limit=2)
    Stock.objects.filter(variant=scarf).update(consigned=0)
    with pytest.raises(stock.NothingThere):
        orders.mark_sent(order_id=paid.pk, actor=None, now=LATER)
    assert {unit.state for unit in Unit.objects.of(paid)} == {"paid"}


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], None),
        (["paid", "paid"], "paid"),
        (["paid", "cancelled"], "paid"),
        (["cancelled", "cancelled"], "cancelled"),
        (["paid", "sent"], "partly_sent"),
        (["paid", "returned"], "partly_sent"),
        (["sent", "delivered"], "sent"),
        (["delivered", "returned"], "delivered"),
        (["returned", "returned"], "delivered"),
        (["returned", "cancelled"], "delivered"),
    ],
)
def test_an_order_stands_as_its_pieces_stand(states, expected):
    assert orders.state_of(states) == expected


def test_the_buyer_keeps_the_rest_when_one_piece_is_cancelled(paid):
    returns.refund(
        order_id=paid.pk,
        unit_ids=ids(paid)[:1],
        reason="x",
        request_key="k",
        actor=None,
        now=AT,
    )
    orders.mark_sent(order_id=paid.pk, actor=None, now=LATER)
    paid.refresh_from_db()
    assert paid.state == "sent"


def test_an_unpaid_order_gets_a_new_link_and_no_mail(scarf):
    order = order_of({scarf: 1})
    renewed = orders.renew_link(order_id=order.pk, now=LATER)
    assert renewed.token != order.token
    assert not Mail.objects.exists()
