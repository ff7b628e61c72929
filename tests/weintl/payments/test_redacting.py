"""What the provider told of a payment loses whoever paid, and still leads to it."""

import json
from datetime import timedelta

import pytest

from tests.factories.payments import PaymentFactory, WebhookEventFactory
from weintl.payments import redacting, roots
from weintl.payments.models import Payment, Subscription, WebhookEvent

pytestmark = pytest.mark.django_db


def body(**thing):
    return json.dumps(
        {
            "id": "evt_1",
            "object": "event",
            "type": "checkout.session.completed",
            "created": 1,
            "request": {"id": "Marigold"},
            "data": {
                "object": {
                    "id": "cs_1",
                    "object": "checkout.session",
                    "payment_intent": "pi_1",
                    "amount_total": 4000,
                    "customer_details": {"email": "marigold@example.org"},
                    "receipt_email": "marigold@example.org",
                    "metadata": {"payment": "x", "name": "Marigold"},
                    **thing,
                },
                "previous_attributes": {"receipt_email": "marigold@example.org"},
            },
        }
    )


def test_names_go_and_ids_stay():
    payment = PaymentFactory(email="marigold@example.org", intent_id="pi_1", is_paid=True)
    about = WebhookEventFactory(payment=payment, body=body(), state="processed")
    unlinked = WebhookEventFactory(payment=None, object_id="pi_1", body=body(), state="ignored")
    # Numbers of both factories count by themselves and may meet: this one is nobody else's.
    other = WebhookEventFactory(
        payment=PaymentFactory(), object_id="cs_of_another", body=body(), state="processed"
    )
    waiting = WebhookEventFactory(payment=payment, body=body(), state="received")
    clue = roots.clue_of(about)
    assert redacting.forget_payer(Payment.objects.filter(pk=payment.pk)) == 2
    assert redacting.forget_payer(Payment.objects.filter(pk=payment.pk)) == 0
    payment.refresh_from_db()
    assert payment.email == ""
    holding = WebhookEvent.objects.filter(body__icontains="marigold")
    assert set(holding) == {other, waiting}
    for event in (about, unlinked):
        event.refresh_from_db()
        assert roots.clue_of(event) == clue
        assert json.loads(event.body)["data"]["object"]["amount_total"] == 4000


INVOICE = {
    "id": "in_1",
    "object": "invoice",
    "customer_email": "marigold@example.org",
    "metadata": {},
    "parent": {
        "type": "subscription_details",
        "subscription_details": {
            "subscription": "sub_1",
            "metadata": {"subscription": "ours", "note": "Marigold"},
        },
    },
}


def test_a_repeated_payment_loses_the_names_of_its_invoices_and_its_customer(now):
    repeated = Subscription.objects.create(
        purpose="gift",
        reference="r",
        state="active",
        amount=2500,
        currency="usd",
        interval="month",
        subscription_id="sub_1",
        customer_id="cus_1",
        created_at=now,
        begun_at=now,
    )
    payment = PaymentFactory(is_paid=True, subscription=repeated, invoice_id="in_0")
    renewed = WebhookEventFactory(
        type="invoice.paid", subscription=repeated, body=body(**INVOICE), state="processed"
    )
    WebhookEventFactory(object_id="cus_1", body=body(), state="ignored")
    WebhookEventFactory(object_id="in_0", body=body(), state="ignored")
    clue = roots.clue_of(renewed)
    assert redacting.forget_payer(Payment.objects.filter(pk=payment.pk)) == 3
    assert not WebhookEvent.objects.filter(body__icontains="marigold").exists()
    renewed.refresh_from_db()
    assert roots.clue_of(renewed) == clue
    assert clue.subscription_id == "sub_1"


def test_what_comes_later_loses_its_names_too(now):
    payment = PaymentFactory(is_paid=True)
    gone = Payment.objects.filter(pk=payment.pk)
    event = WebhookEventFactory(payment=payment, body=body(), state="processed", received_at=now)
    older = WebhookEventFactory(
        payment=payment, body=body(), state="processed", received_at=now - timedelta(days=9)
    )
    WebhookEventFactory(payment=PaymentFactory(), body=body(), state="processed", received_at=now)
    assert redacting.forget_late(gone, since=now - timedelta(days=7)) == 1
    event.refresh_from_db()
    older.refresh_from_db()
    assert "marigold" not in event.body
    assert "marigold" in older.body
