"""Every payout is the sum of what we know; what is not stands in one of three queues."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.weintl.payments.conftest import deliver
from weintl.payments import differences, itemising, payouts, reconcile, tasks
from weintl.payments.models import Difference, Payment, ProviderPayout

pytestmark = pytest.mark.django_db


def by_hand(sql: str) -> None:
    """Change rows as only the database's owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def stranger(standin) -> dict:
    """Let a charge happen that no payment of ours explains."""
    from weintl.payments import client

    page = client.create_session(
        {
            "mode": "payment",
            "success_url": "http://localhost/",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": 999,
                        "product_data": {"name": "Not ours"},
                    },
                }
            ],
        },
        idempotency_key="stranger",
    )
    return standin.settle_charge(standin.pay(page["id"])["charge"])


def test_each_transaction_of_a_payout_has_its_row(paid, make_payment, standin):
    other = make_payment(2500)
    charge = standin.pay(other.session_id)["charge"]
    standin.settle_charge(charge)
    standin.dispute(charge=charge)
    [theirs] = standin.payout()
    deliver(standin)
    assert itemising.check(payout_id=theirs["id"], now=timezone.now())
    row = ProviderPayout.objects.get()
    assert row.is_equal
    assert row.next_check_at is None
    items = row.items.order_by("-net_amount")
    assert [(item.category, item.net_amount, item.payment) for item in items] == [
        ("charge", 3854, paid),
        ("charge", 2397, other),
        ("dispute", -4000, other),
    ]
    assert sum(item.net_amount for item in items) == row.amount == theirs["amount"]


def test_what_is_missed_is_fetched_first(payment, standin):
    standin.settle_charge(standin.pay(payment.session_id)["charge"])
    [theirs] = standin.payout()
    tasks.check_payout(payout_id=theirs["id"])
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert ProviderPayout.objects.get().is_equal
    assert not Difference.objects.exists()


def test_what_we_do_not_know_stands_in_the_first_queue(paid, standin):
    charge = stranger(standin)
    [theirs] = standin.payout()
    itemising.check(payout_id=theirs["id"], now=timezone.now())
    row = ProviderPayout.objects.get()
    assert row.itemised_at
    assert not row.is_equal
    difference = Difference.objects.get()
    assert difference.kind == "unknown_to_us"
    assert (difference.object_id, difference.theirs) == (charge["balance_transaction"], 940)
    assert difference.provider_payout == row


def test_what_the_provider_does_not_list_any_more_stands_in_the_second(paid, standin):
    [theirs] = standin.payout()
    itemising.check(payout_id=theirs["id"], now=timezone.now())
    by_hand("UPDATE payments_providerpayoutitem SET transaction_id = 'txn_gone'")
    itemising.itemise(ProviderPayout.objects.get(), now=timezone.now())
    difference = Difference.objects.get()
    assert (difference.kind, difference.object_id) == ("unknown_to_provider", "txn_gone")


def test_another_amount_stands_in_the_third(paid, standin):
    by_hand("UPDATE payments_payment SET fee_amount = 145, net_amount = 3855")
    [theirs] = standin.payout()
    itemising.check(payout_id=theirs["id"], now=timezone.now())
    difference = Difference.objects.get()
    assert (difference.kind, difference.ours, difference.theirs) == ("amount", 3855, 3854)
    assert difference.payment == paid


def test_a_payout_is_the_sum_of_its_items(paid, standin):
    [theirs] = standin.payout()
    payouts.sync(payout_id=theirs["id"], now=timezone.now())
    by_hand("UPDATE payments_providerpayout SET amount = 3000")
    itemising.itemise(ProviderPayout.objects.get(), now=timezone.now())
    difference = Difference.objects.get()
    assert (difference.kind, difference.object_id) == ("amount", theirs["id"])
    assert (difference.ours, difference.theirs) == (3000, 3854)


def test_a_difference_closes_once_it_is_found_equal(paid, standin):
    by_hand("UPDATE payments_payment SET fee_amount = 145, net_amount = 3855")
    [theirs] = standin.payout()
    itemising.check(payout_id=theirs["id"], now=timezone.now())
    by_hand("UPDATE payments_payment SET fee_amount = 146, net_amount = 3854")
    itemising.check_waiting(now=timezone.now())
    assert ProviderPayout.objects.get().is_equal
    assert Difference.objects.get().resolution == "Found equal later."


def test_what_a_person_closed_stays_closed(paid, standin):
    stranger(standin)
    [theirs] = standin.payout()
    itemising.check(payout_id=theirs["id"], now=timezone.now())
    now = timezone.now()
    pk = Difference.objects.get().pk
    differences.resolve(difference_id=pk, reason="A test of ours", actor=None, now=now)
    itemising.check_waiting(now=now)
    reconcile.run(now=now + timedelta(minutes=11))
    itemising.check_waiting(now=now)
    assert not Difference.objects.filter(resolved_at=None, provider_payout__isnull=False).exists()


def test_comparing_twice_changes_nothing(paid, standin):
    [theirs] = standin.payout()
    for _ in range(2):
        itemising.check(payout_id=theirs["id"], now=timezone.now())
        itemising.itemise(ProviderPayout.objects.get(), now=timezone.now())
    assert ProviderPayout.objects.get().items.count() == 1
    assert not Difference.objects.exists()


def test_many_items_are_paged(make_payment, standin, monkeypatch):
    from weintl.payments import client

    monkeypatch.setattr(client, "PAGE", 2)
    for _ in range(5):
        standin.settle_charge(standin.pay(make_payment(1000).session_id)["charge"])
    [theirs] = standin.payout()
    itemising.check(payout_id=theirs["id"], now=timezone.now())
    assert ProviderPayout.objects.get().items.count() == 5
    assert Payment.objects.filter(state="succeeded").count() == 5


def test_a_provider_that_is_away_is_asked_again(paid, standin):
    [theirs] = standin.payout()
    standin.faults(status=503, path="/v1/balance_transactions", count=5)
    assert not itemising.check(payout_id=theirs["id"], now=timezone.now())
    row = ProviderPayout.objects.get()
    assert row.itemised_at is None
    assert row.next_check_at
    standin.clear_faults()
    itemising.check_waiting(now=timezone.now())
    row.refresh_from_db()
    assert row.is_equal


def test_a_payout_that_the_provider_does_not_know_is_told(paid, standin):
    assert not itemising.check(payout_id="po_gone", now=timezone.now())
    difference = Difference.objects.get()
    assert (difference.kind, difference.object_id) == ("unknown_to_provider", "po_gone")
