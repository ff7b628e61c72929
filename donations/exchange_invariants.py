"""What must always hold of gifts that the provider changed into another currency."""

from collections.abc import Iterator
from typing import Any

from django.db import connection


def _rows(sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetchall()


def check_exchanges_are_what_was_settled() -> Iterator[str]:
    """A gift settled in another currency stands in the ledger with what was settled, once."""
    for number, settled, booked, left in _rows("""
        SELECT number, settled, booked, own FROM (
            SELECT p.public_id AS number, p.settled_amount AS settled,
                coalesce(sum(side.amount) FILTER (
                    WHERE e.source_key LIKE '%/exchanged' AND side.currency = p.settled_currency
                ), 0) AS booked,
                coalesce(sum(side.amount) FILTER (WHERE side.currency = p.currency), 0) AS own
            FROM payments_payment p
            LEFT JOIN partners_entry e ON e.source_key IN (
                'payment/' || p.public_id || '/paid', 'payment/' || p.public_id || '/exchanged')
            LEFT JOIN LATERAL (
                SELECT t.amount, t.currency FROM partners_transfer t
                JOIN partners_account a ON a.id = t.debit_id AND a.kind = 'provider'
                WHERE t.entry_id = e.id
                UNION ALL
                SELECT -t.amount, t.currency FROM partners_transfer t
                JOIN partners_account a ON a.id = t.credit_id AND a.kind = 'provider'
                WHERE t.entry_id = e.id
            ) side ON true
            WHERE p.purpose = 'gift' AND p.settled_currency NOT IN ('', p.currency)
            GROUP BY p.id
        ) found
        WHERE settled <> booked OR own <> 0 ORDER BY number
    """):
        yield (
            f"Payment {number} was settled with {settled}; the ledger has {booked}, and {left}"
            " are left in its own currency."
        )


def check_refunds_of_exchanged_gifts() -> Iterator[str]:
    """What the provider took for such a gift's refund, or gave back, is what the ledger has."""
    for pk, settled, booked in _rows("""
        SELECT id, settled, booked FROM (
            SELECT r.id, coalesce(r.settled_amount, 0)
                    - coalesce(r.failure_settled_amount, 0) AS settled,
                coalesce(sum(side.amount), 0) AS booked
            FROM payments_refund r
            JOIN payments_payment p ON p.id = r.payment_id
                AND p.purpose = 'gift' AND p.settled_currency NOT IN ('', p.currency)
            LEFT JOIN partners_entry e ON e.source_key IN (
                'refund/' || r.id || '/exchanged', 'refund/' || r.id || '/returned')
            LEFT JOIN LATERAL (
                SELECT t.amount FROM partners_transfer t
                JOIN partners_account a ON a.id = t.credit_id AND a.kind = 'provider'
                WHERE t.entry_id = e.id AND t.currency = p.settled_currency
                UNION ALL
                SELECT -t.amount FROM partners_transfer t
                JOIN partners_account a ON a.id = t.debit_id AND a.kind = 'provider'
                WHERE t.entry_id = e.id AND t.currency = p.settled_currency
            ) side ON true
            GROUP BY r.id
        ) found
        WHERE settled <> booked ORDER BY id
    """):
        yield f"For refund {pk} the provider took {settled}; the ledger has {booked}."


CHECKS = [check_exchanges_are_what_was_settled, check_refunds_of_exchanged_gifts]
