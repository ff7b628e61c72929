"""Cash and bank transfers: recorded once, to the cent, and the provider is asked nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.weintl.payments.conftest import calls, told
from weintl.money import Money
from weintl.payments import comparison, invariants, offline, refunds, sessions, sweeper, syncing
from weintl.payments.models import Payment, Refund, Way

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
LATER = AT + timedelta(days=3)
TODAY = LATER.date()


@pytest.fixture
def due():
    """40.00 USD that are to come by bank transfer."""
    return offline.create_payment(
        purpose="test",
        reference="T-1",
        way=Way.BANK,
        amount=Money(4000, "usd"),
        email="payer@example.org",
        language="en",
        now=AT,
    )


@pytest.fixture
def came(due):
    return receive(due)


def receive(payment, **changes):
    given = {
        "amount": Money(4000, "usd"),
        "reference": "Statement 12",
        "day": TODAY,
        "actor": None,
        "now": LATER,
    }
    return offline.receive(payment_id=payment.pk, **{**given, **changes})


def ask(payment, amount=1000):
    return refunds.request(
        payment=payment,
        amount=Money(amount, "usd"),
        reason="Returned",
        request_key=f"test:{amount}",
        actor=None,
        now=LATER,
    )


def give(refund, **changes):
    given = {"way": Way.BANK, "reference": "Order 7", "day": TODAY, "actor": None, "now": LATER}
    return offline.give_back(refund_id=refund.pk, **{**given, **changes})


def found_by_invariants():
    return [breach for check in invariants.CHECKS for breach in check()]


def test_money_that_came_in_is_told_once(due):
    payment = receive(due)
    assert (payment.state, payment.offline_reference) == ("succeeded", "Statement 12")
    assert payment.succeeded_at == LATER
    assert receive(due) == payment
    assert calls(payment) == ["paid"]
    assert not found_by_invariants()


def test_an_earlier_day_counts_from_its_noon(due):
    day = date(2026, 11, 21)
    assert receive(due, day=day).succeeded_at == datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_money_of_the_first_day_did_not_come_before_it_was_due(due):
    assert receive(due, day=AT.date()).succeeded_at == AT


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), AT.date() - timedelta(days=1)])
def test_a_day_in_the_future_or_before_it_was_due_is_refused(due, day):
    with pytest.raises(offline.NotThatDay):
        receive(due, day=day)
    due.refresh_from_db()
    assert due.state == "created"


@pytest.mark.parametrize("amount", [Money(3999, "usd"), Money(4001, "usd"), Money(4000, "eur")])
def test_less_more_or_another_currency_is_refused_in_words(due, amount):
    with pytest.raises(offline.NotTheAmount) as caught:
        receive(due, amount=amount)
    assert "$40.00" in str(caught.value.message)
    assert calls(due) == []


def test_another_reference_afterwards_is_a_mistake(came):
    with pytest.raises(offline.NotPossible):
        receive(came, reference="Statement 13")


def test_money_without_a_reference_is_refused(due):
    with pytest.raises(offline.NotPossible):
        receive(due, reference="")


def test_money_expected_no_more_may_come_all_the_same(due):
    assert offline.call_off(payment_id=due.pk, now=LATER).state == "expired"
    offline.call_off(payment_id=due.pk, now=LATER)
    assert receive(due).state == "succeeded"
    assert calls(due) == ["expired", "paid"]
    with pytest.raises(offline.NotPossible):
        offline.call_off(payment_id=due.pk, now=LATER)


def test_a_handler_with_a_fault_leaves_nothing_written(due, settings):
    settings.PAYMENT_HANDLERS = {"test": "tests.weintl.payments.recording_handler.Failing"}
    with pytest.raises(RuntimeError):
        receive(due)
    due.refresh_from_db()
    assert due.state == "created"
    assert calls(due) == []


def test_only_cash_and_banks_are_recorded_by_hand():
    online = sessions.create_payment(
        purpose="test",
        reference="T-2",
        amount=Money(4000, "usd"),
        email="",
        language="en",
        now=AT,
    )
    for act in (receive, lambda payment: offline.call_off(payment_id=payment.pk, now=LATER)):
        with pytest.raises(offline.NotPossible):
            act(online)
    with pytest.raises(ValueError, match="provider"):
        offline.create_payment(
            purpose="test",
            reference="T-3",
            way=Way.PROVIDER,
            amount=Money(1, "usd"),
            email="",
            language="en",
            now=AT,
        )


def test_the_provider_is_never_asked(came, due, settings):
    settings.STRIPE_API_BASE = "http://localhost:9"
    assert syncing.check(payment_id=came.pk, now=LATER)
    with pytest.raises(sessions.NotPayable):
        sessions.open_checkout(
            payment=came,
            lines=[sessions.CheckoutLine("Scarf", 4000, 1)],
            success_path="/",
            cancel_path="/",
            now=LATER,
        )
    refund = ask(came)
    refunds.send(refund_id=refund.pk, now=LATER + timedelta(days=1))
    assert sweeper.due_refunds(now=LATER + timedelta(days=9)) == []
    assert sweeper.due_payments(now=LATER + timedelta(days=9)) == []
    refund.refresh_from_db()
    assert (refund.state, refund.attempts) == ("requested", 0)


def test_nothing_of_it_is_under_way_to_the_provider(came):
    assert comparison.in_flight(currency="usd", until=LATER + timedelta(days=1)) == 0
    give(ask(came))
    assert comparison.in_flight(currency="usd", until=LATER + timedelta(days=1)) == 0


def test_a_refund_waits_until_it_was_given_and_is_told_once(came):
    refund = ask(came)
    assert (refund.way, refund.state, refund.next_attempt_at) == ("bank", "requested", None)
    give(refund)
    given = give(refund)
    assert (given.state, given.offline_reference) == ("succeeded", "Order 7")
    came.refresh_from_db()
    assert came.refunded_amount == 1000
    assert told(came, "refunded succeeded")[0]["refunded"] == 1000
    assert calls(came) == ["paid", "refunded succeeded"]
    assert not found_by_invariants()


def test_what_came_by_bank_may_go_back_in_cash_but_not_twice(came):
    refund = ask(came)
    assert give(refund, way=Way.CASH).way == "cash"
    with pytest.raises(offline.NotPossible):
        give(refund, way=Way.BANK)
    with pytest.raises(offline.NotPossible):
        give(refund, way=Way.CASH, reference="Another")


@pytest.mark.parametrize("changes", [{"way": Way.PROVIDER}, {"reference": ""}])
def test_a_refund_needs_its_way_and_reference(came, changes):
    with pytest.raises(offline.NotPossible):
        give(ask(came), **changes)


def test_the_database_holds_both_apart(came):
    refund = give(ask(came))
    for rows, changes in (
        (Payment.objects.filter(pk=came.pk), {"session_id": "cs_1"}),
        (Payment.objects.filter(pk=came.pk), {"way": "provider"}),
        (Payment.objects.filter(pk=came.pk), {"way": "cash"}),
        (Payment.objects.filter(pk=came.pk), {"offline_reference": "x"}),
        (Refund.objects.filter(pk=refund.pk), {"refund_id": "re_1"}),
        (Refund.objects.filter(pk=refund.pk), {"way": "cash"}),
        (Refund.objects.filter(pk=refund.pk), {"way": "provider", "offline_reference": ""}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**changes)


def test_a_refund_that_goes_another_way_is_found(came):
    refund = Refund.objects.create(
        payment=came, request_key="x", amount=1, currency="usd", created_at=LATER
    )
    assert any(f"Refund {refund.pk} goes another way" in one for one in found_by_invariants())
