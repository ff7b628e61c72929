"""Gifts under many hands at once: one payment, one receipt, one mail, and one word to the donor."""

import json
import random
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from donations.models import Gift, Plan, PlanChange, Receipt
from partners import ledger
from tests.donations.conftest import (  # noqa: F401, the fixtures are used by name
    all_is_well,
    begin_plan,
    give,
    running_standin,
    standin,
    take_in,
)
from tests.races.test_events_of_one_payment import in_threads
from weintl.mail.models import Mail
from weintl.payments import client, dispatch, inbox, tasks
from weintl.payments.models import Payment, WebhookEvent

pytestmark = pytest.mark.django_db(transaction=True)


def deliver(event) -> None:
    """Take in one webhook as the inbox and a worker do."""
    now = timezone.now()
    row = inbox.take_in(event=event, raw=json.dumps(event), now=now)
    dispatch.process(event_id=row.pk, now=now)


@pytest.mark.parametrize("amount", [2500, 1999])
def test_an_invoice_paid_twenty_times_at_once_is_one_gift(standin, amount):  # noqa: F811
    gift = begin_plan(standin, amount=amount)
    subscription = Plan.objects.get().subscription
    in_fund = ledger.balance(gift.fund.account("usd"))
    standin.renew(subscription.subscription_id)
    paid = client.events(types=["invoice.paid"], since=0)
    last = max(paid, key=lambda event: event["created"])
    in_threads([lambda: deliver(last)] * 20)
    # The same happening told by other events of other ids, as Stripe may: nothing is added.
    in_threads([lambda n=n: deliver({**last, "id": f"evt_again_{n}"}) for n in range(20)])
    second = Gift.objects.exclude(pk=gift.pk).get()
    assert (second.amount, second.state) == (amount, "received")
    assert Payment.objects.filter(state="succeeded").count() == 2
    assert [row.total_amount for row in Receipt.objects.filter(gift=second)] == [amount]
    assert Mail.objects.filter(cause=f"gift:{second.pk}").count() == 1
    assert ledger.balance(second.fund.account("usd")) == in_fund + amount
    assert not WebhookEvent.objects.exclude(state__in=["processed", "ignored"]).exists()
    standin.settle()
    take_in()
    all_is_well()


@pytest.mark.parametrize("turn", range(3))
def test_a_plan_begun_by_page_sweep_and_event_at_once_begins_once(standin, turn):  # noqa: F811
    """The payment's lock comes after the subscription's: nobody waits for the other for ever."""
    gift = give(standin, amount=2500 + turn, interval="month", is_paid=False)
    payment = Payment.objects.get(pk=gift.payment_id)
    standin.pay(payment.session_id)
    page = reverse("donations:thanks", args=[gift.token])
    event = next(client.events(types=["invoice.paid"], since=0))
    row = Plan.objects.get().subscription
    jobs = [
        lambda: Client().get(page),
        lambda: tasks.check_payment(payment_id=payment.pk),
        lambda: tasks.check_subscription(pk=row.pk),
        lambda: deliver(event),
    ]
    in_threads(jobs * 3)
    row.refresh_from_db()
    assert (row.state, row.amount) == ("active", 2500 + turn)
    # Whoever asked last of the payment left no mark behind a plan that had begun.
    assert row.next_check_at > row.begun_at + timedelta(days=27)
    assert not WebhookEvent.objects.exclude(state__in=["processed", "ignored"]).exists()
    assert Gift.objects.filter(state="received").count() == Payment.objects.count() == 1
    assert PlanChange.objects.count() == 1
    standin.settle()
    take_in()
    all_is_well()


@pytest.mark.parametrize("seed", range(6))
def test_return_and_webhook_at_once_thank_once_and_never_say_failed(standin, seed):  # noqa: F811
    chance = random.Random(seed)
    gift = give(standin, amount=chance.randint(200, 90_000), is_paid=False)
    payment = Payment.objects.get(pk=gift.payment_id)
    standin.pay(payment.session_id)
    events = list(client.events(types=["checkout.session.completed"], since=0))
    page = reverse("donations:thanks", args=[gift.token])
    shown: list[str] = []

    def come_back() -> None:
        shown.append(Client().get(page).content.decode())

    def later(job):
        wait = chance.random() * 0.2

        def run():
            time.sleep(wait)
            job()

        return run

    jobs = [come_back] * 3 + [lambda: deliver(events[0])] * 3
    first = {0: "return", 1: "webhook"}.get(seed)
    if first == "return":
        come_back()
    elif first == "webhook":
        deliver(events[0])
    in_threads([later(job) for job in jobs])
    come_back()
    gift.refresh_from_db()
    assert gift.state == "received"
    assert Mail.objects.filter(template="donations/gift_thanks").count() == 1
    assert Receipt.objects.count() == 1
    for html in shown:
        assert "did not go through" not in html
        assert "nothing was taken" not in html
    assert "Your gift has arrived" in shown[-1]


@pytest.mark.parametrize(
    ("parts", "failed", "issued"), [((1500, 2250), 1100, 5), ((1, 9_998), 1, 4)]
)
def test_refunds_some_of_which_fail_told_five_times_each(
    standin,  # noqa: F811
    parts,
    failed,
    issued,
):
    """Where nothing was left before one failed, no receipt was issued over nothing."""
    gift = give(standin, amount=10_000)
    payment = Payment.objects.get(pk=gift.payment_id)
    fee = payment.fee_amount
    made = []
    for number, amount in enumerate([*parts, failed]):
        made.append(
            client.create_refund(
                intent_id=payment.intent_id,
                amount=amount,
                metadata={},
                idempotency_key=f"part-{payment.public_id}-{number}",
            )
        )
        standin.control(f"refunds/{made[-1]['id']}/succeed")
        take_in()
    standin.fail_refund(made[-1]["id"])
    take_in()
    kinds = ["charge.refunded", "refund.failed", "refund.updated"]
    told = list(client.events(types=kinds, since=0))
    assert {event["type"] for event in told} == set(kinds)
    in_threads([lambda e=e: deliver(e) for e in told] * 5)
    in_threads(
        [
            lambda e=e, n=n: deliver({**e, "id": f"{e['id']}_{n}"})
            for e in told
            if e["type"] == "charge.refunded"
            for n in range(5)
        ]
    )
    gift.refresh_from_db()
    left = 10_000 - sum(parts)
    assert (gift.state, gift.refunded_amount) == ("partly_refunded", sum(parts))
    assert gift.campaign.raised.amount == left
    assert ledger.balance(gift.fund.account("usd")) == left - fee
    assert Receipt.objects.live().get().total_amount == left
    assert Receipt.objects.count() == issued
    assert Mail.objects.filter(template="donations/gift_refunded").count() == 3
    all_is_well()
