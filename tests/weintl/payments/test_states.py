"""The table of moves, held twice: in the code and by the database."""

import itertools

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from tests.factories.payments import AT, PaymentFactory, RefundFactory, WebhookEventFactory
from weintl.payments import states
from weintl.payments.models import Dispute, Payment, Refund, WebhookEvent

pytestmark = pytest.mark.django_db

PAIRS = list(itertools.permutations(Payment.State.values, 2))
REFUND_PAIRS = list(itertools.permutations(Refund.State.values, 2))


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_database_allows_exactly_the_moves_of_the_code(before, after):
    payment = PaymentFactory(
        state=before,
        succeeded_at=AT if before == "succeeded" else None,
    )
    is_allowed = after in states.PAYMENT_MOVES[before]
    payment.state = before
    try:
        assert states.move_payment(payment, to=after)
        assert is_allowed
    except states.NotAllowed:
        assert not is_allowed
    rows = Payment.objects.filter(pk=payment.pk)
    succeeded_at = AT if "succeeded" in (after, before) else None
    values = {"state": after}
    if after == "succeeded":
        values["succeeded_at"] = succeeded_at
    if is_allowed:
        assert rows.update(**values) == 1
    else:
        with pytest.raises(DatabaseError, match="cannot become"), transaction.atomic():
            rows.update(**values)


@pytest.mark.parametrize(("before", "after"), REFUND_PAIRS)
def test_the_database_allows_exactly_the_refund_moves_of_the_code(before, after):
    refund = RefundFactory(state=before)
    is_allowed = after in states.REFUND_MOVES[before]
    try:
        assert states.move_refund(refund, to=after)
        assert is_allowed
    except states.NotAllowed:
        assert not is_allowed
    rows = Refund.objects.filter(pk=refund.pk)
    if is_allowed:
        assert rows.update(state=after) == 1
    else:
        with pytest.raises(DatabaseError, match="cannot become"), transaction.atomic():
            rows.update(state=after)


def test_staying_is_no_move():
    payment = PaymentFactory.build(state="succeeded")
    assert not states.move_payment(payment, to="succeeded")


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 1},
        {"currency": "eur"},
        {"reference": "other"},
        {"purpose": "gift"},
        {"session_id": "cs_other"},
        {"charge_id": None},
        {"intent_id": "pi_other"},
    ],
)
def test_what_was_paid_never_changes(change):
    payment = PaymentFactory(is_paid=True)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**change)


def test_a_settled_fee_never_changes():
    payment = PaymentFactory(is_paid=True)
    rows = Payment.objects.filter(pk=payment.pk)
    rows.update(
        balance_transaction_id="txn_1",
        settled_currency="usd",
        settled_amount=4000,
        fee_amount=146,
        net_amount=3854,
    )
    with pytest.raises(DatabaseError, match="settled never changes"), transaction.atomic():
        rows.update(fee_amount=100, net_amount=3900)


@pytest.mark.parametrize("change", [{"amount": 1}, {"request_key": "x"}, {"is_external": True}])
def test_what_goes_back_never_changes(change):
    refund = RefundFactory()
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(**change)


@pytest.mark.parametrize("table", ["payment", "refund", "dispute", "webhookevent"])
@pytest.mark.parametrize("act", ["DELETE FROM", "TRUNCATE"])
def test_no_row_is_removed(table, act):
    sql = f"{act} payments_{table}" + (" CASCADE" if act == "TRUNCATE" else "")
    refused = pytest.raises(IntegrityError, match="rows stay")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(sql)


def test_what_is_contested_never_changes():
    dispute = Dispute.objects.create(
        payment=PaymentFactory(is_paid=True),
        dispute_id="du_1",
        state="needs_response",
        amount=4000,
        currency="usd",
        opened_at=AT,
    )
    rows = Dispute.objects.filter(pk=dispute.pk)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        rows.update(amount=1)
    assert rows.update(state="won", closed_at=AT) == 1


def test_a_processed_event_stays_processed():
    event = WebhookEventFactory(state="processed")
    with pytest.raises(DatabaseError, match="for ever"), transaction.atomic():
        WebhookEvent.objects.filter(pk=event.pk).update(state="received")
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        WebhookEvent.objects.filter(pk=event.pk).update(event_id="evt_other")


@pytest.mark.parametrize(
    "values",
    [
        {"amount": 0},
        {"refunded_amount": 4001},
        {"refunded_amount": -1},
        {"state": "succeeded"},
        {"state": "lost"},
        {"succeeded_at": AT},
        {"settled_amount": 4000, "fee_amount": 100, "net_amount": 4000},
    ],
)
def test_the_database_refuses_impossible_payments(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentFactory(**values)
