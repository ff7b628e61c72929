"""What must always hold of allocations; each check reads the database alone."""

from collections.abc import Iterator
from typing import Any

from django.db import connection


def _rows(sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetchall()


def check_allocations() -> Iterator[str]:
    """Every approved allocation moved its amount from its pool, and nothing else did."""
    for number, amount, posted in _rows("""
        SELECT a.id, a.amount, coalesce(sum(t.amount), 0)
        FROM partners_allocation a
        LEFT JOIN partners_entry e ON e.source_key = 'allocation/' || a.id || '/approved'
        LEFT JOIN partners_account d ON d.kind = 'fund' AND d.currency = a.currency
            AND d.programme_id IS NULL AND d.use = a.pool
        LEFT JOIN partners_account c ON c.kind = 'fund' AND c.currency = a.currency
            AND c.programme_id = a.programme_id AND c.use = a.use
        LEFT JOIN partners_transfer t ON t.entry_id = e.id AND t.debit_id = d.id
            AND t.credit_id = c.id
        GROUP BY a.id
        HAVING coalesce(sum(t.amount), 0)
            <> CASE WHEN a.approved_at IS NULL THEN 0 ELSE a.amount END
        ORDER BY a.id
    """):
        yield f"Allocation {number} of {amount} moved {posted} in the ledger."
    for (key,) in _rows("""
        SELECT e.source_key FROM partners_entry e
        WHERE e.kind = 'allocation' AND NOT EXISTS (
            SELECT FROM partners_allocation a
            WHERE a.approved_at IS NOT NULL
                AND e.source_key = 'allocation/' || a.id || '/approved'
        )
        ORDER BY e.id
    """):
        yield f"Entry {key} has no approved allocation."


CHECKS = [check_allocations]
