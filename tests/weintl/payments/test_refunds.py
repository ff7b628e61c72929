"""Money goes back once, to the cent, whoever started it and whatever is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.weintl.payments.conftest import calls, deliver, listed, told
from weintl.money import Money
from weintl.payments import client, refunds
from weintl.payments.models import Refund

pytestmark = pytest.mark.django_db


def ask(payment, amount, key="test:1"):
    return refunds.request(
        payment=payment,
        amount=Money(amount, "usd"),
        reason="Returned",
        request_key=key,
        actor=None,
        now=timezone.now(),
    )


def send(refund, **later):
    refunds.send(refund_id=refund.pk, now=timezone.now() + timedelta(**later))
    refund.refresh_from_db()


def test_a_refund_leaves_and_arrives(paid, standin):
    refund = ask(paid, 4000)
    assert refund.state == "requested"
    send(refund)
    assert refund.state == "pending"
    paid.refresh_from_db()
    assert paid.refunded_amount == 4000
    assert paid.next_check_at is not None
    standin.control(f"refunds/{refund.refund_id}/succeed")
    deliver(standin, times=2)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert refund.balance_transaction_id
    assert calls(paid)[2:] == ["refunded pending", "refunded succeeded"]
    assert told(paid, "refunded pending")[0]["refunded"] == 4000
    paid.refresh_from_db()
    assert paid.next_check_at is None


def test_a_series_of_parts_ends_at_the_whole(paid, standin):
    for number, amount in enumerate([1, 1333, 1333, 1333]):
        send(ask(paid, amount, key=f"part:{number}"))
    paid.refresh_from_db()
    assert paid.refunded_amount == 4000
    assert refunds.remaining(paid) == Money(0, "usd")
    with pytest.raises(refunds.TooMuch):
        ask(paid, 1, key="part:more")
    assert sum(refund["amount"] for refund in listed(standin, "refunds")) == 4000


def test_requests_that_were_not_sent_yet_count(paid):
    ask(paid, 3000)
    with pytest.raises(refunds.TooMuch) as caught:
        ask(paid, 1001, key="test:2")
    assert caught.value.remaining == Money(1000, "usd")


def test_the_same_request_is_the_same_refund(paid):
    assert ask(paid, 1000) == ask(paid, 1000)
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(("amount", "currency"), [(0, "usd"), (-5, "usd"), (5, "eur")])
def test_nonsense_is_refused(paid, amount, currency):
    with pytest.raises(ValueError, match="positive"):
        refunds.request(
            payment=paid,
            amount=Money(amount, currency),
            reason="",
            request_key="x",
            actor=None,
            now=timezone.now(),
        )


def test_only_a_payment_that_succeeded_is_refunded(payment):
    with pytest.raises(refunds.NotRefundable):
        ask(payment, 100)


def test_sending_twice_sends_once(paid, standin):
    refund = ask(paid, 1000)
    send(refund)
    send(refund)
    assert len(listed(standin, "refunds")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"drop_after_commit": True, "count": 3},
        {"status": 500, "after_commit": True},
        {"status": 500},
        {"status": 429, "count": 1},
    ],
)
def test_a_lost_answer_or_an_error_makes_one_refund(paid, standin, fault):
    refund = ask(paid, 1000)
    standin.faults(**fault, path="/v1/refunds", method="POST")
    send(refund)
    standin.clear_faults()
    if refund.state == "requested":
        assert refund.next_attempt_at > timezone.now()
    send(refund, hours=25)
    assert refund.state == "pending"
    assert [r["id"] for r in listed(standin, "refunds")] == [refund.refund_id]
    assert calls(paid)[2:] == ["refunded pending"]


def test_the_key_is_the_row_s(paid, standin):
    refund = ask(paid, 1000)
    standin.faults(drop_after_commit=True, path="/v1/refunds", method="POST")
    send(refund)
    event = [e for e in listed(standin, "events") if e["type"] == "refund.created"]
    assert len(event) == 1
    key = f"refund:{paid.public_id}:{refund.pk}:0"
    assert event[0]["request"]["idempotency_key"] == key


def test_a_refund_made_in_the_dashboard_arrives_by_itself(paid, standin):
    client.create_refund(
        intent_id=paid.intent_id, amount=700, metadata={}, idempotency_key="dashboard-1"
    )
    deliver(standin, times=2)
    refund = Refund.objects.get()
    assert refund.is_external
    assert refund.amount == 700
    assert told(paid, "refunded pending")[0]["external"] is True
    paid.refresh_from_db()
    assert paid.refunded_amount == 700


def test_a_refund_that_bounces_later_comes_back(paid, standin):
    refund = ask(paid, 1000)
    send(refund)
    standin.control(f"refunds/{refund.refund_id}/succeed")
    deliver(standin)
    standin.fail_refund(refund.refund_id)
    deliver(standin, times=2)
    refund.refresh_from_db()
    paid.refresh_from_db()
    assert refund.state == "failed"
    assert refund.failure_reason == "expired_or_canceled_card"
    assert refund.failure_balance_transaction_id
    assert paid.refunded_amount == 0
    assert calls(paid)[2:] == ["refunded pending", "refunded succeeded", "refunded failed"]
    assert refunds.remaining(paid) == Money(4000, "usd")


def test_a_failure_heard_of_first_is_told_as_leaving_before(paid, standin):
    made = client.create_refund(
        intent_id=paid.intent_id, amount=700, metadata={}, idempotency_key="dashboard-2"
    )
    standin.fail_refund(made["id"])
    deliver(standin)
    assert calls(paid)[2:] == ["refunded pending", "refunded failed"]
    paid.refresh_from_db()
    assert paid.refunded_amount == 0


def test_what_the_provider_refuses_is_told_and_freed(paid, standin):
    client.create_refund(
        intent_id=paid.intent_id, amount=4000, metadata={}, idempotency_key="dashboard-3"
    )
    refund = ask(paid, 1000)
    send(refund)
    assert refund.state == "refused"
    assert refund.failure_reason == "charge_already_refunded"
    assert calls(paid)[-1] == "refused"
    deliver(standin)
    paid.refresh_from_db()
    assert paid.refunded_amount == 4000
