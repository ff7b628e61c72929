"""What the queue lost is found in the database, and claimed once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.payments import AT, PaymentFactory, RefundFactory, WebhookEventFactory
from tests.weintl.payments.conftest import calls, open_page
from weintl.payments import dispatch, refunds, sweeper, syncing

pytestmark = pytest.mark.django_db


def test_what_is_due_is_claimed_once():
    event, refund = WebhookEventFactory(), RefundFactory()
    PaymentFactory(is_paid=True, next_check_at=None)
    payment = PaymentFactory()
    WebhookEventFactory(state="processed")
    WebhookEventFactory(next_attempt_at=AT + timedelta(seconds=1))
    assert sweeper.due_events(now=AT) == [event.pk]
    assert sweeper.due_refunds(now=AT) == [refund.pk]
    assert set(sweeper.due_payments(now=AT)) == {refund.payment_id, payment.pk}
    assert sweeper.sweep(now=AT) == 0
    assert sweeper.sweep(now=AT + timedelta(minutes=6)) == 5


def sweep_and_work(now):
    """Do what the worker would do with what the sweeper queues."""
    for pk in sweeper.due_events(now=now):
        dispatch.process(event_id=pk, now=now)
    for pk in sweeper.due_refunds(now=now):
        refunds.send(refund_id=pk, now=now)
    for pk in sweeper.due_payments(now=now):
        syncing.check(payment_id=pk, now=now)


def test_without_any_webhook_the_outcome_is_fetched(payment, standin):
    charge = standin.pay(payment.session_id)["charge"]
    later = timezone.now() + timedelta(minutes=40)
    sweep_and_work(later)
    assert calls(payment) == ["paid"]
    standin.settle_charge(charge)
    sweep_and_work(later + timedelta(minutes=5))
    assert calls(payment) == ["paid", "settled"]


def test_an_abandoned_page_expires_without_any_webhook(payment, standin):
    standin.clock(advance=40 * 60)
    sweep_and_work(timezone.now() + timedelta(minutes=40))
    payment.refresh_from_db()
    assert payment.state == "expired"
    assert calls(payment) == ["expired"]


def test_a_payment_that_never_got_a_page_expires(make_payment):
    payment = make_payment(is_open=False)
    sweep_and_work(timezone.now() + timedelta(minutes=20))
    assert calls(payment) == []
    sweep_and_work(timezone.now() + timedelta(minutes=40))
    assert calls(payment) == ["expired"]


def test_a_payment_is_asked_about_ever_more_rarely(payment, standin):
    standin.pay(payment.session_id)
    now = timezone.now()
    waits = []
    for _ in range(12):
        syncing.check(payment_id=payment.pk, now=now)
        payment.refresh_from_db()
        waits.append(payment.next_check_at - now)
    assert waits[0] < timedelta(minutes=2)
    assert timedelta(hours=4) < waits[-1] < timedelta(hours=8)


def test_a_provider_that_is_away_is_asked_later(payment, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    later = timezone.now() + timedelta(minutes=40)
    sweep_and_work(later)
    payment.refresh_from_db()
    assert payment.state == "open"
    assert later < payment.next_check_at < later + timedelta(minutes=3)


def test_refunds_that_the_queue_lost_are_sent(paid, standin):
    from weintl.money import Money

    refund = refunds.request(
        payment=paid,
        amount=Money(500, "usd"),
        reason="",
        request_key="t",
        actor=None,
        now=timezone.now(),
    )
    sweep_and_work(timezone.now())
    refund.refresh_from_db()
    assert refund.state == "requested"
    sweep_and_work(timezone.now() + timedelta(minutes=2))
    refund.refresh_from_db()
    assert refund.state == "pending"


def test_a_page_is_still_open_after_the_check(make_payment):
    payment = make_payment()
    syncing.check(payment_id=payment.pk, now=timezone.now())
    payment.refresh_from_db()
    assert payment.next_check_at == payment.session_expires_at + timedelta(minutes=2)
    assert open_page(payment) == payment.session_url
