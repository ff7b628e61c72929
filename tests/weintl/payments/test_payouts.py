"""Payouts to our bank: one row each, told once, whatever arrives and in whatever order."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.weintl.payments.conftest import calls, deliver, happened, receive
from weintl.payments import client, dispatch, payouts, reconcile
from weintl.payments.handlers import PayoutHandler
from weintl.payments.models import Difference, ProviderPayout, WebhookEvent

pytestmark = pytest.mark.django_db

TOLD: list[tuple[str, str]] = []


class Books(PayoutHandler):
    """Writes the calls down."""

    def left(self, payout, *, now):
        TOLD.append(("left", payout.payout_id))

    def came_back(self, payout, *, now):
        TOLD.append(("came back", payout.payout_id))


@pytest.fixture(autouse=True)
def books(settings):
    TOLD.clear()
    settings.PAYOUT_HANDLER = "tests.weintl.payments.test_payouts.Books"


def of_payouts(standin) -> list[dict]:
    return [event for event in happened(standin) if event["type"].startswith("payout.")]


def test_a_payout_is_booked_once_however_often_it_is_told(paid, standin):
    [theirs] = standin.payout()
    deliver(standin, times=3)
    row = ProviderPayout.objects.get()
    assert (row.payout_id, row.amount, row.state) == (theirs["id"], 3854, "paid")
    assert row.balance_transaction_id == theirs["balance_transaction"]
    assert [("left", theirs["id"])] == TOLD
    heard = WebhookEvent.objects.filter(provider_payout=row)
    assert {event.type for event in heard} == {"payout.paid", "payout.reconciliation_completed"}
    assert {event.state for event in heard} == {"processed"}


@pytest.mark.parametrize("order", [list, lambda events: events[::-1]])
def test_a_payout_that_failed_came_back_whatever_came_first(paid, standin, order):
    [theirs] = standin.payout()
    standin.fail_payout(theirs["id"])
    deliver(standin, order=order)
    row = ProviderPayout.objects.get()
    assert (row.state, row.failure_code) == ("failed", "account_closed")
    assert row.failed_at
    assert row.next_check_at is None
    assert [("left", theirs["id"]), ("came back", theirs["id"])] == TOLD


def test_a_provider_that_does_not_answer_leaves_the_event_for_later(paid, standin):
    standin.payout()
    event = receive(of_payouts(standin)[1])
    standin.faults(status=503, path="/v1/payouts", count=5)
    dispatch.process(event_id=event.pk, now=timezone.now())
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("received", 1)
    assert TOLD == []
    standin.clear_faults()
    dispatch.process(event_id=event.pk, now=timezone.now())
    assert len(TOLD) == 1


def test_a_lost_event_is_found_by_the_nightly_comparison(paid, standin):
    [theirs] = standin.payout()
    [row] = reconcile.run(now=timezone.now() + timedelta(minutes=11))
    assert row.is_equal
    assert [("left", theirs["id"])] == TOLD
    assert ProviderPayout.objects.get().itemised_at


def test_even_where_the_event_is_forgotten_the_balance_tells(paid, standin, monkeypatch):
    [theirs] = standin.payout()
    monkeypatch.setattr(client, "events", lambda **_: iter(()))
    [row] = reconcile.run(now=timezone.now() + timedelta(minutes=11))
    assert row.is_equal
    assert [("left", theirs["id"])] == TOLD


def test_another_amount_than_we_booked_is_refused_and_told(paid, standin):
    [theirs] = standin.payout()
    payouts.sync(payout_id=theirs["id"], now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE payments_providerpayout SET amount = 1")
        cursor.execute("SET LOCAL session_replication_role = origin")
    deliver(standin)
    event = WebhookEvent.objects.get(type="payout.paid")
    assert event.state == "failed"
    difference = Difference.objects.get()
    assert (difference.kind, difference.object_id) == ("amount", theirs["id"])
    assert (difference.ours, difference.theirs) == (1, 3854)


def test_the_other_mode_is_refused(paid, standin, settings):
    [theirs] = standin.payout()
    settings.STRIPE_LIVE = True
    with pytest.raises(payouts.Mismatch):
        payouts.sync(payout_id=theirs["id"], now=timezone.now())


def test_a_payment_is_told_nothing_of_payouts(paid, standin):
    before = calls(paid)
    standin.payout()
    deliver(standin)
    assert calls(paid) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payments_providerpayout SET amount = 1",
        "UPDATE payments_providerpayout SET balance_transaction_id = 'txn_x'",
        "UPDATE payments_providerpayout SET settled_at = now()",
        "DELETE FROM payments_providerpayout",
        "DELETE FROM payments_providerpayoutitem",
        "UPDATE payments_providerpayoutitem SET net_amount = 1, amount = 1, fee_amount = 0",
    ],
)
def test_what_left_stays_as_it_left(paid, standin, change):
    standin.payout()
    reconcile.run(now=timezone.now() + timedelta(minutes=11))
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_it_is_asked_again_until_it_is_at_the_bank_and_compared(paid, standin):
    [theirs] = standin.payout()
    now = timezone.now()
    row = payouts.sync(payout_id=theirs["id"], now=now)
    assert row.next_check_at == now + payouts.FIRST_CHECK
    assert list(payouts.waiting()) == [row]
    row.itemised_at = now
    payouts.plan(row, is_news=True, now=now)
    assert row.next_check_at is None
    row.state = "in_transit"
    payouts.plan(row, is_news=False, now=now)
    assert row.next_check_at > now
