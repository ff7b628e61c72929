"""The least valid payments, refunds and events."""

import json
from datetime import UTC, datetime

import factory

from weintl.payments.models import Payment, Refund, WebhookEvent

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class PaymentFactory(factory.django.DjangoModelFactory):
    """A payment whose page nobody has opened yet."""

    class Meta:
        model = Payment

    purpose = "test"
    reference = factory.Sequence(lambda n: f"T-{n}")
    amount = 4000
    currency = "usd"
    email = "payer@example.org"
    created_at = AT
    next_check_at = AT

    class Params:
        is_open = factory.Trait(
            state=Payment.State.OPEN,
            session_id=factory.Sequence(lambda n: f"cs_test_{n}"),
            session_url=factory.Sequence(lambda n: f"http://localhost/pay/{n}"),
            session_expires_at=AT,
        )
        is_paid = factory.Trait(
            state=Payment.State.SUCCEEDED,
            session_id=factory.Sequence(lambda n: f"cs_test_{n}"),
            intent_id=factory.Sequence(lambda n: f"pi_{n}"),
            charge_id=factory.Sequence(lambda n: f"ch_{n}"),
            succeeded_at=AT,
        )


class RefundFactory(factory.django.DjangoModelFactory):
    """A refund that was asked for and not sent."""

    class Meta:
        model = Refund

    payment = factory.SubFactory(PaymentFactory, is_paid=True)
    request_key = factory.Sequence(lambda n: f"test:{n}")
    amount = 1000
    currency = "usd"
    created_at = AT
    next_attempt_at = AT


class WebhookEventFactory(factory.django.DjangoModelFactory):
    """An event that waits."""

    class Meta:
        model = WebhookEvent

    event_id = factory.Sequence(lambda n: f"evt_{n}")
    type = "checkout.session.completed"
    is_live = False
    object_id = factory.Sequence(lambda n: f"cs_test_{n}")
    body = factory.LazyAttribute(
        lambda event: json.dumps({"data": {"object": {"id": event.object_id}}})
    )
    occurred_at = AT
    received_at = AT
    next_attempt_at = AT
