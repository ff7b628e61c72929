"""What must hold of invoices and credit notes; collected by marketplace/invariants.py."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from weintl.papers import numbering

from . import invoices
from .models import InvoiceBuyer

ORDERS = """
SELECT o.number, coalesce(p.amount, 0), count(i.id), coalesce(sum(i.total_amount), 0)
FROM marketplace_order o
LEFT JOIN payments_payment p ON p.id = o.payment_id
LEFT JOIN marketplace_invoice i ON i.order_id = o.id AND i.kind = 'invoice'
GROUP BY o.id, p.id
HAVING CASE WHEN o.paid_at IS NOT NULL AND o.state <> 'unfillable'
    THEN count(i.id) <> 1 OR sum(i.total_amount) <> p.amount
        OR min(i.currency) <> o.currency
    ELSE count(i.id) > 0 END
ORDER BY o.id
"""
# A refund that left and is named has a credit note of its amount; one that failed after its
# credit note was issued has a reversal of the same.
REFUNDS = """
SELECT number, refund_id, amount, state, noted, reversed FROM (
    SELECT o.number, l.id, r.id AS refund_id, r.amount, r.state,
        r.state IN ('pending', 'succeeded') AND l.kind <> 'unfillable'
            AND NOT (l.kind = 'external' AND l.named_at IS NULL) AS is_due,
        coalesce(sum(i.total_amount) FILTER (WHERE i.kind = 'credit_note'), 0) AS noted,
        coalesce(sum(i.total_amount) FILTER (WHERE i.kind = 'reversal'), 0) AS reversed
    FROM marketplace_orderrefund l
    JOIN marketplace_order o ON o.id = l.order_id
    JOIN payments_refund r ON r.id = l.refund_id
    LEFT JOIN marketplace_invoice i ON i.refund_id = l.id
    GROUP BY l.id, o.id, r.id
) found
WHERE CASE
    WHEN is_due THEN (noted, reversed) <> (amount, 0)
    WHEN state = 'failed' THEN noted NOT IN (0, amount) OR reversed <> noted
    ELSE (noted, reversed) <> (0, 0)
END
ORDER BY id
"""
FROZEN = """
SELECT number FROM marketplace_invoice
WHERE encode(sha256(convert_to(contents::text, 'UTF8')), 'hex') <> sha256
    OR contents ->> 'number' <> number
    OR contents ->> 'kind' <> kind
    OR (contents ->> 'total')::bigint <> total_amount
    OR contents ->> 'currency' <> currency
    OR (contents ->> 'sale')::bigint + coalesce((contents #>> '{gift,amount}')::bigint, 0)
        <> total_amount
ORDER BY id
"""
# Pieces less discount, delivery and the taxes on top are the sale.
SUMS = """
SELECT i.number FROM marketplace_invoice i
CROSS JOIN LATERAL (
    SELECT coalesce(sum((t ->> 'amount')::bigint), 0) AS on_top
    FROM jsonb_array_elements(i.contents -> 'taxes') t
    WHERE NOT (t ->> 'is_inclusive')::boolean
) taxes
CROSS JOIN LATERAL (
    SELECT coalesce(sum(coalesce(l ->> 'gross', l ->> 'amount')::bigint), 0) AS pieces
    FROM jsonb_array_elements(i.contents -> 'lines') l
) lines
WHERE (i.contents ->> 'sale')::bigint <> lines.pieces + (i.contents ->> 'shipping')::bigint
    - coalesce((i.contents ->> 'discount')::bigint, 0)
    + coalesce((i.contents ->> 'goodwill')::bigint, 0)
    + CASE WHEN i.kind = 'invoice' THEN taxes.on_top ELSE 0 END
ORDER BY i.id
"""


def _rows(sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetchall()


def check_invoices_are_what_was_paid() -> Iterator[str]:
    """A paid order has one invoice, of what was paid for it; another order has none."""
    for number, paid, count, total in _rows(ORDERS):
        yield f"Order {number}, paid {paid}, has {count} invoices of {total}."


def check_credit_notes_are_what_went_back() -> Iterator[str]:
    """A refund whose pieces are named has one credit note; one that failed, its reversal."""
    for number, refund, amount, state, noted, back in _rows(REFUNDS):
        yield (
            f"Order {number}: refund {refund} of {amount} is {state}, with credit notes of"
            f" {noted} and reversals of {back}."
        )


def check_invoice_numbers() -> Iterator[str]:
    """Numbers of invoices and credit notes have no gaps, in each series and year."""
    found = numbering.gaps("marketplace_invoice", *invoices.SERIES.values())
    for series, year, count, last, given in found:
        yield (
            f"Series {series} of {year} has {count} papers, the last is {last},"
            f" and {given} numbers were given."
        )


def check_invoices_are_frozen() -> Iterator[str]:
    """Every invoice and credit note is what was issued: its hash, its sums, its buyer."""
    for (number,) in _rows(FROZEN):
        yield f"Invoice {number} is not what was issued."
    for (number,) in _rows(SUMS):
        yield f"Invoice {number} does not sum up."
    buyers = InvoiceBuyer.objects.filter(erased_at=None).select_related("invoice")
    for buyer in buyers.order_by("pk").iterator(chunk_size=500):
        if buyer.invoice.contents["buyer_commitment"] != invoices.commitment(buyer):
            yield f"Invoice {buyer.invoice.number} names another buyer than it was issued to."
    for (number,) in _rows("""
        SELECT i.number FROM marketplace_invoice i
        LEFT JOIN marketplace_invoicebuyer b ON b.invoice_id = i.id
        WHERE (i.kind = 'invoice') <> (b.id IS NOT NULL) ORDER BY i.id
    """):
        yield f"Invoice {number} has no buyer, or is a correction that has one."


CHECKS = [
    check_invoices_are_what_was_paid,
    check_credit_notes_are_what_went_back,
    check_invoice_numbers,
    check_invoices_are_frozen,
]
