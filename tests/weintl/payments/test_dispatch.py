"""Events are hints: whatever comes, however often and in which order, the end is the same."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.weintl.payments.conftest import (
    calls,
    deliver,
    happened,
    listed,
    open_page,
    receive,
    told,
)
from weintl.payments import client, dispatch, sessions, syncing
from weintl.payments.models import Difference, Payment, WebhookEvent

pytestmark = pytest.mark.django_db


def test_a_payment_is_booked_once_with_the_provider_s_times(payment, standin):
    charge = standin.pay(payment.session_id)["charge"]
    deliver(standin)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert payment.charge_id == charge
    assert payment.fee_amount is None
    assert calls(payment) == ["paid"]
    created = datetime.fromtimestamp(client.charge(charge)["created"], UTC)
    assert payment.succeeded_at == created
    assert told(payment, "paid")[0]["now"] == created.isoformat()


@pytest.mark.parametrize("times", [1, 3])
def test_events_may_come_several_times(payment, standin, times):
    standin.settle_charge(standin.pay(payment.session_id)["charge"])
    deliver(standin, times=times)
    deliver(standin, times=times)
    payment.refresh_from_db()
    assert calls(payment) == ["paid", "settled"]
    assert payment.net_amount == payment.amount - payment.fee_amount
    assert payment.next_check_at is None


@pytest.mark.parametrize("seed", range(4))
def test_events_may_come_in_any_order(payment, standin, seed):
    charge = standin.pay(payment.session_id)["charge"]
    standin.settle_charge(charge)
    refund = client.create_refund(
        intent_id=client.charge(charge)["payment_intent"],
        amount=1500,
        metadata={},
        idempotency_key=f"dashboard-{payment.public_id}",
    )
    standin.control(f"refunds/{refund['id']}/succeed")

    def shuffled(events):
        random.Random(seed).shuffle(events)
        return events

    deliver(standin, order=shuffled)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert payment.refunded_amount == 1500
    assert calls(payment) == ["paid", "settled", "refunded succeeded"]
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"processed", "ignored"}


def test_a_lost_webhook_is_made_good_by_asking(payment, standin):
    standin.settle_charge(standin.pay(payment.session_id)["charge"])
    assert syncing.check(payment_id=payment.pk, now=timezone.now())
    assert calls(payment) == ["paid", "settled"]


def test_a_declined_card_leaves_the_page_open(payment, standin):
    answer = standin.pay(payment.session_id, card="4000000000000002")
    assert answer["state"] == "declined"
    deliver(standin)
    payment.refresh_from_db()
    assert payment.state == "open"
    assert payment.failure_code == "card_declined"
    assert calls(payment) == []
    standin.pay(payment.session_id)
    deliver(standin)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert payment.failure_code == ""
    assert calls(payment) == ["paid"]


def test_a_second_step_pays(payment, standin):
    standin.pay(payment.session_id, card="4000002760003184", confirm=True)
    deliver(standin)
    assert calls(payment) == ["paid"]


def test_a_closed_page_expires_the_payment(payment, standin):
    standin.expire(payment.session_id)
    deliver(standin, times=2)
    payment.refresh_from_db()
    assert payment.state == "expired"
    assert payment.next_check_at is None
    assert calls(payment) == ["expired"]


def test_a_debit_waits_then_succeeds(payment, standin):
    charge = standin.pay(payment.session_id, bank="ok")["charge"]
    deliver(standin)
    payment.refresh_from_db()
    assert payment.state == "processing"
    assert payment.next_check_at is not None
    assert calls(payment) == []
    standin.settle_charge(charge)
    deliver(standin)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert calls(payment) == ["paid", "settled"]


def test_a_debit_that_bounces_fails(payment, standin):
    charge = standin.pay(payment.session_id, bank="fails")["charge"]
    deliver(standin)
    standin.bounce(charge)
    deliver(standin)
    payment.refresh_from_db()
    assert payment.state == "failed"
    assert calls(payment) == ["failed"]


def test_the_fee_comes_later_and_is_told_once(payment, standin):
    charge = standin.pay(payment.session_id)["charge"]
    deliver(standin)
    payment.refresh_from_db()
    assert payment.next_check_at is not None
    standin.settle_charge(charge)
    deliver(standin, times=2)
    payment.refresh_from_db()
    assert calls(payment) == ["paid", "settled"]
    # 2.9 % of 40.00 and 0.30: what the stand-in takes.
    assert (payment.settled_amount, payment.fee_amount, payment.net_amount) == (4000, 146, 3854)
    assert told(payment, "settled")[0]["fee"] == 146
    assert payment.next_check_at is None


def test_a_type_that_nobody_hears_is_kept_as_ignored(payment, standin):
    standin.pay(payment.session_id)
    deliver(standin)
    event = WebhookEvent.objects.get(type="payment_intent.succeeded")
    assert event.state == "ignored"
    assert event.note


def test_a_stranger_s_payment_is_ignored(payment, standin):
    standin.pay(payment.session_id)
    deliver(standin)
    Payment.objects.filter(pk=payment.pk).update(checks=1)
    other = happened(standin)[-1]
    other["id"] = "evt_other"
    thing = other["data"]["object"]
    thing.update(client_reference_id=None, metadata={}, payment_intent=None, id="cs_test_stranger")
    row = receive(other)
    dispatch.process(event_id=row.pk, now=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.note) == ("ignored", "Not a payment of ours.")
    assert calls(payment) == ["paid"]


def test_another_amount_at_the_provider_is_never_booked(make_payment, standin):
    payment = make_payment(is_open=False)
    # Somebody opened a page of another amount in this payment's name.
    params = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "usd",
                    "unit_amount": 100,
                    "product_data": {"name": "Scarf"},
                },
            }
        ],
        "client_reference_id": str(payment.public_id),
        "success_url": "http://localhost/",
        "metadata": {"payment": str(payment.public_id)},
    }
    session = client.create_session(params, idempotency_key=f"odd-{payment.public_id}")
    standin.pay(session["id"])
    deliver(standin)
    payment.refresh_from_db()
    assert payment.state == "created"
    assert calls(payment) == []
    event = WebhookEvent.objects.get(type="checkout.session.completed")
    assert (event.state, event.payment) == ("failed", payment)
    assert "100 usd at the provider" in event.last_error
    difference = Difference.objects.get()
    assert (difference.ours, difference.theirs, difference.payment) == (4000, 100, payment)


def test_what_a_faulty_handler_wrote_is_rolled_back_and_tried_again(payment, standin, settings):
    good = settings.PAYMENT_HANDLERS
    settings.PAYMENT_HANDLERS = {"test": "tests.weintl.payments.recording_handler.Failing"}
    standin.pay(payment.session_id)
    began = timezone.now()
    deliver(standin)
    payment.refresh_from_db()
    assert payment.state == "open"
    assert calls(payment) == []
    event = WebhookEvent.objects.get(type="checkout.session.completed")
    assert event.state == "received"
    assert event.attempts == 1
    assert event.next_attempt_at > began + timedelta(seconds=5)
    assert "The handler has a fault." in event.last_error
    settings.PAYMENT_HANDLERS = good
    dispatch.process(event_id=event.pk, now=timezone.now())
    event.refresh_from_db()
    assert event.state == "processed"
    assert calls(payment) == ["paid"]


def test_an_event_that_keeps_failing_waits_for_a_person_who_runs_it_again(
    payment, standin, settings
):
    good = settings.PAYMENT_HANDLERS
    settings.PAYMENT_HANDLERS = {"test": "tests.weintl.payments.recording_handler.Failing"}
    standin.pay(payment.session_id)
    deliver(standin)
    event = WebhookEvent.objects.get(type="checkout.session.completed")
    for _ in range(20):
        dispatch.process(event_id=event.pk, now=timezone.now())
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("failed", 16)
    settings.PAYMENT_HANDLERS = good
    dispatch.process(event_id=event.pk, now=timezone.now())
    assert calls(payment) == []
    assert dispatch.run_again(event_id=event.pk, now=timezone.now())
    dispatch.process(event_id=event.pk, now=timezone.now())
    event.refresh_from_db()
    assert event.state == "processed"
    assert calls(payment) == ["paid"]


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429}, {"drop_after_commit": True}])
def test_a_provider_in_trouble_only_delays(payment, standin, fault):
    standin.pay(payment.session_id)
    event = receive(happened(standin)[-1])
    standin.faults(**fault, path="/v1/checkout/sessions/")
    dispatch.process(event_id=event.pk, now=timezone.now())
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("received", 1)
    dispatch.process(event_id=event.pk, now=timezone.now())
    assert calls(payment) == ["paid"]


def test_a_provider_that_hangs_is_given_up_in_time(payment, standin, settings):
    settings.STRIPE_TIMEOUT = 1
    standin.pay(payment.session_id)
    event = receive(happened(standin)[-1])
    standin.faults(hang=15, path="/v1/checkout/sessions/")
    began = timezone.now()
    dispatch.process(event_id=event.pk, now=timezone.now())
    assert timezone.now() - began < timedelta(seconds=12)
    event.refresh_from_db()
    assert event.state == "received"


def test_a_page_that_the_provider_lost_is_a_difference(payment, standin):
    standin.reset()
    assert not syncing.check(payment_id=payment.pk, now=timezone.now())
    assert Difference.objects.get().kind == "unknown_to_provider"


def test_a_page_whose_answer_was_lost_is_found_by_its_event(make_payment, standin):
    payment = make_payment(is_open=False)
    standin.faults(drop_after_commit=True, count=3, path="/v1/checkout/sessions")
    with pytest.raises(sessions.ProviderUnavailable):
        open_page(payment)
    [session] = listed(standin, "checkout/sessions")
    standin.expire(session["id"])
    deliver(standin)
    payment.refresh_from_db()
    assert (payment.state, payment.session_id) == ("expired", session["id"])
    assert calls(payment) == ["expired"]
