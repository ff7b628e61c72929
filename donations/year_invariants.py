"""What must hold of yearly statements; collected by donations/invariants.py."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from . import receipts
from .models import YearStatement

CHANGED = """
SELECT number FROM donations_yearstatement
WHERE encode(sha256(convert_to(contents::text, 'UTF8')), 'hex') <> sha256
    OR contents ->> 'number' <> number OR (contents ->> 'year')::integer <> year
ORDER BY id
"""
# The frozen rows are the receipts of its lines, each of that year, with their amounts.
DIFFERENT = """
SELECT s.number FROM donations_yearstatement s
LEFT JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(r.number, r.eligible_amount), '{}') AS found,
        coalesce(bool_and(extract(year FROM r.received_on) = s.year), false) AS is_of_year
    FROM donations_yearline l JOIN donations_receipt r ON r.id = l.receipt_id
    WHERE l.statement_id = s.id
) lines ON true
LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(e ->> 'receipt', (e ->> 'eligible')::bigint) AS said
    FROM jsonb_array_elements(s.contents -> 'rows') e
) frozen ON true
WHERE found IS DISTINCT FROM said OR NOT is_of_year
ORDER BY s.id
"""
TWICE = """
SELECT r.gift_id FROM donations_yearline l
JOIN donations_receipt r ON r.id = l.receipt_id
JOIN donations_yearstatement s ON s.id = l.statement_id
WHERE s.replaced_at IS NULL
GROUP BY r.gift_id HAVING count(*) > 1 ORDER BY 1
"""
LOOSE = """
SELECT s.number FROM donations_yearstatement s JOIN donations_yearline l ON l.statement_id = s.id
WHERE l.is_live <> (s.replaced_at IS NULL) GROUP BY s.id ORDER BY s.id
"""


def _first(sql: str) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from (row[0] for row in cursor.fetchall())


def check_statements_are_frozen() -> Iterator[str]:
    """Every statement is what was issued: its hash, its receipts, its donor."""
    for number in _first(CHANGED):
        yield f"Yearly statement {number} is not what was issued."
    for number in _first(DIFFERENT):
        yield f"Yearly statement {number} lists other receipts than it says."
    for row in YearStatement.objects.filter(erased_at=None).order_by("pk").iterator(500):
        if row.contents["donor_commitment"] != receipts.commitment(row):
            yield f"Yearly statement {row.number} names another donor than it was issued to."


def check_no_gift_is_stated_twice() -> Iterator[str]:
    """Of the statements that hold, one at most states a gift."""
    for gift in _first(TWICE):
        yield f"Gift {gift} stands on more than one yearly statement that holds."
    for number in _first(LOOSE):
        yield f"Yearly statement {number} and its lines differ in whether it holds."


CHECKS = [check_statements_are_frozen, check_no_gift_is_stated_twice]
