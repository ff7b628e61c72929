"""What must always hold of payouts and statements; collected by partners/invariants.py."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from weintl.papers import numbering

from . import statements
from .models.statements import Statement


def _rows(sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetchall()


def check_no_transfer_is_paid_twice() -> Iterator[str]:
    """No side of a transfer is in two live payouts."""
    for transfer, code, numbers in _rows("""
        SELECT i.transfer_id, a.code, string_agg(p.number, ', ' ORDER BY p.number)
        FROM partners_payoutitem i
        JOIN partners_payout p ON p.id = i.payout_id
        JOIN partners_account a ON a.id = i.account_id
        WHERE i.taken_out_at IS NULL AND p.state NOT IN ('failed', 'dropped', 'returned')
        GROUP BY i.transfer_id, a.code HAVING count(*) > 1
        ORDER BY 1
    """):
        yield f"Transfer {transfer} on {code} is in payouts {numbers}."
    for number, transfer in _rows("""
        SELECT p.number, i.transfer_id FROM partners_payoutitem i
        JOIN partners_payout p ON p.id = i.payout_id
        WHERE i.is_live <> (
            i.taken_out_at IS NULL AND p.state NOT IN ('failed', 'dropped', 'returned')
        )
        ORDER BY i.id
    """):
        yield f"Transfer {transfer} in payout {number} counts where it should not, or does not."


def check_payouts_are_their_items() -> Iterator[str]:
    """Every payout is the sum of its items, and each of them is what its transfer is."""
    for number, amount, total in _rows("""
        SELECT p.number, p.amount, coalesce(sum(i.amount), 0)
        FROM partners_payout p
        LEFT JOIN partners_payoutitem i ON i.payout_id = p.id AND i.taken_out_at IS NULL
        GROUP BY p.id HAVING p.amount <> coalesce(sum(i.amount), 0)
        ORDER BY 1
    """):
        yield f"Payout {number} of {amount} has items of {total}."
    for number, transfer in _rows("""
        SELECT p.number, i.transfer_id FROM partners_payoutitem i
        JOIN partners_payout p ON p.id = i.payout_id
        JOIN partners_transfer t ON t.id = i.transfer_id
        JOIN partners_account a ON a.id = i.account_id
        WHERE NOT (t.credit_id = a.id AND i.amount = t.amount
                OR t.debit_id = a.id AND i.amount = -t.amount)
            OR a.programme_id IS DISTINCT FROM p.programme_id OR a.currency <> p.currency
        ORDER BY i.id
    """):
        yield f"Payout {number} has transfer {transfer} as it is not."


def check_payouts_are_posted() -> Iterator[str]:
    """Every approved payout stands in the ledger with its amount, paid and failed ones too."""
    for number, state, last, amount, posted in _rows("""
        SELECT p.number, p.state, wanted.last, wanted.amount, coalesce(found.posted, 0)
        FROM partners_payout p
        CROSS JOIN LATERAL (VALUES
            ('approved', CASE WHEN p.approved_at IS NULL THEN 0 ELSE p.amount END),
            ('paid', CASE WHEN p.state IN ('paid', 'returned') THEN p.amount ELSE 0 END),
            ('failed', CASE WHEN p.state = 'failed' THEN p.amount ELSE 0 END),
            ('returned', CASE WHEN p.state = 'returned' THEN p.amount ELSE 0 END),
            ('owed', CASE WHEN p.state = 'returned' THEN p.amount ELSE 0 END)
        ) AS wanted (last, amount)
        LEFT JOIN LATERAL (
            SELECT sum(t.amount) AS posted FROM partners_entry e
            JOIN partners_transfer t ON t.entry_id = e.id
            JOIN partners_account a ON a.kind = 'payout_transit'
                AND a.id IN (t.debit_id, t.credit_id)
            WHERE e.source_key = 'payout/' || p.number || '/' || wanted.last
        ) found ON true
        WHERE wanted.amount <> coalesce(found.posted, 0)
        ORDER BY 1
    """):
        yield f"Payout {number} ({state}): {last} should be {amount} in the ledger and is {posted}."


def check_statement_numbers() -> Iterator[str]:
    """Numbers of statements have no gaps, in each series and year."""
    for series, year, count, last, counted in numbering.gaps(
        "partners_statement", statements.SERIES
    ):
        yield (
            f"Series {series} of {year} has {count} statements, the last is {last},"
            f" and {counted} numbers were given."
        )


def check_statements_are_frozen() -> Iterator[str]:
    """Every statement is what was issued: its hash, its sums, its lines, its payout."""
    counts = dict(_rows("SELECT statement_id, count(*) FROM partners_statementline GROUP BY 1"))
    for statement in Statement.objects.order_by("pk").iterator(chunk_size=100):
        said = statement.contents
        if statements.digest(said) != statement.sha256 or said["number"] != statement.number:
            yield f"Statement {statement.number} is not what was issued."
        sums = {row["account"]: row["opening"] for row in said["accounts"]}
        for row in said["movements"]:
            sums[row["account"]] += row["amount"]
        if any(sums[row["account"]] != row["closing"] for row in said["accounts"]):
            yield f"Statement {statement.number} does not sum up."
        if len(said["movements"]) != counts.get(statement.pk, 0):
            yield f"Statement {statement.number} has other lines than it tells."
    for (number,) in _rows("""
        SELECT p.number FROM partners_payout p
        LEFT JOIN partners_statement s ON s.payout_id = p.id
        WHERE (p.state IN ('paid', 'returned')) <> (s.id IS NOT NULL) ORDER BY 1
    """):
        yield f"Payout {number} is paid without a statement, or has one without being paid."


def check_statements_equal_the_ledger() -> Iterator[str]:
    """What a statement closes with is the ledger's balance, as far as it was recorded then."""
    for number, code, closing, balance in _rows("""
        SELECT s.number, a.code, (said ->> 'closing')::bigint, real.balance
        FROM (
            -- Those of the first version went by the time it happened alone.
            SELECT *, coalesce(nullif(contents ->> 'last_day', '')::date, 'infinity') AS last
            FROM partners_statement
        ) s
        CROSS JOIN LATERAL jsonb_array_elements(s.contents -> 'accounts') AS said
        JOIN partners_account a ON a.code = said ->> 'account'
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(side.amount), 0) AS balance
            FROM (
                SELECT id, entry_id, amount FROM partners_transfer
                    WHERE credit_id = a.id AND occurred_at < s.ends_at AND accounted_on <= s.last
                UNION ALL
                SELECT id, entry_id, -amount FROM partners_transfer
                    WHERE debit_id = a.id AND occurred_at < s.ends_at AND accounted_on <= s.last
            ) side
            JOIN partners_entry e ON e.id = side.entry_id AND e.recorded_at <= s.recorded_at
            -- What was dated back behind a running statement is told by a later one.
            WHERE NOT (s.is_running AND EXISTS (
                SELECT FROM partners_statementline l
                JOIN partners_statement later ON later.id = l.statement_id
                WHERE l.transfer_id = side.id AND l.account_id = a.id
                    AND later.is_running AND later.id > s.id
            ))
        ) real
        WHERE (said ->> 'closing')::bigint <> real.balance
        ORDER BY s.id, a.code
    """):
        yield f"Statement {number} closes {code} with {closing}; the ledger says {balance}."


CHECKS = [
    check_no_transfer_is_paid_twice,
    check_payouts_are_their_items,
    check_payouts_are_posted,
    check_statement_numbers,
    check_statements_are_frozen,
    check_statements_equal_the_ledger,
]
