"""What must always hold of the ledger; each check reads the database alone."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from . import allocation_invariants, cash_invariants, chain, payout_invariants


def _rows(sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetchall()


def check_payments_are_posted() -> Iterator[str]:
    """Every succeeded payment has exactly one entry, of its amount, and no other payment has.

    The money lies where its way of paying brings it: provider, cash box, bank.
    """
    for number, amount, posted in _rows("""
        SELECT p.public_id, p.amount, coalesce(sum(t.amount) FILTER (
            WHERE d.kind = replace(p.way, 'cash', 'cash_box')), 0)
        FROM payments_payment p
        LEFT JOIN partners_entry e ON e.source_key = 'payment/' || p.public_id || '/paid'
        LEFT JOIN partners_transfer t ON t.entry_id = e.id AND t.currency = p.currency
        LEFT JOIN partners_account d ON d.id = t.debit_id
        WHERE p.state = 'succeeded'
        GROUP BY p.id HAVING p.amount <> coalesce(sum(t.amount) FILTER (
            WHERE d.kind = replace(p.way, 'cash', 'cash_box')), 0)
        ORDER BY p.id
    """):
        yield f"Payment {number} of {amount} has {posted} in the ledger."
    for (key,) in _rows("""
        SELECT e.source_key FROM partners_entry e
        WHERE e.source_key LIKE 'payment/%/paid' AND NOT EXISTS (
            SELECT FROM payments_payment p
            WHERE p.state = 'succeeded' AND e.source_key = 'payment/' || p.public_id || '/paid'
        )
        ORDER BY e.id
    """):
        yield f"Entry {key} has no succeeded payment."


def check_fees_are_posted() -> Iterator[str]:
    """Every fee that the provider named stands in the ledger, to the cent."""
    for number, fee, posted in _rows("""
        SELECT p.public_id, p.fee_amount, coalesce(sum(t.amount), 0)
        FROM payments_payment p
        LEFT JOIN partners_entry e ON e.source_key = 'payment/' || p.public_id || '/fee'
        LEFT JOIN partners_transfer t ON t.entry_id = e.id
            AND t.credit_id IN (SELECT id FROM partners_account WHERE kind = 'provider')
        WHERE p.state = 'succeeded' AND p.fee_amount IS NOT NULL
        GROUP BY p.id HAVING p.fee_amount <> coalesce(sum(t.amount), 0)
        ORDER BY p.id
    """):
        yield f"Payment {number} has a fee of {fee} and {posted} in the ledger."


def check_refunds_are_posted() -> Iterator[str]:
    """Every refund that left stands in the ledger, and none that came back."""
    for number, state, amount, posted in _rows("""
        SELECT * FROM (
            SELECT r.id, r.state,
                CASE WHEN r.state IN ('pending', 'succeeded') THEN r.amount ELSE 0 END AS due,
                (
                    SELECT coalesce(sum(CASE
                        WHEN c.kind = replace(r.way, 'cash', 'cash_box') THEN t.amount
                        WHEN d.kind = replace(r.way, 'cash', 'cash_box') THEN -t.amount
                        ELSE 0 END), 0)
                    FROM partners_entry e
                    JOIN partners_transfer t ON t.entry_id = e.id
                    JOIN partners_account d ON d.id = t.debit_id
                    JOIN partners_account c ON c.id = t.credit_id
                    WHERE e.source_key
                        IN ('refund/' || r.id || '/sent', 'refund/' || r.id || '/failed')
                ) AS posted
            FROM payments_refund r
        ) refunds
        WHERE due <> posted ORDER BY id
    """):
        yield f"Refund {number} ({state}) should be {amount} in the ledger and is {posted}."


def check_payouts_to_our_bank_are_posted() -> Iterator[str]:
    """Every payout that left the provider stands in the ledger, and none that came back."""
    for number, due, posted in _rows("""
        SELECT payout_id, due, posted FROM (
            SELECT p.id, p.payout_id,
                CASE WHEN p.settled_at IS NULL OR p.failed_at IS NOT NULL THEN 0
                    ELSE p.amount END AS due,
                (
                    SELECT coalesce(sum(CASE WHEN c.kind = 'provider' THEN t.amount
                        WHEN d.kind = 'provider' THEN -t.amount ELSE 0 END), 0)
                    FROM partners_entry e
                    JOIN partners_transfer t ON t.entry_id = e.id
                    JOIN partners_account d ON d.id = t.debit_id
                    JOIN partners_account c ON c.id = t.credit_id
                    WHERE e.source_key IN ('to_bank/' || p.payout_id || '/sent',
                        'to_bank/' || p.payout_id || '/returned')
                ) AS posted
            FROM payments_providerpayout p
        ) payouts
        WHERE due <> posted ORDER BY id
    """):
        yield f"Payout {number} should be {due} in the ledger and is {posted}."


def check_kept_balances() -> Iterator[str]:
    """The balance kept on each account is the sum of its transfers."""
    for code, debits, credits, real_debits, real_credits in _rows("""
        SELECT a.code, a.debits, a.credits, coalesce(d.total, 0), coalesce(c.total, 0)
        FROM partners_account a
        LEFT JOIN (SELECT debit_id, sum(amount) AS total FROM partners_transfer GROUP BY 1) d
            ON d.debit_id = a.id
        LEFT JOIN (SELECT credit_id, sum(amount) AS total FROM partners_transfer GROUP BY 1) c
            ON c.credit_id = a.id
        WHERE a.debits <> coalesce(d.total, 0) OR a.credits <> coalesce(c.total, 0)
        ORDER BY a.code
    """):
        yield (
            f"Account {code} keeps {debits} debits and {credits} credits;"
            f" its transfers sum to {real_debits} and {real_credits}."
        )


def check_sums_of_quarters() -> Iterator[str]:
    """What came to each account in a quarter, and of whom, is in its transfers."""
    for code, quarter, kept, real, is_known in _rows("""
        SELECT a.code, quarter, coalesce(k.amount, 0), coalesce(r.amount, 0),
            coalesce(k.payments <@ r.payments AND cardinality(k.payments)
                = least(20, cardinality(r.payments)), false)
        FROM partners_attributed k
        FULL JOIN (
            SELECT side.account_id,
                date_trunc('quarter', side.accounted_on::timestamp)::date AS quarter,
                sum(side.amount) AS amount,
                coalesce(array_agg(DISTINCT
                    coalesce(e.meta ->> 'payment', 'transaction ' || e.transaction_id)
                ) FILTER (
                    WHERE side.amount > 0 AND e.kind IN ('sale', 'unit_split', 'gift')
                ), '{}') AS payments
            FROM (
                SELECT credit_id AS account_id, debit_id AS other_id, amount, accounted_on, entry_id
                FROM partners_transfer
                UNION ALL
                SELECT debit_id, credit_id, -amount, accounted_on, entry_id FROM partners_transfer
            ) side
            JOIN partners_account a ON a.id = side.account_id
                AND a.kind IN ('maker_payable', 'fund')
            JOIN partners_account o ON o.id = side.other_id AND o.kind <> 'payout_transit'
            JOIN partners_entry e ON e.id = side.entry_id
            GROUP BY 1, 2
        ) r USING (account_id, quarter)
        JOIN partners_account a ON a.id = account_id
        ORDER BY 1, 2
    """):
        if kept != real:
            yield f"Account {code} keeps {kept} of the quarter from {quarter} on; it is {real}."
        if not is_known:
            yield f"Account {code} keeps other payments of the quarter from {quarter} on."


def check_floors() -> Iterator[str]:
    """What is owed to makers and shoppers, or under way to them, is never below zero.

    Nor is a cash box.
    """
    for (code,) in _rows("""
        SELECT code FROM partners_account
        WHERE kind IN ('maker_payable', 'customer_deposits', 'payout_transit')
            AND (NOT has_floor OR credits < debits)
            OR kind = 'cash_box' AND (NOT has_floor OR debits < credits)
        ORDER BY code
    """):
        yield f"Account {code} is below zero or has no floor."


def check_entries_are_whole() -> Iterator[str]:
    """Every entry has transfers, all of its own time and of their accounts' currency."""
    for (key,) in _rows("""
        SELECT e.source_key FROM partners_entry e
        WHERE NOT EXISTS (SELECT FROM partners_transfer t WHERE t.entry_id = e.id)
        ORDER BY e.id
    """):
        yield f"Entry {key} has no transfers."
    for number, key in _rows("""
        SELECT t.id, e.source_key FROM partners_transfer t
        JOIN partners_entry e ON e.id = t.entry_id
        JOIN partners_account d ON d.id = t.debit_id
        JOIN partners_account c ON c.id = t.credit_id
        WHERE t.occurred_at <> e.occurred_at OR t.accounted_on <> e.accounted_on
            OR t.amount <= 0 OR d.id = c.id OR d.currency <> t.currency OR c.currency <> t.currency
        ORDER BY t.id
    """):
        yield f"Transfer {number} does not fit its accounts or its entry {key}."


