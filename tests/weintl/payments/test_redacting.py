"""What the provider told of a payment loses whoever paid, and still leads to it."""

import json

import pytest

from tests.factories.payments import PaymentFactory, WebhookEventFactory
from weintl.payments import redacting, roots
from weintl.payments.models import Payment, WebhookEvent

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
    other = WebhookEventFactory(payment=PaymentFactory(), body=body(), state="processed")
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
