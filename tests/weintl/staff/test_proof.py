"""Provider = ledger = what was sold and given = payouts; each side that moves is seen."""

from datetime import timedelta

import pytest
from django.db import connection

from donations.settlement import GiftSettlement
from marketplace.settlement import OrderSettlement
from partners import ledger
from partners.banking import ProviderPayoutBooks
from tests.factories.donations import GiftFactory
from tests.factories.entering import enter, sale_of
from tests.factories.marketplace import AT, on_shelf, order_of, pay
from weintl.payments import differences
from weintl.payments.models import (
    Dispute,
    Payment,
    ProviderPayout,
    ProviderPayoutItem,
    Reconciliation,
    Refund,
)
from weintl.staff import proof

pytestmark = pytest.mark.django_db

CUT_OFF = AT + timedelta(hours=1)
FEE = 146


def settle(payment: Payment, handler) -> None:
    """Let the fee be known, as the payments core does."""
    payment.refresh_from_db()
    payment.settled_currency, payment.settled_amount = payment.currency, payment.amount
    payment.fee_amount, payment.net_amount = FEE, payment.amount - FEE
    payment.balance_transaction_id, payment.settled_at = f"txn_{payment.pk}", AT
    payment.save()
    handler.settled(payment, now=AT)


def compare() -> Reconciliation:
    """Write down a comparison in which the provider holds what the ledger does."""
    held = ledger.provider_balance(currency="usd", at=CUT_OFF)
    return Reconciliation.objects.create(
        currency="usd",
        from_at=AT,
        cut_off_at=CUT_OFF,
        run_at=CUT_OFF,
        provider_balance=held,
        ledger_balance=held,
        is_equal=True,
    )


@pytest.fixture
def books():
    """An order and a gift with fees, a refund, a dispute, a payout to the bank; compared."""
    order = pay(order_of({on_shelf(consigned=5): 2}))
    gift = GiftFactory(is_paid=True)
    GiftSettlement().paid(gift.payment, now=AT)
    settle(order.payment, OrderSettlement())
    settle(gift.payment, GiftSettlement())
    refund = Refund.objects.create(
        payment=gift.payment, request_key="r", amount=500, currency="usd", state="succeeded",
        created_at=AT, refunded_at=AT, settled_at=AT,
    )  # fmt: skip
    GiftSettlement().refunded(gift.payment, refund, now=AT)
    row = {"id": "t", "amount": -1000, "fee": 1500, "net": -2500, "currency": "usd"}
    dispute = Dispute.objects.create(
        payment=gift.payment, dispute_id="du_1", state="needs_response", amount=1000,
        currency="usd", opened_at=AT,
        balance_transactions=[{**row, "created": int(AT.timestamp())}],
    )  # fmt: skip
    GiftSettlement().disputed(gift.payment, dispute, now=AT)
    payout = ProviderPayout.objects.create(
        payout_id="po_1", state="paid", amount=3854, currency="usd", created_at=AT,
        arrives_on=AT.date(), balance_transaction_id="txn_po", settled_at=AT, itemised_at=AT,
        is_equal=True,
    )  # fmt: skip
    ProviderPayoutItem.objects.create(
        provider_payout=payout, payment=gift.payment, transaction_id="txn_1", category="charge",
        amount=4000, fee_amount=FEE, net_amount=3854, currency="usd", occurred_at=AT,
    )  # fmt: skip
    ProviderPayoutBooks().left(payout, now=AT)
    return compare()


def the_proof() -> proof.Proof:
    [one] = proof.proofs(proof.latest())
    return one