def check_reversals() -> Iterator[str]:
    """Every reversing entry is the mirror image of the one that it reverses."""
    for key, original in _rows("""
        WITH pairs AS (
            SELECT r.id AS mirror, o.id AS original, r.source_key, o.source_key AS original_key
            FROM partners_entry r JOIN partners_entry o ON o.id = r.reverses_id
        ), sides AS (
            SELECT p.mirror, t.debit_id, t.credit_id, t.amount
            FROM pairs p JOIN partners_transfer t ON t.entry_id = p.mirror
            UNION ALL
            SELECT p.mirror, t.credit_id, t.debit_id, -t.amount
            FROM pairs p JOIN partners_transfer t ON t.entry_id = p.original
        )
        SELECT DISTINCT p.source_key, p.original_key
        FROM pairs p JOIN (
            SELECT mirror FROM sides GROUP BY mirror, debit_id, credit_id HAVING sum(amount) <> 0
        ) broken ON broken.mirror = p.mirror
        ORDER BY 1
    """):
        yield f"Entry {key} is no mirror image of {original}."


def check_chain() -> Iterator[str]:
    """The hash chain over the entries is unbroken."""
    yield from chain.breaks()


def check_accounts_are_what_their_code_says() -> Iterator[str]:
    """Every account's code is made of its kind, currency, programme and use."""
    for code, expected in _rows("""
        SELECT a.code, expected FROM (
            SELECT a.code,
                a.kind || ':' || a.currency
                || CASE WHEN p.id IS NOT NULL OR a.use <> '' THEN ':' ELSE '' END
                || CASE WHEN p.id IS NOT NULL THEN p.code WHEN a.use <> '' THEN '*' ELSE '' END
                || CASE WHEN a.use <> '' THEN ':' || a.use ELSE '' END AS expected
            FROM partners_account a LEFT JOIN partners_programme p ON p.id = a.programme_id
        ) a
        WHERE a.code <> expected ORDER BY a.code
    """):
        yield f"Account {code} should be called {expected}."


