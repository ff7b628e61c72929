"""What must always hold of the cash box; each check reads the database alone."""

from collections.abc import Iterator
from typing import Any

from django.db import connection


def _rows(sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetchall()


def check_cash_counts() -> Iterator[str]:
    """Every approved count moved its difference, and nothing else of a count was posted."""
    for number, wanted, posted in _rows("""
        SELECT * FROM (
            SELECT c.id,
                CASE WHEN c.approved_at IS NULL THEN 0 ELSE c.counted - c.expected END AS wanted,
                (
                    SELECT coalesce(sum(CASE WHEN d.kind = 'cash_box' THEN t.amount
                        ELSE -t.amount END), 0)
                    FROM partners_entry e
                    JOIN partners_transfer t ON t.entry_id = e.id AND t.currency = c.currency
                    JOIN partners_account d ON d.id = t.debit_id
                    JOIN partners_account k ON k.id = t.credit_id
                    WHERE e.source_key = 'cash-count/' || c.id || '/counted'
                        AND (d.kind, k.kind) IN (
                            ('cash_box', 'cash_difference'), ('cash_difference', 'cash_box'))
                ) AS posted
            FROM partners_cashcount c
        ) found WHERE wanted <> posted ORDER BY id
    """):
        yield f"Count {number} of the cash box differs by {wanted} and posted {posted}."
    for (key,) in _rows("""
        SELECT e.source_key FROM partners_entry e
        WHERE e.kind = 'cash_counted' AND NOT EXISTS (
            SELECT FROM partners_cashcount c
            WHERE c.approved_at IS NOT NULL
                AND e.source_key = 'cash-count/' || c.id || '/counted'
        )
        ORDER BY e.id
    """):
        yield f"Entry {key} has no approved count of the cash box."


def check_cash_transfers() -> Iterator[str]:
    """Every slip of the bank moved its amount between box and bank, and nothing else did."""
    for number, wanted, posted in _rows("""
        SELECT * FROM (
            SELECT c.id,
                CASE c.direction WHEN 'to_bank' THEN c.amount ELSE -c.amount END AS wanted,
                (
                    SELECT coalesce(sum(CASE WHEN d.kind = 'bank' THEN t.amount
                        ELSE -t.amount END), 0)
                    FROM partners_entry e
                    JOIN partners_transfer t ON t.entry_id = e.id AND t.currency = c.currency
                    JOIN partners_account d ON d.id = t.debit_id
                    JOIN partners_account k ON k.id = t.credit_id
                    WHERE e.source_key = 'cash-transfer/' || c.id || '/moved'
                        AND (d.kind, k.kind) IN (('cash_box', 'bank'), ('bank', 'cash_box'))
                ) AS posted
            FROM partners_cashtransfer c
        ) found WHERE wanted <> posted ORDER BY id
    """):
        yield f"Slip {number} of the bank moves {wanted} and posted {posted}."
    for (key,) in _rows("""
        SELECT e.source_key FROM partners_entry e
        WHERE e.kind = 'cash_moved' AND NOT EXISTS (
            SELECT FROM partners_cashtransfer c
            WHERE e.source_key = 'cash-transfer/' || c.id || '/moved'
        )
        ORDER BY e.id
    """):
        yield f"Entry {key} has no slip of the bank."


CHECKS = [check_cash_counts, check_cash_transfers]