def by_hand(sql: str) -> None:
    """Change rows as only the database's owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_everything_agrees_to_the_cent(books):
    one = the_proof()
    assert one.is_proved, [(str(c.label), c.rows, c.ledger) for c in one.claims]
    sums = {str(claim.label): claim.ledger for claim in one.claims}
    order = Payment.objects.get(purpose="order")
    assert sums == {
        "Sold": order.amount,
        "Given": 4000,
        "Given back": -500,
        "Fees": -2 * FEE,
        "Disputed": -2500,
        "Sent to our bank": -3854,
        "Corrections": 0,
    }
    assert one.balance.ledger == sum(sums.values()) == one.provider.rows


@pytest.mark.parametrize(
    ("sql", "label"),
    [
        (
            "UPDATE marketplace_order SET total_amount = total_amount + 1, goods_amount ="
            " goods_amount + 1",
            "Sold",
        ),
        ("UPDATE donations_gift SET amount = amount + 1", "Given"),
        ("UPDATE payments_refund SET amount = amount + 1", "Given back"),
        ("UPDATE payments_payment SET fee_amount = 1, net_amount = settled_amount - 1", "Fees"),
        ("UPDATE payments_dispute SET balance_transactions = '[]'", "Disputed"),
        ("UPDATE payments_providerpayout SET amount = amount + 1", "Sent to our bank"),
        ("UPDATE partners_entry SET kind = 'correction' WHERE kind = 'gift'", "Corrections"),
    ],
)
def test_one_cent_that_moves_is_seen(books, sql, label):
    by_hand(sql)
    one = the_proof()
    assert not one.is_proved
    assert label in {str(claim.label) for claim in one.claims if not claim.is_equal}


def test_what_the_provider_says_otherwise_is_seen(books):
    Reconciliation.objects.update(provider_balance=books.provider_balance + 1)
    one = the_proof()
    assert not one.provider.is_equal
    assert not one.is_proved


def test_a_payout_that_is_not_what_is_in_it_is_seen(books):
    by_hand("UPDATE payments_providerpayoutitem SET net_amount = 1, amount = 1, fee_amount = 0")
    assert not the_proof().payouts[0].is_equal


def test_an_open_difference_is_no_proof(books):
    differences.record(
        kind="amount", object_id="txn", currency="usd", detail="", occurred_at=AT, found_at=AT
    )
    one = the_proof()
    assert one.differences == 1
    assert not one.is_proved


def test_what_came_since_is_listed_and_not_claimed(books):
    later = CUT_OFF + timedelta(minutes=5)
    gift = GiftFactory(is_paid=True)
    GiftSettlement().paid(gift.payment, now=later)
    by_hand(f"UPDATE payments_payment SET succeeded_at = '{later}' WHERE id = {gift.payment_id}")
    one = the_proof()
    assert one.is_proved
    assert one.moved_since == 4000
    assert one.ledger_now == one.balance.ledger + 4000
    found = proof.under_way(proof.latest())
    assert [row.amount for row in found.since] == [4000]
    assert found.since_count == 1


def test_a_payment_without_its_fee_is_under_way(books):
    gift = GiftFactory(is_paid=True)
    GiftSettlement().paid(gift.payment, now=AT)
    Reconciliation.objects.update(in_flight=4000, ledger_balance=books.ledger_balance + 4000)
    assert the_proof().is_proved
    found = proof.under_way(proof.latest())
    assert list(found.payments) == [gift.payment]


def test_nothing_is_claimed_before_the_first_comparison():
    assert proof.proofs(proof.latest()) == []


def test_the_number_of_statements_is_constant(books, django_assert_num_queries):
    for _ in range(4):
        gift = GiftFactory(is_paid=True)
        GiftSettlement().paid(gift.payment, now=AT)
    runs = proof.latest()
    with django_assert_num_queries(18):
        proof.proofs(runs)
    with django_assert_num_queries(4):
        proof.under_way(runs)


def test_what_is_paid_by_hand_is_claimed_apart_from_the_provider(books):
    cash = enter(sale_of({on_shelf(consigned=1): 1}))
    one = the_proof()
    assert one.is_proved
    (claim,) = [each for each in one.payouts if "in cash" in str(each.label)]
    assert claim.rows == claim.ledger == cash.total_amount
    by_hand(f"UPDATE payments_payment SET amount = amount + 1 WHERE id = {cash.payment_id}")
    assert not the_proof().is_proved
