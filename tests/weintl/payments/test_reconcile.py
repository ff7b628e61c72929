"""To the cent, up to a cut-off; what either side lacks is a difference until a person closes it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.weintl.payments.conftest import calls, deliver, open_page
from weintl.money import Money
from weintl.payments import client, differences, reconcile, refunds
from weintl.payments.models import (
    Difference,
    Payment,
    ProviderPayout,
    Reconciliation,
    WebhookEvent,
)

pytestmark = pytest.mark.django_db

LEDGER: dict[str, int] = {}


def ledger_balance(*, currency, at):
    """Stand for the ledger: tests set what it holds."""
    return LEDGER.get(currency, 0)


@pytest.fixture(autouse=True)
def empty_ledger():
    LEDGER.clear()


def later():
    """A moment whose cut-off lies behind everything that has happened."""
    return timezone.now() + timedelta(minutes=11)


def test_equal_books_show_no_difference(paid, standin):
    [row] = reconcile.run(now=later())
    assert row.is_equal
    assert row.transactions == 1
    assert row.provider_balance == 3854
    assert row.taken_in == 0
    assert not Difference.objects.exists()


def test_missed_events_are_taken_in_first(payment, standin):
    standin.settle_charge(standin.pay(payment.session_id)["charge"])
    [row] = reconcile.run(now=later())
    assert row.is_equal
    assert row.taken_in == 2
    assert calls(payment) == ["paid", "settled"]
    assert reconcile.catch_up(now=later()) == 0


def test_catching_up_processes_what_was_only_stored(payment, standin):
    standin.pay(payment.session_id)
    assert reconcile.catch_up(now=timezone.now()) == 1
    assert calls(payment) == ["paid"]
    assert WebhookEvent.objects.get().state == "processed"


def test_everything_that_moves_the_balance_is_compared(paid, make_payment, standin):
    refund = refunds.request(
        payment=paid,
        amount=Money(1000, "usd"),
        reason="",
        request_key="k",
        actor=None,
        now=timezone.now(),
    )
    refunds.send(refund_id=refund.pk, now=timezone.now())
    refund.refresh_from_db()
    standin.control(f"refunds/{refund.refund_id}/succeed")
    standin.fail_refund(refund.refund_id)
    other = make_payment(2500)
    charge = standin.pay(other.session_id)["charge"]
    standin.settle_charge(charge)
    standin.close_dispute(standin.dispute(charge=charge)["id"], "won")
    standin.payout()
    deliver(standin)
    [row] = reconcile.run(now=later())
    assert row.is_equal, list(Difference.objects.values())
    # Two charges, a refund and its return, a dispute and its return, a payout.
    assert row.transactions == 7
    # All of it went to the bank: 38.54 and 23.97 less 15.00.
    assert row.provider_balance == 0
    assert ProviderPayout.objects.get().amount == 3854 + (2500 - 103) - 1500


def test_a_charge_of_somebody_else_is_unknown_to_us(paid, standin):
    Payment.objects.filter(pk=paid.pk).update(checks=0)
    stranger = client.create_session(
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
    standin.settle_charge(standin.pay(stranger["id"])["charge"])
    [row] = reconcile.run(now=later())
    assert not row.is_equal
    difference = Difference.objects.get()
    assert difference.kind == "unknown_to_us"
    assert difference.theirs == 999 - 59
    reconcile.run(now=later() + timedelta(minutes=1))
    assert Difference.objects.count() == 1


def test_a_difference_closes_once_the_books_agree(payment, standin, settings):
    good = settings.PAYMENT_HANDLERS
    settings.PAYMENT_HANDLERS = {"test": "tests.weintl.payments.recording_handler.Failing"}
    standin.settle_charge(standin.pay(payment.session_id)["charge"])
    reconcile.run(now=later())
    assert Difference.objects.get().kind == "unknown_to_us"
    settings.PAYMENT_HANDLERS = good
    [row] = reconcile.run(now=later() + timedelta(minutes=1))
    assert row.is_equal
    difference = Difference.objects.get()
    assert difference.resolution == "Found equal later."
    assert calls(payment) == ["paid", "settled"]


def test_what_the_provider_does_not_know_is_a_difference(paid, standin):
    standin.reset()
    reconcile.run(now=later())
    difference = Difference.objects.get(kind="unknown_to_provider")
    assert difference.ours == 3854
    assert difference.payment == paid


def test_another_amount_is_a_difference(paid, standin, db):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE payments_payment SET fee_amount = 145, net_amount = 3855 WHERE id = %s",
            [paid.pk],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    reconcile.run(now=later())
    difference = Difference.objects.get()
    assert (difference.kind, difference.ours, difference.theirs) == ("amount", 3855, 3854)


@pytest.fixture
def with_ledger(settings):
    settings.LEDGER_PROVIDER_BALANCE = "tests.weintl.payments.test_reconcile.ledger_balance"


def test_the_ledger_must_hold_what_the_provider_holds(paid, standin, with_ledger):
    import tests.weintl.payments.test_reconcile as module

    module.LEDGER["usd"] = 3854
    [row] = reconcile.run(now=later())
    assert row.is_equal
    module.LEDGER["usd"] = 3853
    [row] = reconcile.run(now=later() + timedelta(minutes=1))
    assert not row.is_equal
    difference = Difference.objects.get()
    assert (difference.kind, difference.ours, difference.theirs) == ("balance", 3853, 3854)
    module.LEDGER["usd"] = 3854
    [row] = reconcile.run(now=later() + timedelta(minutes=2))
    assert row.is_equal
    assert not Difference.objects.filter(resolved_at=None).exists()


def test_a_payment_whose_fee_is_not_known_yet_is_in_flight(payment, standin, with_ledger):
    import tests.weintl.payments.test_reconcile as module

    standin.pay(payment.session_id)
    deliver(standin)
    module.LEDGER["usd"] = 4000
    [row] = reconcile.run(now=later())
    assert row.is_equal
    assert (row.provider_balance, row.in_flight) == (0, 4000)


def test_a_cut_off_in_the_past_leaves_out_what_came_later(paid, standin):
    cut_off = timezone.now() - timedelta(hours=1)
    [row] = reconcile.run(now=timezone.now(), cut_off=cut_off)
    assert row.is_equal
    assert row.transactions == 0
    [row] = reconcile.run(now=later())
    assert row.transactions == 1
    assert row.provider_balance == 3854


def test_the_next_run_goes_on_where_the_last_ended(paid, make_payment, standin):
    reconcile.run(now=later())
    other = make_payment(1000)
    standin.clock(advance=1200)
    standin.settle_charge(standin.pay(other.session_id)["charge"])
    [row] = reconcile.run(now=later() + timedelta(hours=2))
    assert row.is_equal
    assert row.transactions == 1
    assert row.provider_balance == 3854 + 941
    assert Reconciliation.objects.count() == 2


def test_a_provider_that_is_away_leaves_no_trace(paid, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(client.Unavailable):
        reconcile.run(now=later())
    assert not Reconciliation.objects.exists()
    with pytest.raises(CommandError, match="does not answer"):
        call_command("reconcile")


def test_the_command_says_what_it_found(paid, standin, capsys):
    cut_off = (timezone.now() + timedelta(seconds=5)).isoformat()
    call_command("reconcile", cut_off=cut_off)
    assert "no difference; 1 balance transactions compared" in capsys.readouterr().out
    standin.reset()
    with pytest.raises(SystemExit) as caught:
        call_command("reconcile", full=True, cut_off=cut_off)
    assert caught.value.code == 1
    assert "unknown to the provider" in capsys.readouterr().out


def test_a_person_closes_a_difference_with_a_reason(paid, standin):
    row = differences.record(
        kind="amount",
        object_id="txn_1",
        currency="usd",
        detail="",
        occurred_at=timezone.now(),
        found_at=timezone.now(),
    )
    now = timezone.now()
    assert differences.resolve(difference_id=row.pk, reason="Bank fee", actor=None, now=now)
    assert not differences.resolve(difference_id=row.pk, reason="Again", actor=None, now=now)
    row.refresh_from_db()
    assert row.resolution == "Bank fee"


def test_an_open_page_changes_nothing(make_payment, standin):
    open_page(make_payment(is_open=False))
    [row] = reconcile.run(now=later())
    assert row.is_equal