def check_accounting_dates() -> Iterator[str]:
    """Every entry is dated on its day, or on the first of a month whose elders are closed."""
    # A day of leeway: the zone of the settings may have been another when it was written.
    for key, day in _rows("""
        SELECT e.source_key, e.accounted_on FROM partners_entry e
        WHERE abs(e.accounted_on - (e.occurred_at AT TIME ZONE 'UTC')::date) > 1 AND NOT (
            e.accounted_on > (e.occurred_at AT TIME ZONE 'UTC')::date
            AND EXISTS (
                SELECT FROM partners_closedmonth c WHERE c.approved_at IS NOT NULL
                    AND (c.month + interval '1 month')::date = e.accounted_on
            )
        )
        ORDER BY e.id
    """):
        yield f"Entry {key} is dated {day}, which is neither its day nor the first open one."


def check_closed_months() -> Iterator[str]:
    """Nothing was written into a closed month, and no month between closed ones is open."""
    for month, is_next, is_same, has_seal in _rows("""
        SELECT c.month,
            coalesce(lag(c.month) OVER (ORDER BY c.month) + interval '1 month' = c.month, true),
            c.totals = ledger_totals(c.month) AND c.entries = (
                SELECT count(*) FROM partners_entry e WHERE e.accounted_on >= c.month
                    AND e.accounted_on < (c.month + interval '1 month')::date
            ),
            EXISTS (
                SELECT FROM partners_seal s
                WHERE s.position = c.chain_position AND s.digest = c.chain_digest
            )
        FROM partners_closedmonth c WHERE c.approved_at IS NOT NULL
        ORDER BY c.month
    """):
        if not is_next:
            yield f"The month before {month:%Y-%m} is open, though an earlier one is closed."
        if not is_same:
            yield f"The books of {month:%Y-%m} differ from those that were closed."
        if not has_seal:
            yield f"The chain is not the one at which {month:%Y-%m} was closed."


LEDGER_CHECKS = [
    check_payments_are_posted,
    check_fees_are_posted,
    check_refunds_are_posted,
    check_payouts_to_our_bank_are_posted,
    check_kept_balances,
    check_sums_of_quarters,
    check_floors,
    check_entries_are_whole,
    check_reversals,
    check_chain,
    check_accounts_are_what_their_code_says,
    check_accounting_dates,
    check_closed_months,
]
CHECKS = [
    *LEDGER_CHECKS,
    *payout_invariants.CHECKS,
    *allocation_invariants.CHECKS,
    *cash_invariants.CHECKS,
]
