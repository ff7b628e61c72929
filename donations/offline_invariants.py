"""What must hold of offline gifts; collected by donations/invariants.py."""

from collections.abc import Iterator

from django.db import connection

TOTALS = """
SELECT b.id, b.control_amount, coalesce(sum(l.amount), 0),
    count(l.id) FILTER (WHERE l.gift_id IS NULL)
FROM donations_offlinebatch b LEFT JOIN donations_offlinegift l ON l.batch_id = b.id
WHERE b.booked_at IS NOT NULL GROUP BY b.id
HAVING coalesce(sum(l.amount), 0) <> b.control_amount
    OR count(l.id) FILTER (WHERE l.gift_id IS NULL) > 0
ORDER BY b.id
"""
LINES = """
SELECT l.id, g.id FROM donations_offlinegift l
JOIN donations_offlinebatch b ON b.id = l.batch_id
JOIN donations_gift g ON g.id = l.gift_id
LEFT JOIN payments_payment p ON p.id = g.payment_id
WHERE (g.amount, g.fund_id, g.way, g.currency) <> (l.amount, l.fund_id, l.way, b.currency)
    OR b.booked_at IS NULL OR p.id IS NULL OR p.way = 'provider'
    OR p.offline_reference <> l.reference
ORDER BY l.id
"""


def check_booked_batches_are_whole() -> Iterator[str]:
    """The lines of a booked batch come to its control total, and each has its gift."""
    with connection.cursor() as cursor:
        cursor.execute(TOTALS)
        for pk, control, total, waiting in cursor.fetchall():
            yield (
                f"Batch {pk} of {control} has gifts of {total}, {waiting} of them not booked:"
                " book it once more."
            )


def check_offline_gifts_are_as_written() -> Iterator[str]:
    """The gift of a line is of its amount, fund, way and reference, and not the provider's."""
    with connection.cursor() as cursor:
        cursor.execute(LINES)
        for pk, gift in cursor.fetchall():
            yield f"Offline gift {pk} is not what gift {gift} says."


CHECKS = [check_booked_batches_are_whole, check_offline_gifts_are_as_written]
