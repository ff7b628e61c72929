"""The demonstration's orders go through the real code and can be run again."""

from datetime import timedelta

import pytest
from django.utils import timezone

import marketplace.seed
import partners.seed
from marketplace import invariants
from marketplace.models import Order, StockMove
from marketplace.seed import history
from partners.models import Entry
from tests.factories.marketplace import send_everywhere
from weintl.payments import reconcile
from weintl.staff import demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    now = timezone.now()
    author, approver = demo.load_people()
    partners.seed.load(now=now, author=author, approver=approver)
    send_everywhere()
    marketplace.seed.load(now=now)
    return now


def live(standin, end):
    for at, run in sorted(history.steps(end=end), key=lambda step: step[0]):
        standin.clock(set=int(at.timestamp()))
        payment = run(at)
        if payment is not None:
            payment.refresh_from_db()
            standin.pay(payment.session_id)
            reconcile.catch_up(now=at)
            payment.refresh_from_db()
            standin.settle_charge(payment.charge_id)
        reconcile.catch_up(now=at)
    reconcile.catch_up(now=end)


def test_ninety_days_of_orders_happen_in_the_past_and_once(content, standin):
    live(standin, content)
    states = list(Order.objects.values_list("state", flat=True))
    assert len(states) == len(history.PLAN) >= 20
    assert {"delivered", "sent", "paid", "cancelled"} <= set(states)
    assert "awaiting_payment" not in states
    assert Order.objects.get(submission_key="demo-order-06").refunds.get().kind == "return"
    assert Order.objects.get(submission_key="demo-order-13").state == "cancelled"
    for order in Order.objects.select_related("payment"):
        assert order.paid_at - order.placed_at < timedelta(minutes=5)
        assert order.payment.fee_amount is not None
    assert not Entry.objects.filter(occurred_at__gt=content).exists()
    for check in invariants.CHECKS:
        assert list(check()) == []
    before = (Order.objects.count(), StockMove.objects.count(), Entry.objects.count())
    for at, run in history.steps(end=content):
        assert run(at) is None
    assert (Order.objects.count(), StockMove.objects.count(), Entry.objects.count()) == before
