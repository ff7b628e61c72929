"""Each invariant is broken on purpose and reported; whole books break none."""

from datetime import datetime

import pytest
from django.db import connection, transaction

from partners import accounts, invariants, ledger, postings
from partners.ledger import Draft, Leg
from partners.models import Entry, Seal
from tests.factories.partners import ProgrammeFactory, StaffFactory
from weintl.payments.models import Payment, Refund

pytestmark = pytest.mark.django_db


def payment(now: datetime, **fields) -> Payment:
    known = {
        "purpose": "gift",
        "reference": f"g{Payment.objects.count()}",
        "state": "succeeded",
        "amount": 5_000,
        "currency": "usd",
        "created_at": now,
        "succeeded_at": now,
        **fields,
    }
    return Payment.objects.create(**known)


@pytest.fixture
def books(now):
    """A paid gift with its fee, a refund that left and one that came back, a sale, a seal."""
    ProgrammeFactory(code="loom")
    paid = payment(
        now, settled_currency="usd", settled_amount=5_000, fee_amount=175, net_amount=4_825
    )
    fund = accounts.fund("usd", "loom", "education")
    key = str(paid.public_id)
    postings.post_gift(
        payment_key=key, currency="usd", amount=5_000, fee_cover=0, fund=fund, occurred_at=now
    )
    postings.post_fee(payment_key=key, currency="usd", fee=175, occurred_at=now, fund=fund)
    for state in ("succeeded", "failed"):
        refund = Refund.objects.create(
            payment=paid,
            request_key=state,
            state=state,
            amount=1_000,
            currency="usd",
            created_at=now,
        )
        postings.post_gift_refund(
            refund_key=str(refund.pk),
            currency="usd",
            amount=1_000,
            fee_cover=0,
            fund=fund,
            occurred_at=now,
        )
        if state == "failed":
            postings.post_refund_failed(refund_key=str(refund.pk), occurred_at=now)
    payable = Leg(accounts.artisan_cost("usd"), accounts.maker_payable("usd", "loom"), 900)
    ledger.post([Draft("correction", "x", now, [payable])])
    return paid


