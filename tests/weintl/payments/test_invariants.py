"""Each invariant holds, and says so when it is broken on purpose."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from tests.factories.payments import AT, PaymentFactory, RefundFactory, WebhookEventFactory
from weintl.payments import invariants
from weintl.payments.models import ProviderPayout

pytestmark = pytest.mark.django_db


def breaches():
    return [sentence for check in invariants.CHECKS for sentence in check()]


@pytest.fixture
def healthy():
    """A payment with a refund and an event; nothing to complain of."""
    payment = PaymentFactory(is_paid=True, refunded_amount=1000)
    RefundFactory(payment=payment, state="succeeded")
    WebhookEventFactory(state="processed", processed_at=AT, payment=payment)
    return payment


def sql(statement, *values):
    """Break things behind the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_healthy_rows_show_no_breach(healthy):
    PaymentFactory()
    PaymentFactory(is_open=True)
    WebhookEventFactory(state="ignored", note="Nothing here listens to this type.")
    WebhookEventFactory(state="failed", last_error="RuntimeError: x")
    WebhookEventFactory(received_at=datetime.now(UTC))
    assert breaches() == []


def test_an_event_that_nobody_touched_for_an_hour_is_a_breach():
    WebhookEventFactory(received_at=datetime(2020, 1, 1, tzinfo=UTC))
    [sentence] = breaches()
    assert "nothing has been done" in sentence


@pytest.mark.parametrize("state", ["failed", "ignored", "processed"])
def test_an_event_without_a_reason_is_a_breach(state):
    WebhookEventFactory(state=state)
    [sentence] = breaches()
    assert f"is {state} without saying why" in sentence


def test_a_refunded_amount_without_refunds_is_a_breach(healthy):
    sql("UPDATE payments_payment SET refunded_amount = 999")
    [sentence] = breaches()
    assert "says 999 were refunded, its refunds sum to 1000" in sentence


def test_more_refunds_than_money_are_a_breach(healthy):
    RefundFactory(payment=healthy, amount=3001)
    [sentence] = breaches()
    assert "of 4000 has refunds of 4001" in sentence


def test_a_refund_in_another_currency_is_a_breach(healthy):
    RefundFactory(payment=healthy, currency="eur")
    [sentence] = breaches()
    assert "another currency" in sentence


def test_a_payout_that_is_not_the_sum_of_its_items_is_a_breach():
    ProviderPayout.objects.create(
        payout_id="po_1", state="paid", amount=3854, currency="usd", created_at=AT,
        arrives_on=AT.date(), is_equal=True,
    )  # fmt: skip
    [sentence] = breaches()
    assert "of 3854 has items of 0" in sentence


@pytest.mark.parametrize(
    "change",
    [
        "charge_id = NULL",
        "next_check_at = NULL",
        "settled_at = '2020-01-01'",
        "state = 'failed', succeeded_at = NULL, settled_amount = 1, fee_amount = 0, net_amount = 1",
        "state = 'open', succeeded_at = NULL, session_id = NULL",
    ],
)
def test_a_state_that_does_not_fit_is_a_breach(healthy, change):
    sql(f"UPDATE payments_payment SET {change}")
    [sentence] = breaches()
    assert "do not fit" in sentence