def by_hand(sql: str) -> None:
    """Change the books as only the database's owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def found(check) -> list[str]:
    return list(check())


def test_whole_books_break_nothing(books):
    assert {check.__name__: found(check) for check in invariants.CHECKS} == {
        check.__name__: [] for check in invariants.CHECKS
    }


BREACHES = [
    (
        invariants.check_payments_are_posted,
        "UPDATE partners_transfer SET amount = amount + 1",
        "of 5000 has 5001",
    ),
    (
        invariants.check_payments_are_posted,
        "UPDATE partners_entry SET source_key = 'gone' WHERE source_key LIKE '%/paid'",
        "of 5000 has 0",
    ),
    (
        invariants.check_payments_are_posted,
        "UPDATE payments_payment SET state = 'open', succeeded_at = NULL",
        "has no succeeded payment",
    ),
    (
        invariants.check_sums_of_quarters,
        "UPDATE partners_attributed SET amount = amount + 1",
        "keeps 901 of the quarter from 2026-10-01 on; it is 900",
    ),
    (
        invariants.check_sums_of_quarters,
        "UPDATE partners_attributed SET payments = '{other}' WHERE payments <> '{}'",
        "keeps other payments of the quarter from 2026-10-01 on",
    ),
    (
        invariants.check_sums_of_quarters,
        "DELETE FROM partners_attributed",
        "Account maker_payable:usd:loom keeps 0 of the quarter",
    ),
    (
        invariants.check_fees_are_posted,
        "UPDATE partners_entry SET source_key = 'gone' WHERE source_key LIKE '%/fee'",
        "has a fee of 175 and 0",
    ),
    (
        invariants.check_refunds_are_posted,
        "UPDATE payments_refund SET state = 'failed' WHERE state = 'succeeded'",
        "should be 0 in the ledger and is 1000",
    ),
    (
        invariants.check_refunds_are_posted,
        "UPDATE payments_refund SET state = 'pending' WHERE state = 'failed'",
        "should be 1000 in the ledger and is 0",
    ),
    (
        invariants.check_payouts_to_our_bank_are_posted,
        "INSERT INTO payments_providerpayout (payout_id, state, amount, currency, is_automatic,"
        " created_at, arrives_on, balance_transaction_id, settled_at, failure_code, is_equal,"
        " reconciliation_status, checks) VALUES ('po_1', 'paid', 700, 'usd', true, now(), now(),"
        " 'txn_1', now(), '', true, '', 0)",
        "Payout po_1 should be 700 in the ledger and is 0",
    ),
    (
        invariants.check_kept_balances,
        "UPDATE partners_account SET credits = credits + 1 WHERE code = 'fund:usd:loom:education'",
        "fund:usd:loom:education keeps",
    ),
    (
        invariants.check_kept_balances,
        "DELETE FROM partners_transfer",
        "its transfers sum to 0 and 0",
    ),
    (
        invariants.check_floors,
        "UPDATE partners_account SET has_floor = false WHERE kind = 'maker_payable'",
        "maker_payable:usd:loom is below zero or has no floor",
    ),
    (
        invariants.check_entries_are_whole,
        "DELETE FROM partners_transfer",
        "Entry x has no transfers",
    ),
    (
        invariants.check_entries_are_whole,
        "UPDATE partners_transfer SET currency = 'eur'",
        "does not fit its accounts",
    ),
    (
        invariants.check_entries_are_whole,
        "UPDATE partners_transfer SET occurred_at = now()",
        "does not fit its accounts",
    ),
    (
        invariants.check_entries_are_whole,
        "UPDATE partners_transfer SET accounted_on = accounted_on + 1",
        "does not fit its accounts",
    ),
    (
        invariants.check_accounting_dates,
        "UPDATE partners_entry SET accounted_on = accounted_on + 5",
        "neither its day nor the first open one",
    ),
    (
        invariants.check_reversals,
        "UPDATE partners_transfer SET amount = 999 WHERE id = (SELECT max(t.id)"
        " FROM partners_transfer t JOIN partners_entry e ON e.id = t.entry_id"
        " WHERE e.reverses_id IS NOT NULL)",
        "is no mirror image of refund/",
    ),
    (
        invariants.check_accounts_are_what_their_code_says,
        "UPDATE partners_account SET code = 'fund:usd:*:education'"
        " WHERE code = 'fund:usd:loom:education'",
        "should be called fund:usd:loom:education",
    ),
]


@pytest.mark.parametrize(("check", "sql", "sentence"), BREACHES)
def test_what_is_broken_is_told(books, check, sql, sentence):
    by_hand(sql)
    assert any(sentence in told for told in found(check)), found(check)


def test_a_broken_chain_is_told(books, now):
    Seal.objects.create(entry=Entry.objects.first(), position=1, digest="0" * 64, sealed_at=now)
    assert found(invariants.check_chain) == [
        f"Seal 1 does not fit entry {Entry.objects.first().source_key} and what is before."
    ]


@pytest.fixture
def closed_november(books, now):
    """The month of the books, closed as the database's owner could write it."""
    Seal.objects.create(entry=Entry.objects.first(), position=1, digest="0" * 64, sealed_at=now)
    by_hand(
        "INSERT INTO partners_closedmonth (month, proposed_by_id, proposed_at, approved_by_id,"
        " approved_at, is_single_handed, totals, entries, chain_position, chain_digest)"
        f" SELECT '2026-11-01', {StaffFactory().pk}, now(), {StaffFactory().pk}, now(), false,"
        " ledger_totals('2026-11-01'), (SELECT count(*) FROM partners_entry), 1, repeat('0', 64)"
    )
    assert found(invariants.check_closed_months) == []


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE partners_transfer SET amount = amount + 1", "2026-11 differ from those"),
        ("UPDATE partners_transfer SET accounted_on = '2026-12-01'", "2026-11 differ from those"),
        ("UPDATE partners_closedmonth SET entries = 1", "2026-11 differ from those"),
        ("UPDATE partners_seal SET digest = repeat('1', 64)", "The chain is not the one"),
        (
            "INSERT INTO partners_closedmonth (month, proposed_by_id, proposed_at, approved_by_id,"
            " approved_at, is_single_handed, totals, entries, chain_digest) SELECT '2026-09-01',"
            " proposed_by_id, now(), approved_by_id, now(), false, '{}', 0, '' FROM"
            " partners_closedmonth",
            "before 2026-11 is open",
        ),
    ],
)
def test_a_closed_month_that_was_changed_is_told(closed_november, sql, sentence):
    by_hand(sql)
    assert any(sentence in told for told in found(invariants.check_closed_months))


def test_every_check_is_broken_somewhere():
    broken = {check for check, _sql, _sentence in BREACHES}
    broken |= {invariants.check_chain, invariants.check_closed_months}
    assert broken == set(invariants.LEDGER_CHECKS)


def test_a_floor_that_was_broken_is_told(books):
    with transaction.atomic():
        by_hand(
            "ALTER TABLE partners_account DROP CONSTRAINT account_floor;"
            "UPDATE partners_account SET debits = credits + 1 WHERE kind = 'maker_payable'"
        )
        assert found(invariants.check_floors)
        transaction.set_rollback(True)
